"""Pulling: what a source has is stored as a file and becomes an import, and the mark moves with it.

One transaction holds the file, its import and the mark: after a crash there are all of them or
none. A lease keeps a connector from running twice; it is looked at again in that transaction,
so that a process which was away too long stores nothing. Network and files are waited for
outside of any transaction.
"""

import hashlib
import logging
import secrets as chance
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tieout import audit, clock, db, settings
from tieout.audit import Actor
from tieout.db import reading, transaction
from tieout.errors import Conflict, TieoutError
from tieout.i18n import N_, Sentence
from tieout.intake.connectors import queries, sealing
from tieout.intake.connectors.arriving import Arrived, arrive, settle
from tieout.intake.connectors.due import OPEN, PAUSES
from tieout.intake.connectors.http import Busy
from tieout.intake.connectors.models import Connector, ConnectorPull, PulledItem
from tieout.intake.connectors.protocol import Moved, PulledFile, Trouble, Values
from tieout.intake.connectors.registry import CONNECTORS
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch
from tieout.intake.places import kept_sentence, stored_sentence
from tieout.intake.reading.errors import NoRows, NoRowsInFile
from tieout.intake.states import BatchState
from tieout.intake.uploads import inspect
from tieout.runs import leases

log = logging.getLogger(__name__)

#: A connector whose process has gone away is free again after this long.
LIFE = timedelta(seconds=120)
#: How often a process at work says so.
SIGN_OF_LIFE = 30.0
#: Pulls that brought nothing are forgotten after this long.
KEPT = timedelta(days=7)

NOTHING_IN_IT = N_("It has no rows.")
KNOWN = N_("The same as import %(batch)s; nothing new.")
SEVERAL = N_("%(count)s files could not be taken. The first: %(first)s")
STOPPED = N_("The connector stopped: %(reason)s. Nothing was lost; it is tried again.")


class TakenOver(Conflict):
    """Another process pulls this connector now."""

    message = N_("Another process has taken this pull over.")


@dataclass(frozen=True)
class Job:
    """One pull at work."""

    pull_id: int
    connector_id: int
    name: str
    kind: str
    batch_kind: BatchKind
    values: Values
    sealed: str
    mark: dict[str, object]
    zone: str
    owner: str
    #: Of the lease: another one tells that somebody else has had it since.
    token: int

    @property
    def lease(self) -> str:
        """What keeps the connector from running twice."""
        return lease_of(self.connector_id)

    @property
    def by(self) -> Actor:
        """As whom it acts: by its own name."""
        return Actor("system", None, self.name)


def lease_of(connector_id: int) -> str:
    """The name of a connector's lease."""
    return f"connector:{connector_id}"


def ask(session: Session, connector: Connector, *, by: Actor) -> ConnectorPull:
    """Ask for a pull now; where one is waiting or at work, it is that one."""
    at_work = queries.pulls(connector.id).where(ConnectorPull.state.in_(OPEN)).limit(1)
    found = session.scalars(at_work).first()
    if found is not None:
        return found
    pull = ConnectorPull(
        connector_id=connector.id,
        period=f"asked:{chance.token_hex(8)}",
        asked_by=by.label,
        asked_at=clock.now(),
    )
    session.add(pull)
    session.flush()
    return pull


def waiting() -> list[int]:
    """Pulls that have been asked for or left behind."""
    with reading() as session:
        query = select(ConnectorPull.id).where(ConnectorPull.state.in_(OPEN))
        return list(session.scalars(query.order_by(ConnectorPull.id)))


def work_waiting(owner: str, stop: Callable[[], bool] = lambda: False) -> int:
    """Do every pull that waits and is nobody's, and return how many there were."""
    done = 0
    for pull_id in waiting():
        if stop():
            break
        done += work(pull_id, owner)
    return done


def work(pull_id: int, owner: str) -> bool:
    """Do one pull, unless somebody else does; say whether it was done here."""
    owner = f"{owner}:{chance.token_hex(4)}"
    with transaction() as session:
        job = _claim(session, pull_id, owner)
    if job is None:
        return False
    error: Sentence | None = None
    pause: timedelta | None = None
    try:
        with _alive(job):
            _pull(job)
    except TakenOver:
        log.warning("pull %s was taken over by another process", job.pull_id)
        return False
    except Busy as busy:
        error, pause = busy.sentence, timedelta(seconds=int(str(busy.facts["seconds"])))
    except TieoutError as refused:
        error = refused.sentence
    except Exception as broken:  # of a plug-in, or of the machine
        log.error("pull %s stopped: %s", job.pull_id, _scrubbed(job, reason_of(broken)))
        error = Sentence(STOPPED, {"reason": reason_of(broken)})
    with transaction() as session:
        _finish(session, job, _clean(job, error), pause)
    return True


