"""Rows of cells become rows of values, each with what is wrong with it; pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.asides import Aside
from tieout.intake.fields import FIELDS, Field, Reads
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Column, Mapping
from tieout.intake.places import Problem
from tieout.intake.reading import Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.tax_columns import with_tax
from tieout.intake.uploads import Inspected
from tieout.intake.values import words
from tieout.intake.values.currencies import read_currency
from tieout.intake.values.dates import DateOrder, read_date
from tieout.intake.values.numbers import DecimalMark, Figure, Side, read_number
from tieout.intake.values.text import read_identifier, read_text, shown

Value = str | int | date | Decimal

#: Under this a row keeps the word by which it moves money neither in nor out.
NEITHER = "_neither"

FIELD_EMPTY = N_("“%(field)s” is empty. Fill it in, in the file or here.")
ONE_OF_EMPTY = N_("The row says neither %(fields)s. Fill one of them in, in the file or here.")
OTHER_CURRENCIES = N_(
    "The cell says %(cell)s, the column for the currency %(column)s. Correct one of them."
)


@dataclass(frozen=True)
class UnderstoodRow:
    """A row as it is understood."""

    #: As a spreadsheet shows it.
    number: int
    cells: tuple[Cell, ...]
    #: By field: text, day, exact number, currency, kind.
    values: dict[str, Value] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    #: Why it is no entry, where it is none.
    aside: Aside | None = None

    def text(self, name: str) -> str:
        """A value as text; empty where there is none."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def day(self, name: str) -> date | None:
        """A value that is a day."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def number_of(self, name: str) -> Decimal | None:
        """A value that is a number."""
        value = self.values.get(name)
        return value if isinstance(value, Decimal) else None


def understood(
    inspected: Inspected,
    mapping: Mapping | None = None,
    by_hand: Dictionary[int, Dictionary[str, str]] | None = None,
) -> list[UnderstoodRow]:
    """Read every row of a file; `by_hand` holds corrected fields by number of row.

    Raises:
        ColumnMissing: a column is missing without which no row can be read.
    """
    if mapping is not None:
        inspected = inspected.mapped(mapping)
    inspected.check()
    return read_rows(inspected.mapping, inspected.rows, inspected.asides, by_hand or {})


def read_rows(
    mapping: Mapping,
    rows: Sequence[Row],
    asides: Dictionary[int, Aside],
    by_hand: Dictionary[int, Dictionary[str, str]],
) -> list[UnderstoodRow]:
    """Read rows by a mapping that is complete."""
    made = [_row(mapping, row, asides.get(row.number), by_hand.get(row.number, {})) for row in rows]
    return list(_with_signs(mapping, made))


def _row(
    mapping: Mapping, row: Row, aside: Aside | None, by_hand: Dictionary[str, str]
) -> UnderstoodRow:
    if aside is not None and not by_hand:
        return UnderstoodRow(row.number, row.cells, _quietly(mapping, row), (), aside)
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for column in mapping.columns:
        if column.field in by_hand:
            continue
        cell = row.cells[column.index] if column.index < len(row.cells) else ""
        _read(mapping, column, cell, column.letters, values, problems)
    for name, text in by_hand.items():
        known = mapping.column(name)
        typed = Column(0, name, mark=DecimalMark.POINT, order=DateOrder.YEAR_FIRST)
        letters = known.letters if known else ""
        _read(mapping, typed, text, letters, values, problems)
    if mapping.kind == BatchKind.DOCUMENTS:
        with_tax(values)
    problems += _missing(mapping, values, problems)
    return UnderstoodRow(row.number, row.cells, values, tuple(problems))


def _quietly(mapping: Mapping, row: Row) -> dict[str, Value]:
    """What can be read of a row that is no entry; nothing about it is a problem."""
    values: dict[str, Value] = {}
    for column in mapping.columns:
        if column.index < len(row.cells):
            _read(mapping, column, row.cells[column.index], "", values, [])
    return values


def _read(
    mapping: Mapping,
    column: Column,
    cell: Cell,
    letters: str,
    values: dict[str, Value],
    problems: list[Problem],
) -> None:
    known = FIELDS[mapping.kind][column.field]
    try:
        value = _READERS[known.reads](mapping, column, cell)
    except InvalidInput as error:
        problems.append(Problem(error.sentence, known.name, letters))
        return
    if isinstance(value, Figure):
        _note_words(known, value, values)
        value = -value.value if column.is_turned else value.value
    if value is not None:
        values[known.name] = value
    elif known.reads == Reads.DIRECTION and not is_blank(cell):
        values[NEITHER] = shown(cell).strip()


def _note_words(known: Field, figure: Figure, values: dict[str, Value]) -> None:
    """Keep what a figure's own cell says: EUR 5.00, 5.00 Cr."""
    if figure.currency and known.reads == Reads.AMOUNT and known.name != "original_amount":
        values.setdefault("_currency", figure.currency)
    if figure.side is not None and known.name in ("amount", "line_amount", "balance"):
        values[f"_{known.name}_side"] = str(figure.side)


