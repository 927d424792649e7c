"""Taking back documents by the hundred thousand, such as those of an import: all, or none.

What each document becomes is what `reversing.reverse` makes of it; here the rows are read and
written in sets, and one entry of the trail carries the digest of all of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, union
from sqlalchemy.orm import Session, selectinload

from tieout import events, settings
from tieout.audit import Actor
from tieout.db.bulk import chunks, insert_rows, update_rows
from tieout.i18n import N_, Sentence
from tieout.ledger import locks, reversing
from tieout.ledger.allocation import free_from
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.mass_posting import MassPosting
from tieout.ledger.mass_settling import spans_of
from tieout.ledger.models import Allocation, Document, DueItem, LiveNumber
from tieout.ledger.words import kind_name

_CHUNK = 2000

#: A due item as far as settling looks at it: id, account, direction, whole and open amount.
_Item = Any


def reverse_all(
    session: Session,
    document_ids: Sequence[int],
    *,
    source: str,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> int:
    """Take documents back, each from its own day or the first open one; return how many.

    What was settled with them is open again, and their numbers may be used again.

    Raises:
        AlreadyReversed, ReversalIsFinal: one of them cannot be reversed.
    """
    ids = sorted(set(document_ids), reverse=True)
    accounts = {one for some in chunks(ids, _CHUNK) for one in _accounts(session, some)}
    posting = MassPosting(session, accounts, by=by, at=at, source=source)
    undone = 0
    for some in chunks(ids, _CHUNK):
        _check(session, some)
        undone += _undo_settlements(session, some, by=by, at=at)
    for some in chunks(ids, _CHUNK):
        _reverse(session, posting, some, reason=reason, by=by, at=at)
    posting.close("documents.reversed", reason=reason, undone=undone)
    events.publish(session, events.DocumentsReversed(tuple(reversed(ids))))
    session.flush()
    session.expire_all()
    return len(ids)


def _accounts(session: Session, ids: Sequence[int]) -> Iterator[int]:
    query = select(Document.account_id).where(Document.id.in_(ids)).distinct()
    return iter(session.scalars(query))


def _check(session: Session, ids: Sequence[int]) -> None:
    final = session.scalar(
        select(Document.number).where(Document.id.in_(ids), Document.reverses_id.is_not(None))
    )
    if final is not None:
        raise reversing.ReversalIsFinal(number=final)
    there = session.scalars(select(Document).where(Document.reverses_id.in_(ids)).limit(1)).first()
    if there is not None:
        of = session.get_one(Document, there.reverses_id)
        raise reversing.AlreadyReversed(
            kind=kind_name(of.kind), number=of.number, reversal=there.number
        )


def _undo_settlements(session: Session, ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Take back what settles these documents; both sides are open again by exactly as much."""
    items = select(DueItem.id).where(DueItem.document_id.in_(ids))
    live = session.execute(
        select(
            Allocation.id,
            Allocation.debit_item_id,
            Allocation.credit_item_id,
            Allocation.amount_minor,
            Allocation.effective_on,
            Allocation.recorded_at,
        ).where(
            Allocation.undone_at.is_(None),
            or_(Allocation.debit_item_id.in_(items), Allocation.credit_item_id.in_(items)),
        )
    ).all()
    if not live:
        return 0
    first = locks.first_open_day(session)
    update_rows(
        session,
        Allocation,
        ("undone_on", "undone_at", "undone_by"),
        [
            (
                one.id,
                max(one.effective_on, first or one.effective_on),
                max(at, one.recorded_at),
                by.label,
            )
            for one in live
        ],
    )
    freed: dict[int, int] = defaultdict(int)
    for one in live:
        freed[one.debit_item_id] += one.amount_minor
        freed[one.credit_item_id] += one.amount_minor
    for some in chunks(sorted(freed), _CHUNK):
        query = select(DueItem.id, DueItem.open_minor, DueItem.version)
        rows = session.execute(query.where(DueItem.id.in_(some))).all()
        update_rows(
            session,
            DueItem,
            ("open_minor", "version"),
            [(row.id, row.open_minor + freed[row.id], row.version + 1) for row in rows],
        )
    return len(live)


