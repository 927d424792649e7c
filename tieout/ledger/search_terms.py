"""A search as terms of the full-text index, and the documents that have them, in order."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select, text, tuple_
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerAccount
from tieout.ledger.models import Document
from tieout.ledger.queries import DocumentSearch, customers_called
from tieout.ledger.search_index import ID_BITS, ID_MASK, TABLE, batch_of, fact, id_of, key, month_of
from tieout.ledger.search_words import pieces_of_word, words

#: Customers a word may name; where more are called so, the index is of no help.
_MANY = 1000
#: On PostgreSQL so many stand among the terms; more are looked up by their accounts.
_INLINE = 8
#: Keys that are read at once, in growing steps: the first page needs few.
FIRST, LARGEST = 256, 20_000
#: Months that are walked through in one statement, on PostgreSQL, and how much is enough of it.
_MONTHS, _ENOUGH = 120, 1000
#: Facts are longer than the pieces of a text.
_LONGEST_PIECE = 3
#: A query that no document answers.
_NOTHING = "'0:'"
#: How a first look along the order is long, on PostgreSQL: whatever is common stands in it.
_LOOK = 1500
#: The same where a word names many customers.
_LONG_LOOK = 6000

#: All of these terms.
Terms = tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """A document has all of some terms, or is of one of these customers."""

    terms: tuple[Terms, ...]
    customers: tuple[int, ...] = ()
    #: What it then holds in its text, for certain; empty where a customer may hold it instead.
    text: str = ""

    @property
    def alternatives(self) -> tuple[Terms, ...]:
        """Return it in terms alone."""
        return (*self.terms, *((fact("cust", one),) for one in self.customers))


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
            found.append(Group(((fact(kind, value),),)))
    if search.kinds:
        found.append(Group(tuple((fact("kind", kind),) for kind in search.kinds)))
    if search.owner_id is not None:
        theirs = select(Customer.id).where(Customer.owner_id == search.owner_id)
        if (ids := _ids(session, theirs)) is not None:
            found.append(Group((), ids))
    for word in words(search.keyword):
        if (customers := _ids(session, customers_called(word))) is not None:
            said = "" if customers else word.plain
            found.append(Group((pieces_of_word(word.plain),), customers, said))
    return found


def _ids(session: Session, query: Select[int]) -> tuple[int, ...] | None:
    found = tuple(session.scalars(query.limit(_MANY + 1)))
    return found if len(found) <= _MANY else None


def keys(
    session: Session, wanted: Sequence[Group], within: Range, *, falling: bool
) -> Iterator[list[int]]:
    """Yield the keys of documents that have the terms, in order, a growing number at a time.

    What is yielded may hold documents that have them not; what is not yielded has not.
    """
    if any(not group.alternatives for group in wanted):
        return
    if _dialect(session) == "postgresql":
        yield from _monthly(session, wanted, within, falling=falling)
    else:
        yield from _streamed(session, wanted, within, falling=falling)


def _streamed(
    session: Session, wanted: Sequence[Group], within: Range, *, falling: bool
) -> Iterator[list[int]]:
    """Read as far as is asked for: what follows in the index is not even looked up."""
    if any(len(group.customers) > _INLINE for group in wanted):
        seen = _look(session, within, falling=falling)
        yield seen
        if len(seen) < _LONG_LOOK:
            return
        within = within.beyond(seen[-1], falling=falling)
    holding, texts = _holding(_texts(wanted), "rowid", "instr")
    query = text(
        f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :wanted"  # noqa: S608 - our own names
        f" AND rowid > :low AND rowid < :high{holding}"
        f" ORDER BY rowid {'DESC' if falling else 'ASC'}"
    )
    said = _both(wanted, "AND", "OR", '"')
    asked = {"wanted": said, "low": within.low, "high": within.high, **texts}
    limit = FIRST
    with closing(session.scalars(query, asked)) as found:
        while some := found.fetchmany(limit):
            yield list(some)
            limit = min(limit * 4, LARGEST)


def _texts(wanted: Sequence[Group]) -> list[str]:
    return [group.text for group in wanted if group.text]


def _holding(texts: Sequence[str], key: str, place: str) -> tuple[str, dict[str, object]]:
    """Whether a document holds some texts, where having their pieces is not enough."""
    theirs = (
        "(SELECT text FROM document_texts"  # noqa: S608 - our own names
        f" WHERE document_id = {TABLE}.{key} & {ID_MASK})"
    )
    said = "".join(f" AND {place}({theirs}, :text{at}) > 0" for at in range(len(texts)))
    return said, {f"text{at}": one for at, one in enumerate(texts)}


def _look(session: Session, within: Range, *, falling: bool) -> list[int]:
    """Look along the order: whoever names many customers names what is common."""
    order = (Document.issued_on, Document.id)
    query = select(*order).where(
        tuple_(*order) > tuple_(*_place(within.low)), tuple_(*order) < tuple_(*_place(within.high))
    )
    query = query.order_by(*(column.desc() if falling else column for column in order))
    return [key(day, one) for day, one in session.execute(query.limit(_LONG_LOOK))]


def _place(document_key: int) -> tuple[date, int]:
    return (_day(document_key), id_of(document_key)) if document_key > 0 else (date.min, 0)


def _both(wanted: Iterable[Group], and_: str, or_: str, quote: str, begins: str = "") -> str:
    """Write groups as a full-text query; terms hold letters and digits alone."""

    def one_of(group: Group) -> str:
        return f" {or_} ".join(f"({all_of(terms)})" for terms in group.alternatives)

    def all_of(terms: Terms) -> str:
        return f" {and_} ".join(f"{quote}{begins}{term}{quote}" for term in terms)

    return f" {and_} ".join(f"({one_of(group)})" for group in wanted)


def _monthly(
    session: Session, wanted: Sequence[Group], within: Range, *, falling: bool
) -> Iterator[list[int]]:
    order = "DESC" if falling else "ASC"
    bounds = f"WHERE key > :low AND key < :high ORDER BY key {order} LIMIT :limit"
    along = text(f"SELECT key FROM {TABLE} {bounds}")  # noqa: S608 - our own names
    given, accounts = _with_accounts(session, wanted)
    holding, texts = _holding(_texts(wanted), "key", "strpos")
    more_of = holding + (_OF_ACCOUNTS if accounts else "")
    walk = text(_WALK.format(more=more_of, bounds=bounds))

    def ask(query: Any, within: Range, limit: int, **more: object) -> list[int]:
        span = {"low": within.low, "high": within.high, "limit": limit}
        return list(session.scalars(query, {**span, **more}))

    many = any(len(group.customers) > _INLINE for group in wanted)
    look = _LONG_LOOK if many else _LOOK
    seen, enough = ask(along, within, look), _ENOUGH
    if seen:
        yield seen
        within = within.beyond(seen[-1], falling=falling)
    while len(seen) == look and (there := ask(along, within, 1)):
        months = _months(_day(there[0]), falling=falling)
        some = _narrowed(within, months, falling=falling)
        more: dict[str, object] = {"months": [_in_month(given, month) for month in months]}
        more |= texts
        if accounts:
            more |= {"accounts": list(accounts), "first": months, "last": list(map(_end, months))}
        while found := ask(walk, some, LARGEST, enough=enough, **more):
            yield found
            some = some.beyond(found[-1], falling=falling)
            if len(found) < enough:
                break
            enough = min(enough * 8, LARGEST)
        last = _narrowed(within, months, falling=falling)
        within = within.beyond(last.low + 1 if falling else last.high - 1, falling=falling)


#: Month after month, until there are enough: what is common is not read to its end. No step of
#: this is left to a guess of how common something is, as LIMIT alone would be; "+ 0" keeps the
#: keys of a long range from being gathered once for each month.
_WALK = f"""
    WITH RECURSIVE walk (n, keys, total) AS (
        SELECT 0, CAST(ARRAY[] AS bigint[]), 0
        UNION ALL
        SELECT n + 1, month.keys, total + cardinality(month.keys)
        FROM walk CROSS JOIN LATERAL (
            SELECT ARRAY(
                SELECT key FROM {TABLE}
                WHERE terms @@ CAST((CAST(:months AS text[]))[n + 1] AS tsquery)
                AND key + 0 > :low AND key + 0 < :high{{more}}
            ) AS keys OFFSET 0
        ) AS month
        WHERE n < cardinality(CAST(:months AS text[])) AND total < :enough
    )
    SELECT key FROM walk CROSS JOIN LATERAL unnest(keys) AS found (key) {{bounds}}
