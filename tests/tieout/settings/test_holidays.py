"""Holidays as announced: taken over into the calendar, and said where they are not known."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.factories import BY, make_company
from tieout.settings import calendars, holidays
from tieout.settings.calendars import is_working_day, working_days_between


@pytest.fixture
def hangzhou(session: Session) -> Session:
    """A company that keeps the holidays of mainland China in 2026."""
    make_company(session)
    calendars.choose_country(session, "CN", by=BY)
    assert calendars.take_over(session, "CN", 2026, language="zh", by=BY) is not None
    return session


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-13", True),
        ("2026-02-14", True),  # a Saturday, worked on for the spring festival
        ("2026-02-15", False),
        ("2026-02-16", False),  # a Monday of the festival
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", True),  # a Saturday
        ("2026-03-01", False),
        ("2026-09-20", True),  # a Sunday, worked on for October
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday
        ("2026-10-11", False),
    ],
)
def test_festivals_are_free_and_the_weekends_made_up_for_them_are_worked_on(
    hangzhou: Session, day: str, works: bool
) -> None:
    assert is_working_day(hangzhou, date.fromisoformat(day)) is works


def test_two_working_days_over_a_festival_are_two_weeks(hangzhou: Session) -> None:
    assert working_days_between(hangzhou, date(2026, 2, 14), date(2026, 2, 25)) == 2
    assert calendars.after_working_days(hangzhou, date(2026, 9, 30), 2) == date(2026, 10, 9)


def test_names_are_in_the_language_of_who_takes_them_over(hangzhou: Session) -> None:
    named = {one.on: one.name for one in calendars.days_of_year(hangzhou, 2026)}

    assert named[date(2026, 2, 17)] == "春节"
    assert named[date(2026, 2, 14)] == "调休上班"
    english = holidays.announced("CN", 2026, "en") or []
    english_names = {one.on: one.name for one in english}
    assert "Spring" in english_names[date(2026, 2, 17)]
    assert "2026-02-14" in english_names[date(2026, 2, 20)]


def test_what_is_marked_by_hand_stays_and_taking_over_again_changes_nothing(
    session: Session,
) -> None:
    make_company(session)
    calendars.mark_day(session, date(2026, 10, 1), is_working=True, name="Stocktaking", by=BY)

    first = calendars.take_over(session, "CN", 2026, language="en", by=BY)
    again = calendars.take_over(session, "CN", 2026, language="zh", by=BY)

    assert (first or 0) > 15
    assert again == 0
    assert is_working_day(session, date(2026, 10, 1))


def test_a_year_that_is_not_announced_is_not_known(session: Session) -> None:
    make_company(session)

    assert calendars.take_over(session, "CN", 2060, language="en", by=BY) is None
    assert calendars.take_over(session, "CN", 2200, language="en", by=BY) is None
    assert calendars.days_of_year(session, 2060) == []


def test_holidays_by_rule_are_known_for_years_ahead() -> None:
    found = {one.on for one in holidays.announced("DE", 2031, "en") or []}

    assert date(2031, 10, 3) in found
    assert date(2031, 5, 1) in found
    assert not any(one.weekday() > 4 for one in found)


@pytest.mark.parametrize("country", holidays.COUNTRIES)
def test_every_country_that_can_be_chosen_is_known(country: str) -> None:
    found = holidays.announced(country, 2026, "zh")

    assert found
    assert len({one.on for one in found}) == len(found)
    assert all(one.name and one.is_working == (one.on.weekday() > 4) for one in found)


def test_another_country_is_refused(session: Session) -> None:
    make_company(session)

    for country in ("XX", "cn", "CN "):
        with pytest.raises(holidays.NoSuchCountry):
            calendars.choose_country(session, country, by=BY)
        with pytest.raises(holidays.NoSuchCountry):
            holidays.announced(country, 2026)


@pytest.mark.parametrize(
    ("on", "year"),
    [
        ("2025-12-31", None),
        ("2026-07-02", None),
        ("2026-11-30", None),
        ("2026-12-01", 2027),
        ("2027-01-01", 2027),
        ("2027-07-02", 2027),
        ("2029-02-28", 2029),
    ],
)
def test_a_year_without_a_marked_day_is_said_from_a_month_before_it(
    hangzhou: Session, on: str, year: int | None
) -> None:
    assert calendars.unmarked_year(hangzhou, date.fromisoformat(on)) == year


def test_who_never_marked_a_day_hears_of_no_year(session: Session) -> None:
    make_company(session)

    assert calendars.unmarked_year(session, date(2026, 12, 31)) is None
