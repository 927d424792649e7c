"""Handing a batch on: submitted by one person, approved by another, exactly as it was looked at."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit import Actor
from tieout.audit.queries import has_acted
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.identity.permissions import SamePerson
from tieout.intake import batches, deciding, planned, posting, preparing
from tieout.intake.batches import BatchChanged, BatchMovedOn
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.places import Problem
from tieout.intake.preparing import Prepared
from tieout.intake.states import BATCH_STATES, BatchState, RowState

#: A longer file is judged anew only when it is posted: once more before would double the wait.
JUDGED_TWICE = planned.FEW
#: Acts by which somebody has a hand in what is posted, whoever acted after them.
PREPARING = frozenset(
    {
        "import.uploaded",
        "import.mapped",
        "import.row_corrected",
        "import.rows_returned",
        "import.rows_left_out",
        "import.rows_taken_back",
        "import.rows_taken",
        "import.customer_chosen",
        "import.days_set",
        "import.file_taken",
    }
)
#: What the company's rule about two people calls this act.
ACT = "import"


class RowsInTheWay(InvalidInput):
    """Rows that cannot be taken, and nobody has said to go without them."""

    message = N_(
        "%(count)s rows cannot be taken yet; nothing was posted. The first: %(first)s "
        "Correct them, or leave them out."
    )


class NothingReady(InvalidInput):
    """A batch without anything to post."""

    message = N_("“%(file)s” holds nothing new: no row of it is ready to be posted.")


class NoteMissing(InvalidInput):
    """Sent back without a reason."""

    message = N_("Say why it is sent back, so that it can be put right.")


def submit(session: Session, batch: ImportBatch, *, digest: str, by: Actor, at: datetime) -> None:
    """Hand a batch on for approval, as it was looked at.

    Raises:
        BatchMovedOn, BatchChanged: it is not what was looked at.
        RowsInTheWay, NothingReady: it cannot be posted so.
    """
    batches.move(session, batch, (BatchState.STAGED,), BatchState.SUBMITTED)
    if not digest or digest != batch.content_digest:
        raise BatchChanged
    is_short = int(batch.totals.get("read", 0)) <= JUDGED_TWICE
    if is_short and batches.digest_now(session, batch) != digest:
        raise BatchChanged
    deciding.check_file(session, batch)
    _check_rows(session, batch)
    if not batch.totals.get("things"):
        raise NothingReady(file=batch.filename)
    batch.submitted_by = by.id if by.kind == "staff" else None
    batch.submitted_at = at
    batch.totals = {name: value for name, value in batch.totals.items() if name != "tonight"}
    session.flush()
    audit.record(
        session, by, "import.submitted", batch, after={"content": digest, **_counts(batch)}
    )
    events.publish(session, events.ImportSubmitted(batch.id))


def approve(
    session: Session,
    batch: ImportBatch,
    *,
    digest: str,
    by: Actor,
    at: datetime,
    prepared: Prepared | None = None,
) -> posting.Posted:
    """Approve exactly what was looked at, and post it: all of it, or nothing.

    Whoever has prepared it beforehand holds the database only while it is written.

    Raises:
        SamePerson: the company wants two people, and this one prepared it.
        BatchMovedOn, BatchChanged: it is not what was looked at.
    """
    if settings.needs_two_people(session, ACT):
        check_second_person(session, batch, by)
    if not digest or digest != batch.content_digest:
        raise BatchChanged
    return posting.post(session, batch, digest=digest, by=by, at=at, prepared=prepared)


def prepare(session: Session, batch: ImportBatch, *, digest: str) -> Prepared:
    """Judge a batch and work out what posting it writes, outside the transaction that posts it.

    Raises:
        BatchMovedOn, BatchChanged: it is not what was looked at.
    """
    if batch.state not in (BatchState.STAGED, BatchState.SUBMITTED):
        raise BatchMovedOn(state=Sentence(BATCH_STATES[BatchState(batch.state)]))
    if digest != batch.content_digest:
        raise BatchChanged
    return preparing.prepare(session, batch, digest=digest)


def send_back(session: Session, batch: ImportBatch, *, note: str, by: Actor) -> None:
    """Turn a submitted batch down, saying why; it is prepared once more.

    Raises:
        BatchMovedOn: it is not waiting any more.
        NoteMissing: no reason was given.
    """
    if not note.strip():
        raise NoteMissing
    batches.move(session, batch, (BatchState.SUBMITTED,), BatchState.STAGED)
    batch.submitted_by, batch.submitted_at = None, None
    batch.totals = {**batch.totals, "sent_back": {"by": by.label, "note": note.strip()[:500]}}
    session.flush()
    audit.record(session, by, "import.sent_back", batch, after={"note": note.strip()})


def may_approve(session: Session, batch: ImportBatch, by: Actor) -> bool:
    """Whether somebody may approve it, by the rule about two people."""
    if not settings.needs_two_people(session, ACT):
        return True
    try:
        check_second_person(session, batch, by)
    except SamePerson:
        return False
    return True


def check_second_person(session: Session, batch: ImportBatch, by: Actor) -> None:
    """See that whoever approves has prepared nothing of it.

    Raises:
        SamePerson: they uploaded it, said what its columns mean, corrected a row, decided
            something or submitted it; or nobody is known.
    """
    prepared = {batch.uploaded_by, batch.submitted_by}
    if (
        by.kind != "staff"
        or by.id is None
        or by.id in prepared
        or deciding.has_decided(session, batch, by)
        or has_acted(session, by, batch, PREPARING)
    ):
        raise SamePerson


def _check_rows(session: Session, batch: ImportBatch) -> None:
    stopping = (RowState.REFUSED, RowState.DECISION)
    query = (
        select(StagedRow)
        .where(StagedRow.batch_id == batch.id, StagedRow.state.in_(stopping))
        .order_by(StagedRow.row_no)
    )
    first = session.scalars(query.limit(1)).first()
    if first is not None:
        count = batch.totals.get("refused", 0) + batch.totals.get("decision", 0)
        raise RowsInTheWay(count=count, first=first_sentence(batch, first))


def first_sentence(batch: ImportBatch, row: StagedRow) -> Sentence:
    """What is wrong with a row first: file, sheet, row, column, cause, remedy."""
    problems = [Problem.from_json(problem) for problem in row.problems]
    first = next((one for one in problems if not one.is_warning), problems[0])
    return first.placed(batch.filename, batch.sheet, row.row_no)


def _counts(batch: ImportBatch) -> dict[str, object]:
    return {name: value for name, value in batch.totals.items() if name != "opens"}
