"""A table described once, from which page, PDF, workbook and CSV are made, with its own checks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.money import Money
from tieout.rendering import formats
from tieout.rendering.translation import gettext, reader

Value = str | int | Decimal | Money | date | datetime | None


class SumsDiffer(Conflict):
    """A table whose totals are not the sums of its rows."""

    message = N_("%(table)s: %(check)s does not hold. Nothing was written; tell us about it.")


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    MONEY = "money"
    SIGNED = "signed"
    DATE = "date"
    MOMENT = "moment"
    NUMBER = "number"
    QUANTITY = "quantity"
    PERCENT = "percent"

    @property
    def is_figure(self) -> bool:
        """Whether it is set to the right and never broken."""
        return self not in (Kind.TEXT, Kind.DATE, Kind.MOMENT)


class Carried(StrEnum):
    """What a page hands on to the next one, of a column."""

    NOTHING = "nothing"
    #: The sum of the rows so far.
    SUM = "sum"
    #: The last figure, as of a running balance.
    LAST = "last"


class Style(StrEnum):
    """What a row is."""

    LINE = "line"
    #: Words over the rows that follow; its first cell alone.
    HEADING = "heading"
    OPENING = "opening"
    #: Between a single and a double rule: what is summed and closed.
    CLOSING = "closing"


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    #: Characters wide in a workbook; on paper, its share of the width.
    width: int = 12
    carried: Carried = Carried.NOTHING


@dataclass(frozen=True, slots=True)
class Row:
    """A row: one value a column."""

    cells: tuple[Value, ...]
    style: Style = Style.LINE


@dataclass(frozen=True)
class Check:
    """What proves a table: a sum in words, and whether it comes out."""

    words: str
    holds: bool


@dataclass(frozen=True)
class TableDefinition:
    """A table in the words of one reader; figures and dates are values, not text."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    #: What the rows of a column must add up to, by its key.
    totals: dict[str, Money | int] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    #: What is said where there are no rows.
    empty: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"{self.name}: {len(row.cells)} cells, not {len(self.columns)}")

    def index(self, key: str) -> int:
        """Return where a column stands."""
        return next(at for at, column in enumerate(self.columns) if column.key == key)

    def total_row(self) -> Row | None:
        """Return the totals as a closing row, with the word in the first free column."""
        if not self.totals:
            return None
        cells: list[Value] = [self.totals.get(column.key) for column in self.columns]
        if cells[0] is None:
            cells[0] = gettext("Total")
        return Row(tuple(cells), Style.CLOSING)

    def all_checks(self) -> tuple[Check, ...]:
        """Return the sums of the columns with a total, and the checks of its own."""
        return (*self._sums(), *self.checks)

    def checked(self) -> "TableDefinition":
        """Return it, once every check holds.

        Raises:
            SumsDiffer: one does not.
        """
        for check in self.all_checks():
            if not check.holds:
                raise SumsDiffer(table=self.name, check=check.words)
        return self

    def _sums(self) -> Iterator[Check]:
        for key, total in self.totals.items():
            at = self.index(key)
            cells = [row.cells[at] for row in self.rows if row.style is Style.LINE]
            title = self.columns[at].title
            words: str
            if isinstance(total, Money):
                found = Money.total((c for c in cells if isinstance(c, Money)), total.currency)
                words = gettext("Rows of “%(column)s” add up to %(sum)s", column=title, sum=total)
                yield Check(words, found == total)
            else:
                number = sum(cell for cell in cells if isinstance(cell, int))
                words = gettext(
                    "Rows of “%(column)s” add up to %(sum)s", column=title, sum=Decimal(total)
                )
                yield Check(words, number == total)


def shown(column: Column, value: Value, style: Style = Style.LINE) -> str:
    """Write a value as the reader writes it; balances have no plus where their lines have."""
    language, zone = reader.get().language, reader.get().zone
    match column.kind, value:
        case _, None:
            return ""
        case Kind.SIGNED, Money() if style is Style.LINE:
            return formats.signed(value, language)
        case _, Money():
            return formats.money(value, language)
        case _, datetime():
            return formats.short_moment(value, language, zone)
        case _, date():
            return formats.day(value, language)
        case Kind.QUANTITY, int():
            return formats.quantity(value, language)
        case Kind.NUMBER, int() | Decimal():
            return formats.number(value, language)
        case Kind.PERCENT, Decimal():
            return formats.percent(value, language)
    return str(value)
