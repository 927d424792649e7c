"""What people do with an import, in the order they do it."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER
from tieout.intake import approving, staging
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.places import Problem
from tieout.intake.uploads import inspect


def upload(
    session: Session,
    text: str | bytes,
    kind: BatchKind = BatchKind.DOCUMENTS,
    name: str = "sales.csv",
    **mapped: object,
) -> ImportBatch:
    """Hand a file in; `mapped` changes its mapping."""
    content = text if isinstance(text, bytes) else text.encode()
    inspected = inspect(content, name, kind)
    batch = staging.take_in(session, content, inspected, by=BY, at=AT)
    if mapped:
        mapping = replace(inspected.mapping, **mapped)  # type: ignore[arg-type]
        staging.remap(session, batch, inspected, mapping, by=BY, at=AT)
    return batch


def submit(session: Session, batch: ImportBatch) -> None:
    """Hand it on, as it is."""
    approving.submit(session, batch, digest=batch.content_digest or "", by=BY, at=AT)


def approve(session: Session, batch: ImportBatch) -> None:
    """Let the second person approve it."""
    approving.approve(session, batch, digest=batch.content_digest or "", by=OTHER, at=AT)


def post(session: Session, batch: ImportBatch) -> ImportBatch:
    """Submit and approve."""
    submit(session, batch)
    approve(session, batch)
    return batch


def rows(session: Session, batch: ImportBatch) -> list[StagedRow]:
    """The rows of a batch as they are stored."""
    query = select(StagedRow).where(StagedRow.batch_id == batch.id).order_by(StagedRow.row_no)
    return list(session.scalars(query))


def states(session: Session, batch: ImportBatch) -> list[str]:
    """The state of each row; one that was ready is posted with its batch."""
    ready = "posted" if batch.state == "posted" else "ready"
    return [ready if row.state == "ready" else row.state for row in rows(session, batch)]


def sentences(session: Session, batch: ImportBatch) -> list[str]:
    """What is said about the rows, with file, row and column."""
    return [
        str(Problem.from_json(problem).placed(batch.filename, batch.sheet, row.row_no))
        for row in rows(session, batch)
        for problem in row.problems
    ]
