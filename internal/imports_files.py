"""Workbooks around imports: templates to fill in, and rows that were not taken with reasons."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from tieout.intake.fields import Reads
from tieout.intake.kinds import BATCH_LABELS, BatchKind
from tieout.intake.mapping import letters
from tieout.intake.models import ImportBatch
from tieout.intake.newcomers import Newcomer, columns
from tieout.intake.places import Problem
from tieout.intake.reading import Broken, Cell
from tieout.intake.returning import COLUMNS
from tieout.intake.stored import cells_of
from tieout.intake.templates import EXPLANATIONS, Template
from tieout.rendering.excel import LONG
from tieout.rendering.openpyxl_book import OpenpyxlBook
from tieout.rendering.sheets import Book, sheet_of
from tieout.rendering.tables import Column, Kind, Row, TableDefinition, Value
from tieout.rendering.translation import gettext, reader
from tieout.rendering.xlsxwriter_book import XlsxWriterBook

#: What a sheet holds below its head.
_MOST_ROWS = 1_048_575


def template_workbook(given: Template, *, at: datetime) -> tuple[bytes, str]:
    """Write a workbook to be filled in, what belongs where behind it; return it and its name."""
    name = gettext(BATCH_LABELS[given.kind])
    heads = tuple(
        Column(field.name, gettext(field.label), Kind.TEXT, width=max(12, len(field.example)))
        for field in given.fields
    )
    row = Row(tuple(_example(field.reads, field.example) for field in given.fields))
    book = OpenpyxlBook(name, at)
    book.write(sheet_of(TableDefinition(name, heads, [row]), set()))
    book.write(sheet_of(_explanations(given), set()))
    return book.close(), name


def template_csv(given: Template) -> tuple[bytes, str]:
    """Write the same as text: the headings and an example row; return it and its name."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(gettext(field.label) for field in given.fields)
    writer.writerow(field.example for field in given.fields)
    return out.getvalue().encode("utf-8-sig"), gettext(BATCH_LABELS[given.kind])


def _explanations(given: Template) -> TableDefinition:
    """What belongs in each column of a template."""
    heads = (
        Column("column", gettext("Column"), Kind.TEXT, width=22),
        Column("needed", gettext("Needed"), Kind.TEXT, width=12),
        Column("help", gettext("What belongs there"), Kind.TEXT, width=80),
        Column("example", gettext("Example"), Kind.TEXT, width=28),
    )
    rows = [
        Row(
            (
                gettext(field.label),
                gettext("yes") if field.is_required else "",
                gettext(field.help),
                field.example,
            )
        )
        for field in given.fields
    ]
    if given.note:
        rows.append(Row((None, None, gettext(given.note), None)))
    return TableDefinition(gettext(EXPLANATIONS), heads, rows)


def newcomers_workbook(found: Sequence[Newcomer], *, at: datetime) -> bytes:
    """Write customers nobody knows as a file of customers, ready to be handed in."""
    table = tuple(
        Column(field.name, gettext(field.label), Kind.TEXT, width=24) for field in columns()
    )
    lines = [Row((one.code, one.name, one.tax_id or None)) for one in found]
    return _written(TableDefinition(gettext(BATCH_LABELS[BatchKind.CUSTOMERS]), table, lines), at)


def refused_workbook(
    batch: ImportBatch, rows: Callable[[], Iterable[Any]], *, at: datetime
) -> bytes:
    """Write the rows that were not taken as they stood, each with its reasons and remedies.

    Handed in again, the last columns tell where each row belongs; see `tieout.intake.returning`.
    They are gone through twice, once for their width, so that none has to be kept; where there are
    more than a sheet holds, the others follow once these are put right.
    """
    headings = list(batch.reading["headings"])
    count = 0
    for row in rows():
        count += 1
        headings += [""] * (len(row.raw) - len(headings))
    table = [
        Column(f"c{index}", heading or letters(index), Kind.TEXT, width=16)
        for index, heading in enumerate(headings)
    ]
    own = COLUMNS[reader.get().language]
    table += [
        Column("import", own[0], Kind.NUMBER, width=10),
        Column("row", own[1], Kind.NUMBER, width=10),
        Column("wrong", own[2], Kind.TEXT, width=60),
        Column("remedy", own[3], Kind.TEXT, width=60),
    ]
    width = len(headings)
    lines = (
        Row((*_padded(cells_of(row.raw), width), batch.id, row.row_no, *_reasons(row)))
        for row in islice(rows(), _MOST_ROWS)
    )
    empty = sheet_of(TableDefinition(gettext("Rows not taken"), tuple(table), []), set())
    count = min(count, _MOST_ROWS)
    book: Book = XlsxWriterBook(empty.name, at) if count > LONG else OpenpyxlBook(empty.name, at)
    book.write(replace(empty, rows=lines, count=count))
    return book.close()


def _reasons(row: Any) -> tuple[str, str]:
    """What is wrong with a row, and how to put it right."""
    causes, remedies = [], []
    for problem in map(Problem.from_json, row.problems):
        cause, remedy = cause_and_remedy(reader.get().sentence(problem.sentence))
        if problem.column:
            cause = gettext("Column %(column)s: %(what)s", column=problem.column, what=cause)
        causes.append(cause)
        remedies.append(remedy)
    return " ".join(causes), " ".join(dict.fromkeys(one for one in remedies if one))


def cause_and_remedy(words: str) -> tuple[str, str]:
    """Split what is said after its first sentence; a full stop within a name ends none."""
    quoted = 0
    for at, sign in enumerate(words):
        quoted += (sign == "“") - (sign == "”")
        ends = sign == "。" or (sign == "." and words[at + 1 : at + 2] in ("", " "))
        if ends and not quoted:
            return words[: at + 1], words[at + 1 :].strip()
    return words, ""


def _written(table: TableDefinition, at: datetime) -> bytes:
    """One sheet and nothing before it, so that the file can be handed in as it is."""
    book = OpenpyxlBook(table.name, at)
    book.write(sheet_of(table, set()))
    return book.close()


def _example(reads: Reads, text: str) -> Value:
    """An example as the cell it would be."""
    try:
        if reads in (Reads.AMOUNT, Reads.NUMBER, Reads.PERCENT, Reads.DAYS):
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
