"""Who would read a kind of message about a customer, and on which channels; nothing is written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import Contact
from tieout.db.bulk import chunks
from tieout.messages import robots
from tieout.messages.addresses import EMAIL
from tieout.messages.models import Address, OptOut

_AT_ONCE = 5000


@dataclass(frozen=True)
class Reached:
    """A person or a group, and where it is written to."""

    name: str
    #: email, telegram, wecom, …; empty where nothing reaches them.
    channels: tuple[str, ...]
    #: Channels they want none of these messages on.
    unwanted: frozenset[str] = frozenset()
    is_group: bool = False

    def by(self, way: str) -> tuple[str, ...]:
        """Where a message arrives that leaves by mail or chat; empty: by every way.

        Whoever is not reached that way is written to on every other; a group gets no mail.
        """
        if way and self.is_group:
            return () if way == EMAIL else self.channels
        chosen = [one for one in self.channels if (one == EMAIL) == (way == EMAIL)] if way else []
        return tuple(one for one in chosen or self.channels if one not in self.unwanted)


def reminded(session: Session, customer_ids: Iterable[int]) -> Mapping[int, Sequence[Reached]]:
    """Who receives the reminders of each customer, as things stand now."""
    found: dict[int, list[Reached]] = defaultdict(list)
    ids = set(customer_ids)
    for some in chunks(sorted(ids), _AT_ONCE):
        query = select(Contact).where(
            Contact.customer_id.in_(some), Contact.is_active, Contact.receives_reminders
        )
        contacts = session.scalars(query.order_by(Contact.id)).all()
        ways = _ways(session, contacts)
        for one in contacts:
            found[one.customer_id].append(Reached(one.name, *ways[one.id]))
    for robot, address in robots.told(session, "reminder", None, everybody=True):
        for customer_id in [robot.customer_id] if robot.customer_id else ids:
            if customer_id in ids:
                found[customer_id].append(Reached(robot.name, (address.channel,), is_group=True))
    return found


def _ways(
    session: Session, contacts: Sequence[Contact]
) -> dict[int, tuple[tuple[str, ...], frozenset[str]]]:
    """The channels each contact is reached on, and those they want no reminders on."""
    ids = [one.id for one in contacts]
    known = select(Address).where(Address.person_kind == "contact", Address.person_id.in_(ids))
    mails = {one.id: one.email.strip() for one in contacts}
    ways = {one.id: {EMAIL: True} if one.email.strip() else {} for one in contacts}
    for address in session.scalars(known.order_by(Address.id)):
        if address.channel != EMAIL or address.address == mails[address.person_id]:
            ways[address.person_id][address.channel] = address.is_active
    wishes = select(OptOut.contact_id, OptOut.channel).where(
        OptOut.contact_id.in_(ids), OptOut.kind == "reminder"
    )
    unwanted: dict[int, set[str]] = defaultdict(set)
    for contact_id, channel in session.execute(wishes):
        unwanted[contact_id].add(channel)
    return {
        contact_id: (
            tuple(channel for channel, is_on in found.items() if is_on),
            frozenset(unwanted[contact_id]),
        )
        for contact_id, found in ways.items()
    }
