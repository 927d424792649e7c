"""A file that a source gave is taken in: stored as an import, and the mark moved with it.

One transaction holds the file, its import and the mark: after a crash there are all of them or
none. A long file is read to its end by the stored run of every long file, with its progress on the
import's page; only then is it handed on.
"""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import clock
from tieout.db import reading, transaction
from tieout.errors import TieoutError
from tieout.i18n import N_, Sentence
from tieout.intake import queries as imports
from tieout.intake.connectors.arriving import Arrived, arrive, settle
from tieout.intake.connectors.at_work import Job, held
from tieout.intake.connectors.models import Connector, ConnectorPull, PulledItem
from tieout.intake.connectors.plain import file_name
from tieout.intake.connectors.protocol import Moved, PulledFile
from tieout.intake.models import ImportBatch
from tieout.intake.parts import runs as long_files
from tieout.intake.places import stored_sentence
from tieout.intake.reading.errors import NoRows, NoRowsInFile
from tieout.intake.states import BatchState
from tieout.intake.uploads import beginning
from tieout.runs import stored
from tieout.runs.models import Run
from tieout.runs.work import work_through

NOTHING_IN_IT = N_("It has no rows.")
KNOWN = N_("The same as import %(batch)s; nothing new.")
NOT_READ = N_("Import %(batch)s could not be read: %(reason)s")
#: Seconds between two looks at a long file that another process reads.
_PAUSE = 1.0


class PutOff(Exception):
    """This process is to end; the next one goes on with the pull."""


def take(job: Job, found: PulledFile, no: int, stop: Callable[[], bool]) -> None:
    """Read a file, store it as an import together with the mark, then put it aside.

    Raises:
        PutOff: the process is to end while a long file is read.
    """
    name = found.name or file_name(job.name, job.zone, no, found.content)
    digest = digest_of(found.content)
    with reading() as session:
        known = _known(session, job, digest)
    if known is not None:
        note(job, name, Sentence(KNOWN, {"batch": known}), found, digest=digest, batch_id=known)
        put_aside(job, name, found)
        return
    try:
        inspected = beginning(found.content, name, job.batch_kind)
    except (NoRows, NoRowsInFile):
        note(job, name, Sentence(NOTHING_IN_IT), found, digest=digest)
        put_aside(job, name, found)
        return
    except TieoutError as error:  # the mark stays: it is tried again
        if not found.name:  # rows: those that follow must not move the mark past these
            raise
        note(job, name, job.clean(error.sentence), is_problem=True)
        return
    with transaction() as session:
        connector = held(session, job)
        batch = arrive(session, Arrived(connector, found.content, inspected), by=job.by)
        item = PulledItem(
            pull_id=job.pull_id, connector_id=job.connector_id, name=name[-200:], sha256=digest,
            batch_id=batch.id,
        )  # fmt: skip
        session.add(item)
        pull = session.get_one(ConnectorPull, job.pull_id)
        pull.files += 1
        if not inspected.goes_on:
            _count(pull, item, len(inspected.rows))
        move(session, job, found)
        session.flush()
        item_id = item.id
    put_aside(job, name, found)
    go_on(job, item_id, stop)


def left_behind(job: Job) -> list[int]:
    """Files of this pull that a process before took in, and did not hand on any more."""
    with reading() as session:
        query = (
            select(PulledItem.id)
            .join(ImportBatch, ImportBatch.id == PulledItem.batch_id)
            .where(PulledItem.pull_id == job.pull_id, PulledItem.note.is_(None))
            .where(ImportBatch.state.in_((BatchState.READING, BatchState.STAGED)))
        )
        return list(session.scalars(query.order_by(PulledItem.id)))


