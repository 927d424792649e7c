"""What is odd about the rows of a file as they go by: too long, too short, none at all."""

from tieout.i18n import N_, Sentence
from tieout.intake.asides import Aside
from tieout.intake.layout import Layout
from tieout.intake.reading import About, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.reading.recognise import FileFormat

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
        if layout.sections or layout.said_once:  # filled up to the full width
            self._width = 0
        self._long: list[int] = []
        self._short: list[int] = []
        self._long_count = self._short_count = 0
        self._entries = self._count = 0

    def see(self, row: Row, aside: Aside | None) -> None:
        """Look at the next row."""
        self._count += 1
        if aside is None:
            self._entries += 1
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

    @property
    def warnings(self) -> tuple[Sentence, ...]:
        """What a person should know."""
        found = []
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
