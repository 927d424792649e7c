"""Whom a statement went to, and what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import Contact
from tieout.statements import moves
from tieout.statements.models import Confirmation, Statement, StatementDelivery


@dataclass(frozen=True)
class Recipient:
    """A contact a statement went to."""

    contact: Contact
    delivery: StatementDelivery
    has_answered: bool


def recipients(session: Session, statement_id: int) -> list[Recipient]:
    """The people a statement went to, with how far it has come with each."""
    answered = set(
        session.scalars(
            select(Confirmation.contact_id).where(Confirmation.statement_id == statement_id)
        )
    )
    rows = session.execute(
        select(Contact, StatementDelivery)
        .join(StatementDelivery, StatementDelivery.contact_id == Contact.id)
        .where(StatementDelivery.statement_id == statement_id)
        .order_by(Contact.name, Contact.id)
    )
    return [Recipient(contact, row, contact.id in answered) for contact, row in rows]


def answers_of(session: Session, statement_id: int) -> Sequence[Confirmation]:
    """Every answer to a statement, the latest first."""
    return session.scalars(
        select(Confirmation)
        .where(Confirmation.statement_id == statement_id)
        .order_by(Confirmation.id.desc())
    ).all()


def correction_of(session: Session, statement_id: int) -> Statement | None:
    """The new version of a statement that is being made."""
    return session.scalar(
        select(Statement).where(
            Statement.supersedes_id == statement_id, Statement.state.in_(moves.OPEN)
        )
    )
