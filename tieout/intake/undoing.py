"""Taking a posted batch back: every document of it reversed, its rows free to come again."""

from array import array
from datetime import datetime

from sqlalchemy import Select, String, cast, delete, exists, literal, select
from sqlalchemy.orm import Session, aliased

from tieout import audit
from tieout.audit import Actor
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake import batches, by_night
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, SeenRow, StagedRow
from tieout.intake.pieces import source_of
from tieout.intake.states import BatchState
from tieout.ledger import mass_reversing
from tieout.ledger.mass_reversing import reverse_all
from tieout.ledger.models import Document

#: Rows whose documents SQLite takes back in a second on a small machine, measured by
#: `bench/intake.py --undo`.
ROWS_A_SECOND = 5_000
HELD = N_("Undoing takes about %(seconds)s seconds; nobody else can save meanwhile.")


class MasterDataStays(Conflict):
    """Customers and products are not reversed."""

    message = N_(
        "Customers and products that were added stay, since documents may point at them. Change "
        "them, or switch them off, one by one."
    )


class ReasonMissing(InvalidInput):
    """Undone without saying why."""

    message = N_("Say why the import is undone; auditors will ask.")


def undo(session: Session, batch: ImportBatch, *, reason: str, by: Actor, at: datetime) -> int:
    """Reverse every document of a batch that still stands, all or none; return how many.

    Raises:
        MasterDataStays: it holds customers or products.
        ReasonMissing: no reason was given.
        BatchMovedOn: it is not posted, or was undone meanwhile.
    """
    if batch.kind in (BatchKind.CUSTOMERS, BatchKind.PRODUCTS):
        raise MasterDataStays
    if not reason.strip():
        raise ReasonMissing
    batches.move(session, batch, (BatchState.POSTED,), BatchState.UNDONE)
    session.execute(delete(SeenRow).where(SeenRow.batch_id == batch.id))
    count = reverse_all(
        session,
        array("q", session.scalars(standing(batch).order_by(Document.id))),
        source=f"undo:{batch.id}",
        reason=reason.strip(),
        by=by,
        at=at,
    )
    batch.undone_at = at
    told = {"by": by.label, "reason": reason.strip()[:500], "documents": count}
    batch.totals = {**batch.totals, "undone": told}
    session.flush()
    audit.record(
        session,
        by,
        "import.undone",
        batch,
        after={"reason": reason.strip(), "documents": count, "rows": f"undo:{batch.id}"},
    )
    return count


def in_the_way(session: Session, batch: ImportBatch) -> list[Sentence]:
    """What undoing a batch would touch, told before anybody does it."""
    found = mass_reversing.in_the_way(session, standing(batch))
    if seconds := seconds_held(session, batch):
        found.append(Sentence(HELD, {"seconds": seconds}))
    return found


def seconds_held(session: Session, batch: ImportBatch) -> int:
    """How long undoing a batch would keep others from writing; 0 where nobody would notice."""
    if session.get_bind().dialect.name != "sqlite":
        return 0
    seconds = int(batch.totals.get("posted", 0)) // ROWS_A_SECOND
    return seconds if seconds > by_night.UNNOTICED else 0


def standing(batch: ImportBatch) -> Select[int]:
    """The ids of the documents of a batch that were not reversed since."""
    first = cast(StagedRow.first_row, String)
    taken_back = aliased(Document)
    return (
        select(Document.id)
        .join(StagedRow, Document.source == literal(f"{source_of(batch)}:").concat(first))
        .where(StagedRow.batch_id == batch.id, StagedRow.row_no == StagedRow.first_row)
        .where(~exists().where(taken_back.reverses_id == Document.id))
    )
