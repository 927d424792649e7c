"""Settling debits with credits of one account, and undoing it; alone keeps what is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger import locks, totals
from tieout.ledger.models import Allocation, Document, DueItem
from tieout.money import Money


class AllocationExceedsOpenAmount(Conflict):
    """More was to be settled than is open."""

    message = N_("Only %(open)s of %(number)s is still open. Settle at most that.")


class NothingToSettle(InvalidInput):
    """An amount of zero or below."""

    message = N_("%(amount)s cannot be settled. Give an amount above zero.")


class NotDebitAndCredit(InvalidInput):
    """Two items that do not settle one another."""

    message = N_(
        "%(debit)s and %(credit)s do not settle one another: one must raise what is owed, the other"
        " lower it."
    )


class OtherAccount(InvalidInput):
    """Two items of different accounts."""

    message = N_(
        "%(debit)s and %(credit)s stand in different accounts. Move the money first by a transfer."
    )


class AlreadyUndone(Conflict):
    """An allocation that no longer counts."""

    message = N_("This allocation has been undone already.")


class ReversalStays(Conflict):
    """A reversed document is settled with its reversal for ever."""

    message = N_(
        "%(number)s was reversed, so the two stay settled with one another. Post the document again"
        " if it was right after all."
    )


def allocate(
    session: Session,
    debit_item: DueItem,
    credit_item: DueItem,
    amount: Money,
    *,
    rule: str = "by_hand",
    by: Actor,
    at: datetime,
) -> Allocation:
    """Settle part of a debit item with part of a credit item of the same account.

    Raises:
        AllocationExceedsOpenAmount: somebody was quicker, or it was never as much.
        NothingToSettle, NotDebitAndCredit, OtherAccount: the two do not go together.
    """
    debit, credit = debit_item.document, credit_item.document
    _check(debit_item, credit_item, amount)
    totals.hold(session, [debit_item.account_id])
    locks.hold_open(session)
    effective_on = _effective_day(session, debit_item, credit_item, amount.minor)
    _lower(session, debit_item, credit_item, amount)
    made = Allocation(
        account_id=debit_item.account_id,
        debit_item_id=debit_item.id,
        credit_item_id=credit_item.id,
        amount_minor=amount.minor,
        effective_on=effective_on,
        recorded_at=max(at, debit.recorded_at, credit.recorded_at),
        rule=rule,
        recorded_by=by.label,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "allocation.made",
        made,
        after={
            "debit": debit.number,
            "credit": credit.number,
            "debit_item_id": debit_item.id,
            "credit_item_id": credit_item.id,
            "amount": amount.plain,
            "currency": amount.currency,
            "effective_on": effective_on,
            "rule": rule,
        },
    )
    return made


def undo(
    session: Session, allocation: Allocation, *, on: date | None = None, by: Actor, at: datetime
) -> None:
    """Take an allocation back: both items are open again by exactly as much.

    It stops counting from the day it began, unless `on` names a later day or that day is locked.

    Raises:
        AlreadyUndone: it no longer counted.
        ReversalStays: it ties a document to its reversal.
    """
    if allocation.rule == "reversal":
        raise ReversalStays(number=_item(session, allocation.debit_item_id).document.number)
    totals.hold(session, [allocation.account_id])
    locks.hold_open(session)
    day = locks.open_day(session, max(allocation.effective_on, on or allocation.effective_on))
    undone_at = max(at, allocation.recorded_at)
    taken_back = session.execute(
        update(Allocation)
        .where(Allocation.id == allocation.id, Allocation.undone_at.is_(None))
        .values(undone_on=day, undone_at=undone_at, undone_by=by.label)
        .execution_options(synchronize_session=False)
    )
    session.expire(allocation)
    if not _hit(taken_back):
        raise AlreadyUndone
    for item_id in sorted((allocation.debit_item_id, allocation.credit_item_id)):
        _move(session, _item(session, item_id), allocation.amount_minor)
    audit.record(
        session,
        by,
        "allocation.undone",
        allocation,
        before={"amount": allocation.amount_minor, "rule": allocation.rule},
        after={"undone_on": day},
    )


def of_document(session: Session, document_id: int, *, live: bool = True) -> list[Allocation]:
    """The allocations that settle a document, oldest first; `live` leaves out those undone."""
    items = select(DueItem.id).where(DueItem.document_id == document_id)
    query = select(Allocation).where(
        or_(Allocation.debit_item_id.in_(items), Allocation.credit_item_id.in_(items))
    )
    if live:
        query = query.where(Allocation.undone_at.is_(None))
    return list(session.scalars(query.order_by(Allocation.id)))


def _check(debit_item: DueItem, credit_item: DueItem, amount: Money) -> None:
    debit, credit = debit_item.document, credit_item.document
    if debit_item.account_id != credit_item.account_id:
        raise OtherAccount(debit=debit.number, credit=credit.number)
    if debit_item.direction != 1 or credit_item.direction != -1:
        raise NotDebitAndCredit(debit=debit.number, credit=credit.number)
    if amount <= Money.zero(debit.currency):
        raise NothingToSettle(amount=amount)


def _lower(session: Session, debit_item: DueItem, credit_item: DueItem, amount: Money) -> None:
    """Lower what is open on both items, or on neither."""
    done: list[DueItem] = []
    for item in sorted((debit_item, credit_item), key=lambda item: item.id):
        if _move(session, item, -amount.minor):
            done.append(item)
            continue
        for lowered in done:
            _move(session, lowered, amount.minor)
        raise AllocationExceedsOpenAmount(
            open=Money(item.open_minor, amount.currency), number=item.document.number
        )


def _move(session: Session, item: DueItem, change: int) -> bool:
    """Change what is open on an item unless too little is; whoever comes second is told so."""
    moved = session.execute(
        update(DueItem)
        .where(DueItem.id == item.id, DueItem.open_minor + change >= 0)
        .values(open_minor=DueItem.open_minor + change, version=DueItem.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.expire(item, ["open_minor", "version"])
    return _hit(moved)


def _hit(result: object) -> bool:
    return cast(CursorResult[Any], result).rowcount == 1


def _item(session: Session, item_id: int) -> DueItem:
    return session.get_one(DueItem, item_id)


def _effective_day(
    session: Session, debit_item: DueItem, credit_item: DueItem, amount: int
) -> date:
    """From when an allocation counts.

    The later of both documents' dates, or the first open day. Where money had been settled
    otherwise for some time and then taken back, not before it was free again: nothing may ever
    have been settled twice, at no date.
    """
    dates = (_issued_on(session, debit_item), _issued_on(session, credit_item))
    day = locks.open_day(session, max(dates))
    for item in (debit_item, credit_item):
        day = max(day, free_from(_spans(session, item), item.amount_minor, amount, day))
    return day


def _issued_on(session: Session, item: DueItem) -> date:
    return session.get_one(Document, item.document_id).issued_on


@dataclass(frozen=True)
class Span:
    """An amount settled from a day on, until another day or for good."""

    start: date
    end: date | None
    amount: int


def free_from(spans: Iterable[Span], whole: int, wanted: int, day: date) -> date:
    """Return the first day from which on so much is never settled otherwise."""
    counted = [span for span in spans if span.end is None or span.end > span.start]
    days = [day, *sorted({s.end for s in counted if s.end is not None and s.end > day})]
    return next((d for d in days if _peak(counted, d) + wanted <= whole), days[-1])


def _peak(spans: Sequence[Span], first: date) -> int:
    """The most that is settled on any day from one on."""
    days = [first, *(span.start for span in spans if span.start > first)]
    return max(
        sum(s.amount for s in spans if s.start <= day and (s.end is None or day < s.end))
        for day in days
    )


def _spans(session: Session, item: DueItem) -> list[Span]:
    query = select(Allocation.effective_on, Allocation.undone_on, Allocation.amount_minor).where(
        or_(Allocation.debit_item_id == item.id, Allocation.credit_item_id == item.id)
    )
    return [Span(start, end, amount) for start, end, amount in session.execute(query)]