def _claim(session: Session, pull_id: int, owner: str) -> Job | None:
    """Take a pull and its connector's lease; None where somebody else has them."""
    pull = session.get(ConnectorPull, pull_id)
    if pull is None or pull.state not in OPEN:
        return None
    at = clock.now()
    token = leases.take(session, lease_of(pull.connector_id), owner, at=at, life=LIFE)
    if token is None:
        return None
    taken = session.execute(
        update(ConnectorPull)
        .where(ConnectorPull.id == pull_id, ConnectorPull.state.in_(OPEN))
        .values(state="running", owner=owner, started_at=at)
        .returning(ConnectorPull.id)
        .execution_options(synchronize_session=False)
    ).first()
    connector = session.get_one(Connector, pull.connector_id)
    session.refresh(connector)
    if taken is None or connector.deleted_at is not None:
        leases.release(session, lease_of(pull.connector_id), owner, at=at)
        return None
    return Job(
        pull_id=pull_id,
        connector_id=connector.id,
        name=connector.name,
        kind=connector.kind,
        batch_kind=BatchKind(connector.batch_kind),
        values=dict(connector.settings),
        sealed=connector.secrets,
        mark=dict(connector.mark),
        zone=settings.company(session).time_zone,
        owner=owner,
        token=token,
    )


def _pull(job: Job) -> None:
    """Pull, and store each thing as it comes."""
    opened = sealing.opened(job.name, job.sealed)
    source = CONNECTORS[job.kind]
    for no, found in enumerate(source.pull(job.values, opened, job.mark), start=1):
        match found:
            case PulledFile():
                _take(job, found, no)
            case Trouble():
                _note(job, found.name, _clean(job, found.sentence), is_problem=not found.is_waiting)
            case Moved():
                with transaction() as session:
                    _held(session, job)
                    _move(session, job, found)


def _take(job: Job, found: PulledFile, no: int) -> None:
    """Read a file, store it as an import together with the mark, then put it aside."""
    name = found.name or file_name(job.name, job.zone, no, found.content)
    digest = hashlib.sha256(found.content).hexdigest()
    with reading() as session:
        known = _known(session, job, digest)
    if known is not None:
        _note(job, name, Sentence(KNOWN, {"batch": known}), found, digest=digest, batch_id=known)
        _put_aside(job, name, found)
        return
    try:
        inspected = inspect(found.content, name, job.batch_kind)
    except (NoRows, NoRowsInFile):
        _note(job, name, Sentence(NOTHING_IN_IT), found, digest=digest)
        _put_aside(job, name, found)
        return
    except TieoutError as error:  # the mark stays: it is tried again
        if not found.name:  # rows: those that follow must not move the mark past these
            raise
        _note(job, name, _clean(job, error.sentence), is_problem=True)
        return
    with transaction() as session:
        connector = _held(session, job)
        batch = arrive(session, Arrived(connector, found.content, inspected), by=job.by)
        rows = len(inspected.rows)
        item = PulledItem(
            pull_id=job.pull_id, connector_id=job.connector_id, name=name[-200:], sha256=digest,
            rows=rows, batch_id=batch.id,
        )  # fmt: skip
        session.add(item)
        pull = session.get_one(ConnectorPull, job.pull_id)
        pull.files, pull.rows = pull.files + 1, pull.rows + rows
        _move(session, job, found)
        session.flush()
        batch_id, item_id = batch.id, item.id
    _put_aside(job, name, found)
    settle(batch_id, item_id, job.by)


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


def _put_aside(job: Job, name: str, found: PulledFile) -> None:
    """What the connector does with a file that was stored."""
    if found.stored is None:
        return
    try:
        found.stored()
    except TieoutError as error:
        _note(job, name, _clean(job, error.sentence), is_problem=True)


