"""Working days: Monday to Friday, but for what a calendar's rows say otherwise."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.settings.models import CalendarDay

#: The calendar that holds unless a company names another.
COMPANY = "company"


def working_days_between(
    session: Session, start: date, end: date, *, calendar: str = COMPANY
) -> int:
    """Count the working days after `start` up to and including `end`; 0 when not later."""
    departures = {
        row.on: row.is_working
        for row in session.execute(
            select(CalendarDay).where(
                CalendarDay.calendar == calendar, CalendarDay.on > start, CalendarDay.on <= end
            )
        ).scalars()
    }
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(departures.get(day, day.weekday() < 5) for day in days)


def after_working_days(
    session: Session, start: date, count: int, *, calendar: str = COMPANY
) -> date:
    """The day that lies a number of working days after another."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= working_days_between(session, day - timedelta(days=1), day, calendar=calendar)
    return day
