"""What is odd about the rows of a file as they go by: too long, too short, none at all."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from tieout.i18n import N_, Sentence
from tieout.intake.asides import Aside
from tieout.intake.layout import Layout
from tieout.intake.reading import About, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.reading.recognise import FileFormat

_LAST_DECIMALS = re.compile(r"\d[.,](\d{1,4})\D*$")
#: With fewer rows nothing is usual.
_ENOUGH = 3
#: Rows that are named; the rest is counted.
_NAMED = 10

TOO_LONG = N_(
    "There are more cells than headings in row %(rows)s. A delimiter inside a text probably lacks "
    "its quotation marks, so what stands behind it may be read from the wrong column."
)
TOO_SHORT = N_(
    "There are fewer cells than headings in row %(rows)s; what is missing at the end was read as "
    "empty."
)
CUT_OFF = N_(
    "The file ends in the middle of row %(row)s, as if it had been cut off: its last line has no "
    "end, and shows less than the others. Export it again, or see that nothing is missing."
)
HIDDEN_ROWS = N_(
    "%(count)s rows of sheet “%(sheet)s” are hidden in the workbook, mostly by a filter, such as "
    "row %(row)s. They are read like the others; leave them out where they do not belong to it."
)
HIDDEN_LEFT_OUT = N_(
    "%(count)s rows of sheet “%(sheet)s” are hidden in the workbook; they are left out, as it was "
    "chosen."
)
NO_ENTRIES = N_(
    "None of the %(count)s rows is an entry: they are titles, totals or notes. Look at the row of "
    "the headings and at what the columns say."
)


class Watch:
    """Looks at each row of a file, and tells afterwards what was odd."""

    def __init__(
        self, about: About, layout: Layout, head: tuple[Row, ...], *, knows_columns: bool
    ) -> None:
        self._knows_columns = knows_columns
        heading = head[-1] if head and head[-1].number == layout.header_row else None
        self._width = len(heading.cells) if heading and about.format == FileFormat.TEXT else 0
        if layout.adds_columns or layout.said_once:  # filled up to the full width
            self._width = 0
        self._long: list[int] = []
        self._short: list[int] = []
        self._long_count = self._short_count = 0
        self._entries = self._count = 0
        self._is_ended = about.is_ended
        self._last: Row | None = None
        #: How many decimals the last cell of a row has, and in how many rows.
        self._decimals: Counter[int] = Counter()
        self._about = about
        self._hidden_count, self._first_hidden, self._hidden_out = 0, 0, False

    def see_all(self, rows: Sequence[Row], asides: Mapping[int, Aside]) -> None:
        """Look at the next rows, by themselves only where one of them may be odd."""
        may_be_odd = bool(self._about.hidden) or not self._is_ended
        width = self._width
        for row in rows:
            is_long = bool(width) and len(row.cells) != width
            if may_be_odd or is_long or row.number in asides:
                self.see(row, asides.get(row.number))
            else:
                self._count += 1
                self._entries += 1

    def see(self, row: Row, aside: Aside | None) -> None:
        """Look at the next row."""
        self._count += 1
        if aside in (None, Aside.HIDDEN) and self._about.is_hidden(row.number):
            self._hidden_count += 1
            self._first_hidden = self._first_hidden or row.number
            self._hidden_out = self._hidden_out or aside is Aside.HIDDEN
        if not self._is_ended:
            self._note_end(row)
        if aside is None:
            self._entries += 1
        elif aside == Aside.HIDDEN:
            self._entries += 1
            return
        elif aside != Aside.NOTE or all(map(is_blank, row.cells[1:])):
            return
        width = len(row.cells)
        if not self._width or width == self._width:
            return
        if width < self._width:
            self._short_count += 1
            if len(self._short) < _NAMED:
                self._short.append(row.number)
        elif not all(map(is_blank, row.cells[self._width :])):
            self._long_count += 1
            if len(self._long) < _NAMED:
                self._long.append(row.number)

    def _note_end(self, row: Row) -> None:
        """Remember how rows end, to tell whether the last one does."""
        if self._last is not None:
            self._decimals[_decimals(self._last)] += 1
        self._last = row

    @property
    def _is_cut(self) -> bool:
        if self._last is None or self._is_ended:
            return False
        if self._width and len(self._last.cells) < self._width:
            return self._count < _ENOUGH or self._short_count * 2 <= self._count
        if self._count < _ENOUGH:
            return False
        usual = set(self._decimals)
        return len(usual) == 1 and usual != {0} and _decimals(self._last) < min(usual)

    @property
    def warnings(self) -> tuple[Sentence, ...]:
        """What a person should know."""
        found = []
        if self._hidden_count:
            facts: dict[str, object] = {
                "count": self._hidden_count,
                "sheet": self._about.sheet,
                "row": self._first_hidden,
            }
            found.append(Sentence(HIDDEN_LEFT_OUT if self._hidden_out else HIDDEN_ROWS, facts))
        if self._last is not None and self._is_cut:
            found.append(Sentence(CUT_OFF, {"row": self._last.number}))
        if self._long:
            found.append(Sentence(TOO_LONG, {"rows": _listed(self._long, self._long_count)}))
        if self._short and self._short_count * 2 <= self._count:
            found.append(Sentence(TOO_SHORT, {"rows": _listed(self._short, self._short_count)}))
        if self._knows_columns and self._count and not self._entries:
            found.append(Sentence(NO_ENTRIES, {"count": self._count}))
        return tuple(found)


def _listed(rows: list[int], count: int) -> str:
    more = f" … (+{count - len(rows)})" if count > len(rows) else ""
    return ", ".join(map(str, rows)) + more


def _decimals(row: Row) -> int:
    """How many decimals the last cell of a row has."""
    cell = row.cells[-1] if row.cells else ""
    found = _LAST_DECIMALS.search(cell) if isinstance(cell, str) else None
    return len(found[1]) if found else 0
