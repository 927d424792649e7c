"""The first rows of a file, read by a mapping that is only tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tieout.i18n import Sentence
from tieout.intake.asides import ASIDES
from tieout.intake.mapping import Mapping
from tieout.intake.states import RowState
from tieout.intake.understanding import UnderstoodRow, read_rows
from tieout.intake.uploads import Chunk
from tieout.intake.values_json import values_to_json


@dataclass(frozen=True)
class TriedRow:
    """A row as it would be read; nobody has judged it by the books."""

    row_no: int
    values: dict[str, Any]
    state: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Tried:
    """A mapping that is tried, and what it makes of the first rows."""

    mapping: Mapping
    rows: Sequence[TriedRow]


def tried_rows(mapping: Mapping, chunk: Chunk) -> list[TriedRow]:
    """Read some rows by a mapping."""
    return [_tried(row) for row in read_rows(mapping, chunk.rows, chunk.asides, {})]


def _tried(row: UnderstoodRow) -> TriedRow:
    state, sentences = RowState.READY, tuple(problem.sentence for problem in row.problems)
    if row.aside is not None:
        state, sentences = RowState.LEFT_OUT, (Sentence(ASIDES[row.aside]),)
    elif row.problems:
        state = RowState.REFUSED
    return TriedRow(row.number, values_to_json(row.values), str(state), sentences)
