"""The links of mails to a statement: who holds one that works, and taking them back by hand."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import Contact
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.identity import tokens
from tieout.identity.models import Token
from tieout.identity.tokens import Purpose
from tieout.statements.models import Statement


class NoLinkToTakeBack(Conflict):
    """Every link has been taken back already, or has expired."""

    message = N_("%(name)s holds no link to this statement that still works.")


def holders(
    session: Session, statement: Statement, contacts: Iterable[Contact], at: datetime
) -> set[int]:
    """Which of some contacts hold a link to a version of a statement that still works."""
    return {token.person_id for token in session.scalars(_live(statement, contacts, at))}


def take_back(
    session: Session, statement: Statement, contact: Contact, *, by: Actor, at: datetime
) -> None:
    """Let the links a contact holds to any version of a statement work no more.

    Whoever asks for a new one gets it at the contact's address, as long as the contact is let in.

    Raises:
        NoLinkToTakeBack: there is none.
    """
    found = session.scalars(_live(statement, [contact], at)).all()
    if not found:
        raise NoLinkToTakeBack(name=contact.name)
    for token in found:
        tokens.revoke(session, token, at=at)
    audit.record(
        session,
        by,
        "statement.links_taken_back",
        statement,
        after={"contact_id": contact.id, "links": len(found)},
    )


def _live(statement: Statement, contacts: Iterable[Contact], at: datetime) -> Select[Token]:
    people = list(contacts)
    versions = select(Statement.id).where(
        Statement.customer_id == statement.customer_id, Statement.number == statement.number
    )
    return select(Token).where(
        Token.customer_id.in_({one.customer_id for one in people}),
        Token.person_kind == "contact",
        Token.person_id.in_({one.id for one in people}),
        Token.purpose == Purpose.STATEMENT,
        Token.object_id.in_(versions),
        Token.revoked_at.is_(None),
        Token.expires_at > at,
    )
