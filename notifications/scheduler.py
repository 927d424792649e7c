"""The alarm clock: looks several times a minute whether a job is due.

Whoever holds the lease looks; whether a job runs is decided by the ledger of runs, so that any
number of processes may be awake, and one that slept catches up once.
"""

import logging
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from notifications.jobs import JOBS
from tieout import clock, db, settings
from tieout.db import transaction
from tieout.intake.connectors import due
from tieout.operations import timetable
from tieout.runs import leases, ledger
from tieout.runs.jobs import Job

log = logging.getLogger(__name__)

LEASE = "alarm"
LIFE = timedelta(seconds=60)
#: Seconds between two looks at the clock.
EVERY = 20


class Alarm:
    """The alarm clock of one process."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self._scheduler = BackgroundScheduler(timezone="UTC", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._scheduler.add_job(
            self._look_safely,
            "interval",
            seconds=EVERY,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=clock.now(),
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop, once the job at hand is done, and leave the clock to others."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        with transaction() as session:
            leases.release(session, LEASE, self.owner, at=clock.now())

    def look(self) -> list[str]:
        """Do what is due, if it is ours to do, and return the names of the jobs that were done.

        What fails is in the ledger of runs, which says when to try again; the rest goes on.
        """
        with transaction() as session:
            if leases.take(session, LEASE, self.owner, at=clock.now(), life=LIFE) is None:
                return []
        self._begin_pulls()
        return [name for name, period in self._due() if self._do(JOBS[name], period)]

    def _begin_pulls(self) -> None:
        """Begin the pulls of connectors that are due; the worker does them."""
        at = clock.now()
        with db.reading() as session:
            if session.get(settings.Company, 1) is None or not due.due(session, at):
                return
        with transaction() as session:
            due.begin_pulls(session, at)

    def _due(self) -> list[tuple[str, str]]:
        """Jobs with the periods they are due in, and what somebody asked for."""
        at = clock.now()
        with transaction() as session:
            if session.get(settings.Company, 1) is None:
                return []
            by_itself = [(name, timetable.due(session, JOBS[name], at)) for name in JOBS]
            asked = [one for one in ledger.asked_for(session) if one[0] in JOBS]
        return [(name, period) for name, period in by_itself if period is not None] + asked

    def _do(self, job: Job, period: str) -> bool:
        try:
            return ledger.once(
                job.name, period, self.owner, lambda: job.run(self.owner, clock.now())
            )
        except Exception:
            log.exception("the job %s failed", job.name)
            return False

    def _look_safely(self) -> None:
        try:
            self.look()
        except Exception:  # a database out of reach: the next look
            log.exception("the alarm clock could not look")
        finally:
            db.sessions.remove()
