"""What people did to the rows of a batch: typed, left out, taken as they are."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.intake.judging import Judged
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.stored import BY_HAND, LEFT_OUT, TAKEN
from tieout.intake.understanding import UnderstoodRow


@dataclass(frozen=True)
class Deeds:
    """What people did to the rows of a batch, by number of row."""

    by_hand: Dictionary[int, dict[str, str]]
    left_out: Dictionary[int, str]
    corrected_by: Dictionary[int, str]
    #: Checks in spite of which a row is taken as it is, and who said so.
    taken: Dictionary[int, dict[str, str]] = field(default_factory=dict)

    def judged(self, row: UnderstoodRow, fingerprint: str, occurrence: int) -> Judged:
        """A row on trial, with what was done to it."""
        if not (self.by_hand or self.left_out or self.taken):
            return Judged(row, fingerprint, occurrence)
        return Judged(
            row=row,
            fingerprint=fingerprint,
            occurrence=occurrence,
            by_hand=dict(self.by_hand.get(row.number, {})),
            left_out_by=self.left_out.get(row.number, ""),
            taken=dict(self.taken.get(row.number, {})),
        )

    def to_json(self) -> list[list[list[Any]]]:
        """As a run keeps them, whose keys of objects are texts."""
        kinds = (self.by_hand, self.left_out, self.corrected_by, self.taken)
        return [[[row, done] for row, done in one.items()] for one in kinds]

    @classmethod
    def from_json(cls, stored: Sequence[Sequence[Sequence[Any]]]) -> "Deeds":
        """Read back what `to_json` wrote."""
        return cls(*({row: done for row, done in one} for one in stored))  # noqa: C416 - pairs


NO_DEEDS = Deeds({}, {}, {})


def deeds_of(session: Session, batch: ImportBatch) -> Deeds:
    """What people did to the rows so far."""
    columns = (StagedRow.row_no, StagedRow.values, StagedRow.corrected_by)
    stored = session.execute(
        select(*columns).where(StagedRow.batch_id == batch.id, StagedRow.corrected_by.is_not(None))
    ).all()
    return Deeds(
        {row_no: values[BY_HAND] for row_no, values, _ in stored if BY_HAND in values},
        {row_no: values[LEFT_OUT] for row_no, values, _ in stored if LEFT_OUT in values},
        {row_no: str(who) for row_no, _, who in stored},
        {row_no: values[TAKEN] for row_no, values, _ in stored if TAKEN in values},
    )
