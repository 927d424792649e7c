"""What was pulled goes the way of every import: staged, then handed on as the rules say."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import clock, settings
from tieout.audit import Actor
from tieout.db import reading, transaction
from tieout.errors import TieoutError
from tieout.i18n import N_, Sentence
from tieout.intake import approving, queries, staging
from tieout.intake.connectors.models import Connector, PulledItem
from tieout.intake.guessing import fits
from tieout.intake.mapping import Mapping
from tieout.intake.models import ImportBatch
from tieout.intake.places import stored_sentence
from tieout.intake.preparing import Prepared
from tieout.intake.remembering import proposed
from tieout.intake.states import BatchState
from tieout.intake.uploads import Inspected

#: Imports of a connector that are looked through for how it is read.
LATEST = 20

ALL_HERE = N_("Every row of it is here already; import %(batch)s was discarded.")
NOT_HANDED_IN = N_("It waits for somebody: %(reason)s")


@dataclass(frozen=True)
class Arrived:
    """A file that was pulled and read."""

    connector: Connector
    content: bytes | Path
    inspected: Inspected


def arrive(session: Session, arrived: Arrived, *, by: Actor) -> ImportBatch:
    """Stage a file as its connector's files were read the last time."""
    at = clock.now()
    usual = usual_mapping(session, arrived.connector.id, arrived.inspected)
    batch = staging.take_in(session, arrived.content, arrived.inspected, by=by, at=at)
    if usual is not None and usual != proposed(session, arrived.inspected).mapping:
        staging.remap(session, batch, arrived.inspected, usual, by=by, at=at)
    return batch


def usual_mapping(session: Session, connector_id: int, inspected: Inspected) -> Mapping | None:
    """How the connector's last import with these headings was read, once somebody could read it."""
    query = (
        select(ImportBatch.mapping)
        .join(PulledItem, PulledItem.batch_id == ImportBatch.id)
        .where(PulledItem.connector_id == connector_id, ImportBatch.kind == str(inspected.kind))
        .where(ImportBatch.state != BatchState.UPLOADED)
        .order_by(ImportBatch.id.desc())
        .limit(LATEST)
    )
    for stored in session.scalars(query):
        mapping = Mapping.from_json(stored)
        if mapping.signature == inspected.signature:
            return mapping if fits(mapping, inspected.layout, inspected.rows) else None
    return None


def settle(batch_id: int, item_id: int, by: Actor) -> None:
    """Discard an import that says nothing new; hand one in that is ready, where that is wanted."""
    try:
        with reading() as session:
            prepared = _prepared(session, queries.batch(session, batch_id), item_id)
        with prepared or nullcontext(), transaction() as session:
            batch = queries.batch(session, batch_id)
            item = session.get_one(PulledItem, item_id)
            connector = session.get_one(Connector, item.connector_id)
            if batch.state != BatchState.STAGED:
                return
            if _says_nothing_new(batch):
                staging.discard(session, batch, by=by)
                item.note = stored_sentence(Sentence(ALL_HERE, {"batch": batch.id}))
            elif connector.submits:
                _hand_in(session, batch, by, prepared)
    except TieoutError as error:
        with transaction() as session:
            item = session.get_one(PulledItem, item_id)
            item.note = stored_sentence(Sentence(NOT_HANDED_IN, {"reason": error.sentence}))


def _prepared(session: Session, batch: ImportBatch, item_id: int) -> Prepared | None:
    """What posting it writes, where it will be posted at once."""
    item = session.get_one(PulledItem, item_id)
    connector = session.get_one(Connector, item.connector_id)
    posts = connector.submits and not settings.needs_two_people(session, approving.ACT)
    if not posts or batch.state != BatchState.STAGED or _says_nothing_new(batch):
        return None
    return approving.prepare(session, batch, digest=batch.content_digest or "")


def _hand_in(session: Session, batch: ImportBatch, by: Actor, prepared: Prepared | None) -> None:
    """Submit it; where one person is enough, it is posted, as on the page."""
    digest, at = batch.content_digest or "", clock.now()
    approving.submit(session, batch, digest=digest, by=by, at=at)
    if not settings.needs_two_people(session, approving.ACT):
        approving.approve(session, batch, digest=digest, by=by, at=at, prepared=prepared)


def _says_nothing_new(batch: ImportBatch) -> bool:
    totals = batch.totals
    waiting = sum(totals.get(state, 0) for state in ("ready", "decision", "refused"))
    return not waiting and totals.get("repeated", 0) > 0
