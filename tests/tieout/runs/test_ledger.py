"""Scheduled jobs happen once in each period."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, select

from tests.factories import AT
from tests.support.at_once import together
from tieout import clock, db, runs
from tieout.i18n import Sentence
from tieout.rendering.translation import translator
from tieout.runs import leases, ledger
from tieout.runs.jobs import Daily

NINE = Daily(time(9))


def test_a_job_happens_once_in_its_period(database: Engine) -> None:
    done: list[str] = []

    def work() -> str:
        done.append("once")
        return "3 reminders"

    assert runs.once("reminders", "2026-07-02", "one", work)
    assert not runs.once("reminders", "2026-07-02", "two", work)
    assert runs.once("reminders", "2026-07-03", "two", work)

    assert done == ["once", "once"]
    with db.reading() as session:
        told = session.scalars(ledger.history("reminders")).all()
        assert [(run.period, run.state, run.summary) for run in told] == [
            ("2026-07-03", "done", "3 reminders"),
            ("2026-07-02", "done", "3 reminders"),
        ]


def test_two_processes_awake_at_once(database: Engine) -> None:
    done: list[str] = []

    def process(name: str) -> None:
        for day in range(1, 11):
            runs.once("reminders", f"2026-07-{day:02d}", name, lambda: done.append("x") or "")  # type: ignore[func-returns-value]

    together(*(partial(process, f"process {n}") for n in range(4)))

    assert len(done) == 10


def test_a_job_that_failed_is_tried_again_later_and_given_up_in_the_end(database: Engine) -> None:
    def work() -> str:
        raise OSError("disk full")

    at = AT
    for _ in range(ledger.MOST_TRIES):
        with clock.standing(at), pytest.raises(OSError, match="disk full"):
            runs.once("nightly", "2026-07-02", "one", work)
        with clock.standing(at + timedelta(minutes=1)):
            assert not runs.once("nightly", "2026-07-02", "one", lambda: "too early")
        at += ledger.PAUSE + timedelta(minutes=1)

    with clock.standing(at):
        assert not runs.once("nightly", "2026-07-02", "one", lambda: "given up")
    with db.reading() as session:
        run = session.scalars(select(runs.JobRun)).one()
        assert (run.state, run.attempts, run.summary) == ("failed", 3, "OSError('disk full')")


def test_a_job_whose_process_died_is_done_by_another_and_the_late_one_is_ignored(
    database: Engine,
) -> None:
    with db.transaction() as session:
        assert ledger.take(session, "nightly", "2026-07-02", "dead", at=AT)
    assert not runs.once("nightly", "2026-07-02", "other", lambda: "too early")

    with clock.standing(AT + ledger.LEASE + timedelta(seconds=1)):
        assert runs.once("nightly", "2026-07-02", "other", lambda: "done by other")
    with db.transaction() as session:
        ledger.end(session, "nightly", "2026-07-02", "dead", "failed", "back again", at=AT)

    with db.reading() as session:
        last = ledger.last_done(session, "nightly")
        assert last is not None
        assert last.summary == "done by other"


def test_a_lease_is_held_by_one_until_it_runs_out_or_is_let_go(database: Engine) -> None:
    life = timedelta(seconds=30)

    def take(owner: str, seconds: int) -> int | None:
        with db.transaction() as session:
            at = AT + timedelta(seconds=seconds)
            return leases.take(session, "alarm", owner, at=at, life=life)

    assert take("one", 0) == 1
    assert take("two", 10) is None
    assert take("one", 20) == 1  # renewed
    assert take("two", 45) is None
    assert take("two", 51) == 2
    with db.transaction() as session:
        leases.release(session, "alarm", "two", at=AT)
    assert take("one", 52) == 3


@pytest.mark.parametrize(
    ("now", "period", "began"),
    [
        ("2026-07-02T00:59:59", "2026-07-01", "2026-07-01T01:00"),
        ("2026-07-02T01:00:00", "2026-07-02", "2026-07-02T01:00"),
        ("2026-07-02T15:59:59", "2026-07-02", "2026-07-02T01:00"),
    ],
)
def test_nine_in_the_morning_in_hangzhou(now: str, period: str, began: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert NINE.last_due(moment, "Asia/Shanghai") == (
        period,
        datetime.fromisoformat(began).replace(tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("night", "local"),
    [("2026-03-29", time(2, 30)), ("2026-10-25", time(2, 30)), ("2026-10-25", time(1, 30))],
)
def test_a_night_with_a_clock_change_counts_once(night: str, local: time) -> None:
    """Berlin skips 02:30 in March and has it twice in October."""
    job = Daily(local)
    start = datetime.fromisoformat(f"{night}T00:00").replace(tzinfo=UTC) - timedelta(hours=3)
    periods: list[str] = []

    for minutes in range(0, 36 * 60, 5):
        moment = start + timedelta(minutes=minutes)
        period, due = job.last_due(moment, "Europe/Berlin")
        assert due <= moment < job.next_due(moment, "Europe/Berlin")
        if period not in periods:
            periods.append(period)

    assert periods == sorted(periods)
    assert periods.count(night) == 1


def test_last_day_of_the_month_and_weekdays() -> None:
    month_end = Daily(time(18), day=-1)
    mondays = Daily(time(9), weekdays=frozenset({0}))
    now = datetime(2028, 3, 1, 0, 0, tzinfo=UTC)

    assert month_end.last_due(now, "UTC")[0] == "2028-02-29"
    assert mondays.last_due(now, "UTC")[0] == "2028-02-28"
    assert mondays.next_due(now, "UTC") == datetime(2028, 3, 6, 9, tzinfo=UTC)


def test_what_was_done_is_said_in_the_readers_language(database: Engine) -> None:
    def work() -> Sentence:
        return Sentence("%(drafted)s prepared, %(issued)s issued", {"drafted": 3, "issued": 2})

    assert runs.once("statements", "2026-07-02", "one", work)

    with db.reading() as session:
        last = ledger.last_done(session, "statements")
        assert last is not None
        assert isinstance(last.told, Sentence)
        assert translator("zh").sentence(last.told) == "已编制 3 份，已发出 2 份"
        assert str(last.told) == "3 prepared, 2 issued"
