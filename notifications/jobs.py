"""What happens by itself, each job once in its period: one table.

A job's hour is its own unless the company has chosen another, which `operations.timetable` knows.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from notifications import abouts, people, subscriptions
from notifications.abouts import About
from tieout import settings
from tieout.db import transaction
from tieout.dunning import coming, notices
from tieout.i18n import N_, Sentence
from tieout.registry import Registry
from tieout.runs.jobs import Daily, Job
from tieout.settings.calendars import working_days_between

#: Whether reminders leave on working days only; they are not lost, the next day has them.
WORKING_DAYS = "reminders_on_working_days"

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
    backup="notifications.backups:BACKUP",
)


class Reminders:
    """Promises judged and the reminders of the day planned; held while payments are old."""

    name = "reminders"
    schedule = Daily(time(9))

    def run(self, owner: str, at: datetime) -> Sentence:
        """Plan the day's reminders; each is worked out again when it leaves."""
        with transaction() as session:
            on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
            if settings.read(session, WORKING_DAYS, True) and not _is_working_day(session, on):
                return Sentence(N_("no working day"))
            planned = notices.plan(session, on=on, at=at)
            if planned.held is not None:
                what = About("reminders", on.toordinal(), planned.held.to_json())
                subscriptions.tell(session, "staff_held", what, people.who_reminds(session))
                return planned.held
            _tell_before(session, on)
        facts = {"planned": len(planned.notices), "left_out": len(planned.left_out)}
        return Sentence(N_("%(planned)s planned, %(left_out)s left out"), facts)


def _tell_before(session: Session, on: date) -> None:
    """Tell of what falls due within the days the company chose; each day of an account once."""
    days = settings.read(session, coming.BEFORE, 0)
    for account, due_on in coming.days_ahead(session, on, days) if days else ():
        readers = people.who_pays_for(session, account.customer_id)
        subscriptions.tell(session, "due_soon", abouts.due_soon(account.id, due_on), readers)


REMINDERS = Reminders()


def _is_working_day(session: Session, on: date) -> bool:
    return working_days_between(session, on - timedelta(days=1), on) > 0
