"""A row whose document was taken back is new again the next time it comes."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from tieout.db.bulk import among, chunks
from tieout.events import DocumentPosted, DocumentsReversed
from tieout.intake.models import ImportBatch, SeenRow, StagedRow
from tieout.ledger.models import Document

_FEW = 100


def when_reversed(session: Session, event: DocumentPosted) -> None:
    """Forget the rows of a document that was reversed."""
    reverses = session.scalar(select(Document.reverses_id).where(Document.id == event.document_id))
    if reverses is not None:
        _forget(session, [reverses])


def when_many_reversed(session: Session, event: DocumentsReversed) -> None:
    """Forget the rows of documents that were reversed at once."""
    _forget(session, event.document_ids)


def _forget(session: Session, document_ids: Iterable[int]) -> None:
    """Forget the rows that documents were made of; each says its batch and its first row."""
    firsts: dict[int, set[int]] = defaultdict(set)
    for some in chunks(document_ids, 5000):
        for source in session.scalars(select(Document.source).where(Document.id.in_(some))):
            kind, _, place = source.partition(":")
            batch, _, row = place.partition(":")
            if kind == "import" and batch.isdecimal() and row.isdecimal():
                firsts[int(batch)].add(int(row))
    for batch_id, rows in firsts.items():
        _forget_rows(session, batch_id, rows)


def _forget_rows(session: Session, batch_id: int, firsts: Collection[int]) -> None:
    """Forget every row of the documents of a batch that begin in these rows."""
    batch = session.get(ImportBatch, batch_id)
    if batch is None:
        return
    here = StagedRow.batch_id == batch_id
    few = len(firsts) <= _FEW  # these are looked up, more are looked for
    begins = StagedRow.row_no.in_(firsts) if few else among(session, StagedRow.row_no, firsts)
    parts = select(StagedRow.part).where(here, begins)
    marks = select(StagedRow.fingerprint, StagedRow.occurrence).where(
        here, StagedRow.part.in_(parts), among(session, StagedRow.first_row, firsts)
    )
    session.execute(
        delete(SeenRow)
        .where(SeenRow.kind == batch.kind)
        .where(tuple_(SeenRow.fingerprint, SeenRow.occurrence).in_(marks))
        .execution_options(synchronize_session=False)
    )
