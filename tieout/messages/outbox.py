"""Messages are written in the transaction of their cause, once for each key."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.db.base import Json
from tieout.db.insertion import insert_once
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.messages.models import Address, Message
from tieout.messages.outcomes import PATIENCE

#: States in which nothing more happens to a message by itself.
ENDED = ("sent", "failed", "cancelled", "unknown")

#: Noted on a session that has written a message, so that a deliverer close by can be woken.
WRITTEN = "message_written"

_domain = "tieout.invalid"


class AddressOff(Conflict):
    """A message was to go again to an address that takes none."""

    message = N_(
        "%(address)s is switched off: %(words)s. Put the address right and switch it on first."
    )


class MessageStillOnItsWay(Conflict):
    """A message was to be sent again before it came to its end."""

    message = N_("This message is still on its way; wait until it has been sent or has failed.")


@dataclass(frozen=True)
class Draft:
    """Something to be said to one person on one channel."""

    #: What makes it the same message, such as "statement_issued:7:contact:3:email".
    key: str
    kind: str
    channel: str
    to: str
    language: str
    subject_type: str
    subject_id: int | None
    address_id: int | None = None
    customer_id: int | None = None
    contact_id: int | None = None
    payload: Json = field(default_factory=dict)
    #: The identity of the message it answers, such as the first of a dispute.
    in_reply_to: str | None = None
    may_repeat: bool = True
    not_before: datetime | None = None
    #: How long it is worth trying.
    patience: timedelta = PATIENCE


def configure(domain: str) -> None:
    """Set the domain that identities end with; done once by the roof."""
    global _domain
    _domain = domain or _domain


def enqueue(session: Session, draft: Draft, *, at: datetime) -> Message | None:
    """Write a message; None when one with this key has been written before."""
    if not write(session, draft, at=at):
        return None
    return session.scalars(select(Message).where(Message.key == draft.key)).one()


def write(session: Session, draft: Draft, *, at: datetime) -> bool:
    """Write a message and do not look at it; False when its key has been written before."""
    begin = max(draft.not_before or at, at)
    row = {
        "key": draft.key,
        "kind": draft.kind,
        "channel": draft.channel,
        "to": draft.to,
        "language": draft.language,
        "subject_type": draft.subject_type,
        "subject_id": draft.subject_id,
        "address_id": draft.address_id,
        "customer_id": draft.customer_id,
        "contact_id": draft.contact_id,
        "payload": draft.payload,
        "state": "waiting",
        "identity": _identity(draft.key, at),
        "in_reply_to": draft.in_reply_to,
        "may_repeat": draft.may_repeat,
        "attempts": 0,
        "created_at": at,
        "next_attempt_at": begin,
        "give_up_at": begin + draft.patience,
    }
    if not insert_once(session, Message, row, ["key"]):
        return False
    session.info[WRITTEN] = True
    return True


def first_about(session: Session, subject_type: str, subject_id: int, to: str) -> Message | None:
    """The first message to somebody about something, which later ones answer."""
    return session.scalar(
        select(Message)
        .where(
            Message.subject_type == subject_type,
            Message.subject_id == subject_id,
            Message.to == to,
        )
        .order_by(Message.id)
        .limit(1)
    )


def send_again(
    session: Session,
    message: Message,
    *,
    by: audit.Actor,
    at: datetime,
    to: str = "",
    address_id: int | None = None,
) -> Message:
    """Write a message anew because somebody asks for it, with an identity of its own.

    Raises:
        MessageStillOnItsWay: it has not come to its end.
        AddressOff: the address it goes to takes no messages.
    """
    if message.state not in ENDED:
        raise MessageStillOnItsWay
    if address_id is None and (not to or to == message.to):
        address_id = message.address_id
    address = session.get(Address, address_id) if address_id is not None else None
    if address is not None and not address.is_active:
        raise AddressOff(address=address.address, words=address.off_reason)
    origin = message.key.partition("#")[0]
    times = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.key.startswith(f"{origin}#", autoescape=True))
    )
    draft = Draft(
        key=f"{origin}#{(times or 0) + 1}",
        kind=message.kind,
        channel=message.channel,
        to=to or message.to,
        language=message.language,
        subject_type=message.subject_type,
        subject_id=message.subject_id,
        address_id=address_id,
        customer_id=message.customer_id,
        contact_id=message.contact_id,
        payload=message.payload,
        in_reply_to=message.in_reply_to,
        may_repeat=message.may_repeat,
        patience=message.give_up_at - message.created_at,
    )
    again = enqueue(session, draft, at=at)
    if again is None:  # somebody else asked for the same at the same moment
        raise MessageStillOnItsWay
    audit.record(session, by, "message.sent_again", again, after={"of": message.id})
    return again


def _identity(key: str, at: datetime) -> str:
    # The moment is part of it: an installation made anew writes the same keys again, and mail
    # servers drop what they have seen.
    return f"<{hashlib.sha256(f'{key}@{at.isoformat()}'.encode()).hexdigest()[:40]}@{_domain}>"
