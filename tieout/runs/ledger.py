"""The ledger of scheduled runs: each job happens once in each period, whoever is awake.

A period that is over does not come back: when the clock is put back, or the company moves to
another time zone, a job goes on with the first period later than any it has had.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tieout import clock, db
from tieout.db import transaction
from tieout.db.insertion import insert_once
from tieout.i18n import Sentence
from tieout.runs.models import JobRun

log = logging.getLogger(__name__)

#: A job that has not ended by then has lost its worker; one at work renews it.
LEASE = timedelta(minutes=30)
#: Seconds after which a job at work says that it still is.
RENEWED = 300.0
#: A job that fails is tried again in its period, this often in all and so far apart.
MOST_TRIES = 3
PAUSE = timedelta(minutes=10)
#: How the periods begin that somebody asked for.
ASKED = "asked:"
#: The state of the row that says since when there is a job; its period is empty.
KNOWN = "known"


def once(job: str, period: str, owner: str, work: Callable[[], Sentence | str]) -> bool:
    """Do a job unless its period is done, being done, or given up; say whether it was done.

    Opens transactions of its own, one before and one after the work, which opens its own too.
    What the work does must be safe to do again after a crash in between.
    """
    with transaction() as session:
        mine = take(session, job, period, owner, at=clock.now())
    if not mine:
        return False
    try:
        with _kept(job, period, owner):
            summary = work()
    except Exception as error:
        with transaction() as session:
            end(session, job, period, owner, "failed", repr(error), at=clock.now())
        raise
    with transaction() as session:
        end(session, job, period, owner, "done", _stored(summary), at=clock.now())
    return True


def take(session: Session, job: str, period: str, owner: str, *, at: datetime) -> bool:
    """Take a job's period: the first one who comes has it, or who comes after a crash."""
    if not is_asked(period) and _is_over(session, job, period):
        return False
    started = {
        "job": job,
        "period": period,
        "state": "running",
        "owner": owner,
        "lease_until": at + LEASE,
        "started_at": at,
        "attempts": 1,
        "summary": "",
    }
    if insert_once(session, JobRun, started, ["job", "period"]):
        return True
    again = session.scalar(
        update(JobRun)
        .where(
            JobRun.job == job,
            JobRun.period == period,
            JobRun.attempts < MOST_TRIES,
            or_(
                JobRun.state == "waiting",
                (JobRun.state == "running") & (JobRun.lease_until < at),
                (JobRun.state == "failed") & (JobRun.finished_at < at - PAUSE),
            ),
        )
        .values(
            state="running",
            owner=owner,
            lease_until=at + LEASE,
            started_at=at,
            finished_at=None,
            attempts=JobRun.attempts + 1,
        )
        .returning(JobRun.id)
        .execution_options(synchronize_session=False)
    )
    return again is not None


def ask(session: Session, job: str, *, by: str, at: datetime) -> JobRun:
    """Let a job happen once more, now; whoever is awake does it. Asked twice, it happens once."""
    open_one = session.scalar(
        select(JobRun).where(
            JobRun.job == job, JobRun.state == "waiting", JobRun.period.startswith(ASKED)
        )
    )
    if open_one is not None:
        return open_one
    asked = JobRun(
        job=job,
        period=_free(session, job, at),
        state="waiting",
        owner="",
        lease_until=at,
        started_at=at,
        attempts=0,
        asked_by=by,
    )
    session.add(asked)
    session.flush()
    return asked


def _free(session: Session, job: str, at: datetime) -> str:
    """A period by hand that is not there yet."""
    while True:
        period = f"{ASKED}{at.isoformat(timespec='microseconds')}"
        there = select(JobRun.id).where(JobRun.job == job, JobRun.period == period)
        if session.scalar(there) is None:
            return period
        at += timedelta(microseconds=1)


def asked_for(session: Session) -> list[tuple[str, str]]:
    """Jobs and periods that somebody asked for and that are not over, oldest first."""
    query = select(JobRun.job, JobRun.period).where(
        JobRun.period.startswith(ASKED),
        or_(
            JobRun.state.in_(("waiting", "running")),
            and_(JobRun.state == "failed", JobRun.attempts < MOST_TRIES),
        ),
    )
    return [(row.job, row.period) for row in session.execute(query.order_by(JobRun.id))]


def known_since(session: Session, job: str, today: date, *, at: datetime) -> str:
    """The first period a job may have: the day it was first asked about, and kept since."""
    mark = select(JobRun.summary).where(JobRun.job == job, JobRun.period == "")
    since = session.scalar(mark)
    if since is not None:
        return since
    had = session.scalar(select(func.min(JobRun.period)).where(JobRun.job == job))
    known = {
        "job": job,
        "period": "",
        "state": KNOWN,
        "owner": "",
        "lease_until": at,
        "started_at": at,
        "attempts": 0,
        "summary": min(had or today.isoformat(), today.isoformat()),
    }
    insert_once(session, JobRun, known, ["job", "period"])
    return session.scalars(mark).one()


def is_asked(period: str) -> bool:
    """Whether a period is one that somebody asked for."""
    return period.startswith(ASKED)


def end(
    session: Session, job: str, period: str, owner: str, state: str, summary: str, *, at: datetime
) -> None:
    """Record what became of a job; nothing when somebody else has taken it over."""
    session.execute(
        update(JobRun)
        .where(
            JobRun.job == job,
            JobRun.period == period,
            JobRun.owner == owner,
            JobRun.state == "running",
        )
        .values(state=state, summary=summary, finished_at=at)
        .execution_options(synchronize_session=False)
    )


def _stored(summary: Sentence | str) -> str:
    return (
        summary if isinstance(summary, str) else json.dumps(summary.to_json(), ensure_ascii=False)
    )


def last_done(session: Session, job: str) -> JobRun | None:
    """The latest period of a job that was done."""
    return session.scalar(
        select(JobRun)
        .where(JobRun.job == job, JobRun.state == "done")
        .order_by(JobRun.started_at.desc())
        .limit(1)
    )


def history(job: str = "") -> Select[JobRun]:
    """Select what ran by itself, newest first."""
    query = (
        select(JobRun)
        .where(JobRun.state != KNOWN)
        .order_by(JobRun.started_at.desc(), JobRun.id.desc())
    )
    return query.where(JobRun.job == job) if job else query


@contextmanager
def _kept(job: str, period: str, owner: str) -> Iterator[None]:
    """Say every few minutes that a job is still at work, so that nobody begins it again."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEWED):
            try:
                with transaction() as session:
                    _renew(session, job, period, owner, at=clock.now())
            except SQLAlchemyError:  # a database that is busy: the next time
                log.warning("the lease of job %s could not be renewed", job)
            finally:
                db.sessions.remove()

    thread = threading.Thread(target=renew, name=f"lease-{job}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renew(session: Session, job: str, period: str, owner: str, *, at: datetime) -> None:
    session.execute(
        update(JobRun)
        .where(
            JobRun.job == job,
            JobRun.period == period,
            JobRun.owner == owner,
            JobRun.state == "running",
        )
        .values(lease_until=at + LEASE)
        .execution_options(synchronize_session=False)
    )


def _is_over(session: Session, job: str, period: str) -> bool:
    """Whether a later period of a job was there already."""
    later = exists().where(
        JobRun.job == job, JobRun.period > period, ~JobRun.period.startswith(ASKED)
    )
    return bool(session.scalar(select(later)))
