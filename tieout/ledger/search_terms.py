"""A search as terms of the full-text index, and the documents that have them, in order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from tieout.customers.models import Customer
from tieout.ledger.queries import DocumentSearch, customers_called, products_called
from tieout.ledger.search_index import ID_BITS, TABLE, batch_of, fact, key, month_of
from tieout.ledger.search_words import Word, pairs_of_word, words

#: Customers or products of one word; where more are called so, the index is of no help.
_MANY = {"sqlite": 1000, "postgresql": 100}
#: Keys that are read at once, in growing steps: the first page needs few.
FIRST, LARGEST = 256, 20_000
#: Months that are looked through at once, on PostgreSQL.
_MONTHS = 3
#: How a first look along the order is long, on PostgreSQL: whatever is common stands in it.
_LOOK = 1500

#: All of these terms.
Terms = tuple[str, ...]
#: One of these.
Group = tuple[Terms, ...]


@dataclass(frozen=True)
class Range:
    """Keys between two, both left out."""

    low: int
    high: int

    @classmethod
    def of(cls, search: DocumentSearch) -> "Range":
        """Return where the documents of a search's period stand."""
        if search.period is None:
            return cls(-1, key(date.max, 0))
        return cls(
            key(search.period.start, 0) - 1,
            key(search.period.end, 0) + (1 << ID_BITS),
        )

    def beyond(self, last: int, *, falling: bool) -> "Range":
        """Return what is left after a key."""
        return Range(self.low, last) if falling else Range(last, self.high)


def groups(session: Session, search: DocumentSearch) -> list[Group]:
    """Return what the index is asked for: a term of each group; none where it cannot help."""
    found: list[Group] = []
    for kind, value in (
        ("cust", search.customer_id),
        ("acct", search.account_id),
        ("curr", search.currency),
        ("from", batch_of(search.source)),
    ):
        if value:
            found.append(((fact(kind, value),),))
    if search.kinds:
        found.append(tuple((fact("kind", kind),) for kind in search.kinds))
    if search.owner_id is not None:
        theirs = select(Customer.id).where(Customer.owner_id == search.owner_id)
        if (ids := _ids(session, theirs)) is not None:
            found.append(tuple((fact("cust", one),) for one in ids))
    for word in words(search.keyword):
        if (group := _of_word(session, word)) is not None:
            found.append(group)
    return found


def _of_word(session: Session, word: Word) -> Group | None:
    customers = _ids(session, customers_called(word))
    products = _ids(session, products_called(word))
    if customers is None or products is None:
        return None
    return (
        pairs_of_word(word.plain),
        *((fact("cust", one),) for one in customers),
        *((fact("prod", one),) for one in products),
    )


def _ids(session: Session, query: Select[int]) -> list[int] | None:
    many = _MANY[_dialect(session)]
    found = list(session.scalars(query.limit(many + 1)))
    return found if len(found) <= many else None


def keys(
    session: Session, wanted: Sequence[Group], within: Range, *, falling: bool
) -> Iterator[list[int]]:
    """Yield the keys of documents that have the terms, in order, a growing number at a time.

    What is yielded may hold documents that have them not; what is not yielded has not.
    """
    if any(not group for group in wanted):
        return
    if _dialect(session) == "postgresql":
        yield from _monthly(session, wanted, within, falling=falling)
    else:
        yield from _streamed(session, wanted, within, falling=falling)


def _streamed(
    session: Session, wanted: Sequence[Group], within: Range, *, falling: bool
) -> Iterator[list[int]]:
    query = text(
        f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :wanted"  # noqa: S608 - our own names
        " AND rowid > :low AND rowid < :high"
        f" ORDER BY rowid {'DESC' if falling else 'ASC'} LIMIT :limit"
    )
    said = " AND ".join(
        _any_of(_all_of((f'"{t}"' for t in terms), "AND") for terms in group) for group in wanted
    )
    limit = FIRST
    while True:
        asked = {"wanted": said, "low": within.low, "high": within.high, "limit": limit}
        found = list(session.scalars(query, asked))
        if found:
            yield found
        if len(found) < limit:
            return
        within = within.beyond(found[-1], falling=falling)
        limit = min(limit * 8, LARGEST)


def _any_of(alternatives: Iterable[str], or_: str = "OR") -> str:
    return "(" + f" {or_} ".join(alternatives) + ")"


def _all_of(terms: Iterable[str], and_: str) -> str:
    return "(" + f" {and_} ".join(terms) + ")"


def _monthly(
    session: Session, wanted: Sequence[Group], within: Range, *, falling: bool
) -> Iterator[list[int]]:
    order = "DESC" if falling else "ASC"
    along = text(
        f"SELECT key FROM {TABLE} WHERE key > :low AND key < :high"  # noqa: S608 - our own names
        f" ORDER BY key {order} LIMIT :limit"
    )
    having = text(
        f"WITH found AS MATERIALIZED (SELECT key FROM {TABLE}"  # noqa: S608 - our own names
        " WHERE terms @@ CAST(:wanted AS tsquery))"
        " SELECT key FROM found WHERE key > :low AND key < :high"
        f" ORDER BY key {order} LIMIT :limit"
    )

    def ask(query: Any, within: Range, limit: int, **more: str) -> list[int]:
        bounds = {"low": within.low, "high": within.high, "limit": limit}
        return list(session.scalars(query, {**bounds, **more}))

    seen = ask(along, within, _LOOK)
    yield seen
    while seen:
        within = within.beyond(seen[-1], falling=falling)
        if not (there := ask(along, within, 1)):
            return
        months = _months(_day(there[0]), falling=falling)
        said = " | ".join(_in_month(wanted, month) for month in months)
        some = _narrowed(within, months, falling=falling)
        while found := ask(having, some, LARGEST, wanted=said):
            yield found
            if len(found) < LARGEST:
                break
            some = some.beyond(found[-1], falling=falling)
        seen = [some.low + 1 if falling else some.high - 1]


def _day(document_key: int) -> date:
    return date.fromordinal(document_key >> ID_BITS)


def _months(day: date, *, falling: bool) -> list[date]:
    """The first days of some months, the given one first."""
    found = [day.replace(day=1)]
    while len(found) < _MONTHS:
        last = found[-1]
        there = last - timedelta(days=1) if falling else last + timedelta(days=31)
        if not date(1800, 1, 1) < there < date(9000, 1, 1):
            break
        found.append(there.replace(day=1))
    return found


def _narrowed(within: Range, months: list[date], *, falling: bool) -> Range:
    if falling:
        return Range(max(within.low, key(months[-1], 0) - 1), within.high)
    after = (months[-1] + timedelta(days=31)).replace(day=1)
    return Range(within.low, min(within.high, key(after, 0)))


def _in_month(wanted: Sequence[Group], month: date) -> str:
    begins = month_of(month)
    return _all_of(
        (
            _any_of((_all_of((f"'{begins}{term}'" for term in terms), "&") for terms in group), "|")
            for group in wanted
        ),
        "&",
    )


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
