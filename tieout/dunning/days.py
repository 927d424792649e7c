"""On which days reminders leave."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from tieout.settings.calendars import after_working_days, is_working_day
from tieout.settings.choices import chosen

#: Whether reminders leave on working days only; they are not lost, the next day has them.
WORKING_DAYS = "reminders_on_working_days"


def on_working_days(session: Session) -> bool:
    """Whether reminders leave on working days only."""
    return bool(chosen(session, WORKING_DAYS))


def may_leave(session: Session, on: date) -> bool:
    """Whether reminders are planned on a day."""
    return not chosen(session, WORKING_DAYS) or is_working_day(session, on)


def following(session: Session, day: date) -> date:
    """The next day after one on which reminders are planned."""
    if chosen(session, WORKING_DAYS):
        return after_working_days(session, day, 1)
    return day + timedelta(days=1)
