"""Chats: linked to a person by a code that is used once, and let go again.

A page shows `telegram_link` as a link and a QR code; the bot takes the code with `join`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.customers.models import Contact
from tieout.identity import tokens
from tieout.identity.models import StaffUser
from tieout.identity.tokens import LinkUnusable, Purpose
from tieout.messages import addresses
from tieout.messages.models import Address

TELEGRAM = "telegram"
#: The name of the bot, as the bot itself has learnt it; a setting of the company.
BOT_NAME = "telegram_bot_name"

#: Why nothing is written to a chat any more, when its person wants it so.
STOPPED = addresses.STOPPED

_bot_name = ""


@dataclass(frozen=True)
class ChatLink:
    """What a person opens to be reached in a chat; of use once, until it expires."""

    url: str
    expires_at: datetime


def configure(bot_name: str) -> None:
    """Set the name of the bot, where the installation's settings say it; done by the roof."""
    global _bot_name
    _bot_name = bot_name.lstrip("@")


def telegram_link(session: Session, person: Contact | StaffUser, at: datetime) -> ChatLink | None:
    """Make a link by which a person joins their chat with our bot; None where there is no bot."""
    name = bot_name(session)
    if not name:
        return None
    token = tokens.issue(
        session,
        Purpose.CHAT_LINK,
        person_kind=addresses.kind_of(person),
        person_id=person.id,
        customer_id=getattr(person, "customer_id", None),
        at=at,
    )
    return ChatLink(f"https://t.me/{name}?start={tokens.secret_of(token)}", token.expires_at)


def bot_name(session: Session) -> str:
    """The bot's name; empty where there is none."""
    return _bot_name or settings.read(session, BOT_NAME, "")


def learn_bot_name(session: Session, name: str) -> None:
    """Keep the name the far side has for the bot."""
    if settings.read(session, BOT_NAME, "") != name:
        settings.write(session, BOT_NAME, name, by=audit.SYSTEM)


def join(
    session: Session, secret: str, channel: str, chat: str, *, at: datetime
) -> Contact | StaffUser:
    """Link a chat to the person a code was made for, and use the code up.

    Raises:
        LinkUnusable: the code has expired, was used, or never was.
    """
    token = tokens.find(session, secret, Purpose.CHAT_LINK, at=at)
    person = addresses.person(session, token.person_kind, token.person_id)
    if person is None or not person.is_active:
        raise LinkUnusable
    tokens.use(session, token, at=at)
    by = audit.Actor(addresses.kind_of(person), person.id, person.name)
    addresses.link(session, person, channel, chat, by=by, at=at)
    return person


def chats_of(session: Session, person: Contact | StaffUser) -> Sequence[Address]:
    """The chats a person is reached in."""
    query = select(Address).where(
        Address.person_kind == addresses.kind_of(person),
        Address.person_id == person.id,
        Address.channel != addresses.EMAIL,
        Address.is_active,
    )
    return session.scalars(query.order_by(Address.id)).all()


def leave(session: Session, channel: str, chat: str, *, at: datetime) -> int:
    """Write nothing more to a chat, because somebody in it says so; how many it was linked to."""
    there = addresses.at_address(session, channel, chat)
    for address in there:
        person = addresses.person_of(session, address)
        who = audit.SYSTEM
        if person is not None:
            who = audit.Actor(addresses.kind_of(person), person.id, person.name)
        addresses.unlink(session, address, STOPPED, by=who, at=at)
    return len(there)
