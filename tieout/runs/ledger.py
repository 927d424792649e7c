"""The ledger of scheduled runs: each job happens once in each period, whoever is awake."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from tieout import clock
from tieout.db import transaction
from tieout.db.insertion import insert_once
from tieout.runs.models import JobRun

#: A job that has not ended by then has lost its worker.
LEASE = timedelta(minutes=30)
#: A job that fails is tried again in its period, this often in all and so far apart.
MOST_TRIES = 3
PAUSE = timedelta(minutes=10)


def once(job: str, period: str, owner: str, work: Callable[[], str]) -> bool:
    """Do a job unless its period is done, being done, or given up; say whether it was done.

    Opens transactions of its own, one before and one after the work, which opens its own too.
    What the work does must be safe to do again after a crash in between.
    """
    with transaction() as session:
        mine = take(session, job, period, owner, at=clock.now())
    if not mine:
        return False
    try:
        summary = work()
    except Exception as error:
        with transaction() as session:
            end(session, job, period, owner, "failed", repr(error), at=clock.now())
        raise
    with transaction() as session:
        end(session, job, period, owner, "done", summary, at=clock.now())
    return True


def take(session: Session, job: str, period: str, owner: str, *, at: datetime) -> bool:
    """Take a job's period: the first one who comes has it, or who comes after a crash."""
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
    query = select(JobRun).order_by(JobRun.started_at.desc(), JobRun.id.desc())
    return query.where(JobRun.job == job) if job else query
