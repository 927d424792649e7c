"""One pull at work: claimed together with its connector, held on to, and told how it ended.

A lease keeps a connector from running twice. It is looked at again in every transaction that
stores something, so that a process which was away too long stores nothing.
"""

import logging
import secrets as chance
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tieout import audit, clock, db, settings
from tieout.audit import Actor
from tieout.db import transaction
from tieout.errors import Conflict, TieoutError
from tieout.i18n import N_, Sentence
from tieout.intake.connectors import plain, sealing
from tieout.intake.connectors.due import OPEN, PAUSES
from tieout.intake.connectors.models import Connector, ConnectorPull, PulledItem
from tieout.intake.connectors.protocol import Mark, Values
from tieout.intake.kinds import BatchKind
from tieout.intake.places import kept_sentence, stored_sentence
from tieout.runs import leases

log = logging.getLogger(__name__)

#: A connector whose process has gone away is free again after this long.
LIFE = timedelta(seconds=120)
#: How often a process at work says so.
SIGN_OF_LIFE = 30.0
#: Pulls that brought nothing are forgotten after this long.
KEPT = timedelta(days=7)

SEVERAL = N_("%(count)s files could not be taken. The first: %(first)s")


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
    mark: Mark
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

    def clean(self, sentence: Sentence | None) -> Sentence | None:
        """A sentence in which no secret stands."""
        secrets = self._secrets()
        return sentence if sentence is None or secrets is None else plain.cleaned(sentence, secrets)

    def clean_text(self, text: str) -> str:
        """A text in which no secret stands."""
        secrets = self._secrets()
        return text if secrets is None else sealing.scrubbed(text, secrets)

    def _secrets(self) -> Values | None:
        try:
            return sealing.opened(self.name, self.sealed)
        except TieoutError:  # nobody can read them, so they stand nowhere
            return None


def lease_of(connector_id: int) -> str:
    """The name of a connector's lease."""
    return f"connector:{connector_id}"


def claim(session: Session, pull_id: int, owner: str) -> Job | None:
    """Take a pull and its connector's lease; None where somebody else has them."""
    pull = session.get(ConnectorPull, pull_id)
    if pull is None or pull.state not in OPEN:
        return None
    at, owner = clock.now(), f"{owner}:{chance.token_hex(4)}"
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


def held(session: Session, job: Job) -> Connector:
    """The connector, as long as the lease is ours.

    Raises:
        TakenOver: it is not.
    """
    if leases.take(session, job.lease, job.owner, at=clock.now(), life=LIFE) != job.token:
        raise TakenOver
    connector = session.get_one(Connector, job.connector_id)
    session.refresh(connector, with_for_update=True)
    return connector


def put_off(session: Session, job: Job) -> None:
    """Leave a pull to the next process, which goes on where this one ends."""
    held(session, job)
    pull = session.get_one(ConnectorPull, job.pull_id)
    session.refresh(pull)
    pull.state, pull.owner = "waiting", ""
    leases.release(session, job.lease, job.owner, at=clock.now())


def finish(
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
def alive(job: Job) -> Iterator[None]:
    """Say again and again that this process is at work, while a source is waited for."""
    over = threading.Event()

    def say() -> None:
        while not over.wait(SIGN_OF_LIFE):
            try:
                with transaction() as session:
                    held(session, job)
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
