"""Jobs over years, with workers that sleep: each period exactly once, late ones caught up once.

An oracle in plain dates says which run each look at the clock must find done, over 48 months that
begin after the last year any calendar is known for.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from notifications.jobs import JOBS
from notifications.scheduler import LIFE, Alarm
from tests.factories import make_company
from tieout import audit, clock, db, settings
from tieout.operations import timetable
from tieout.runs.jobs import Daily
from tieout.runs.models import JobRun

MONTHS = 48
#: Well past the last year any calendar is known for.
START = date(2027, 9, 15)
DAILY, NIGHTLY, MONTHLY, WEEKLY = "daily", "nightly", "monthly", "weekly"


@dataclass
class Counted:
    """A job that counts how often it was done."""

    name: str
    schedule: Daily
    done: list[datetime] = field(default_factory=list)
    #: What happens while it is at work.
    meanwhile: Callable[[str], None] = lambda owner: None

    def run(self, owner: str, at: datetime) -> str:
        """Count."""
        self.done.append(at)
        self.meanwhile(owner)
        return owner


@contextmanager
def only(*jobs: Counted) -> Iterator[None]:
    """Let these jobs be all there are."""
    addresses, loaded = JOBS._addresses, JOBS._loaded
    JOBS._addresses = {one.name: "" for one in jobs}
    JOBS._loaded = {one.name: one for one in jobs}
    timetable.make_known(JOBS)
    try:
        yield
    finally:
        JOBS._addresses, JOBS._loaded = addresses, loaded


def jobs() -> list[Counted]:
    """At nine, in the hour a clock change skips or doubles, at month end, on Mondays."""
    return [
        Counted(DAILY, Daily(time(9))),
        Counted(NIGHTLY, Daily(time(2, 30))),
        Counted(MONTHLY, Daily(time(23, 30), day=31)),
        Counted(WEEKLY, Daily(time(1, 30), weekdays=frozenset({0}))),
    ]


def is_day_of(name: str, day: date) -> bool:
    """The oracle's calendar."""
    if name == MONTHLY:
        return (day + timedelta(days=1)).month != day.month
    return name != WEEKLY or day.isoweekday() == 1


def expected(name: str, at: time, now: datetime, zone: ZoneInfo) -> str:
    """The day whose run must have happened once somebody looks at this moment."""
    day = now.astimezone(zone).date()
    while True:
        begins = datetime.combine(day, at, zone).astimezone(UTC)
        if is_day_of(name, day) and begins <= now:
            return day.isoformat()
        day -= timedelta(days=1)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York"])
def test_months_with_workers_that_sleep(sqlite_database: Engine, zone: str) -> None:
    chance, there, run = random.Random(zone), ZoneInfo(zone), jobs()
    with db.transaction() as session:
        make_company(session).time_zone = zone
    now = datetime.combine(START, time(12), there).astimezone(UTC)
    first = ""
    end = now + timedelta(days=MONTHS * 30.5)
    due: dict[str, set[str]] = {one.name: set() for one in run}

    def looked() -> None:
        for one in run:
            period = expected(one.name, one.schedule.at, clock.now(), there)
            if period < first or period in due[one.name]:  # what is new has missed nothing
                continue
            if len(one.done) < len(due[one.name]):  # not begun yet: the later one stands for it
                due[one.name].remove(max(due[one.name]))
            due[one.name].add(period)

    def meanwhile(owner: str) -> None:
        """While one worker is at a job, the other looks; once the lease is over, it goes ahead."""
        takes = chance.choice([LIFE / 2, LIFE * 2, LIFE * 15])
        other = "two" if owner == "one" else "one"
        if other in busy or chance.random() < 0.5:
            return
        busy.add(other)
        clock.set_to(clock.now() + takes)
        if takes > LIFE:
            at_once.append(other)
            looked()
        Alarm(other).look()
        busy.remove(other)

    busy: set[str] = set()
    at_once: list[str] = []
    for one in run:
        one.meanwhile = meanwhile
    with only(*run), clock.standing(now):
        while now < end:
            # mostly awake, at times asleep for hours, days, or over a month's end
            now += timedelta(minutes=chance.choice([7, 180, 600, 4000, 20_000, 60_000, 60_000]))
            clock.set_to(now)
            first = first or now.astimezone(there).date().isoformat()
            looked()
            for worker in chance.sample(["one", "two"], chance.choice([1, 2])):
                busy.add(worker)
                Alarm(worker).look()
                busy.remove(worker)
                # a lease is let go by whoever dies or stops; both may be at it
                if chance.random() < 0.7:
                    Alarm(worker).stop()
            now = clock.now()

    assert len(at_once) > 10
    with db.reading() as session:
        for one in run:
            rows = session.scalars(
                select(JobRun).where(JobRun.job == one.name, JobRun.period != "")
            ).all()
            assert {row.period for row in rows} == due[one.name], one.name
            assert len(one.done) == len(rows) == len(due[one.name])
            assert {(row.state, row.attempts) for row in rows} == {("done", 1)}


