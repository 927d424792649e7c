"""A customer's own ledger, read and staged; its sign stays theirs, no posting verb accepts it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tieout import audit
from tieout.attachments import Attachment
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.intake.fingerprints import fingerprints
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.stored import raw_of
from tieout.intake.their_book import (
    RowProblem,
    TheirLedger,
    TheirLine,
    TheirRows,
    read_their_ledger,
    read_their_rows,
)
from tieout.intake.understanding import UnderstoodRow
from tieout.intake.uploads import Inspected
from tieout.intake.values_json import values_to_json

__all__ = [
    "RowProblem",
    "TheirLedger",
    "TheirLine",
    "TheirRows",
    "read_their_ledger",
    "read_their_rows",
    "stage_their_ledger",
]


def stage_their_ledger(
    session: Session,
    inspected: Inspected,
    mapping: Mapping | None,
    *,
    customer_id: int,
    account_id: int,
    attachment: Attachment,
    read: TheirRows | None = None,
    by: Actor,
    at: datetime,
) -> ImportBatch:
    """Keep a customer's ledger as a batch of its own kind; `read` where it was read already.

    Raises:
        ColumnMissing: no row can be read.
    """
    mapping = mapping or inspected.mapping
    currency = session.get_one(CustomerAccount, account_id).currency
    read = read or read_their_rows(inspected, mapping, currency)
    rows, ledger = read.rows, read.ledger
    batch = ImportBatch(
        kind=str(BatchKind.THEIR_LEDGER),
        customer_id=customer_id,
        account_id=account_id,
        attachment_id=attachment.id,
        filename=inspected.filename[-200:],
        sha256=inspected.sha256,
        sheet=inspected.sheet,
        state="staged",
        reading=inspected.reading(),
        mapping=mapping.to_json(),
        totals={
            "read": len(rows),
            "ready": len(ledger.lines),
            "refused": len(ledger.problems),
            "left_out": len(ledger.asides),
            "sum": {currency: ledger.total.plain},
        },
        uploaded_by=by.id if by.kind == "staff" else None,
        uploaded_label=by.label,
        uploaded_at=at,
    )
    session.add(batch)
    session.flush()
    session.execute(insert(StagedRow), _staged(batch, ledger, rows))
    audit.record(
        session, by, "their_ledger.staged", batch, after={**batch.totals, "sha256": batch.sha256}
    )
    return batch


def _staged(
    batch: ImportBatch, ledger: TheirLedger, rows: Sequence[UnderstoodRow]
) -> list[dict[str, object]]:
    refused = {problem.row_no: problem.problem for problem in ledger.problems}
    staged = []
    marks = fingerprints(BatchKind.THEIR_LEDGER, rows)
    for row, (digest, occurrence) in zip(rows, marks, strict=True):
        state = "left_out" if row.aside else "refused" if row.number in refused else "ready"
        staged.append(
            {
                "batch_id": batch.id,
                "row_no": row.number,
                "raw": raw_of(row.cells),
                "values": values_to_json(row.values),
                "state": state,
                "problems": [refused[row.number].to_json()] if row.number in refused else [],
                "fingerprint": digest,
                "occurrence": occurrence,
                "customer_id": batch.customer_id,
            }
        )
    return staged
