"""Schedules of statements: whose they are, when they come, and what a missed day does."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select

from notifications.statements import PREPARE_STATEMENTS
from tests.factories import AT, BY, make_company, make_customer
from tests.support.books import post
from tieout import clock, db, settings
from tieout.customers.models import Customer, CustomerGroup
from tieout.runs.models import Run
from tieout.settings.calendars import mark_day
from tieout.statements import schedules
from tieout.statements.models import Statement, StatementSchedule
from tieout.statements.schedules import ScheduleInput


@pytest.fixture(autouse=True)
def _two_dealers_and_a_shop(database: Engine) -> None:
    """M-1 and M-2 are dealers, M-3 is in no group; each owes something since May."""
    with db.transaction() as session:
        make_company(session)
        dealers = CustomerGroup(name="Dealers")
        session.add(dealers)
        session.flush()
        for code in ("M-1", "M-2", "M-3"):
            account = make_customer(session, code)
            account.customer.group_id = dealers.id if code != "M-3" else None
            booked = datetime(2026, 6, 1, tzinfo=UTC)
            post(session, account, "invoice", f"INV-{code}", "2026-05-03", "1000.00", at=booked)


def at(day: str) -> datetime:
    """Seven in the morning in Hangzhou."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=0)


def plan(on: str = "2026-06-15", **given: object) -> int:
    with db.transaction() as session:
        wanted = ScheduleInput(**{"every": "month", **given})  # type: ignore[arg-type]
        made = schedules.add(session, wanted, on=date.fromisoformat(on), by=BY, at=AT)
        return made.id


def customer_id(code: str) -> int:
    with db.reading() as session:
        return session.execute(select(Customer.id).where(Customer.code == code)).scalar_one()


def look(day: str) -> None:
    """The alarm clock rings at seven."""
    with clock.standing(at(day)):
        PREPARE_STATEMENTS.run("worker", at(day))


def stated() -> list[tuple[str, str, str]]:
    """Every statement: whose, from when, and its state."""
    with db.reading() as session:
        rows = session.execute(
            select(Customer.code, Statement.period_start, Statement.state)
            .join(Customer, Customer.id == Statement.customer_id)
            .order_by(Statement.period_start, Customer.code)
        )
        return [(row.code, row.period_start.isoformat(), row.state) for row in rows]


def test_a_month_is_prepared_the_day_after_it_ends_and_once() -> None:
    plan()

    look("2026-06-30")
    assert stated() == []
    look("2026-07-01")
    look("2026-07-01")
    look("2026-07-02")

    assert stated() == [
        ("M-1", "2026-06-01", "draft"),
        ("M-2", "2026-06-01", "draft"),
        ("M-3", "2026-06-01", "draft"),
    ]


def test_the_third_working_day_leaves_out_holidays() -> None:
    schedule_id = plan(working_day=3)
    with db.transaction() as session:
        mark_day(session, date(2026, 7, 2), is_working=False, name="Fair", by=BY)

    with db.reading() as session:
        schedule = session.get_one(StatementSchedule, schedule_id)
        assert schedules.next_of(session, schedule, date(2026, 7, 1)) is not None
        [listed] = schedules.listed(session, date(2026, 7, 1))
        assert listed.next_on == date(2026, 7, 6)  # 1 and 3 July, then Monday
        assert listed.next_period is not None
        assert listed.next_period.code == "2026-06"


def test_missed_days_are_caught_up_once_the_earliest_first() -> None:
    plan()

    look("2026-08-20")
    look("2026-08-21")

    assert [start for code, start, _ in stated() if code == "M-1"] == ["2026-06-01", "2026-07-01"]
    with db.reading() as session:
        assert len(session.scalars(select(Run)).all()) == 2


def test_what_ended_before_a_schedule_was_made_is_left_alone() -> None:
    plan("2026-07-02")

    look("2026-07-20")

    assert stated() == []


def test_the_narrower_schedule_holds() -> None:
    with db.reading() as session:
        group = session.execute(select(CustomerGroup.id)).scalar_one()
    plan()
    plan(scope="group", scope_id=group, every="quarter")
    plan(scope="customer", scope_id=customer_id("M-2"), every="month", working_day=1)

    look("2026-07-01")

    assert stated() == [
        ("M-1", "2026-04-01", "draft"),
        ("M-2", "2026-06-01", "draft"),
        ("M-3", "2026-06-01", "draft"),
    ]


def test_it_is_issued_too_where_no_second_person_is_wanted() -> None:
    with db.transaction() as session:
        settings.company(session).two_people = []
    plan(issues=True)

    look("2026-07-01")

    assert {state for _, _, state in stated()} == {"issued"}


def test_every_missed_period_is_issued_the_earliest_first() -> None:
    with db.transaction() as session:
        settings.company(session).two_people = []
    plan(issues=True)

    look("2026-09-03")

    assert [one for one in stated() if one[0] == "M-1"] == [
        ("M-1", "2026-06-01", "issued"),
        ("M-1", "2026-07-01", "issued"),
        ("M-1", "2026-08-01", "issued"),
    ]


def test_it_waits_for_the_second_person_where_one_is_wanted() -> None:
    with db.transaction() as session:
        settings.company(session).two_people = ["statement"]
    plan(issues=True)

    look("2026-07-01")

    assert {state for _, _, state in stated()} == {"draft"}


def test_one_switched_off_lets_the_wider_one_hold_and_begins_anew_when_on_again() -> None:
    plan()
    own = plan(scope="customer", scope_id=customer_id("M-1"), every="quarter", is_active=False)

    look("2026-07-01")
    assert [code for code, _, _ in stated()] == ["M-1", "M-2", "M-3"]

    with db.transaction() as session:
        schedule = session.get_one(StatementSchedule, own)
        on_again = ScheduleInput(every="quarter", is_active=True)
        schedules.change(session, schedule, on_again, seen=1, on=date(2026, 7, 10), by=BY)
        assert schedule.starts_on == date(2026, 7, 10)


def test_a_second_one_of_the_same_kind_is_refused_and_so_is_a_day_no_month_has() -> None:
    plan()

    with pytest.raises(schedules.ScheduleThere):
        plan()
    with pytest.raises(schedules.WorkingDayOutOfRange):
        plan(every="year", working_day=40)
    with pytest.raises(schedules.NoSuchRhythm):
        plan(every="week")