def _note(
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
        _held(session, job)
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
            _move(session, job, moved)


def _held(session: Session, job: Job) -> Connector:
    """The connector, as long as the lease is ours.

    Raises:
        TakenOver: it is not.
    """
    if leases.take(session, job.lease, job.owner, at=clock.now(), life=LIFE) != job.token:
        raise TakenOver
    connector = session.get_one(Connector, job.connector_id)
    session.refresh(connector, with_for_update=True)
    return connector


def _move(session: Session, job: Job, found: PulledFile | Moved) -> None:
    """Move the mark of the connector, key by key."""
    if not found.mark:
        return
    connector = session.get_one(Connector, job.connector_id)
    mark = {**connector.mark, **found.mark}
    connector.mark = {name: value for name, value in mark.items() if value is not None}


def _finish(
    session: Session, job: Job, error: Sentence | None, pause: timedelta | None = None
) -> None:
    """Say how the pull ended, and when a failed one is tried again."""
    at = clock.now()
    pull = session.get_one(ConnectorPull, job.pull_id)
    session.refresh(pull)
    if pull.owner != job.owner or pull.state != "running":
        return
    connector = session.get_one(Connector, job.connector_id)
    session.refresh(connector, with_for_update=True)
    problems = [one for one in pull.pulled if one.is_problem]
    error = error or _several([kept_sentence(one.note) for one in problems if one.note])
    if error is not None:
        pull.state, pull.error = "failed", stored_sentence(error)
        again = PAUSES[connector.failures] if connector.failures < len(PAUSES) else None
        connector.failures += 1
        connector.retry_at = at + max(pause or again, again) if again is not None else None
    else:
        pull.state = "done" if pull.files else "nothing"
        connector.failures, connector.retry_at = 0, None
    pull.finished_at = at
    session.flush()
    _forget(session, job)
    leases.release(session, job.lease, job.owner, at=at)
    if pull.files or error is not None:
        told = {"state": pull.state, "files": pull.files, "rows": pull.rows}
        audit.record(session, job.by, "connector.pulled", connector, after=told)


def _several(problems: list[Sentence]) -> Sentence | None:
    if len(problems) < 2:
        return problems[0] if problems else None
    return Sentence(SEVERAL, {"count": len(problems), "first": problems[0]})


def _forget(session: Session, job: Job) -> None:
    """Forget old pulls that brought nothing and said nothing."""
    told = select(PulledItem.pull_id).where(PulledItem.connector_id == job.connector_id)
    session.execute(
        delete(ConnectorPull)
        .where(
            ConnectorPull.connector_id == job.connector_id,
            ConnectorPull.state == "nothing",
            ConnectorPull.finished_at < clock.now() - KEPT,
            ConnectorPull.id.not_in(told),
        )
        .execution_options(synchronize_session=False)
    )


@contextmanager
def _alive(job: Job) -> Iterator[None]:
    """Say again and again that this process is at work, while a source is waited for."""
    over = threading.Event()

    def say() -> None:
        while not over.wait(SIGN_OF_LIFE):
            try:
                with transaction() as session:
                    _held(session, job)
            except TakenOver:
                return
            except Exception as error:  # a database that is busy is asked again
                log.warning("pull %s could not renew its lease: %s", job.pull_id, type(error))
            finally:
                db.sessions.remove()

    thread = threading.Thread(target=say, name=f"pull-{job.pull_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def file_name(connector: str, zone: str, no: int, content: bytes) -> str:
    """What a file of rows is called: its connector and the local moment."""
    plain = "".join(one if one.isalnum() or one in " -_." else "-" for one in connector).strip()
    there = clock.now().astimezone(ZoneInfo(zone))
    ending = "json" if content[:1] in (b"[", b"{") else "csv"
    return f"{plain[:80]} {there:%Y-%m-%d %H%M}{f' {no}' if no > 1 else ''}.{ending}"


def _clean(job: Job, sentence: Sentence | None) -> Sentence | None:
    """A sentence in which no secret stands."""
    if sentence is None:
        return None
    try:
        opened = sealing.opened(job.name, job.sealed)
    except TieoutError:
        return sentence
    return cleaned(sentence, opened)


def cleaned(sentence: Sentence, secrets: Values) -> Sentence:
    """A sentence in which no secret stands."""
    facts = {
        name: sealing.scrubbed(fact, secrets) if isinstance(fact, str) else fact
        for name, fact in sentence.facts.items()
    }
    return Sentence(sentence.text, facts)


def _scrubbed(job: Job, text: str) -> str:
    try:
        return sealing.scrubbed(text, sealing.opened(job.name, job.sealed))
    except TieoutError:
        return text


def reason_of(error: BaseException) -> str:
    """The first line of an error that is none of ours."""
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}"[:300] if first else type(error).__name__
