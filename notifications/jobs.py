"""What happens by itself, each job once in its period: one table.

A job's hour is its own unless the company has chosen another, which `operations.timetable` knows.
"""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from notifications import people, runs, subscriptions
from notifications.abouts import About
from tieout import audit, settings
from tieout.db import reading, transaction
from tieout.dunning import days
from tieout.dunning import runs as dunning_runs
from tieout.i18n import N_, Sentence
from tieout.registry import Registry
from tieout.runs import stored
from tieout.runs.jobs import Daily, Job

JOBS: Registry[Job] = Registry(
    "tieout.jobs",
    reminders="notifications.jobs:REMINDERS",
    post_imports="notifications.importing:POST_IMPORTS",
    compare_books="notifications.comparing:COMPARE_BOOKS",
    escalate_disputes="notifications.disputes:ESCALATE_DISPUTES",
    prepare_statements="notifications.statements:PREPARE_STATEMENTS",
    deem_silence="notifications.statements:DEEM_SILENCE",
    remind_answers="notifications.statements:REMIND_ANSWERS",
    staff_digest="notifications.digests:STAFF_DIGEST",
    keep_calendar="notifications.holidays:KEEP_CALENDAR",
    backup="notifications.backups:BACKUP",
)


class Reminders:
    """Promises judged and the reminders of the day planned; held while payments are old."""

    name = "reminders"
    schedule = Daily(time(9))

    def run(self, owner: str, at: datetime) -> Sentence:
        """Plan the day's reminders in pieces; each is worked out again when it leaves."""
        with transaction() as session:
            on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
            if not days.may_leave(session, on):
                return Sentence(N_("no working day"))
            begun = dunning_runs.start(session, on=on, by=audit.SYSTEM, at=at)
            if isinstance(begun, Sentence):
                what = About("reminders", on.toordinal(), begun.to_json())
                subscriptions.tell(session, "staff_held", what, people.who_reminds(session))
                return begun
            run_id = begun.id
        runs.work(run_id, owner)
        with reading() as session:
            made, progress = dunning_runs.tally(session, run_id), stored.progress(session, run_id)
        facts = {"planned": made.planned, "left_out": made.left_out}
        if not progress.left + progress.failed:
            return Sentence(N_("%(planned)s planned, %(left_out)s left out"), facts)
        facts |= {"left": progress.left, "failed": progress.failed}
        return Sentence(
            N_(
                "%(planned)s planned, %(left_out)s left out; of the pieces %(left)s are still to"
                " do, %(failed)s failed"
            ),
            facts,
        )


REMINDERS = Reminders()
