"""The documents of a search in their order, however many there are: page by page, or all.

Three ways lead to them, and each step of each is bounded: the few documents that have what is
rare (an amount, something open); those that have the terms of the full-text index; and along
the order itself. Whatever a way brings is held against every condition of the search.
"""

import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text, tuple_
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.queries import visible_to
from tieout.ledger import search_terms
from tieout.ledger.models import (
    NEGATIVE,
    POSITIVE,
    DisputedPart,
    Document,
    DocumentKind,
    DueItem,
)
from tieout.ledger.queries import (
    SORTS,
    DocumentSearch,
    DocumentSums,
    amount_limits,
    conditions,
    documents,
    is_overdue,
)
from tieout.ledger.search_index import id_of, key
from tieout.ledger.search_terms import FIRST, LARGEST, Range
from tieout.money import Money

#: Up to so many are counted in large books; beyond that a list says "more than".
COUNTED = 500
#: In books of fewer documents, so many are.
_SMALL, _COUNTED_IN_SMALL = 100_000, 5000
#: So few are sorted out one by one at once, and so many when other ways have led too far.
_FEW, _SOME = 2000, 150_000
#: Documents looked at before another way is tried.
_FAR = 2000
#: So many that have the terms say how common they are.
_SAMPLE = 2000
#: So far it is gone along an order that is not the index's, before all are gathered.
_STRETCH = 60_000


@dataclass(frozen=True)
class Page:
    """Some of the documents of a search."""

    ids: Sequence[int]
    #: How many there are in all; None where they are more than `most`, or were not counted.
    total: int | None
    #: Whether others come before or after them.
    has_previous: bool
    has_next: bool
    #: All that were counted, and how many that could have been.
    counted: Sequence[int] = field(default=())
    most: int = COUNTED


def page(
    session: Session,
    search: DocumentSearch,
    *,
    after: int | None = None,
    before: int | None = None,
    size: int,
) -> Page:
    """Return the first documents, or those after or before one of them in the order."""
    here = _there(session, search, after or before or 0)
    if here is None:
        most = _most(session)
        found = find(session, search, limit=most + 1)
        total = len(found) if len(found) <= most else None
        return Page(found[:size], total, False, len(found) > size, found[:most], most)
    found = find(session, search, beside=here, backwards=before is not None, limit=size + 1)
    more = len(found) > size
    if before is None:
        return Page(found[:size], None, True, more, most=_most(session))
    return Page(found[:size][::-1], None, more, True, most=_most(session))


def _there(session: Session, search: DocumentSearch, document_id: int) -> Document | None:
    """A document a page stands beside, if it may be seen; what it became since does not matter."""
    seen = DocumentSearch(
        customer_id=search.customer_id, owner_id=search.owner_id, kept=search.kept
    )
    return session.scalar(documents(seen).where(Document.id == document_id))


def _most(session: Session) -> int:
    newest = session.scalar(select(func.max(Document.id))) or 0
    return _COUNTED_IN_SMALL if newest < _SMALL else COUNTED


def find(
    session: Session,
    search: DocumentSearch,
    *,
    beside: Document | None = None,
    backwards: bool = False,
    limit: int,
) -> list[int]:
    """Return the ids of so many documents, the first or those after one, or before it."""
    found: list[int] = []
    for some in _Way(session, search, beside, backwards=backwards).batches(limit):
        found += some[: limit - len(found)]
        if len(found) >= limit:
            break
    return found


def everything(session: Session, search: DocumentSearch) -> Iterator[list[int]]:
    """Yield the ids of every document of a search, in order, some thousand at a time."""
    return _Way(session, search, None, backwards=False).batches(None)


def sums(session: Session, ids: Sequence[int]) -> list[DocumentSums]:
    """What documents add up to, each currency and kind of account by itself."""
    query = (
        select(
            CustomerAccount.kind,
            Document.currency,
            func.count(),
            func.sum(Document.amount_minor),
        )
        .join(CustomerAccount, CustomerAccount.id == Document.account_id)
        .where(among(session, ids))
        .group_by(CustomerAccount.kind, Document.currency)
        .order_by(CustomerAccount.kind.desc(), Document.currency)
    )
    return [
        DocumentSums(kind, count, Money(int(total), currency))
        for kind, currency, count, total in session.execute(query)
    ]


def sums_of_all(session: Session, search: DocumentSearch) -> list[DocumentSums]:
    """What every document of a search adds up to."""
    added: dict[tuple[str, str], DocumentSums] = {}
    for ids in everything(session, search):
        for one in sums(session, ids):
            there = added.get((one.kind, one.total.currency))
            if there is not None:
                one = DocumentSums(
                    one.kind, there.documents + one.documents, there.total + one.total
                )
            added[one.kind, one.total.currency] = one
    kinds = ("receivable", "payable")
    return sorted(added.values(), key=lambda one: (kinds.index(one.kind), one.total.currency))