def _number(mapping: Mapping, column: Column, cell: Cell) -> Figure | None:
    return read_number(cell, column.mark)


_READERS: dict[Reads, Callable[[Mapping, Column, Cell], Any]] = {
    Reads.IDENTIFIER: lambda mapping, column, cell: read_identifier(cell),
    Reads.TEXT: lambda mapping, column, cell: read_text(cell),
    Reads.AMOUNT: _number,
    Reads.NUMBER: _number,
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


@lru_cache(maxsize=64)
def _needed(mapping: Mapping) -> tuple[tuple[Field, ...], tuple[tuple[Field, ...], ...]]:
    """The fields every row must say, and those of which it must say one."""
    table = FIELDS[mapping.kind]
    required = tuple(known for known in table if known.is_required)
    some = (
        tuple(known for known in table if known.one_of == word and mapping.has(known.name))
        for word in ("amount", "name")
    )
    return required, tuple(fields for fields in some if fields)


def _missing(
    mapping: Mapping, values: dict[str, Value], problems: Sequence[Problem]
) -> Iterator[Problem]:
    """What a row must say and does not; a cell that could not be read has been told already."""
    unread = {problem.field for problem in problems}
    required, some = _needed(mapping)
    for known in required:
        if known.name not in values and known.name not in unread:
            column = mapping.column(known.name)
            yield Problem(
                Sentence(FIELD_EMPTY, {"field": Sentence(known.label)}),
                known.name,
                column.letters if column else "",
            )
    for fields in some:
        if not any(known.name in values or known.name in unread for known in fields):
            yield _one_of(mapping, fields)
    cell_says, column_says = values.pop("_currency", None), values.get("currency")
    if cell_says and column_says and cell_says != column_says:
        facts = {"cell": cell_says, "column": column_says}
        yield Problem(Sentence(OTHER_CURRENCIES, facts), "currency")
    elif cell_says:
        values["currency"] = cell_says


def _one_of(mapping: Mapping, fields: Sequence[Field]) -> Problem:
    first = fields[0]
    column = mapping.column(first.name)
    letters = column.letters if column else ""
    if len(fields) == 1:
        text = Sentence(FIELD_EMPTY, {"field": Sentence(first.label)})
        return Problem(text, first.name, letters)
    labels = " / ".join(known.label for known in fields)
    return Problem(Sentence(ONE_OF_EMPTY, {"fields": labels}), first.name, letters)


def _with_signs(mapping: Mapping, rows: Sequence[UnderstoodRow]) -> Iterator[UnderstoodRow]:
    """Work out what each row comes to, in the file's own sense: “_signed”.

    Debit above zero and credit below; for payments what came in above and what went out below.
    """
    twice = _says_it_twice(mapping, rows)
    for row in rows:
        signed = _signed(mapping, row, twice)
        if signed is None:
            yield row
        else:
            if mapping.is_turned:
                signed = -signed
            yield replace(row, values={**row.values, "_signed": signed})


def _signed(mapping: Mapping, row: UnderstoodRow, twice: bool) -> Decimal | None:
    plus, minus = ("debit", "credit")
    if mapping.kind == BatchKind.PAYMENTS:
        plus, minus = ("money_in", "money_out")
    up, down = row.number_of(plus), row.number_of(minus)
    if up is not None or down is not None:
        return (up or Decimal(0)) - (down or Decimal(0))
    amount = row.number_of("amount")
    if amount is None:
        return None
    side = row.text("_amount_side") or row.text("direction")
    if not side:
        return amount
    if twice:
        amount = abs(amount)
    return amount if side == _raising(mapping.kind) else -amount


def _raising(kind: BatchKind) -> Side:
    """The side that counts above zero: on a bank's statement credit is what came in."""
    return Side.CREDIT if kind == BatchKind.PAYMENTS else Side.DEBIT


def _says_it_twice(mapping: Mapping, rows: Sequence[UnderstoodRow]) -> bool:
    """Whether the amounts carry a sign although a column names the side."""
    raising = _raising(mapping.kind)
    seen: Counter[tuple[bool, bool]] = Counter()
    for row in rows:
        amount, side = row.number_of("amount"), row.text("direction")
        if amount and side and row.aside is None:
            seen[side == raising, amount < 0] += 1
    below, wrong = seen[False, True], seen[True, True] + seen[False, False]
    return below > 0 and wrong == 0


def as_shown(row: UnderstoodRow) -> list[str]:
    """The cells of a row as a person would see them."""
    return [shown(cell) for cell in row.cells]
