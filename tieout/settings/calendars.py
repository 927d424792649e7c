"""Working days: Monday to Friday, but for what a calendar's rows say otherwise."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.settings.models import CalendarDay

#: The calendar that holds unless a company names another.
COMPANY = "company"


def days_of_year(session: Session, year: int, *, calendar: str = COMPANY) -> Sequence[CalendarDay]:
    """The days of a year on which a calendar departs from Monday to Friday."""
    return session.scalars(
        select(CalendarDay)
        .where(
            CalendarDay.calendar == calendar,
            CalendarDay.on >= date(year, 1, 1),
            CalendarDay.on <= date(year, 12, 31),
        )
        .order_by(CalendarDay.on)
    ).all()


def mark_day(
    session: Session,
    on: date,
    *,
    is_working: bool,
    name: str = "",
    calendar: str = COMPANY,
    by: audit.Actor,
) -> CalendarDay:
    """Say that a day is a holiday, or that it is worked on."""
    row = session.scalar(
        select(CalendarDay).where(CalendarDay.calendar == calendar, CalendarDay.on == on)
    )
    before = None if row is None else {"is_working": row.is_working, "name": row.name}
    if row is None:
        row = CalendarDay(calendar=calendar, on=on, is_working=is_working)
        session.add(row)
    row.is_working, row.name = is_working, name.strip()
    session.flush()
    audit.record(
        session,
        by,
        "calendar.day_marked",
        row,
        before=before,
        after={"on": on.isoformat(), "is_working": is_working, "name": row.name},
    )
    return row


def unmark_day(session: Session, row: CalendarDay, *, by: audit.Actor) -> None:
    """Let a day be as its weekday is."""
    audit.record(
        session,
        by,
        "calendar.day_unmarked",
        ("CalendarDay", row.id),
        before={"on": row.on.isoformat(), "is_working": row.is_working, "name": row.name},
    )
    session.delete(row)


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


def is_working_day(session: Session, day: date, *, calendar: str = COMPANY) -> bool:
    """Whether people work on a day."""
    return working_days_between(session, day - timedelta(days=1), day, calendar=calendar) > 0


def after_working_days(
    session: Session, start: date, count: int, *, calendar: str = COMPANY
) -> date:
    """The day that lies a number of working days after another."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= working_days_between(session, day - timedelta(days=1), day, calendar=calendar)
    return day