def test_a_clock_put_back_and_another_time_zone_bring_no_period_again(
    sqlite_database: Engine,
) -> None:
    [daily, *_] = jobs()
    eleven = datetime(2027, 10, 4, 22, tzinfo=UTC)
    with db.transaction() as session:
        make_company(session).time_zone = "Pacific/Auckland"

    with only(daily):
        for days, zone in ((0, ""), (1, ""), (-1, ""), (1, "Pacific/Honolulu"), (2, ""), (3, "")):
            if zone:
                with db.transaction() as session:
                    settings.company(session).time_zone = zone
            with clock.standing(eleven + timedelta(days=days)):
                Alarm("one").look()

    with db.reading() as session:
        rows = session.scalars(select(JobRun.period).where(JobRun.period != "").order_by(JobRun.id))
        # Honolulu's 5th and 6th of October were Auckland's already; its 7th is new
        assert rows.all() == ["2027-10-05", "2027-10-06", "2027-10-07"]
        assert len(daily.done) == 3


def test_a_month_end_job_begins_with_the_first_month_end_after_it_was_set_up(
    sqlite_database: Engine,
) -> None:
    monthly = jobs()[2]
    with db.transaction() as session:
        make_company(session).time_zone = "Asia/Shanghai"

    with only(monthly):
        for day in ("2027-09-20", "2027-10-03", "2027-10-04", "2027-11-02"):
            with clock.standing(datetime.fromisoformat(f"{day}T12:00+00:00")):
                Alarm("one").look()

    with db.reading() as session:
        query = select(JobRun.period).where(JobRun.period != "").order_by(JobRun.id)
        assert session.scalars(query).all() == ["2027-09-30", "2027-10-31"]


def test_one_more_by_hand_happens_once_and_leaves_the_period_its_own(
    sqlite_database: Engine,
) -> None:
    [daily, *_] = jobs()
    nine = datetime(2027, 10, 5, 1, 0, tzinfo=UTC)
    by = audit.Actor("staff", 1, "Chen Li")
    with db.transaction() as session:
        make_company(session).time_zone = "Asia/Shanghai"

    with only(daily):
        with clock.standing(nine - timedelta(hours=2)), db.transaction() as session:
            first = timetable.ask(session, DAILY, by=by, at=clock.now()).id
        with clock.standing(nine - timedelta(hours=1)):
            with db.transaction() as session:  # pressed twice
                assert timetable.ask(session, DAILY, by=by, at=clock.now()).id == first
            assert Alarm("one").look() == [DAILY]
            assert Alarm("one").look() == []
        with clock.standing(nine):
            assert Alarm("one").look() == [DAILY]
            assert Alarm("two").look() == []

    with only(daily), db.reading() as session:
        standing = timetable.standing(session, DAILY, nine)
        assert standing.last is not None
        assert (standing.last.period, standing.last.asked_by) == ("2027-10-05", "")
        assert standing.next_at == nine + timedelta(days=1)
        assert standing.waiting is None


def test_a_job_switched_off_comes_by_hand_alone(sqlite_database: Engine) -> None:
    [daily, *_] = jobs()
    by = audit.Actor("staff", 1, "Chen Li")
    noon = datetime(2027, 10, 5, 4, 0, tzinfo=UTC)
    with db.transaction() as session:
        make_company(session).time_zone = "Asia/Shanghai"

    with only(daily), clock.standing(noon):
        with db.transaction() as session:
            timetable.change(session, DAILY, "10:30", False, by=by)
        assert Alarm("one").look() == []
        with db.transaction() as session:
            timetable.ask(session, DAILY, by=by, at=noon)
            assert timetable.standing(session, DAILY, noon).next_at is None
        assert Alarm("one").look() == [DAILY]
        with db.transaction() as session:
            timetable.change(session, DAILY, "10:30", True, by=by)
        assert Alarm("one").look() == [DAILY]

    assert len(daily.done) == 2


def test_one_job_that_fails_holds_up_no_other(sqlite_database: Engine) -> None:
    daily, nightly, *_ = jobs()

    def broken(owner: str, at: datetime) -> str:
        raise OSError("disk full")

    daily.run = broken  # type: ignore[method-assign]
    with db.transaction() as session:
        make_company(session).time_zone = "Asia/Shanghai"

    with only(daily, nightly), clock.standing(datetime(2027, 10, 5, 4, 0, tzinfo=UTC)):
        assert Alarm("one").look() == [NIGHTLY]

    with db.reading() as session:
        failed = session.scalars(
            select(JobRun).where(JobRun.job == DAILY, JobRun.period != "")
        ).one()
        assert (failed.state, failed.summary) == ("failed", "OSError('disk full')")
