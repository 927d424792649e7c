"""Words shown with a real message before they hold, on the page or as a test to oneself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tieout.db.base import Json
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.identity.models import StaffUser
from tieout.messages import outbox
from tieout.messages.models import Address, Message
from tieout.messages.outbox import Draft
from tieout.rendering.translation import reading
from tieout.wording import examples
from tieout.wording.filling import Filled, built_in, filled, value
from tieout.wording.kept import Spot
from tieout.wording.places import WORDED, blocks_of, places_of
from tieout.wording.text import Own

#: How far back a real message is looked for.
_LOOKED_AT = 200
_PATIENCE = timedelta(hours=1)


class NotReachedThere(InvalidInput):
    """A test for somebody whom the channel does not reach."""

    message = N_(
        "You are not reached on this channel yet. Link Telegram on your own page first; a group"
        " robot is tried on its own page."
    )


@dataclass(frozen=True)
class Example:
    """A message to show words with: a real one, or figures nobody has."""

    figures: Json
    head: Json
    #: The message it is taken from.
    message_id: int | None = None
    to: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """All that templates ask for."""
        return examples.assembled(self.figures, self.head)


def example(session: Session, spot: Spot, seen: ColumnElement[bool], staff_id: int) -> Example:
    """The last message of a kind and level among those somebody sees, else made-up figures.

    What goes to our own people is shown as it went to whoever asks, and to nobody else.
    """
    is_internal = WORDED[spot.kind].is_internal
    rows = session.scalars(
        select(Message)
        .where(
            Message.kind == spot.kind,
            Message.language == spot.language,
            Message.frozen.is_not(None),
            *(() if is_internal else (Message.customer_id.is_not(None), seen)),
        )
        .order_by(Message.id.desc())
        .limit(_LOOKED_AT)
    )
    for message in rows:
        frozen = message.frozen or {}
        if is_internal and message.payload.get("staff_id") != staff_id:
            continue
        if spot.level in (0, frozen.get("figures", {}).get("level", 0)):
            head = {**frozen["head"], "amounts": True, "subject_amounts": True}
            return Example(frozen["figures"], head, message.id, message.to)
    return Example(examples.figures(spot.kind, spot.level), examples.head(spot.kind, spot.language))


def said(spot: Spot, own: Own | None, shown: Example) -> Filled:
    """A message in words: in one's own, or in the built-in ones."""
    form = "email" if spot.channel == "email" else "chat"
    with reading(spot.language, str(shown.head["zone"])):
        if own is None:
            return built_in(spot.kind, form, shown.data)
        return filled(spot.kind, form, own, shown.data)


def known(spot: Spot, shown: Example) -> list[tuple[str, str, str | None]]:
    """What may stand in braces: its name, what it is, and what it becomes; None for lines."""
    with reading(spot.language, str(shown.head["zone"])):
        places: list[tuple[str, str, str | None]] = [
            (name, place.what, value(place.source, shown.data))
            for name, place in places_of(spot.kind).items()
        ]
    return places + [
        (name, one.what, None) for name, one in blocks_of(spot.kind, spot.channel).items()
    ]


def send_to_oneself(
    session: Session, spot: Spot, own: Own | None, shown: Example, staff_id: int, *, at: datetime
) -> Message:
    """Write a test of some words to whoever asks, with the figures they were shown with.

    Raises:
        NotReachedThere: the channel does not reach them.
    """
    staff = session.get_one(StaffUser, staff_id)
    channel = "email" if spot.channel == "email" else "telegram"
    address = session.scalar(
        select(Address).where(
            Address.person_kind == "staff",
            Address.person_id == staff_id,
            Address.channel == channel,
            Address.is_active,
        )
    )
    if spot.channel == "robot" or (address is None and channel != "email"):
        raise NotReachedThere
    trial = {
        "kind": spot.kind,
        "figures": shown.figures,
        "customer": shown.head["customer"],
        "person": shown.head["person"],
        "own": None if own is None else {"subject": own.subject, "body": own.body},
    }
    made = outbox.enqueue(
        session,
        Draft(
            key=f"test_message:words:{spot.kind}:{staff_id}:{at.isoformat()}",
            kind="test_message",
            channel=channel,
            to=address.address if address is not None else staff.email,
            language=spot.language,
            subject_type="staff",
            subject_id=staff_id,
            address_id=address.id if address is not None else None,
            payload={"staff_id": staff_id, "asked_by": staff.name, "trial": trial},
            patience=_PATIENCE,
        ),
        at=at,
    )
    assert made is not None  # noqa: S101 - the moment is part of its key
    return made