def _reverse(
    session: Session,
    posting: MassPosting,
    ids: Sequence[int],
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Post the opposites, and settle each item with its own."""
    loaded = session.scalars(
        select(Document)
        .where(Document.id.in_(ids))
        .options(
            selectinload(Document.lines),
            selectinload(Document.references),
            selectinload(Document.due_items),
        )
        .order_by(Document.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    session.execute(delete(LiveNumber).where(LiveNumber.document_id.in_(ids)))
    first = locks.first_open_day(session)
    days = [max(one.issued_on, first or one.issued_on) for one in loaded]
    numbers = settings.next_numbers(session, "reversal", days)
    made = posting.add_reversals(
        [
            (_opposite(session, one, day, reason, number), one.id)
            for one, day, number in zip(loaded, days, numbers, strict=True)
        ]
    )
    _settle(session, loaded, made, days, by=by, at=at)
    for one in loaded:
        session.expunge(one)


def _opposite(
    session: Session, one: Document, day: date, reason: str, number: str
) -> DocumentInput:
    return reversing.opposite(session, one, day, reason, number=number, items=one.due_items)


def _settle(
    session: Session,
    documents: Sequence[Document],
    made: Sequence[int],
    days: Sequence[date],
    *,
    by: Actor,
    at: datetime,
) -> None:
    theirs: dict[int, list[_Item]] = defaultdict(list)
    query = select(DueItem.id, DueItem.document_id).where(DueItem.document_id.in_(made))
    for other in session.execute(query.order_by(DueItem.document_id, DueItem.part)):
        theirs[other.document_id].append(other)
    spans = spans_of(session, [item.id for one in documents for item in one.due_items])
    settled, closed = [], []
    for document, reversal_id, day in zip(documents, made, days, strict=True):
        for item, other in zip(document.due_items, theirs[reversal_id], strict=True):
            whole = item.amount_minor
            if not whole:
                continue
            debit, credit = (item.id, other.id) if item.direction == 1 else (other.id, item.id)
            on = free_from(spans.get(item.id, ()), whole, whole, max(day, document.issued_on))
            recorded = max(at, document.recorded_at)
            settled.append(
                (document.account_id, debit, credit, whole, on, recorded, "reversal", by.label)
            )
            closed += [(item.id, 0, item.version + 1), (other.id, 0, 2)]
    columns = ("account_id", "debit_item_id", "credit_item_id", "amount_minor")
    insert_rows(
        session,
        Allocation,
        (*columns, "effective_on", "recorded_at", "rule", "recorded_by"),
        settled,
    )
    update_rows(session, DueItem, ("open_minor", "version"), closed)


def in_the_way(session: Session, which: Select[int]) -> list[Sentence]:
    """What taking back the documents of these ids would touch, told beforehand.

    Nothing here forbids it.
    """
    items = select(DueItem.id).where(DueItem.document_id.in_(which))
    live = select(Allocation.id).where(Allocation.undone_at.is_(None))
    touched = union(
        live.where(Allocation.debit_item_id.in_(items)),
        live.where(Allocation.credit_item_id.in_(items)),
    )
    found = []
    if settled := session.scalar(select(func.count()).select_from(touched.subquery())):
        found.append(Sentence(SETTLED, {"count": settled}))
    if (through := locks.locked_through(session)) is not None:
        dated = select(func.count()).where(Document.id.in_(which), Document.issued_on <= through)
        if late := session.scalar(dated):
            first = locks.first_open_day(session)
            facts = {"count": late, "through": through, "first": first}
            found.append(Sentence(LOCKED, facts))
    return found


SETTLED = N_("Settlements that will be undone, so that what they settled is open again: %(count)s.")
LOCKED = N_(
    "The books are locked through %(through)s: %(count)s documents of that time are taken back from"
    " %(first)s on."
)