def go_on(job: Job, item_id: int, stop: Callable[[], bool]) -> None:
    """Read what is left of a long file, then hand the import on as the rules say.

    Raises:
        PutOff: the process is to end meanwhile.
    """
    with reading() as session:
        batch_id = session.get_one(PulledItem, item_id).batch_id
    if batch_id is None:
        return
    failed = _read_to_the_end(job, batch_id, stop)
    with transaction() as session:
        held(session, job)
        item = session.get_one(PulledItem, item_id)
        batch = imports.batch(session, batch_id)
        if failed is not None:
            facts = {"batch": batch_id, "reason": failed}
            item.note = stored_sentence(Sentence(NOT_READ, facts))
            item.is_problem = True
            return
        if not item.rows:
            _count(session.get_one(ConnectorPull, job.pull_id), item, batch.totals.get("read", 0))
    settle(batch_id, item_id, job.by)


def _read_to_the_end(job: Job, batch_id: int, stop: Callable[[], bool]) -> Sentence | None:
    """Work on the run that reads a long file until it is over, whoever else does; why it failed."""
    with transaction() as session:
        batch = imports.batch(session, batch_id)
        run = long_files.due(session, batch, by=job.by, at=clock.now())
        run_id = run.id if run is not None else None
    while run_id is not None:
        work_through(run_id, job.owner, long_files.HANDLER, stop=stop)
        with reading() as session:
            if session.get_one(Run, run_id).state not in stored.OPEN:
                break
        if stop():
            raise PutOff
        time.sleep(_PAUSE)
    with reading() as session:
        batch = imports.batch(session, batch_id)
        run = long_files.run_of(session, batch)
        if batch.state != BatchState.READING or run is None:
            return None
        broken = session.scalars(stored.items(run.id, "failed")).first()
        return Sentence.from_json(broken.reason) if broken and broken.reason else None


def _count(pull: ConnectorPull, item: PulledItem, rows: int) -> None:
    item.rows = rows
    pull.rows += rows


def _known(session: Session, job: Job, digest: str) -> int | None:
    """The import this very content became already, unless that was thrown away."""
    query = (
        select(PulledItem.batch_id)
        .join(ImportBatch, ImportBatch.id == PulledItem.batch_id)
        .where(
            PulledItem.connector_id == job.connector_id,
            PulledItem.sha256 == digest,
            ImportBatch.state.not_in((BatchState.DISCARDED, BatchState.UNDONE))
            | PulledItem.note.is_not(None),
        )
        .order_by(PulledItem.id.desc())
        .limit(1)
    )
    pulled = session.scalars(query).first()
    if pulled is not None:
        return pulled
    handed_in = select(ImportBatch.id).where(
        ImportBatch.sha256 == digest,
        ImportBatch.kind == job.batch_kind,
        ImportBatch.state.not_in((BatchState.DISCARDED, BatchState.UNDONE)),
    )
    return session.scalars(handed_in.order_by(ImportBatch.id.desc()).limit(1)).first()


def put_aside(job: Job, name: str, found: PulledFile) -> None:
    """What the connector does with a file that was stored."""
    if found.stored is None:
        return
    try:
        found.stored()
    except TieoutError as error:
        note(job, name, job.clean(error.sentence), is_problem=True)


def note(
    job: Job,
    name: str,
    sentence: Sentence | None,
    moved: PulledFile | None = None,
    *,
    digest: str = "",
    batch_id: int | None = None,
    is_problem: bool = False,
) -> None:
    """Keep what is to be said of a file that became no import."""
    with transaction() as session:
        held(session, job)
        session.add(
            PulledItem(
                pull_id=job.pull_id,
                connector_id=job.connector_id,
                name=name[-200:],
                sha256=digest,
                batch_id=batch_id,
                note=stored_sentence(sentence) if sentence is not None else None,
                is_problem=is_problem,
            )
        )
        if moved is not None:
            move(session, job, moved)


def move(session: Session, job: Job, found: PulledFile | Moved) -> None:
    """Move the mark of the connector, key by key."""
    if not found.mark:
        return
    connector = session.get_one(Connector, job.connector_id)
    mark = {**connector.mark, **found.mark}
    connector.mark = {name: value for name, value in mark.items() if value is not None}


def digest_of(content: bytes | Path) -> str:
    """What a file is known by."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
