"""What a scheduled job is, and in which of its periods a moment lies.

A job says at what local time it is due. Its period is the local day of that time, or the slot of
the day, so a clock that jumps, a night with an hour twice or never, and several processes make no
difference: the ledger of runs holds each period once.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from tieout.i18n import Sentence


@dataclass(frozen=True)
class Daily:
    """Once a day at a local time, on some days of the week or of the month."""

    at: time
    #: 0 is Monday. Empty: every day.
    weekdays: frozenset[int] = field(default_factory=frozenset)
    #: 1 to 31, or -1 for the last day of the month; None: every day. A month that is shorter has
    #: it on its last day.
    day: int | None = None

    def is_on(self, day: date) -> bool:
        """Whether it is due on a day."""
        if self.weekdays and day.weekday() not in self.weekdays:
            return False
        if self.day is None:
            return True
        is_last = (day + timedelta(days=1)).day == 1
        return (
            is_last if self.day == -1 else day.day == self.day or (is_last and day.day < self.day)
        )

    def last_due(self, now: datetime, zone: str) -> tuple[str, datetime]:
        """The period that began last before a moment, and when it did."""
        there = ZoneInfo(zone)
        day = now.astimezone(there).date()
        while not (self.is_on(day) and _moment(day, self.at, there) <= now):
            day -= timedelta(days=1)
        return day.isoformat(), _moment(day, self.at, there)

    def next_due(self, now: datetime, zone: str) -> datetime:
        """When it is due next after a moment."""
        there = ZoneInfo(zone)
        day = now.astimezone(there).date()
        while not (self.is_on(day) and _moment(day, self.at, there) > now):
            day += timedelta(days=1)
        return _moment(day, self.at, there)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time as a moment in UTC; one that a clock change skips falls right after it."""
    return datetime.combine(day, at, zone).astimezone(ZoneInfo("UTC"))


class Job(Protocol):
    """Something that happens by itself, once in each of its periods."""

    name: str
    schedule: Daily

    def run(self, owner: str, at: datetime) -> Sentence | str:
        """Do it, and say what was done in a few words for the list of runs."""
