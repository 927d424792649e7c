"""What the cells of one column say: each is read once, however often it comes again; pure."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tieout.errors import InvalidInput
from tieout.intake.fields import FIELDS, Reads
from tieout.intake.mapping import Column, Mapping
from tieout.intake.places import Problem
from tieout.intake.reading import Cell
from tieout.intake.reading.cells import is_blank
from tieout.intake.values import words
from tieout.intake.values.currencies import read_currency
from tieout.intake.values.dates import read_date
from tieout.intake.values.numbers import Figure
from tieout.intake.values.percents import read_percent
from tieout.intake.values.text import read_identifier, read_text, shown

Value = str | int | date | Decimal

#: Under this a row keeps the word by which it moves money neither in nor out.
NEITHER = "_neither"


class Said(NamedTuple):
    """What a cell says."""

    values: tuple[tuple[str, Value], ...] = ()
    #: The currency a figure's own cell names.
    currency: str = ""
    problem: Problem | None = None


#: Different texts of a column that are remembered: codes, days and names come again and again.
_REMEMBERED = 4096


class ColumnReader:
    """Reads the cells of one column, remembering what texts say that come again."""

    def __init__(self, mapping: Mapping, column: Column, letters: str) -> None:
        self._mapping, self._column, self._letters = mapping, column, letters
        self._known = FIELDS[mapping.kind][column.field]
        self._read = _READERS[self._known.reads]
        self._remembered: dict[str, Said] = {}
        self.index, self.field = column.index, column.field

    def read(self, cell: Cell) -> Said:
        """Say what a cell says."""
        if type(cell) is not str:  # equal numbers may be written differently
            return self.said(cell)
        found = self._remembered.get(cell)
        if found is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            found = self._remembered[cell] = self.said(cell)
        return found

    def said(self, cell: Cell) -> Said:
        """The same, for whoever remembers it."""
        name = self.field
        try:
            value = self._read(self._mapping, self._column, cell)
        except InvalidInput as error:
            return Said(problem=Problem(error.sentence, name, self._letters))
        if isinstance(value, Figure):
            return self._figure(value)
        if value is not None:
            return Said(((name, value),))
        if self._known.reads == Reads.DIRECTION and not is_blank(cell):
            return Said(((NEITHER, shown(cell).strip()),))
        return Said()

    def _figure(self, figure: Figure) -> Said:
        """A number, and what its own cell says beside it: EUR 5.00, 5.00 Cr."""
        name = self.field
        value = -figure.value if self._column.is_turned else figure.value
        said: list[tuple[str, Value]] = [(name, value)]
        if figure.side is not None and name in ("amount", "line_amount", "balance"):
            said.append((f"_{name}_side", str(figure.side)))
        is_amount = self._known.reads == Reads.AMOUNT and name != "original_amount"
        return Said(tuple(said), figure.currency if is_amount else "")


def _number(mapping: Mapping, column: Column, cell: Cell) -> Figure | None:
    return column.figure(cell)


_READERS: dict[Reads, Callable[[Mapping, Column, Cell], Any]] = {
    Reads.IDENTIFIER: lambda mapping, column, cell: read_identifier(cell),
    Reads.TEXT: lambda mapping, column, cell: read_text(cell),
    Reads.AMOUNT: _number,
    Reads.NUMBER: _number,
    Reads.PERCENT: lambda mapping, column, cell: read_percent(cell, column.mark),
    Reads.DATE: lambda mapping, column, cell: read_date(cell, column.order),
    Reads.CURRENCY: lambda mapping, column, cell: read_currency(cell),
    Reads.KIND: lambda mapping, column, cell: _word(words.read_kind(cell, dict(mapping.meanings))),
    Reads.DIRECTION: lambda mapping, column, cell: _word(words.read_direction(cell)),
    Reads.DAYS: lambda mapping, column, cell: words.read_days(cell),
    Reads.LANGUAGE: lambda mapping, column, cell: words.read_language(cell),
    Reads.MAIL: lambda mapping, column, cell: words.read_mail(cell),
}


def _word(found: object) -> str | None:
    return None if found is None else str(found)
