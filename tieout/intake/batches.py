"""A batch and its rows as they stand in the database: read, judged again, moved on.

What people did to rows is in `deeds`, how rows are written in `staged`, what they come to in
`part_sums`.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tieout import settings
from tieout.db.bulk import chunks
from tieout.errors import Conflict
from tieout.i18n import N_, Sentence
from tieout.intake import staged
from tieout.intake.asides import Aside
from tieout.intake.deeds import NO_DEEDS, Deeds
from tieout.intake.fingerprints import fingerprints
from tieout.intake.judging import Judged, Judgement, judge
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.part_sums import PartSum, Summary
from tieout.intake.places import Problem
from tieout.intake.reading import Row
from tieout.intake.states import BATCH_STATES, BatchState
from tieout.intake.stored import (
    ASIDE,
    BY_HAND,
    LEFT_OUT,
    TAKEN,
    UNREAD,
    cells_of,
    values_of,
)
from tieout.intake.understanding import UnderstoodRow, read_rows
from tieout.intake.uploads import Inspected


class BatchMovedOn(Conflict):
    """A batch that is no longer where it was thought to be."""

    message = N_("This import is %(state)s meanwhile. Look at it again.")


class BatchChanged(Conflict):
    """What was looked at is not what is there."""

    message = N_("This import was changed after you looked at it. Look at it again, then decide.")


def mapping_of(batch: ImportBatch) -> Mapping:
    """How the batch is read."""
    return Mapping.from_json(batch.mapping)


def trial(inspected: Inspected, deeds: Deeds) -> list[Judged]:
    """Read the rows of a file, with what people did to them, ready to be judged."""
    mapping = inspected.mapping
    rows = read_rows(mapping, inspected.rows, inspected.asides, {})
    marks = fingerprints(mapping.kind, rows)
    touched = [row for row in inspected.rows if row.number in deeds.by_hand]
    corrected = {
        row.number: row for row in read_rows(mapping, touched, inspected.asides, deeds.by_hand)
    }
    return [
        deeds.judged(corrected.get(row.number, row), digest, occurrence)
        for row, (digest, occurrence) in zip(rows, marks, strict=True)
    ]


def judged_parts(session: Session, batch: ImportBatch) -> Iterator[Judgement]:
    """Judge the stored rows by the books as they are now, a part at a time; nothing is written."""
    for part in range(1, batch.parts + 1):
        yield judged_part(session, batch, part)


def judged_part(session: Session, batch: ImportBatch, part: int) -> Judgement:
    """Judge the stored rows of one part; nothing is written."""
    names = ("row_no", "values", "fingerprint", "occurrence")
    query = select(*(getattr(StagedRow, name) for name in names))
    stored = session.execute(
        query.where(StagedRow.batch_id == batch.id, StagedRow.part == part).order_by(
            StagedRow.row_no
        )
    ).all()
    mapping = mapping_of(batch)
    corrected = _corrected(session, batch, stored)
    rows = [
        Judged(
            row=corrected.get(one.row_no) or _as_stored(mapping, one),
            fingerprint=one.fingerprint,
            occurrence=one.occurrence,
            by_hand=one.values.get(BY_HAND, {}),
            left_out_by=one.values.get(LEFT_OUT, ""),
            taken=one.values.get(TAKEN, {}),
        )
        for one in stored
    ]
    return judge(session, mapping, rows, received_on=received_on(session, batch))


def received_on(session: Session, batch: ImportBatch) -> date:
    """The day a file was handed in, where the company is."""
    zone = ZoneInfo(settings.company(session).time_zone)
    return batch.uploaded_at.astimezone(zone).date()


def _corrected(
    session: Session, batch: ImportBatch, stored: Sequence[Any]
) -> dict[int, UnderstoodRow]:
    """Rows with fields typed by hand, read once more from their cells."""
    by_hand = {one.row_no: one.values[BY_HAND] for one in stored if BY_HAND in one.values}
    rows = []
    for some in chunks(sorted(by_hand), 2000):
        query = select(StagedRow.row_no, StagedRow.raw).where(
            StagedRow.batch_id == batch.id, StagedRow.row_no.in_(some)
        )
        found = session.execute(query.order_by(StagedRow.row_no))
        rows += [Row(row_no, cells_of(raw)) for row_no, raw in found]
    return {row.number: row for row in read_rows(mapping_of(batch), rows, {}, by_hand)}


def _as_stored(mapping: Mapping, one: Any) -> UnderstoodRow:
    """A row as it was understood before; whatever was judged of it is left aside."""
    aside = one.values.get(ASIDE)
    unread = one.values.get(UNREAD, ())
    return UnderstoodRow(
        one.row_no,
        (),
        values_of(mapping.kind, one.values),
        tuple(Problem.from_json(problem) for problem in unread),
        Aside(aside) if aside else None,
    )


def write_rows(
    session: Session, batch: ImportBatch, judgement: Judgement, deeds: Deeds = NO_DEEDS
) -> "PartSum":
    """Write the rows of a batch anew, in one part; return what that comes to."""
    staged.clear(session, batch)
    batch.parts = 1
    staged.write_part(session, batch, 1, judgement, deeds)
    summary, found = Summary(), PartSum.of(judgement)
    summary.take(found)
    summary.keep(batch)
    return found


def judge_again(
    session: Session, batch: ImportBatch, row_nos: Collection[int] | None = None
) -> None:
    """Judge the rows of a batch anew, write back what has changed, and sum it up.

    Where it is known which rows were touched, only their parts are judged. More parts than a few
    are left to a run: the batch is “being read” until then, and `parts.runs.due` begins it.
    """
    touched = set(range(1, batch.parts + 1))
    sums = [PartSum.from_json(one) for one in batch.part_sums]
    if row_nos is not None and len(sums) == batch.parts:
        touched = staged.parts_of(session, batch, row_nos)
    if len(touched) > FEW_PARTS:
        move(session, batch, (BatchState.STAGED,), BatchState.READING)
        return
    summary = Summary()
    for part in range(1, batch.parts + 1):
        if part not in touched:
            summary.take(sums[part - 1])
            continue
        judgement = judged_part(session, batch, part)
        staged.write_changes(session, batch, part, judgement)
        summary.add(judgement)
    summary.keep(batch)


#: So many parts are judged at once while somebody waits.
FEW_PARTS = 3


def digest_now(session: Session, batch: ImportBatch) -> str:
    """The digest of what would be posted by the books as they are now."""
    summary = Summary()
    for judgement in judged_parts(session, batch):
        summary.add(judgement)
    return summary.digest


def move(
    session: Session, batch: ImportBatch, allowed: Sequence[BatchState], state: BatchState
) -> None:
    """Move a batch on, unless somebody else has.

    Raises:
        BatchMovedOn: it is elsewhere meanwhile.
    """
    moved = session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.state.in_(allowed))
        .where(ImportBatch.version == batch.version)
        .values(state=str(state), version=ImportBatch.version + 1)
        .returning(ImportBatch.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(batch, ["state", "version"])
    if moved is None:
        raise BatchMovedOn(state=Sentence(BATCH_STATES[BatchState(batch.state)]))


def open_for_changes(session: Session, batch: ImportBatch) -> None:
    """Take a batch back into preparation; a changed one must be submitted again.

    Raises:
        BatchMovedOn: it is posted, discarded or undone, or its rows cannot be read yet.
    """
    move(session, batch, (BatchState.STAGED, BatchState.SUBMITTED), BatchState.STAGED)
    batch.submitted_by, batch.submitted_at = None, None


def counts_kept(batch: ImportBatch) -> dict[str, object]:
    """What the trail says of a batch's rows."""
    return {name: value for name, value in batch.totals.items() if name != "opens"}


def kind_of(batch: ImportBatch) -> BatchKind:
    """What its rows are."""
    return BatchKind(batch.kind)
