"""What becomes of a mail that came in.

A notice tells what became of a message; an answer to a message about a dispute joins its thread;
any other answer stands with the customer until somebody of ours has looked at it. An answer by
mail is words: it never confirms a balance, withdraws a dispute or promises a payment. Mails that
neither name a message of ours nor come from a contact are nobody's business and are not kept.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout import events
from tieout.audit import Actor
from tieout.customers.models import Contact
from tieout.db.insertion import insert_once
from tieout.disputes import thread
from tieout.disputes.files import File
from tieout.disputes.models import Dispute
from tieout.errors import TieoutError
from tieout.i18n import N_, Sentence
from tieout.identity.permissions import Permission, portal_permissions
from tieout.messages import handover
from tieout.messages.gone import is_gone
from tieout.messages.letters import Letter, Notice
from tieout.messages.models import Address, IncomingMail, Message

ANSWER, RETURNED, DELIVERED, DELAYED, AUTOMATIC = (
    "answer",
    "returned",
    "delivered",
    "delayed",
    "automatic",
)
_NOTICES = {"failed": RETURNED, "delivered": DELIVERED, "delayed": DELAYED}

CAME_BACK = N_("The message did not arrive: %(words)s")
GONE = N_("The mailbox is not there: %(words)s. The address is switched off.")
ARRIVED = N_("The reader’s server has it in the mailbox.")
IS_LATE = N_("The reader’s server has not got it yet and goes on trying: %(words)s")
KNOWN_ALREADY = N_("This was known already: %(words)s")
BY_A_MACHINE = N_("A machine replied, as while somebody is away. Nothing follows from it.")
JOINED = N_("It stands in the thread of dispute %(receipt)s.")
JOINED_WITHOUT = N_("It stands in the thread of dispute %(receipt)s, without %(files)s.")
STRANGER = N_(
    "It answers a message to %(to)s, but came from another address, so nothing was entered."
)
MAY_NOT = N_("%(name)s may look, but not answer, so nothing was entered.")
TO_LOOK_AT = N_("It waits for somebody to look at it.")


def take(session: Session, letter: Letter, *, at: datetime) -> IncomingMail | None:
    """Take a mail in, once; None when it is not for us or was taken before."""
    message = _named(session, letter)
    if letter.notices:
        return _notice(session, letter, message, at) if message is not None else None
    contact = _contact(session, letter, message)
    if letter.is_automatic:
        if message is None:
            return None
        return _enter(session, letter, AUTOMATIC, message, contact, Sentence(BY_A_MACHINE), at)
    if message is not None and message.customer_id is None:  # one of ours to one of ours
        return None
    if message is None and contact is None:
        return None
    return _answer(session, letter, message, contact, at)


def _notice(
    session: Session, letter: Letter, message: Message, at: datetime
) -> IncomingMail | None:
    """Hear what a server says of a message."""
    notice = _about(letter.notices, message.to)
    if notice is None or (kind := _NOTICES.get(notice.action)) is None:
        return None
    words = {"words": notice.words}
    made = _enter(session, letter, kind, message, None, Sentence(IS_LATE, words), at)
    if made is None:
        return None
    if kind == DELIVERED:
        made.outcome = Sentence(ARRIVED).to_json()
        events.publish(session, events.MessageArrived(message.id))
    elif kind == RETURNED:
        is_off = is_gone(notice.status, notice.words)
        news = handover.come_back(session, message, notice.words, address_gone=is_off, at=at)
        said = KNOWN_ALREADY if not news else CAME_BACK
        if news and is_off and _is_switched_off(session, message):
            said = GONE
        made.outcome = Sentence(said, words).to_json()
    return made


def _is_switched_off(session: Session, message: Message) -> bool:
    """Whether the address a message went to takes none any more."""
    address = session.get(Address, message.address_id) if message.address_id else None
    return address is not None and not address.is_active


def _answer(
    session: Session,
    letter: Letter,
    message: Message | None,
    contact: Contact | None,
    at: datetime,
) -> IncomingMail | None:
    """Put an answer where it belongs; what cannot be put anywhere waits for somebody."""
    made = _enter(session, letter, ANSWER, message, contact, Sentence(TO_LOOK_AT), at)
    if made is None:
        return None
    outcome, made.is_open = Sentence(TO_LOOK_AT), True
    if contact is None and message is not None:
        outcome = Sentence(STRANGER, {"to": message.to})
    elif contact is not None and message is not None and message.subject_type == "dispute":
        outcome, made.is_open = _join(session, letter, message, contact, at)
    made.outcome = outcome.to_json()
    session.flush()
    if made.is_open:
        events.publish(session, events.MailCameIn(made.id))
    return made


def _join(
    session: Session, letter: Letter, message: Message, contact: Contact, at: datetime
) -> tuple[Sentence, bool]:
    """Write an answer into the thread of its dispute; True where somebody has to look at it."""
    dispute = session.get_one(Dispute, message.subject_id)
    facts: dict[str, object] = {"receipt": dispute.receipt}
    if Permission.ANSWER not in portal_permissions(contact.role):
        return Sentence(MAY_NOT, {"name": contact.name}), True
    files, refused = _files(letter)
    by = Actor("contact", contact.id, contact.name)
    try:
        with session.begin_nested():
            thread.answer(session, dispute, letter.text, files=files, by=by, at=at)
    except TieoutError as error:  # such as: it is over
        return error.sentence, True
    if refused:
        return Sentence(JOINED_WITHOUT, {**facts, "files": ", ".join(refused)}), True
    return Sentence(JOINED, facts), False


def _files(letter: Letter) -> tuple[list[File], list[str]]:
    """The files of a mail that are taken, and the names of those that are not."""
    taken, refused = [], []
    for one in letter.files:
        file = File(one.filename, one.content)
        try:
            file.checked()
        except TieoutError:
            refused.append(file.filename)
        else:
            taken.append(file)
    return taken, refused


def _named(session: Session, letter: Letter) -> Message | None:
    """The nearest message of ours a mail names."""
    if not letter.names:
        return None
    found = {
        one.identity: one
        for one in session.scalars(select(Message).where(Message.identity.in_(letter.names[:100])))
    }
    return next((found[name] for name in letter.names if name in found), None)


def _contact(session: Session, letter: Letter, message: Message | None) -> Contact | None:
    """Whose address a mail says it is from: of the customer the message went to, if any."""
    if not letter.sender:
        return None
    query = select(Contact).where(func.lower(Contact.email) == letter.sender, Contact.is_active)
    if message is not None:
        query = query.where(Contact.customer_id == message.customer_id)
    found = session.scalars(query.order_by(Contact.id).limit(2)).all()
    if message is None and len(found) > 1:  # somebody of several customers: of which one, who knows
        return None
    return found[0] if found else None


def _about(notices: Sequence[Notice], to: str) -> Notice | None:
    """The notice about the one a message went to; a server that names nobody means them."""
    named = [one for one in notices if one.recipient in ("", to.lower())]
    return named[0] if named else notices[0] if len(notices) == 1 else None


def _enter(
    session: Session,
    letter: Letter,
    kind: str,
    message: Message | None,
    contact: Contact | None,
    outcome: Sentence,
    at: datetime,
) -> IncomingMail | None:
    """Keep a mail, unless it was kept before."""
    values = {
        "identity": letter.identity,
        "kind": kind,
        "message_id": message.id if message else None,
        "customer_id": message.customer_id if message else contact.customer_id if contact else None,
        "contact_id": contact.id if contact else None,
        "sender": letter.sender,
        "sender_name": letter.name,
        "subject": letter.subject,
        "text": letter.text,
        "came_at": at,
        "outcome": outcome.to_json(),
        "is_open": False,
    }
    if not insert_once(session, IncomingMail, values, ["identity"]):
        return None
    return session.scalars(
        select(IncomingMail).where(IncomingMail.identity == letter.identity)
    ).one()
