"""Ways to reach a person: one table and one short protocol."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tieout.config import Settings
from tieout.messages.outcomes import Outcome
from tieout.messages.pace import Lane
from tieout.registry import Registry


@dataclass(frozen=True)
class File:
    """A file that goes with a message."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Button:
    """What can be pressed under a message."""

    label: str
    url: str


@dataclass(frozen=True)
class Parcel:
    """A message as it leaves: written, with all a channel needs to know."""

    kind: str
    to: str
    #: Stays the same however often it is tried: the Message-ID of a mail.
    identity: str
    language: str
    subject: str
    text: str
    html: str = ""
    in_reply_to: str | None = None
    sender: str = ""
    reply_to: str = ""
    buttons: Sequence[Button] = ()
    files: Sequence[File] = ()
    #: Where one POST stops messages of this kind.
    unsubscribe_url: str = ""
    #: For programs: the customer, and the figures where amounts are allowed.
    facts: Mapping[str, Any] = field(default_factory=dict)


class Channel(Protocol):
    """A way to reach a person."""

    name: str
    #: Which texts it takes: "email" (subject, text and HTML) or "chat".
    form: str
    #: What is sent goes nowhere else, so its files are kept with the message.
    keeps_files: bool

    def lanes(self, to: str) -> list[Lane]:
        """What has an allowance on the way to an address, the channel itself first."""

    def send(self, parcel: Parcel) -> Outcome:
        """Hand a message over and say what the far side answered; never raises for its answers."""

    def close(self) -> None:
        """Let go of connections."""


CHANNELS: Registry[Callable[[Settings], Channel]] = Registry(
    "tieout.channels",
    email="notifications.channels.email:channel",
    telegram="notifications.channels.telegram:channel",
    wecom="notifications.channels.robots:wecom",
    dingtalk="notifications.channels.robots:dingtalk",
    feishu="notifications.channels.robots:feishu",
    webhook="notifications.channels.webhook:channel",
)


def opened(settings: Settings) -> dict[str, Channel]:
    """Make every channel, as the settings say."""
    return {name: CHANNELS[name](settings) for name in CHANNELS.names()}
