"""Posting by night: a long posting would hold a SQLite database, so it may wait until nobody works.

Whoever may approve does so by day, bound to exactly what was looked at; the job `post_imports`
posts it in that person's name.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.audit import Actor
from tieout.errors import Conflict
from tieout.i18n import N_, Sentence
from tieout.intake import approving
from tieout.intake.batches import BatchChanged, BatchMovedOn
from tieout.intake.models import ImportBatch
from tieout.intake.preparing import Prepared
from tieout.intake.states import BATCH_STATES, BatchState

#: Rows that SQLite writes in a second on a small machine once they are judged, measured by
#: `bench/intake.py`.
ROWS_A_SECOND = 10_000
#: Others may wait so long without noticing.
UNNOTICED = 3
#: Where a batch keeps who approved it for the night.
TONIGHT = "tonight"


class NightChosen(Conflict):
    """A batch that waits for the night already."""

    message = N_("This import is approved already and will be posted tonight.")


def seconds_held(session: Session, batch: ImportBatch) -> int:
    """How long posting a batch would keep others from writing; 0 where nobody would notice."""
    if session.get_bind().dialect.name != "sqlite":
        return 0
    seconds = int(batch.totals.get("ready", 0)) // ROWS_A_SECOND
    return seconds if seconds > UNNOTICED else 0


def approve_tonight(
    session: Session, batch: ImportBatch, *, digest: str, by: Actor, at: datetime
) -> None:
    """Approve exactly what was looked at; it is posted by night.

    Raises:
        SamePerson: the company wants two people, and this one prepared it.
        BatchMovedOn, BatchChanged, NightChosen: it is not what was looked at.
    """
    if settings.needs_two_people(session, approving.ACT):
        approving.check_second_person(session, batch, by)
    if batch.state != BatchState.SUBMITTED:
        raise BatchMovedOn(state=Sentence(BATCH_STATES[BatchState(batch.state)]))
    if not digest or digest != batch.content_digest:
        raise BatchChanged
    if batch.totals.get(TONIGHT):
        raise NightChosen
    kept = {"kind": by.kind, "id": by.id, "label": by.label, "digest": digest}
    batch.totals = {**batch.totals, TONIGHT: kept}
    session.flush()
    audit.record(session, by, "import.approved_for_night", batch, after={"content": digest})


def waiting(session: Session) -> list[int]:
    """Batches that are to be posted tonight, oldest first."""
    query = select(ImportBatch).where(ImportBatch.state == BatchState.SUBMITTED)
    found = session.scalars(query.order_by(ImportBatch.id))
    return [batch.id for batch in found if batch.totals.get(TONIGHT)]


def prepare(session: Session, batch: ImportBatch) -> Prepared:
    """Work out what posting a batch writes, as `approving.prepare`."""
    return approving.prepare(session, batch, digest=batch.totals[TONIGHT]["digest"])


def post_tonight(
    session: Session, batch: ImportBatch, *, at: datetime, prepared: Prepared | None = None
) -> None:
    """Post a batch in the name of whoever approved it.

    Raises:
        as `approving.approve`.
    """
    kept = batch.totals[TONIGHT]
    by = Actor(kept["kind"], kept["id"], kept["label"])
    approving.approve(session, batch, digest=kept["digest"], by=by, at=at, prepared=prepared)


def give_up(session: Session, batch: ImportBatch, reason: Sentence) -> None:
    """Take the approval back where the books have moved on: it needs a person again."""
    batch.totals = {name: value for name, value in batch.totals.items() if name != TONIGHT}
    session.flush()
    audit.record(
        session, audit.SYSTEM, "import.night_given_up", batch, after={"reason": str(reason)}
    )
