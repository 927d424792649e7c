"""Sending a statement once more: to somebody it did not reach, and to people added since."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, events
from tieout.audit import Actor
from tieout.customers.models import Contact
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.messages import outbox
from tieout.messages.models import Message
from tieout.statements import delivery, moves
from tieout.statements.models import Statement, StatementDelivery


class NothingToSend(Conflict):
    """A statement that reached everybody, or is not sent at all."""

    message = N_("There is nobody it could be sent to again.")


def send_again(
    session: Session, statement: Statement, row: StatementDelivery, *, by: Actor, at: datetime
) -> None:
    """Send an issued statement once more to a person, where they are reached now.

    Raises:
        NothingToSend: it was not issued, or did not fail.
        MessageStillOnItsWay: the last try has not ended.
    """
    if statement.state != moves.ISSUED or row.state != delivery.FAILED:
        raise NothingToSend
    contact = session.get_one(Contact, row.contact_id)
    last = session.scalar(
        select(Message)
        .where(
            Message.subject_type == "statement",
            Message.subject_id == statement.id,
            Message.contact_id == contact.id,
            Message.state.in_(("failed", "unknown", "cancelled")),
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    delivery.send_again(session, row, by=by)
    if last is None:
        events.publish(session, events.StatementIssued(statement.id))
        return
    moved = last.channel == "email" and contact.email and contact.email != last.to
    outbox.send_again(session, last, by=by, at=at, to=contact.email if moved else "")


def send_to_new(session: Session, statement: Statement, *, by: Actor) -> int:
    """Send an issued statement to contacts who have been added since, and say to how many.

    Raises:
        NothingToSend: it was not issued, or there is nobody new.
    """
    if statement.state != moves.ISSUED:
        raise NothingToSend
    before = set(
        session.scalars(
            select(StatementDelivery.contact_id).where(
                StatementDelivery.statement_id == statement.id
            )
        )
    )
    new = [row for row in delivery.queue(session, statement) if row.contact_id not in before]
    if not new:
        raise NothingToSend
    for row in new:
        audit.record(session, by, "statement.sent_to", row, after={"contact_id": row.contact_id})
    # who has its message already gets no second one
    events.publish(session, events.StatementIssued(statement.id))
    return len(new)
