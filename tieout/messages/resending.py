"""Sending a message again, to where its person is reached now."""

from datetime import datetime

from sqlalchemy.orm import Session

from tieout import audit
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.messages import addresses, outbox
from tieout.messages.models import Message


class NotReachedThere(Conflict):
    """A person is no longer reached on the channel of a message."""

    message = N_(
        "%(name)s is not reached on this channel any more. Put the address right at the contact"
        " first."
    )


def send_again(session: Session, message: Message, *, by: audit.Actor, at: datetime) -> Message:
    """Write a message anew, for the address its person has today.

    Raises:
        MessageStillOnItsWay: it has not come to its end.
        AddressOff: the address takes no messages.
        NotReachedThere: the person has no such address.
    """
    kind = "contact" if message.contact_id is not None else "staff"
    person_id = message.contact_id or message.payload.get("staff_id")
    person = addresses.person(session, kind, int(person_id)) if person_id is not None else None
    if person is None:
        return outbox.send_again(session, message, by=by, at=at)
    reached = addresses.reach(session, person, at=at)
    now = next((one for one in reached if one.channel == message.channel), None)
    if now is None and message.channel == addresses.EMAIL and not person.email.strip():
        raise NotReachedThere(name=person.name)
    if now is None:
        return outbox.send_again(session, message, by=by, at=at)
    return outbox.send_again(session, message, by=by, at=at, to=now.address, address_id=now.id)
