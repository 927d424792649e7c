"""Workbooks around imports: templates to fill in, and rows that were not taken with reasons."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from tieout.intake.fields import Reads
from tieout.intake.kinds import BATCH_LABELS
from tieout.intake.mapping import letters
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.queries import sentences
from tieout.intake.reading import Broken, Cell
from tieout.intake.states import ROW_STATES, RowState
from tieout.intake.stored import cells_of
from tieout.intake.templates import Template
from tieout.rendering.openpyxl_book import OpenpyxlBook
from tieout.rendering.sheets import sheet_of
from tieout.rendering.tables import Column, Kind, Row, TableDefinition, Value
from tieout.rendering.translation import gettext, reader

#: What became of these rows needs no list.
_TAKEN = (RowState.READY, RowState.POSTED)


def template_workbook(given: Template, *, at: datetime) -> tuple[bytes, str]:
    """Write a workbook to be filled in; return it and its name."""
    name = gettext(BATCH_LABELS[given.kind])
    columns = tuple(
        Column(field.name, gettext(field.label), Kind.TEXT, width=max(12, len(field.example)))
        for field in given.fields
    )
    row = Row(tuple(_example(field.reads, field.example) for field in given.fields))
    return _written(TableDefinition(name, columns, [row]), at), name


def refused_workbook(batch: ImportBatch, rows: Sequence[StagedRow], *, at: datetime) -> bytes:
    """Write the rows that were not taken as they stood, with state and reasons behind them."""
    kept = [row for row in rows if row.state not in _TAKEN]
    headings = list(batch.reading["headings"])
    width = max((len(row.raw) for row in kept), default=0)
    headings += [""] * (width - len(headings))
    columns = [
        Column(f"c{index}", heading or letters(index), Kind.TEXT, width=16)
        for index, heading in enumerate(headings)
    ]
    columns += [
        Column("row", gettext("Row of the file"), Kind.NUMBER, width=10),
        Column("state", gettext("What became of it"), Kind.TEXT, width=14),
        Column("reason", gettext("Why, and what to do"), Kind.TEXT, width=90),
    ]
    lines = [
        Row(
            (
                *_padded(cells_of(row.raw), len(headings)),
                row.row_no,
                gettext(ROW_STATES[RowState(row.state)]),
                reasons(batch, row),
            )
        )
        for row in kept
    ]
    return _written(TableDefinition(gettext("Rows not taken"), tuple(columns), lines), at)


def reasons(batch: ImportBatch, row: StagedRow) -> str:
    """Everything that is said about a row, each with its place."""
    return " ".join(reader.get().sentence(one) for one in sentences(batch, row))


def _written(table: TableDefinition, at: datetime) -> bytes:
    """One sheet and nothing before it, so that the file can be handed in as it is."""
    book = OpenpyxlBook(table.name, at)
    book.write(sheet_of(table, set()))
    return book.close()


def _example(reads: Reads, text: str) -> Value:
    """An example as the cell it would be."""
    try:
        if reads in (Reads.AMOUNT, Reads.NUMBER, Reads.DAYS):
            return Decimal(text)
        if reads == Reads.DATE:
            return date.fromisoformat(text)
    except (InvalidOperation, ValueError):
        return text
    return text


def _padded(cells: Sequence[Cell], width: int) -> list[Value]:
    return [*(_value(cell) for cell in cells), *([None] * (width - len(cells)))]


def _value(cell: Cell) -> Value:
    if isinstance(cell, bool | Broken):
        return str(cell)
    return cell or None if isinstance(cell, str) else cell
