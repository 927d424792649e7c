"""Reading the outbox: the message log, one message with its tries, what needs somebody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from tieout.customers.models import Contact, Customer
from tieout.identity.models import StaffUser
from tieout.messages.models import Address, Attempt, Message, RenderedMessage, Robot


@dataclass(frozen=True)
class MessageSearch:
    """What someone is looking for; everything left out matches everything."""

    state: str = ""
    kind: str = ""
    channel: str = ""
    customer_id: int | None = None
    contact_id: int | None = None
    subject_type: str = ""
    subject_id: int | None = None
    since: datetime | None = None
    keyword: str = ""


@dataclass(frozen=True)
class MessageStory:
    """A message, what it said, and every try at handing it over."""

    message: Message
    rendered: RenderedMessage | None
    attempts: Sequence[Attempt]
    address: Address | None


def messages(search: MessageSearch) -> Select[Message]:
    """Select the messages someone is looking for, newest first."""
    query = select(Message)
    for column, wanted in (
        (Message.state, search.state),
        (Message.kind, search.kind),
        (Message.channel, search.channel),
        (Message.subject_type, search.subject_type),
    ):
        if wanted:
            query = query.where(column == wanted)
    for number, sought in (
        (Message.customer_id, search.customer_id),
        (Message.contact_id, search.contact_id),
        (Message.subject_id, search.subject_id),
    ):
        if sought is not None:
            query = query.where(number == sought)
    if search.since:
        query = query.where(Message.created_at >= search.since)
    if search.keyword:
        like = f"%{search.keyword}%"
        query = query.outerjoin(RenderedMessage, RenderedMessage.message_id == Message.id).where(
            or_(Message.to.ilike(like), RenderedMessage.subject.ilike(like))
        )
    return query.order_by(Message.id.desc())


def names(session: Session, found: Iterable[Message]) -> dict[int, str]:
    """Whom each of some messages is for, by the message's id."""
    rows = list(found)
    contacts = _names(session, Contact, {one.contact_id for one in rows})
    staff = _names(session, StaffUser, {one.payload.get("staff_id") for one in rows})
    groups = _names(session, Robot, {one.payload.get("robot_id") for one in rows})
    return {
        one.id: contacts.get(one.contact_id or 0)
        or groups.get(one.payload.get("robot_id", 0))
        or staff.get(one.payload.get("staff_id", 0), "")
        for one in rows
    }


def customer_names(session: Session, found: Iterable[Message]) -> dict[int, str]:
    """Whose customer each of some messages concerns, by the customer's id."""
    return _names(session, Customer, {one.customer_id for one in found})


def _names(
    session: Session,
    model: type[Contact] | type[StaffUser] | type[Customer] | type[Robot],
    ids: set[int | None],
) -> dict[int, str]:
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return {}
    rows = session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def story(session: Session, message: Message) -> MessageStory:
    """Everything there is to know about a message."""
    attempts = session.scalars(
        select(Attempt).where(Attempt.message_id == message.id).order_by(Attempt.no)
    ).all()
    rendered = session.get(RenderedMessage, message.id)
    address = session.get(Address, message.address_id) if message.address_id else None
    return MessageStory(message, rendered, attempts, address)


def counts(session: Session, since: datetime | None = None) -> dict[str, int]:
    """How many messages are in each state."""
    query = select(Message.state, func.count()).group_by(Message.state)
    if since:
        query = query.where(Message.created_at >= since)
    return {row[0]: row[1] for row in session.execute(query)}


def by_state() -> Select[str, int]:
    """Select how many messages are in each state."""
    return select(Message.state, func.count()).group_by(Message.state)


def kinds() -> Select[str]:
    """Select the kinds of messages there are."""
    return select(Message.kind).distinct().order_by(Message.kind)


def switched_off() -> Select[Address]:
    """Select the addresses that take no messages any more, latest first."""
    return select(Address).where(~Address.is_active).order_by(Address.off_at.desc(), Address.id)


def kept_mails() -> Select[Message, RenderedMessage]:
    """Select the mails of the mailbox page, newest first."""
    return (
        select(Message, RenderedMessage)
        .join(RenderedMessage, RenderedMessage.message_id == Message.id)
        .where(Message.channel == "email")
        .order_by(RenderedMessage.rendered_at.desc(), Message.id.desc())
    )
