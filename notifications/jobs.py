"""What happens by itself, each job once in its period: one table.

A job's hour is its own unless the company has chosen another, which `operations.timetable` knows.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from notifications import people, subscriptions
from notifications.abouts import About
from tieout import settings
from tieout.db import transaction
from tieout.dunning import notices
from tieout.registry import Registry
from tieout.rendering.translation import ENGLISH
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
    staff_digest="notifications.digests:STAFF_DIGEST",
    backup="notifications.backups:BACKUP",
)


class Reminders:
    """Promises judged and the reminders of the day planned; held while payments are old."""

    name = "reminders"
    schedule = Daily(time(9))

    def run(self, owner: str, at: datetime) -> str:
        """Plan the day's reminders; each is worked out again when it leaves."""
        with transaction() as session:
            on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
            if settings.read(session, WORKING_DAYS, True) and not _is_working_day(session, on):
                return "no working day"
            planned = notices.plan(session, on=on, at=at)
            if planned.held is not None:
                what = About("reminders", on.toordinal(), planned.held.to_json())
                subscriptions.tell(session, "staff_held", what, people.who_reminds(session))
                return f"held: {ENGLISH.sentence(planned.held)}"
        return f"{len(planned.notices)} planned, {len(planned.left_out)} left out"


REMINDERS = Reminders()


def _is_working_day(session: Session, on: date) -> bool:
    return working_days_between(session, on - timedelta(days=1), on) > 0
