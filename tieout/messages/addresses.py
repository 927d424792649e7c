"""Where people are reached: e-mail addresses of their own record, chats linked to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, events
from tieout.customers.models import Contact
from tieout.db.insertion import insert_once
from tieout.errors import NotAllowed
from tieout.i18n import N_
from tieout.identity.models import StaffUser
from tieout.messages.models import Address, Robot

EMAIL = "email"
#: Why nothing is written to an address any more, when its person wants it so.
STOPPED = N_("stopped by the person")
_UNIQUE = ("channel", "address", "person_kind", "person_id")


class StoppedByThePerson(NotAllowed):
    """An address whose person wants no messages there was to be switched on."""

    message = N_(
        "The person ended this chat, so only they can link it again, on the page “Preferences”."
    )


def reach(session: Session, person: Contact | StaffUser, *, at: datetime) -> list[Address]:
    """Where a person is reached today, e-mail first; addresses switched off are left out."""
    email = person.email.strip()
    query = select(Address).where(
        Address.person_kind == kind_of(person), Address.person_id == person.id
    )
    found = list(session.scalars(query.order_by(Address.channel, Address.id)))
    if email and not any((one.channel, one.address) == (EMAIL, email) for one in found):
        found.insert(0, _add(session, person, EMAIL, email, at))
    # an e-mail address the person had before is kept for the log, but not written to
    return [
        one for one in found if one.is_active and (one.channel != EMAIL or one.address == email)
    ]


def link(
    session: Session,
    person: Contact | StaffUser,
    channel: str,
    address: str,
    *,
    by: audit.Actor,
    at: datetime,
) -> Address:
    """Reach a person at an address from now on, such as a chat they linked themselves."""
    row = _add(session, person, channel, address, at)
    row.is_active, row.linked_at, row.off_reason, row.off_at = True, at, "", None
    audit.record(
        session, by, "address.linked", row, after={"channel": channel}, personal={"to": address}
    )
    return row


def switch_off(session: Session, address: Address, words: str, *, at: datetime) -> None:
    """Stop writing to an address that takes no message any more, and let staff know."""
    if not address.is_active:
        return
    _off(address, words, at)
    audit.record(session, audit.SYSTEM, "address.switched_off", address, after={"words": words})
    session.flush()
    events.publish(session, events.AddressSwitchedOff(address.id))


def unlink(
    session: Session, address: Address, words: str, *, by: audit.Actor, at: datetime
) -> None:
    """Stop writing to an address because its person says so."""
    if address.is_active:
        _off(address, words, at)
        audit.record(session, by, "address.unlinked", address)


def switch_on(session: Session, address: Address, *, by: audit.Actor, at: datetime) -> None:
    """Write to an address again, once somebody has put right what was wrong with it.

    What is heard later of messages sent before does not switch it off again.

    Raises:
        StoppedByThePerson: only they can have it back.
    """
    if address.off_reason == STOPPED:
        raise StoppedByThePerson
    address.is_active, address.off_reason, address.off_at = True, "", None
    address.linked_at = at
    audit.record(session, by, "address.switched_on", address)


def at_address(session: Session, channel: str, address: str) -> Sequence[Address]:
    """Everybody who is reached at an address: a person may act for several customers."""
    query = select(Address).where(
        Address.channel == channel, Address.address == address, Address.is_active
    )
    return session.scalars(query.order_by(Address.id)).all()


def person_of(session: Session, address: Address) -> Contact | StaffUser | None:
    """Whose address it is."""
    return person(session, address.person_kind, address.person_id)


def person(session: Session, kind: str, person_id: int) -> Contact | StaffUser | None:
    """Somebody of the company or of a customer's, by the word for which and the id."""
    if kind == "staff":
        return session.get(StaffUser, person_id)
    return session.get(Contact, person_id) if kind == "contact" else None


def called(session: Session, address: Address) -> str:
    """Who is reached there, by name: a person or a robot."""
    if address.person_kind == "robot":
        found = session.get(Robot, address.person_id)
        return found.name if found is not None else ""
    someone = person_of(session, address)
    return someone.name if someone is not None else ""


def kind_of(person: Contact | StaffUser) -> Literal["staff", "contact"]:
    """The word for whose address it is."""
    return "staff" if isinstance(person, StaffUser) else "contact"


def _off(address: Address, words: str, at: datetime) -> None:
    address.is_active, address.off_reason, address.off_at = False, words, at


def _add(
    session: Session, person: Contact | StaffUser, channel: str, address: str, at: datetime
) -> Address:
    key = {
        "channel": channel,
        "address": address,
        "person_kind": kind_of(person),
        "person_id": person.id,
    }
    made = {
        **key,
        "customer_id": getattr(person, "customer_id", None),
        "is_active": True,
        "linked_at": at,
        "off_reason": "",
    }
    insert_once(session, Address, made, _UNIQUE)
    return session.scalars(select(Address).filter_by(**key)).one()