"""  # noqa: S608 - our own names
_KEY_OF = "((issued_on - DATE '0001-01-01' + 1)::bigint << 40 | id)"
#: Documents of accounts, for the words that name many customers.
_OF_ACCOUNTS = f"""
                UNION SELECT {_KEY_OF}
                FROM documents WHERE account_id = ANY(CAST(:accounts AS bigint[]))
                AND issued_on BETWEEN (CAST(:first AS date[]))[n + 1]
                AND (CAST(:last AS date[]))[n + 1]
                AND {_KEY_OF} > :low AND {_KEY_OF} < :high"""  # noqa: S608 - our own names


def _with_accounts(
    session: Session, wanted: Sequence[Group]
) -> tuple[list[Group], tuple[int, ...]]:
    """Return the groups that stand in terms, and the accounts of the one that does not.

    Where others narrow it down more, words that name many customers are only looked at.
    """
    small = [group for group in wanted if len(group.customers) <= _INLINE]
    if len(small) == len(wanted):
        return small, ()
    large = min((g for g in wanted if len(g.customers) > _INLINE), key=lambda g: len(g.customers))
    query = select(CustomerAccount.id).where(CustomerAccount.customer_id.in_(large.customers))
    accounts = tuple(session.scalars(query))
    if any(len(terms[0]) <= _LONGEST_PIECE for group in small for terms in group.terms):
        theirs = text("SELECT 1 FROM documents WHERE account_id = ANY(:accounts) LIMIT :limit")
        asked = {"accounts": list(accounts), "limit": LARGEST}
        if len(session.scalars(theirs, asked).all()) == LARGEST:
            return small, ()
    return [*small, replace(large, customers=())], accounts


def _day(document_key: int) -> date:
    return date.fromordinal(document_key >> ID_BITS)


def _months(day: date, *, falling: bool) -> list[date]:
    """The first days of some months, that of a day first."""
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
    return Range(within.low, min(within.high, key(_end(months[-1]), 0) + (1 << ID_BITS)))


def _end(month: date) -> date:
    """Return the last day of a month."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _in_month(wanted: Sequence[Group], month: date) -> str:
    """Write groups for a month, with which each of its terms begins."""
    if not all(group.alternatives for group in wanted):
        return _NOTHING
    return _both(wanted, "&", "|", "'", month_of(month))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
