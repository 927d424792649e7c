"""Rows that were not taken come back: corrected in their workbook, recognised, put in their places.

The workbook has the columns of the file as they stood, and behind them `COLUMNS`. Handed in again,
each row finds its import and its row by them; what differs is taken as corrected by hand. An
import that is done takes nothing back: then the same rows are a file of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.intake import batches
from tieout.intake.fields import FIELDS, Reads
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Column, Mapping
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.reading import Cell
from tieout.intake.states import BatchState
from tieout.intake.stored import BY_HAND, LEFT_OUT, cells_of
from tieout.intake.uploads import Inspected
from tieout.intake.values.dates import read_date
from tieout.intake.values.text import shown

#: What stands over the columns behind those of the file, by language; files keep their own words,
#: so both are known whoever hands the workbook in.
COLUMNS: dict[str, tuple[str, str, str, str]] = {
    "en": ("Import", "Row of the file", "What is wrong", "How to put it right"),
    "zh": ("导入编号", "文件行号", "问题", "如何更正"),
}


class NothingCorrected(InvalidInput):
    """A workbook that came back as it was handed out."""

    message = N_(
        "“%(file)s” holds the rows of import %(batch)s that were not taken, just as they were "
        "handed out. Correct the columns of the file in it, then hand it in again."
    )


@dataclass(frozen=True)
class Returned:
    """Rows that come back to an import."""

    filename: str
    batch_id: int
    #: Columns of the file itself; those behind it are ours.
    width: int
    rows: dict[int, tuple[Cell, ...]]


@dataclass(frozen=True)
class TakenBack:
    """What became of rows that came back."""

    corrected: int
    unchanged: int


def recognised(inspected: Inspected) -> Returned | None:
    """See whether a file is a workbook of rows that were not taken."""
    headings = [heading.strip() for heading in inspected.headings]
    width = len(headings) - len(COLUMNS["en"])
    if width < 1 or tuple(headings[width:]) not in COLUMNS.values():
        return None
    rows: dict[int, tuple[Cell, ...]] = {}
    imports: set[int] = set()
    for row in inspected.rows:
        cells = (*row.cells, *[""] * (len(headings) - len(row.cells)))
        batch_id, row_no = _whole(cells[width]), _whole(cells[width + 1])
        if batch_id and row_no:
            imports.add(batch_id)
            rows[row_no] = cells[:width]
    if len(imports) != 1:
        return None
    return Returned(inspected.filename, imports.pop(), width, rows)


def place(session: Session, returned: Returned) -> ImportBatch | None:
    """The import the rows came from, where it is one of our own files."""
    found = session.get(ImportBatch, returned.batch_id)
    return None if found is None or found.kind == BatchKind.THEIR_LEDGER else found


def is_open(batch: ImportBatch) -> bool:
    """Whether rows may come back to it; otherwise they are a new file."""
    return batch.state in (BatchState.STAGED, BatchState.SUBMITTED)


def as_new_file(inspected: Inspected, returned: Returned, batch: ImportBatch) -> Inspected:
    """Read the rows as a file of their own, the way their import was read."""
    mapping = batches.mapping_of(batch)
    columns = tuple(one for one in mapping.columns if one.index < returned.width)
    fresh = replace(inspected, kind=batches.kind_of(batch))
    return fresh.mapped(replace(mapping, columns=columns))


def take_back(session: Session, batch: ImportBatch, returned: Returned, *, by: Actor) -> TakenBack:
    """Put rows that come back into their places; those that were left out are taken up again.

    Raises:
        BatchMovedOn: the import is not being prepared any more.
        NothingCorrected: nothing differs.
    """
    batches.open_for_changes(session, batch)
    mapping = batches.mapping_of(batch)
    changed: list[dict[str, Any]] = []
    for stored in _stored(session, batch, sorted(returned.rows)):
        by_hand = _differences(mapping, cells_of(stored.raw), returned.rows[stored.row_no])
        before = stored.values.get(BY_HAND, {})
        if not by_hand or all(before.get(name) == text for name, text in by_hand.items()):
            continue
        values = {name: value for name, value in stored.values.items() if name != LEFT_OUT}
        values[BY_HAND] = {**before, **by_hand}
        changed.append({"id": stored.id, "values": values, "corrected_by": by.label})
    if not changed:
        raise NothingCorrected(file=returned.filename, batch=batch.id)
    session.execute(update(StagedRow), changed)
    session.expire_all()
    batches.judge_again(session, batch)
    audit.record(
        session,
        by,
        "import.rows_returned",
        batch,
        after={"rows": len(changed), "digest": audit.digest_of_rows(one["id"] for one in changed)},
    )
    return TakenBack(len(changed), len(returned.rows) - len(changed))


def _stored(session: Session, batch: ImportBatch, numbers: Sequence[int]) -> list[Any]:
    columns = (StagedRow.id, StagedRow.row_no, StagedRow.raw, StagedRow.values)
    found: list[Any] = []
    for start in range(0, len(numbers), 5000):
        query = select(*columns).where(
            StagedRow.batch_id == batch.id,
            StagedRow.row_no.in_(numbers[start : start + 5000]),
        )
        found += session.execute(query).all()
    return found


def _differences(mapping: Mapping, before: Sequence[Cell], after: Sequence[Cell]) -> dict[str, str]:
    """What was typed anew, by field; only columns that say something count."""
    found = {}
    for column in mapping.columns:
        old = before[column.index] if column.index < len(before) else ""
        new = after[column.index] if column.index < len(after) else ""
        if shown(old).strip() != shown(new).strip():
            found[column.field] = _typed(mapping, column, new)
    return found


def _typed(mapping: Mapping, column: Column, cell: Cell) -> str:
    """A cell as somebody would type it on the page: days year first, a point for decimals."""
    reads = FIELDS[mapping.kind][column.field].reads
    try:
        if reads is Reads.DATE:
            day = read_date(cell, column.order)
            return day.isoformat() if day is not None else ""
        if reads in (Reads.AMOUNT, Reads.NUMBER):
            figure = column.figure(cell)
            if figure is None:
                return ""
            if figure.currency or figure.side:
                return shown(cell).strip()
            return f"{-figure.value if column.is_turned else figure.value:f}"
    except InvalidInput:
        return shown(cell).strip()  # the page says what is wrong with it
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return shown(cell).strip()


def _whole(cell: Cell) -> int:
    """A number of an import or row; 0 where it is none."""
    if isinstance(cell, bool):
        return 0
    if isinstance(cell, int | float | Decimal):
        return int(cell) if cell == int(cell) and 0 < cell < 2**53 else 0
    text = shown(cell).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
