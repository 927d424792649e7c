"""A row whose document was taken back is new again the next time it comes."""

from collections.abc import Sequence

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from tieout.db.bulk import chunks
from tieout.events import DocumentPosted, DocumentsReversed
from tieout.intake.models import ImportBatch, SeenRow, StagedRow
from tieout.ledger.models import Document


def when_reversed(session: Session, event: DocumentPosted) -> None:
    """Forget the rows of a document that was reversed."""
    reverses = session.scalar(select(Document.reverses_id).where(Document.id == event.document_id))
    if reverses is None:
        return
    query = (
        select(ImportBatch.kind, StagedRow.fingerprint, StagedRow.occurrence)
        .join(ImportBatch, ImportBatch.id == StagedRow.batch_id)
        .where(StagedRow.document_id == reverses)
    )
    _forget(session, [(kind, digest, no) for kind, digest, no in session.execute(query)])


def when_many_reversed(session: Session, event: DocumentsReversed) -> None:
    """Forget the rows of documents that were reversed at once."""
    for some in chunks(event.document_ids, 1000):
        query = (
            select(ImportBatch.kind, StagedRow.fingerprint, StagedRow.occurrence)
            .join(ImportBatch, ImportBatch.id == StagedRow.batch_id)
            .where(StagedRow.document_id.in_(some))
        )
        _forget(session, [(kind, digest, no) for kind, digest, no in session.execute(query)])


def _forget(session: Session, rows: Sequence[tuple[str, str, int]]) -> None:
    columns = tuple_(SeenRow.kind, SeenRow.fingerprint, SeenRow.occurrence)
    for start in range(0, len(rows), 1000):
        session.execute(delete(SeenRow).where(columns.in_(rows[start : start + 1000])))
