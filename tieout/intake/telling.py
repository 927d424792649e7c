"""What intake knows of a document's life: its file, its row as it stood, who dealt with it."""

from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tieout.audit.models import AuditEntry
from tieout.audit.queries import personal
from tieout.i18n import N_, Sentence
from tieout.intake.models import ImportBatch, StagedRow
from tieout.ledger.history import Step
from tieout.ledger.models import Document

#: Rows of one document that are told.
_ROWS = 20
#: What people did with the file, as its trail says.
_DONE: Mapping[str, str] = {
    "import.mapped": N_("Said what the columns of the file mean"),
    "import.submitted": N_("The file was handed in for approval"),
    "import.sent_back": N_("The file was sent back"),
    "import.posted": N_("The file was approved and posted"),
    "import.undone": N_("The whole file was undone"),
}


def told(session: Session, document: Document) -> list[Step]:
    """Tell where a document came in, from file and row onwards."""
    kind, _, rest = document.source.partition(":")
    number, _, row = rest.partition(":")
    if kind != "import" or not number.isdecimal():
        return []
    batch = session.get(ImportBatch, int(number))
    if batch is None:
        return []
    return [*_of_file(session, batch), *_of_rows(session, batch, document, row)]


def _of_file(session: Session, batch: ImportBatch) -> list[Step]:
    facts, about = {"file": batch.filename}, f"import:{batch.id}"
    came = Sentence(N_("The file %(file)s was brought in"), facts)
    steps = [Step(batch.uploaded_at, "brought_in", came, batch.uploaded_label, about=about)]
    query = (
        select(AuditEntry)
        .where(
            AuditEntry.object_type == ImportBatch.__name__,
            AuditEntry.object_id == str(batch.id),
            AuditEntry.action.in_(_DONE),
        )
        .order_by(AuditEntry.seq)
    )
    entries = session.scalars(query).all()
    who = personal(session, [entry.seq for entry in entries])
    for entry in entries:
        name = who.get(entry.seq, {}).get("actor") or ""
        done = Sentence(_DONE[entry.action])
        steps.append(Step(entry.at, "file_done", done, name, about=about))
    return steps


def _of_rows(session: Session, batch: ImportBatch, document: Document, first: str) -> list[Step]:
    if not first.isdecimal():
        return []
    number = int(first)
    stands_in = select(StagedRow.part).where(
        StagedRow.batch_id == batch.id, StagedRow.row_no == number
    )
    query = select(StagedRow).where(
        StagedRow.batch_id == batch.id,
        StagedRow.part == stands_in.scalar_subquery(),
        StagedRow.row_no >= number,
        or_(StagedRow.first_row == number, StagedRow.row_no == number),
    )
    return [
        Step(
            batch.uploaded_at,
            "row_read",
            Sentence(
                N_("Row %(row)s as it stood, corrected by %(who)s")
                if row.corrected_by
                else N_("Row %(row)s as it stood"),
                {"row": row.row_no, "who": row.corrected_by or ""},
            ),
            about=f"import:{batch.id}:{row.row_no}",
            text=" · ".join(str(cell) for cell in row.raw if cell not in (None, "")),
        )
        for row in session.scalars(query.order_by(StagedRow.row_no).limit(_ROWS))
    ]
