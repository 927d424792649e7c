"""How a statement reached each of its people; only what proves delivery counts as delivered.

A mail server that accepts a message proves nothing, and neither does a page that was opened:
mail scanners open links. A sign-in, a form sent from the link, a delivery notice or a receipt
handed in does.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, events
from tieout.audit import Actor
from tieout.customers.models import Contact
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.statements import family
from tieout.statements.models import Statement, StatementDelivery

QUEUED, SENT, DELIVERED, VIEWED, FAILED = "queued", "sent", "delivered", "viewed", "failed"
#: What people read, in the order things happen.
NAMES = {
    QUEUED: N_("Waiting to be sent"),
    SENT: N_("Sent"),
    DELIVERED: N_("Delivered"),
    VIEWED: N_("Viewed"),
    FAILED: N_("Not delivered"),
}
#: What proves that it arrived.
PROOFS = {
    "sign_in": N_("signed in and opened it"),
    "post": N_("sent a form from the link"),
    "dsn": N_("a delivery notice of the mail server"),
    "receipt": N_("a receipt that was handed in"),
}
#: What proves that somebody looked at it.
_SEEN = ("sign_in", "post")

#: What a delivery in a state may become.
MOVES: dict[str, tuple[str, ...]] = {
    QUEUED: (SENT, DELIVERED, VIEWED, FAILED),
    SENT: (DELIVERED, VIEWED, FAILED),
    DELIVERED: (VIEWED,),
    VIEWED: (),
    FAILED: (QUEUED, SENT, DELIVERED, VIEWED),
}


class NoProof(InvalidInput):
    """Something that does not show that a statement arrived."""

    message = N_("“%(proof)s” does not prove delivery. What does: %(known)s.")


def queue(session: Session, statement: Statement) -> list[StatementDelivery]:
    """Queue a statement for everybody who gets it, of the customer or of its family's head."""
    contacts = family.getters(session, statement.customer_id)
    return [delivery_to(session, statement, contact) for contact in contacts]


def queue_all(session: Session, statements: Collection[Statement]) -> None:
    """The same for some statements, all together."""
    getters = family.getters_of(session, {one.customer_id for one in statements})
    query = select(StatementDelivery.statement_id, StatementDelivery.contact_id).where(
        StatementDelivery.statement_id.in_([one.id for one in statements])
    )
    there = {(row.statement_id, row.contact_id) for row in session.execute(query)}
    session.add_all(
        StatementDelivery(statement_id=one.id, contact_id=contact.id, customer_id=one.customer_id)
        for one in statements
        for contact in getters[one.customer_id]
        if (one.id, contact.id) not in there
    )
    session.flush()


def delivery_to(session: Session, statement: Statement, contact: Contact) -> StatementDelivery:
    """The delivery of a statement to a contact; made where there is none yet."""
    made = find(session, statement.id, contact.id)
    if made is None:
        made = StatementDelivery(
            statement_id=statement.id, contact_id=contact.id, customer_id=statement.customer_id
        )
        session.add(made)
        session.flush()
    return made


def find(session: Session, statement_id: int, contact_id: int) -> StatementDelivery | None:
    """The delivery of a statement to a contact, if there is one."""
    return session.scalar(
        select(StatementDelivery).where(
            StatementDelivery.statement_id == statement_id,
            StatementDelivery.contact_id == contact_id,
        )
    )


def mark_sent(session: Session, delivery: StatementDelivery) -> None:
    """Note that it was handed over; that proves nothing yet."""
    _move(session, delivery, SENT)


def mark_delivered(
    session: Session, delivery: StatementDelivery, *, proof: str, by: Actor, at: datetime
) -> None:
    """Note that it arrived, and what proves it.

    Raises:
        NoProof: that does not show it.
    """
    if proof not in PROOFS:
        raise NoProof(proof=proof, known=", ".join(PROOFS))
    if delivery.delivered_at is not None:
        return
    delivery.delivered_at = at
    delivery.proof = proof
    _move(session, delivery, DELIVERED)
    audit.record(session, by, "statement.delivered", delivery, after={"proof": proof})


def mark_viewed(
    session: Session, delivery: StatementDelivery, *, proof: str, by: Actor, at: datetime
) -> None:
    """Note that a person looked at it: signed in, or sent a form.

    Raises:
        NoProof: that shows no person.
    """
    if proof not in _SEEN:
        raise NoProof(proof=proof, known=", ".join(_SEEN))
    mark_delivered(session, delivery, proof=proof, by=by, at=at)
    if delivery.viewed_at is not None:
        return
    delivery.viewed_at = at
    _move(session, delivery, VIEWED)
    audit.record(session, by, "statement.viewed", delivery, after={"proof": proof})


def mark_failed(session: Session, delivery: StatementDelivery, reason: Sentence) -> None:
    """Note that it did not arrive, and why; what was proven before stands."""
    if _move(session, delivery, FAILED):
        delivery.reason = reason.to_json()
        session.flush()


def send_again(session: Session, delivery: StatementDelivery, *, by: Actor) -> None:
    """Queue a failed delivery once more."""
    if _move(session, delivery, QUEUED):
        audit.record(session, by, "statement.queued_again", delivery)
        events.publish(session, events.StatementQueuedAgain(delivery.id))


def _move(session: Session, delivery: StatementDelivery, state: str) -> bool:
    """Move a delivery on; what comes late, such as “sent” after “viewed”, changes nothing."""
    if state not in MOVES[delivery.state]:
        return False
    delivery.state = state
    delivery.version += 1
    if state != FAILED:
        delivery.reason = None
    session.flush()
    return True