def among(session: Session, ids: Sequence[int]) -> ColumnElement[bool]:
    """A document is one of these, however many they are: one value for the database."""
    if session.get_bind().dialect.name == "postgresql":
        words, given = "documents.id = ANY(CAST(:ids AS bigint[]))", list(ids)
        return text(words).bindparams(ids=given)  # type: ignore[return-value]
    words = "documents.id IN (SELECT value FROM json_each(:ids))"
    return text(words).bindparams(ids=json.dumps(list(ids)))  # type: ignore[return-value]


def _steps(ids: list[int]) -> Iterator[list[int]]:
    """Cut what stands in order into growing pieces: the first are most often enough."""
    size = FIRST * 4
    while ids:
        yield ids[:size]
        ids, size = ids[size:], size * 4


class _Way:
    """How the documents of one search are come by."""

    def __init__(
        self, session: Session, search: DocumentSearch, beside: Document | None, *, backwards: bool
    ) -> None:
        self.session, self.search = session, search
        name = search.sort.removeprefix("-")
        self.column: Any = SORTS[name]
        self.by_date = name == "date"
        self.falling = search.sort.startswith("-") is not backwards
        self.conditions = conditions(search)
        #: The same for documents of which it is known already that they have the status.
        self.others = conditions(replace(search, status=""))
        self.beside = beside
        if beside is not None:
            after = self._beyond(self._value(beside), beside.id)
            self.conditions.append(after)
            self.others.append(after)

    def batches(self, limit: int | None) -> Iterator[list[int]]:
        """Yield ids in order."""
        if (few := self._few(_FEW)) is not None:
            yield self._among(*few, None)
            return
        looked_at, found, tried = 0, 0, False
        for some in self._ways(limit):
            kept = self._of(some, None if limit is None else limit - found)
            looked_at += len(some)
            found += len(kept)
            if kept:
                yield kept
            if limit is not None and found >= limit:
                return
            if looked_at > _FAR and not tried and limit is not None:
                tried = True
                if (rare := self._few(_SOME)) is not None:
                    yield self._among(*rare, limit)[found:]
                    return

    def _ways(self, limit: int | None) -> Iterator[list[int]]:
        wanted = search_terms.groups(self.session, self.search)
        if not wanted:
            yield from self._along(None)
        elif self.by_date:
            for keys in self._keys(wanted):
                yield from _steps([id_of(one) for one in keys])
        else:
            yield from self._otherwise(wanted, limit)

    def _otherwise(
        self, wanted: list[search_terms.Group], limit: int | None
    ) -> Iterator[list[int]]:
        """In an order that is not the index's: few are gathered, what is common is met along it."""
        gathered: list[int] = []
        keys = self._keys(wanted)
        for some in keys:
            gathered += [id_of(one) for one in some]
            if len(gathered) > LARGEST or self._are_common(gathered, limit):
                break
        else:
            yield gathered
            return
        last = yield from self._along(None if limit is None else _STRETCH)
        if last is None:
            return
        # All that have the terms stand far along the order.
        for some in keys:
            gathered += [id_of(one) for one in some]
        self.conditions.append(self._beyond(*last))
        yield gathered

    def _are_common(self, gathered: list[int], limit: int | None) -> bool:
        """Whether so many as are wanted are met along the order sooner than all are gathered.

        If one of `span` documents in `len(gathered)` is one, the first takes `limit` times that
        many looks, the second the same part of all there are.
        """
        if limit is None or len(gathered) < _SAMPLE:
            return False
        newest = self.session.scalar(select(func.max(Document.id))) or 0
        span = newest - min(gathered) + 1
        return len(gathered) ** 2 * newest > limit * span**2

    def _keys(self, wanted: list[search_terms.Group]) -> Iterator[list[int]]:
        within = Range.of(self.search)
        if self.by_date and self.beside is not None:
            here = key(self.beside.issued_on, self.beside.id)
            within = within.beyond(here, falling=self.falling)
        falling = self.falling if self.by_date else True
        return search_terms.keys(self.session, wanted, within, falling=falling)

    def _along(self, most: int | None) -> Generator[list[int], None, tuple[Any, int] | None]:
        """Go along the order itself, from where the page begins, as far as `most` documents.

        Returns where it ended, None at the end of the order.
        """
        query = self._ordered(select(Document.id, self.column), self.column, Document.id)
        if self.by_date and self.search.period is not None:
            period = self.search.period
            query = query.where(Document.issued_on.between(period.start, period.end))
        sign = self._sign()
        astray: list[int] = []
        if sign:
            query = query.where(
                Document.amount_minor >= 0 if sign > 0 else Document.amount_minor <= 0
            )
            astray = self._astray(sign)
        # What takes back a document of these kinds has the other sign: it stands before or after.
        if astray and self.falling is not (sign > 0):
            yield astray
            astray = []
        last = None if self.beside is None else (self._value(self.beside), self.beside.id)
        limit, looked_at = FIRST, 0
        while most is None or looked_at < most:
            after = query if last is None else query.where(self._beyond(*last))
            rows = self.session.execute(after.limit(limit)).all()
            looked_at += len(rows)
            if rows:
                yield [row[0] for row in rows]
                last = (rows[-1][1], rows[-1][0])
            if len(rows) < limit:
                yield astray
                return None
            limit = min(limit * 8, LARGEST)
        return last

    def _sign(self) -> int:
        """The sign all kinds that are asked for have, where they are sorted by amount; else 0."""
        kinds = {DocumentKind(kind) for kind in self.search.kinds}
        if self.search.sort.removeprefix("-") != "amount" or not kinds:
            return 0
        return 1 if kinds <= POSITIVE else -1 if kinds <= NEGATIVE else 0

    def _astray(self, sign: int) -> list[int]:
        """What takes back a document of the kinds asked for: its amount has the other sign."""
        query = select(Document.id).where(
            Document.reverses_id.is_not(None),
            Document.kind.in_(self.search.kinds),
            Document.amount_minor < 0 if sign > 0 else Document.amount_minor > 0,
        )
        return list(self.session.scalars(query))

    def _of(self, ids: Sequence[int], limit: int | None) -> list[int]:
        """Of these, return what meets every condition, in order."""
        return self._among(ids, self.conditions, limit)

    def _among(
        self, ids: Sequence[int], conditions: list[ColumnElement[bool]], limit: int | None
    ) -> list[int]:
        query = select(Document.id, self.column.label("place"))
        query = query.where(among(self.session, ids), *conditions)
        if self.search.owner_id is not None:
            query = query.join(Customer, Customer.id == Document.customer_id)
            query = visible_to(query, self.search.owner_id)
        # Apart from the order and the limit, for which all would be gone through in order.
        met = query.offset(0).subquery()
        ordered = self._ordered(select(met.c.id), met.c.place, met.c.id)
        return list(self.session.scalars(ordered if limit is None else ordered.limit(limit)))

    def _ordered(self, query: Select[*tuple[Any, ...]], *columns: Any) -> Any:
        return query.order_by(*(c.desc() if self.falling else c.asc() for c in columns))

    def _value(self, document: Document) -> Any:
        return getattr(document, self.column.key)

    def _beyond(self, value: Any, document_id: int) -> ColumnElement[bool]:
        mine, there = tuple_(self.column, Document.id), tuple_(value, document_id)
        return mine < there if self.falling else mine > there

    def _few(self, most: int) -> tuple[list[int], list[ColumnElement[bool]]] | None:
        """The documents that have what is rare among what is asked for, if they are few.

        With them comes what is still to be asked of them.
        """
        for queries, left in self._rare():
            found: list[int] = []
            for part in queries:
                found += self.session.scalars(part.limit(most + 1 - len(found)))
            if len(found) <= most:
                return found, left
        return None

    def _rare(self) -> Iterator[tuple[list[Select[int]], list[ColumnElement[bool]]]]:
        search = self.search
        item = self._theirs(
            select(DueItem.document_id).where(DueItem.open_minor > 0), DueItem.account_id
        )
        if search.status == "reversed":
            reversed_ = select(Document.reverses_id).where(Document.reverses_id.is_not(None))
            yield [reversed_], self.conditions  # type: ignore[list-item]
        elif search.status == "disputed":
            parts = select(DueItem.document_id).join(
                DisputedPart, DisputedPart.due_item_id == DueItem.id
            )
            yield [parts.where(DisputedPart.ended_at.is_(None)).distinct()], self.conditions
        elif search.status == "open":
            yield [item.distinct()], self.others
        elif search.status == "part_paid":
            yield [item.distinct()], self.conditions
        elif search.status == "overdue" and search.today is not None:
            yield [item.where(is_overdue(search.today)).distinct()], self.others
        if search.least is not None or search.most is not None:
            amount = Document.amount_minor
            anything = self._theirs(select(Document.id), Document.account_id)
            if search.period is not None:
                days = (search.period.start, search.period.end)
                anything = anything.where(Document.issued_on.between(*days))
            both = [
                anything.where(amount.between(*limits))
                for least, most in {limits for limits, _ in amount_limits(search)}
                for limits in {(least, most), (-most, -least)}
            ]
            yield both, self.conditions

    def _theirs(self, query: Select[int], account_id: Any) -> Select[int]:
        """Among those of the account, or the customer, that is asked for."""
        if self.search.account_id is not None:
            return query.where(account_id == self.search.account_id)
        if self.search.customer_id is None:
            return query
        accounts = select(CustomerAccount.id)
        accounts = accounts.where(CustomerAccount.customer_id == self.search.customer_id)
        return query.where(account_id.in_(accounts))
