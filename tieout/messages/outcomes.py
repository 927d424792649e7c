"""What can come of handing a message over, and how long to wait before the next try."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

#: A message is tried again for this long.
PATIENCE = timedelta(hours=72)

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)


class Verdict(StrEnum):
    """What the far side made of a message."""

    ACCEPTED = "accepted"
    REFUSED_FOR_GOOD = "refused_for_good"
    REFUSED_FOR_NOW = "refused_for_now"
    #: It may have arrived: the line was cut between the message and the answer.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """What the far side answered."""

    verdict: Verdict
    #: Its own words.
    words: str = ""
    #: Seconds it asks us to wait.
    retry_after: int | None = None
    #: The address will never take a message again.
    address_gone: bool = False
    #: The address has become this one.
    moved_to: str = ""
    #: Nobody can be reached there at the moment, not only this person.
    channel_down: bool = False


def accepted(words: str = "") -> Outcome:
    """The far side has taken the message."""
    return Outcome(Verdict.ACCEPTED, words)


def refused(words: str, *, address_gone: bool = False) -> Outcome:
    """The far side will never take this message."""
    return Outcome(Verdict.REFUSED_FOR_GOOD, words, address_gone=address_gone)


def later(words: str, *, retry_after: int | None = None, channel_down: bool = False) -> Outcome:
    """The far side does not take it now."""
    return Outcome(
        Verdict.REFUSED_FOR_NOW, words, retry_after=retry_after, channel_down=channel_down
    )


def unknown(words: str) -> Outcome:
    """Nobody knows whether the far side has taken it."""
    return Outcome(Verdict.UNKNOWN, words)


def pause(tries: int, chance: float) -> timedelta:
    """How long to wait after so many tries: twice as long each time, spread by chance (0 to 1)."""
    times: int = 2 ** max(0, min(tries - 1, 20))
    whole = min(_FIRST_PAUSE * times, _LONGEST_PAUSE)
    return whole / 2 + whole / 2 * chance
