"""Settling by hand: whatever somebody ticked on both sides, the earliest due first."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from tieout.audit import Actor
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.ledger import allocation, totals
from tieout.ledger.models import Allocation, Document, DueItem
from tieout.money import Money


class NothingTicked(InvalidInput):
    """Only one side was chosen, or none."""

    message = N_("Tick at least one open document on each side.")


class AmountNotUsed(InvalidInput):
    """More was to be settled than the ticked documents hold."""

    message = N_("Of what is ticked at most %(most)s can be settled. Enter at most that.")


def settle(
    session: Session,
    account_id: int,
    debit_ids: Sequence[int],
    credit_ids: Sequence[int],
    *,
    amount: Money | None = None,
    by: Actor,
    at: datetime,
) -> list[Allocation]:
    """Settle the ticked items with one another: all they hold, or an amount of it.

    Raises:
        NothingTicked: one side is missing.
        AmountNotUsed: less than the amount can be settled.
        AllocationExceedsOpenAmount: somebody was quicker.
    """
    totals.hold(session, [account_id])
    debits = _items(session, account_id, debit_ids, 1)
    credits = _items(session, account_id, credit_ids, -1)
    if not debits or not credits:
        raise NothingTicked
    currency = debits[0].document.currency
    left = {item.id: item.open_minor for item in (*debits, *credits)}
    most = min(sum(left[item.id] for item in side) for side in (debits, credits))
    if amount is not None and amount.minor > most:
        raise AmountNotUsed(most=Money(most, currency))
    if amount is not None and amount.minor <= 0:
        raise allocation.NothingToSettle(amount=amount)
    rest = most if amount is None else amount.minor
    made = []
    for credit in credits:
        for debit in debits:
            now = min(left[debit.id], left[credit.id], rest)
            if now <= 0:
                continue
            made.append(
                allocation.allocate(session, debit, credit, Money(now, currency), by=by, at=at)
            )
            left[debit.id] -= now
            left[credit.id] -= now
            rest -= now
    return made


def settlements(account_id: int) -> Select[Allocation, Document, Document]:
    """Select the settlements of an account that count, each with both documents, newest first."""
    debit_item, credit_item = aliased(DueItem), aliased(DueItem)
    debit, credit = aliased(Document), aliased(Document)
    return (
        select(Allocation, debit, credit)
        .join(debit_item, debit_item.id == Allocation.debit_item_id)
        .join(debit, debit.id == debit_item.document_id)
        .join(credit_item, credit_item.id == Allocation.credit_item_id)
        .join(credit, credit.id == credit_item.document_id)
        .where(Allocation.account_id == account_id, Allocation.undone_at.is_(None))
        .order_by(Allocation.id.desc())
    )


def settlement(account_id: int, allocation_id: int) -> Select[Allocation]:
    """Select a settlement of an account."""
    return select(Allocation).where(
        Allocation.account_id == account_id, Allocation.id == allocation_id
    )


def _items(session: Session, account_id: int, ids: Sequence[int], direction: int) -> list[DueItem]:
    query = select(DueItem).where(
        DueItem.account_id == account_id,
        DueItem.id.in_(ids),
        DueItem.direction == direction,
        DueItem.open_minor > 0,
    )
    found = session.scalars(query)
    return sorted(found, key=_by_age)


def _by_age(item: DueItem) -> tuple[date, int]:
    return (item.due_on, item.id)
