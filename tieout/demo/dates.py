"""The days of the sample company: eighteen months up to the last month end, then on to today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from tieout.periods import Period, months

ZONE = ZoneInfo("Asia/Shanghai")
MONTHS = 18


@dataclass(frozen=True)
class Dates:
    """What happened when, seen from a moment."""

    now: datetime

    @classmethod
    def on(cls, day: date) -> "Dates":
        """Seen from the morning of a day."""
        return cls(datetime.combine(day, time(9, 42), ZONE).astimezone(UTC))

    @cached_property
    def today(self) -> date:
        """The company's date."""
        return self.now.astimezone(ZONE).date()

    @cached_property
    def anchor(self) -> date:
        """The last month end before today."""
        return self.today.replace(day=1) - timedelta(days=1)

    @cached_property
    def months(self) -> tuple[Period, ...]:
        """The eighteen months, the last ends on the anchor."""
        first = self.anchor.replace(day=1)
        for _ in range(MONTHS - 1):
            first = (first - timedelta(days=1)).replace(day=1)
        return tuple(months(first, self.anchor))

    @property
    def first(self) -> date:
        """The day the books begin."""
        return self.months[0].start

    def month(self, back: int) -> Period:
        """A month so many before the last closed one."""
        return self.months[-1 - back]

    def day(self, back: int, day: int) -> date:
        """A day of such a month; days it does not have are its last."""
        month = self.month(back)
        return month.start.replace(day=min(day, month.end.day))

    def after(self, days: int) -> date:
        """A day so many after the anchor, but not after today."""
        return min(self.anchor + timedelta(days=days), self.today)

    def at(self, day: date, hour: int = 9, minute: int = 0) -> datetime:
        """A moment in the company's time zone, but not after now."""
        moment = datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)
        return min(moment, self.now)

    def answered(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A moment so many days after the anchor, not before its statements were issued."""
        issued = self.at(self.anchor + timedelta(days=1), 9, 35)
        return max(self.at(self.after(days), hour, minute), issued)

    def posting_days(self) -> list[date]:
        """The days on which the bookkeeper posts what came in: about weekly, and at month end."""
        days: list[date] = []
        for month in months(self.first, self.today):
            days += [month.start.replace(day=day) for day in (7, 14, 21)]
            days.append(month.end)
        return [*(day for day in days if day < self.today), self.today]


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
