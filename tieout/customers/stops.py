"""Stops: customers nothing is to be delivered to, with the reason, until each is lifted.

A stop warns whoever enters a delivery or an invoice; it forbids nothing. One that a reminder led
to is lifted by itself once nothing of the customer is overdue any more.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import Customer, DeliveryStop
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_, Sentence

BY_REMINDER, BY_HAND = "reminder", "hand"


class StopWithoutReason(InvalidInput):
    """A stop nobody will understand later, or one lifted without a word."""

    message = N_("Say why; whoever wants to deliver will ask.")


class StoppedAlready(Conflict):
    """A second stop of one customer."""

    message = N_("Deliveries to %(customer)s have been stopped since %(day)s: %(reason)s")


class StopLiftedAlready(Conflict):
    """A stop that no longer holds."""

    message = N_("%(who)s has lifted this stop already.")


def stop(
    session: Session,
    customer: Customer,
    reason: str,
    *,
    source: str = BY_HAND,
    on: date,
    by: Actor,
    at: datetime,
) -> DeliveryStop:
    """Stop deliveries to a customer.

    Raises:
        StopWithoutReason: nobody would understand it.
        StoppedAlready: they are stopped.
    """
    if not reason.strip():
        raise StopWithoutReason
    session.refresh(customer, with_for_update=True)
    there = in_force(session, [customer.id]).get(customer.id)
    if there is not None:
        raise StoppedAlready(customer=customer.name, day=there.from_on, reason=there.reason)
    made = DeliveryStop(
        customer_id=customer.id,
        reason=reason.strip(),
        source=source,
        from_on=on,
        made_by=by.label,
        made_at=at,
        lifted_why="",
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "deliveries.stopped",
        made,
        after={"customer_id": customer.id, "reason": made.reason},
    )
    return made


def lift(session: Session, made: DeliveryStop, why: str, *, by: Actor, at: datetime) -> None:
    """Let deliveries go on.

    Raises:
        StopWithoutReason: nobody would understand it.
        StopLiftedAlready: they do.
    """
    if not why.strip():
        raise StopWithoutReason
    session.refresh(made, with_for_update=True)
    if made.lifted_at is not None:
        raise StopLiftedAlready(who=made.lifted_by or "")
    made.lifted_by, made.lifted_at, made.lifted_why = by.label, at, why.strip()
    audit.record(
        session,
        by,
        "deliveries.resumed",
        made,
        after={"customer_id": made.customer_id, "why": made.lifted_why},
    )


def in_force(session: Session, customer_ids: Iterable[int]) -> dict[int, DeliveryStop]:
    """The stop of each customer that has one."""
    rows = session.scalars(
        select(DeliveryStop)
        .where(DeliveryStop.customer_id.in_(list(customer_ids)), DeliveryStop.lifted_at.is_(None))
        .order_by(DeliveryStop.id)
    )
    return {one.customer_id: one for one in rows}


def standing(session: Session) -> dict[int, DeliveryStop]:
    """Every stop that stands, by customer."""
    query = select(DeliveryStop).where(DeliveryStop.lifted_at.is_(None)).order_by(DeliveryStop.id)
    return {one.customer_id: one for one in session.scalars(query)}


def why(one: DeliveryStop) -> Sentence | str:
    """The reason of a stop: our own words in the reader's language, a person's as they are."""
    return Sentence(one.reason) if one.source == BY_REMINDER else one.reason


def stops_of(session: Session, customer_id: int) -> Sequence[DeliveryStop]:
    """Every stop of a customer, the newest first."""
    return session.scalars(
        select(DeliveryStop)
        .where(DeliveryStop.customer_id == customer_id)
        .order_by(DeliveryStop.id.desc())
    ).all()
