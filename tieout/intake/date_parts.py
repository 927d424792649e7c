"""A day that stands in three columns, as in a printed ledger: 年, 月 and 日 (year, month, day).

The year often stands once, in the heading over the other two (2026年), and the month once for all
rows below it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tieout.chinese import compiled
from tieout.intake.reading import Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.values.text import shown

_MONTH = compiled(r"(?:((?:19|20)\d\d)?年)?月份?|(?:((?:19|20)\d\d) )?month")
_DAY = compiled(r"(?:(?:(?:19|20)\d\d)?年)?[日号]|(?:(?:19|20)\d\d )?day")
_YEAR = compiled(r"年度?|year")
_FIGURE = compiled(r"0?(\d{1,2}|\d{4})(?:\.0)?[年月日号]?")
#: What the column of the day is called once it holds the whole of it.
HEADING = "年月日"


@dataclass(frozen=True)
class DateParts:
    """Which columns a day is put together from; it is then found in that of the day."""

    month: int
    day: int
    #: The column of the year; None where `in_heading` says it for all rows.
    year: int | None
    in_heading: str = ""

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns, in the order year, month, day."""
        return (*(() if self.year is None else (self.year,)), self.month, self.day)

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows with the whole day; one without a day has no date."""
        year, month = self.in_heading, ""
        for row in rows:
            year = self._part(row, self.year) or year
            month = self._part(row, self.month) or month
            day = self._part(row, self.day)
            if self.day >= len(row.cells) or not day:
                yield row
                continue
            cells: list[Cell] = list(row.cells)
            cells[self.day] = f"{year}-{month}-{day}"
            yield Row(row.number, tuple(cells))

    @staticmethod
    def _part(row: Row, column: int | None) -> str:
        if column is None or column >= len(row.cells) or is_blank(row.cells[column]):
            return ""
        found = _FIGURE.fullmatch(_plain(shown(row.cells[column])))
        return found[1] if found else _plain(shown(row.cells[column]))


def find_date_parts(headings: Sequence[str]) -> DateParts | None:
    """Find three columns, or two under a heading that names the year, that make up a day."""
    plain = [_plain(heading) for heading in headings]
    for month in range(len(plain) - 1):
        found = _MONTH.fullmatch(plain[month])
        if not found or not _DAY.fullmatch(plain[month + 1]):
            continue
        if stated := found[1] or found[2] or "":
            return DateParts(month, month + 1, None, stated)
        if month and _YEAR.fullmatch(plain[month - 1]):
            return DateParts(month, month + 1, month - 1)
    return None


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip().lower()
    return re.sub(r"(?<=[年月日])\s+|\s+(?=[年月日])", "", " ".join(text.split()))
