"""What a connector is: the settings it asks for, and how it pulls.

    class Orders:
        name, label, about = "orders", N_("Orders"), N_("Orders of the warehouse.")
        settings = (Setting("path", N_("Path"), is_required=True),)

        def check(self, given, secrets): ...
        def source(self, given): return given["path"]

        def pull(self, given, secrets, mark, *, most=None):
            yield PulledFile("orders.csv", content, mark={"since": "2026-07-01"})

Register it as an entry point of the group `tieout.connectors`. A connector knows no database of
ours: it is given plain values and yields files. What it raises is a `TieoutError` whose
sentence says what a person can do.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from tieout.errors import Conflict, InvalidInput, TieoutError
from tieout.i18n import N_, Sentence

#: Settings and secrets by name; everything is text, a tick is "yes" or "".
Values = Mapping[str, str]
#: How far a connector has come, as JSON.
Mark = Mapping[str, Any]

YES = "yes"


class SettingMissing(InvalidInput):
    """A setting without which nothing can be pulled."""

    message = N_("“%(setting)s” is empty. Fill it in.")


class SettingWrong(InvalidInput):
    """A setting that is not what it should be."""

    message = N_("“%(setting)s” is “%(text)s”, but should be %(wanted)s.")


class SourceFailed(Conflict):
    """The source did not give what was asked of it."""

    message = N_("The source answered: %(reason)s. Nothing was lost; it is tried again.")


class Asks(StrEnum):
    """How a setting is asked for."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    CHOICE = "choice"
    TICK = "tick"
    #: Kept sealed and never shown again.
    SECRET = "secret"  # noqa: S105 - the name of a kind of field
    #: An address that may carry a password: kept sealed, shown with the password masked.
    ADDRESS = "address"


@dataclass(frozen=True)
class Setting:
    """One thing a connector has to be told."""

    name: str
    label: str
    about: str = ""
    asks: Asks = Asks.TEXT
    default: str = ""
    is_required: bool = False
    #: For a choice: what may be chosen, and what each is called.
    choices: Mapping[str, str] = field(default_factory=dict)
    #: Settings of one part stand together on the form.
    part: str = ""

    @property
    def is_secret(self) -> bool:
        """Whether it is kept sealed."""
        return self.asks in (Asks.SECRET, Asks.ADDRESS)


@dataclass(frozen=True)
class PulledFile:
    """Something new, as a file that intake can read."""

    #: Empty: named for its connector and the moment.
    name: str
    #: Its bytes where they are few; else a file that is there until the next one is asked for.
    content: bytes | Path
    #: What the mark says of it once it is stored, key by key; None takes a key away.
    mark: Mark = field(default_factory=dict)
    #: Done after it was stored, such as to move it aside.
    stored: Callable[[], None] | None = None


@dataclass(frozen=True)
class Trouble:
    """Something that could not be pulled, while the rest could."""

    name: str
    sentence: Sentence
    #: Whether it only has to wait, and nobody has to do anything.
    is_waiting: bool = False

    @classmethod
    def of(cls, name: str, error: TieoutError) -> "Trouble":
        """What an error says of a thing."""
        return cls(name, error.sentence)


@dataclass(frozen=True)
class Moved:
    """The mark moves without anything new."""

    mark: Mark


Pulled = PulledFile | Trouble | Moved


class Connector(Protocol):
    """A kind of source."""

    name: str
    label: str
    #: A sentence for whoever chooses between the kinds.
    about: str

    @property
    def settings(self) -> Sequence[Setting]:
        """What it asks for, in the order of the form."""

    def check(self, given: Values, secrets: Values) -> None:
        """See that it can be pulled from, without asking the source.

        Raises:
            InvalidInput: a setting is missing or wrong.
        """

    def source(self, given: Values) -> str:
        """Where it pulls from, in a few words without secrets."""

    def pull(
        self, given: Values, secrets: Values, mark: Mark, *, most: int | None = None
    ) -> Iterator[Pulled]:
        """Yield what is new since the mark; at most so many rows, for a look.

        Raises:
            TieoutError: nothing more can be had now; what was yielded before stays.
        """


def checked(connector: Connector, given: Values, secrets: Values) -> None:
    """See that what is required is there and every choice is one, then ask the connector.

    Raises:
        SettingMissing, SettingWrong, InvalidInput
    """
    for setting in connector.settings:
        value = (secrets if setting.is_secret else given).get(setting.name, "")
        if setting.is_required and not value.strip():
            raise SettingMissing(setting=Sentence(setting.label))
        if setting.asks is Asks.NUMBER and value and not (value.isascii() and value.isdecimal()):
            raise SettingWrong(
                setting=Sentence(setting.label), text=value, wanted=Sentence(N_("a whole number"))
            )
        if setting.asks is Asks.CHOICE and value not in setting.choices:
            raise SettingWrong(
                setting=Sentence(setting.label),
                text=value,
                wanted=Sentence(N_("one of the choices")),
            )
    connector.check(given, secrets)


def number(given: Values, name: str, default: int) -> int:
    """A whole number among the settings."""
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() else default
