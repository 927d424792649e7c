"""What happens by itself, and when: the jobs there are, how each stands, and a run by hand.

The roof makes the jobs known. A company may choose another hour for a job, or switch it off: the
settings `reminders_at` and `reminders_off` are those of the job `reminders`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.registry import Registry
from tieout.runs import ledger
from tieout.runs.jobs import Daily, Job
from tieout.runs.models import JobRun

_known: list[Registry[Job]] = []


class NoSuchJob(NotFound):
    """A name no job has."""

    message = N_("There is no job “%(name)s”. Known: %(known)s.")


class NoTimeOfDay(InvalidInput):
    """An hour that is none."""

    message = N_("“%(text)s” is no time of day. Write it like 06:30.")


@dataclass(frozen=True)
class Standing:
    """How a job stands: when it comes, and what came of it last."""

    name: str
    schedule: Daily
    is_on: bool
    #: None where it is switched off.
    next_at: datetime | None
    #: The run that began last, whatever came of it.
    last: JobRun | None
    #: One that somebody asked for and that waits for a worker.
    waiting: JobRun | None


def make_known(jobs: Registry[Job]) -> None:
    """Say which jobs there are, in place of any said before."""
    _known[:] = [jobs]


def names() -> list[str]:
    """The names of the jobs."""
    return [name for jobs in _known for name in jobs]


def job(name: str) -> Job:
    """The job of a name.

    Raises:
        NoSuchJob: there is none.
    """
    for jobs in _known:
        if name in jobs:
            return jobs[name]
    raise NoSuchJob(name=name, known=", ".join(names()))


def schedule_of(session: Session, one: Job) -> Daily:
    """When a job is due, as the company wants it."""
    chosen = settings.read(session, f"{one.name}_at", "")
    return replace(one.schedule, at=time.fromisoformat(chosen)) if chosen else one.schedule


def is_on(session: Session, name: str) -> bool:
    """Whether a job comes by itself."""
    return not settings.read(session, f"{name}_off", False)


def standings(session: Session, at: datetime) -> list[Standing]:
    """How every job stands."""
    zone = settings.company(session).time_zone
    return [_standing(session, job(name), at, zone) for name in names()]


def standing(session: Session, name: str, at: datetime) -> Standing:
    """How one job stands.

    Raises:
        NoSuchJob: there is none of that name.
    """
    return _standing(session, job(name), at, settings.company(session).time_zone)


def ask(session: Session, name: str, *, by: audit.Actor, at: datetime) -> JobRun:
    """Let a job happen now; a worker takes it up. While one waits, asking again changes nothing.

    Raises:
        NoSuchJob: there is none of that name.
    """
    asked = ledger.ask(session, job(name).name, by=by.label, at=at)
    if asked.started_at == at:
        audit.record(session, by, "job.asked", asked, after={"job": name})
    return asked


def change(session: Session, name: str, at: str, comes: bool, *, by: audit.Actor) -> None:
    """Choose the hour of a job, and whether it comes by itself.

    Raises:
        NoSuchJob, NoTimeOfDay: it would never come.
    """
    found = job(name)
    try:
        chosen = time.fromisoformat(at.strip()).strftime("%H:%M")
    except ValueError as error:
        raise NoTimeOfDay(text=at) from error
    if chosen != schedule_of(session, found).at.strftime("%H:%M"):
        settings.write(session, f"{name}_at", chosen, by=by)
    if comes != is_on(session, name):
        settings.write(session, f"{name}_off", not comes, by=by)


def due(session: Session, one: Job, at: datetime) -> str | None:
    """The period in which a job is to happen; None where it is switched off or never was due.

    A job that is new has missed nothing: it begins with the day it was first looked at.
    """
    if not is_on(session, one.name):
        return None
    zone = settings.company(session).time_zone
    period, _began = schedule_of(session, one).last_due(at, zone)
    today = at.astimezone(ZoneInfo(zone)).date()
    return period if period >= ledger.known_since(session, one.name, today, at=at) else None


def _standing(session: Session, one: Job, at: datetime, zone: str) -> Standing:
    schedule, comes = schedule_of(session, one), is_on(session, one.name)
    runs = ledger.history(one.name)
    return Standing(
        one.name,
        schedule,
        comes,
        schedule.next_due(at, zone) if comes else None,
        session.scalars(runs.where(JobRun.state != "waiting").limit(1)).first(),
        session.scalars(runs.where(JobRun.state == "waiting").limit(1)).first(),
    )
