"""Spans of days: a month, a quarter, a year, or any range."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tieout.errors import InvalidInput
from tieout.i18n import N_


class PeriodBackwards(InvalidInput):
    """A period that ends before it begins."""

    message = N_("The period ends on %(end)s, before it begins on %(start)s. Swap the dates.")


class NotAPeriod(InvalidInput):
    """Text that names no period."""

    message = N_("“%(text)s” is no period. Write 2026-06, 2026-Q2, 2026 or two dates.")


#: Between these, a period has a day before and a month after it.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise PeriodBackwards(start=self.start, end=self.end)

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        """A calendar month."""
        return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]))

    @classmethod
    def month_of(cls, day: date) -> "Period":
        """The calendar month a day lies in."""
        return cls.month(day.year, day.month)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> "Period":
        """A calendar quarter, 1 to 4."""
        last = cls.month(year, quarter * 3)
        return cls(date(year, quarter * 3 - 2, 1), last.end)

    @classmethod
    def year(cls, year: int) -> "Period":
        """A calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read "2026-06", "2026-Q2", "2026" or "2026-06-01..2026-06-15".

        Raises:
            NotAPeriod: the text is none of these, or of years no books are kept in.
        """
        try:
            period = cls._read(text.strip().upper())
        except (ValueError, IndexError, OverflowError) as error:
            raise NotAPeriod(text=text) from error
        if period.start.year < _FIRST_YEAR or period.end.year > _LAST_YEAR:
            raise NotAPeriod(text=text)
        return period

    @classmethod
    def _read(cls, text: str) -> "Period":
        if ".." in text:
            start, end = text.split("..", 1)
            return cls(date.fromisoformat(start.strip()), date.fromisoformat(end.strip()))
        if "Q" in text:
            year, quarter = text.split("-Q", 1)
            return cls.quarter(int(year), int(quarter))
        if "-" in text:
            year, month = text.split("-", 1)
            return cls.month(int(year), int(month))
        return cls.year(int(text))

    @property
    def is_month(self) -> bool:
        """Whether this is exactly one calendar month."""
        return self == Period.month_of(self.start)

    @property
    def before(self) -> date:
        """The day before it begins."""
        return self.start - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def code(self) -> str:
        """The text `parse` reads back."""
        if self.is_month:
            return f"{self.start:%Y-%m}"
        if self == Period.year(self.start.year):
            return f"{self.start:%Y}"
        quarter = (self.start.month + 2) // 3
        if self == Period.quarter(self.start.year, quarter):
            return f"{self.start:%Y}-Q{quarter}"
        return f"{self.start}..{self.end}"

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def previous_month(self) -> "Period":
        """The calendar month before the one it begins in."""
        return Period.month_of(self.start.replace(day=1) - timedelta(days=1))

    def next_month(self) -> "Period":
        """The calendar month after the one it ends in."""
        return Period.month_of(self.end.replace(day=28) + timedelta(days=4))


def months(first: date, last: date) -> Iterator[Period]:
    """Yield the calendar months from one day's to another's."""
    month = Period.month_of(first)
    while month.start <= last:
        yield month
        month = month.next_month()
