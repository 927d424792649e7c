"""Which part of a due item is disputed, and while when; only disputes write it.

The dispute that calls notes it in the trail: opening a part is a consequence of raising it.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger import locks, totals
from tieout.ledger.models import DisputedPart, Document, DueItem
from tieout.money import Money


class DisputesMoreThanThere(Conflict):
    """More was to be disputed than the document is over."""

    message = N_(
        "%(number)s is over %(amount)s, of which %(disputed)s is disputed already. Dispute at most"
        " the rest."
    )


class NothingDisputed(InvalidInput):
    """A disputed amount of zero or below."""

    message = N_("%(amount)s cannot be disputed. Give an amount above zero.")


def open_part(
    session: Session, item: DueItem, amount: Money, *, dispute_ref: str, on: date, at: datetime
) -> DisputedPart:
    """Mark part of an item as disputed from a day on; the amount is without sign.

    Raises:
        DisputesMoreThanThere, NothingDisputed: not by that much.
    """
    document = session.get_one(Document, item.document_id)
    if amount <= Money.zero(document.currency):
        raise NothingDisputed(amount=amount)
    totals.hold(session, [item.account_id])
    locks.hold_open(session)
    there = disputed_now(session, item.id)
    if there + amount.minor > item.amount_minor:
        raise DisputesMoreThanThere(
            number=document.number,
            amount=Money(item.amount_minor, document.currency),
            disputed=Money(there, document.currency),
        )
    made = DisputedPart(
        due_item_id=item.id,
        dispute_ref=dispute_ref,
        amount_minor=amount.minor,
        effective_on=locks.open_day(session, max(on, document.issued_on)),
        recorded_at=max(at, document.recorded_at),
    )
    session.add(made)
    session.flush()
    return made


def open_parts(
    session: Session, document: Document, amount: Money, *, dispute_ref: str, on: date, at: datetime
) -> list[DisputedPart]:
    """Mark an amount of a document as disputed, over its due items from the first one on.

    Raises:
        DisputesMoreThanThere, NothingDisputed: not by that much.
    """
    rest, made = amount.minor, []
    for item in document.due_items:
        there = min(rest, item.amount_minor - disputed_now(session, item.id))
        if there > 0:
            part = Money(there, amount.currency)
            made.append(open_part(session, item, part, dispute_ref=dispute_ref, on=on, at=at))
            rest -= there
    if rest or not made:
        raise DisputesMoreThanThere(
            number=document.number,
            amount=Money(abs(document.amount_minor), document.currency),
            disputed=Money(
                sum(disputed_now(session, item.id) for item in document.due_items)
                - sum(part.amount_minor for part in made),
                document.currency,
            ),
        )
    return made


def close_part(session: Session, part: DisputedPart, *, on: date, at: datetime) -> None:
    """Let a part no longer be disputed from a day on; closing it again changes nothing."""
    if part.ended_at is not None:
        return
    locks.hold_open(session)
    part.ended_on = locks.open_day(session, max(on, part.effective_on))
    part.ended_at = max(at, part.recorded_at)
    session.flush()


def parts_of(session: Session, dispute_ref: str, *, live: bool = True) -> Sequence[DisputedPart]:
    """The parts a dispute holds."""
    query = select(DisputedPart).where(DisputedPart.dispute_ref == dispute_ref)
    if live:
        query = query.where(DisputedPart.ended_at.is_(None))
    return session.scalars(query.order_by(DisputedPart.id)).all()


def disputed_now(session: Session, item_id: int) -> int:
    """How much of an item is disputed, as things stand; in minor units."""
    query = select(func.coalesce(func.sum(DisputedPart.amount_minor), 0)).where(
        DisputedPart.due_item_id == item_id, DisputedPart.ended_at.is_(None)
    )
    return int(session.scalar(query) or 0)
