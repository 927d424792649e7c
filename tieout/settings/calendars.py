"""Working days: Monday to Friday, but for what a calendar's rows say otherwise.

Rows are marked by hand, or taken over from what a country has announced. In a year of which none
is marked weekends alone are free, and our people are told before it begins.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.i18n import N_
from tieout.settings import holidays
from tieout.settings.models import CalendarDay
from tieout.settings.values import read, write

#: The calendar that holds unless a company names another.
COMPANY = "company"
#: The country whose holidays are taken over each year; empty: they are marked by hand.
HOLIDAYS_OF = "holidays_of"
#: What is said where no country is chosen.
NOT_SET_UP = N_("not set up: no country is chosen in the calendar")
#: How long before a year begins its days should be marked.
AHEAD = timedelta(days=31)


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


def take_over(
    session: Session, country: str, year: int, *, language: str, by: audit.Actor
) -> int | None:
    """Mark the holidays a country has announced for a year; what is marked already stays.

    Returns how many days were marked; None where they are not known yet.

    Raises:
        NoSuchCountry: its holidays are not known here.
    """
    found = holidays.announced(country, year, language)
    if found is None:
        return None
    there = {row.on for row in days_of_year(session, year)}
    made = [one for one in found if one.on not in there]
    session.add_all(
        CalendarDay(calendar=COMPANY, on=one.on, is_working=one.is_working, name=one.name)
        for one in made
    )
    session.flush()
    if made:
        after = {"country": country, "year": year, "days": len(made)}
        audit.record(session, by, "calendar.year_taken_over", ("Company", 1), after=after)
    return len(made)


def choose_country(session: Session, country: str, *, by: audit.Actor) -> None:
    """Keep whose holidays are taken over each year; empty for none.

    Raises:
        NoSuchCountry: its holidays are not known here.
    """
    if country and country not in holidays.COUNTRIES:
        raise holidays.NoSuchCountry
    if country != country_of(session):
        write(session, HOLIDAYS_OF, country, by=by)


def country_of(session: Session) -> str:
    """Whose holidays are taken over each year; empty for none."""
    return str(read(session, HOLIDAYS_OF, ""))


def unmarked_year(session: Session, on: date) -> int | None:
    """The year at hand, or about to begin, that has no day marked though an earlier one has."""
    for year in sorted({on.year, (on + AHEAD).year}):
        first = date(year, 1, 1)
        days = select(CalendarDay.id).where(CalendarDay.calendar == COMPANY)
        ends = date(year, 12, 31)
        is_marked = session.scalar(days.where(CalendarDay.on.between(first, ends)).limit(1))
        is_kept = session.scalar(days.where(CalendarDay.on < first).limit(1))
        if is_marked is None and is_kept is not None:
            return year
    return None


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
