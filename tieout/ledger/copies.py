"""Copies of documents sent to the people of a customer, each of them once a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit import Actor
from tieout.customers.models import Contact
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_
from tieout.ledger import reversing
from tieout.ledger.models import Document, DocumentKind
from tieout.messages.models import Message

#: The kind of message a copy goes with.
KIND = "document_copy"
#: What a copy may be asked of: what a customer books by our paper.
COPIED = frozenset(
    {
        DocumentKind.INVOICE,
        DocumentKind.CREDIT_NOTE,
        DocumentKind.FEE,
        DocumentKind.INTEREST,
    }
)
#: States of a message that reached nobody, so that the copy may go once more.
_LOST = ("failed", "cancelled")


class NobodyChosen(InvalidInput):
    """A copy for nobody."""

    message = N_("Choose who gets the copy.")


class NoMailAddress(InvalidInput):
    """A person whom no mail reaches."""

    message = N_(
        "%(name)s has no e-mail address. Add one on the page of the customer, then send the copy."
    )


class NoPaper(InvalidInput):
    """A copy of what never was a paper of ours, such as a payment."""

    message = N_("%(number)s is no document we issue, so there is no copy of it.")


class TakenBack(Conflict):
    """A copy of what does not count any more."""

    message = N_("%(number)s was reversed by %(reversal)s, so no copy is sent.")


@dataclass(frozen=True)
class Sending:
    """What became of asking for a copy."""

    document: Document
    #: Who gets a mail by it.
    to: tuple[Contact, ...]
    #: Who has got one today.
    before: tuple[Contact, ...]


def is_paper(document: Document) -> bool:
    """Whether there is a paper of ours to copy."""
    return document.kind in COPIED and document.reverses_id is None


def send(
    session: Session,
    document: Document,
    contacts: Sequence[Contact],
    *,
    by: Actor,
    at: datetime,
) -> Sending:
    """Send a copy of a document by mail; nobody gets the same one twice on a day.

    Raises:
        NobodyChosen, NoMailAddress, NotFound: it cannot reach them.
        NoPaper, TakenBack: there is nothing to copy.
    """
    _see_paper(session, document)
    if not contacts:
        raise NobodyChosen
    for contact in contacts:
        if contact.customer_id != document.customer_id or not contact.is_active:
            raise NotFound
        if not contact.email.strip():
            raise NoMailAddress(name=contact.name)
    today = _day(session, at)
    had = {one.contact_id for one in sent(session, document) if _counts(session, one, today)}
    to = tuple(one for one in contacts if one.id not in had)
    for contact in to:
        events.publish(session, events.DocumentCopyAsked(document.id, contact.id))
    if to:
        audit.record(
            session,
            by,
            "document.copy_sent",
            document,
            after={"number": document.number, "contacts": [one.id for one in to]},
        )
    return Sending(document, to, tuple(one for one in contacts if one.id in had))


def sent(session: Session, document: Document) -> Sequence[Message]:
    """The mails with copies of a document, the newest first."""
    query = (
        select(Message)
        .where(
            Message.kind == KIND,
            Message.subject_type == "document",
            Message.subject_id == document.id,
        )
        .order_by(Message.id.desc())
    )
    return session.scalars(query).all()


def times_lost(session: Session, document_id: int, contact_id: int) -> int:
    """How many copies of a document reached a person not at all."""
    query = select(Message.id).where(
        Message.kind == KIND,
        Message.subject_type == "document",
        Message.subject_id == document_id,
        Message.contact_id == contact_id,
        Message.state.in_(_LOST),
    )
    return len(session.scalars(query).all())


def _see_paper(session: Session, document: Document) -> None:
    if not is_paper(document):
        raise NoPaper(number=document.number)
    reversal = reversing.reversal_of(session, document.id)
    if reversal is not None:
        raise TakenBack(number=document.number, reversal=reversal.number)


def _counts(session: Session, message: Message, today: date) -> bool:
    return message.state not in _LOST and _day(session, message.created_at) == today


def _day(session: Session, at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
