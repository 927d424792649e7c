"""A file is taken in: stored, its rows read by a mapping and judged; nothing of it counts yet.

A long one is only stored here; the run that `parts.runs` starts reads it, and whoever called goes
on with that after the transaction.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import attachments, audit
from tieout.attachments import Attachment
from tieout.audit import Actor
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.intake import batches, planned
from tieout.intake.deeds import NO_DEEDS, Deeds, deeds_of
from tieout.intake.judging import judge
from tieout.intake.mapping import Mapping
from tieout.intake.models import ImportBatch
from tieout.intake.parts import runs as long_files
from tieout.intake.remembering import proposed, remember
from tieout.intake.states import OPEN, UNDER_WAY, BatchState
from tieout.intake.uploads import Inspected

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "text": "text/csv",
}


class FileWaiting(Conflict):
    """The very same file is on its way already."""

    message = N_(
        "“%(file)s” was handed in already and is being prepared as import %(batch)s. Go on with "
        "that one, or discard it first."
    )


class ReadDifferently(Conflict):
    """A sheet or encoding chosen for a file that is posted or gone."""

    message = N_("Only an import that is being prepared can be read in another way.")


def take_in(
    session: Session, content: bytes | Path, inspected: Inspected, *, by: Actor, at: datetime
) -> ImportBatch:
    """Store a file and stage its rows by the mapping of the last time, or as guessed.

    Where `inspected` is only the beginning of a long file, its state is “being read” afterwards.

    Raises:
        FileWaiting: the very same file is being prepared.
    """
    kind = str(inspected.kind)
    waiting = under_way(session, inspected)
    if waiting is not None:
        raise FileWaiting(file=inspected.filename, batch=waiting.id)
    attachment = attachments.store(
        session,
        content,
        filename=inspected.filename,
        media_type=MEDIA_TYPES.get(inspected.about.format.value, "application/octet-stream"),
        purpose="import",
        customer_id=None,
        by=by,
        at=at,
    )
    inspected = proposed(session, inspected, at=at)
    batch = _batch(attachment, inspected, by, at)
    session.add(batch)
    session.flush()
    _stage(session, batch, inspected, NO_DEEDS, by=by, at=at)
    audit.record(
        session,
        by,
        "import.uploaded",
        batch,
        after={"kind": kind, "sha256": batch.sha256, **batches.counts_kept(batch)},
    )
    return batch


def under_way(session: Session, inspected: Inspected) -> ImportBatch | None:
    """The import of the very same file that is being prepared, if there is one."""
    return session.scalars(
        select(ImportBatch).where(
            ImportBatch.sha256 == inspected.sha256,
            ImportBatch.kind == str(inspected.kind),
            ImportBatch.state.in_(UNDER_WAY),
            ImportBatch.sheet == inspected.sheet,
        )
    ).first()


def remap(
    session: Session,
    batch: ImportBatch,
    inspected: Inspected,
    mapping: Mapping,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Read the file in another way; what was corrected by hand stays where it can.

    `inspected` is of the batch's own file, read with the sheet and encoding now chosen.

    Raises:
        BatchMovedOn: it is not being prepared any more.
        ReadDifferently: it is another file.
    """
    if inspected.sha256 != batch.sha256:
        raise ReadDifferently
    if batch.state == BatchState.READING:  # it is begun anew, the other way
        long_files.stop(session, batch, by=by, at=at)
    batches.move(session, batch, UNDER_WAY, BatchState.STAGED)
    before = batch.mapping
    same_rows = (
        batch.sheet == inspected.sheet
        and batch.reading["header_row"] == inspected.layout.header_row
    )
    deeds = deeds_of(session, batch) if same_rows else NO_DEEDS
    mapped = inspected.mapped(mapping)
    batch.sheet, batch.reading = inspected.sheet, inspected.reading()
    batch.mapping = mapped.mapping.to_json()
    batch.submitted_by, batch.submitted_at = None, None
    _stage(session, batch, mapped, deeds, by=by, at=at)
    if batch.state != BatchState.UPLOADED:
        remember(session, mapped.mapping, batch.filename, headings=mapped.headings, at=at)
    audit.record(
        session,
        by,
        "import.mapped",
        batch,
        before={"mapping": before},
        after={"mapping": batch.mapping, **batches.counts_kept(batch)},
    )


def check_again(session: Session, batch: ImportBatch, *, by: Actor) -> None:
    """Judge the rows once more, such as after a customer was added.

    Raises:
        BatchMovedOn: it is not being prepared any more.
    """
    before = batch.content_digest
    batches.move(session, batch, (BatchState.STAGED, BatchState.SUBMITTED), BatchState.STAGED)
    batch.submitted_by, batch.submitted_at = None, None
    batches.judge_again(session, batch)
    audit.record(
        session,
        by,
        "import.checked_again",
        batch,
        before={"content": before},
        after={"content": batch.content_digest, **batches.counts_kept(batch)},
    )


def discard(session: Session, batch: ImportBatch, *, by: Actor) -> None:
    """Throw a batch away before anything of it was posted; its file stays on record.

    Raises:
        BatchMovedOn: it was posted or discarded meanwhile.
    """
    batches.move(session, batch, OPEN, BatchState.DISCARDED)
    planned.forget(session, batch)
    audit.record(session, by, "import.discarded", batch, after=batches.counts_kept(batch))


def stop(session: Session, batch: ImportBatch, *, by: Actor, at: datetime) -> None:
    """Throw a batch away while it is being read; the rows written so far go, too.

    Raises:
        BatchMovedOn: it is not being read any more.
    """
    batches.move(session, batch, (BatchState.READING,), BatchState.DISCARDED)
    long_files.stop(session, batch, by=by, at=at)
    audit.record(session, by, "import.discarded", batch, after=batches.counts_kept(batch))


def _batch(attachment: Attachment, inspected: Inspected, by: Actor, at: datetime) -> ImportBatch:
    return ImportBatch(
        kind=str(inspected.kind),
        attachment_id=attachment.id,
        filename=inspected.filename[-200:],
        sha256=inspected.sha256,
        sheet=inspected.sheet,
        state=str(BatchState.UPLOADED),
        reading=inspected.reading(),
        mapping=inspected.mapping.to_json(),
        totals={},
        uploaded_by=by.id if by.kind == "staff" else None,
        uploaded_label=by.label,
        uploaded_at=at,
    )


def _stage(
    session: Session,
    batch: ImportBatch,
    inspected: Inspected,
    deeds: Deeds,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Read and judge every row; while a column is missing the batch waits for it."""
    if inspected.missing is not None:
        batch.state, batch.totals = str(BatchState.UPLOADED), {"read": len(inspected.rows)}
        batch.content_digest = None
        session.flush()
        return
    if inspected.goes_on:
        long_files.start(session, batch, deeds=deeds, by=by, at=at)
        return
    rows = batches.trial(inspected, deeds)
    received_on = batches.received_on(session, batch)
    seq = audit.head(session).seq  # before anything is judged: whatever comes after it is noticed
    judgement = judge(session, inspected.mapping, rows, received_on=received_on)
    found = batches.write_rows(session, batch, judgement, deeds)
    if len(rows) > planned.FEW:
        planned.keep(session, batch, 1, planned.draw(session, batch, judgement, found, seq))
    batch.state = str(BatchState.STAGED)
    session.flush()
