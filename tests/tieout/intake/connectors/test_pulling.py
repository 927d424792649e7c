"""Pulls by schedule and by hand: nothing lost, nothing doubled, whoever is killed when."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from tests.factories import AT, BY, OTHER, make_staff
from tests.support.at_once import together
from tests.support.effort import PATIENCE
from tests.support.web_source import Reply, WebSource
from tests.tieout.intake.connectors.conftest import (
    connector,
    error_of,
    given,
    imports,
    pull,
    row_states,
    set_up,
)
from tieout import clock, db, settings
from tieout.audit.models import AuditEntry
from tieout.errors import Conflict, InvalidInput
from tieout.intake import queries as intake
from tieout.intake import staging
from tieout.intake.batches import mapping_of
from tieout.intake.connectors import due, pulling, queries, services
from tieout.intake.connectors.due import Plan, Schedule
from tieout.intake.connectors.models import Connector, ConnectorPull, PulledItem
from tieout.intake.connectors.protocol import Mark, Pulled, PulledFile, Setting, Values
from tieout.intake.connectors.registry import CONNECTORS
from tieout.intake.models import ImportBatch
from tieout.intake.uploads import inspect
from tieout.month_end import waiting

HEAD = "Number,Date,Customer code,Amount\n"


class Till:
    """A till that gives its sales since a number, as a plug-in would."""

    name, label, about = "till", "Till", "Sales of a till."
    settings = (Setting("place", "Place"),)
    sales = 0
    #: Called before anything is given, such as to be slow or to die.
    before: Any = None

    def check(self, given: Values, secrets: Values) -> None:
        """Everything will do."""

    def source(self, given: Values) -> str:
        """Its place."""
        return given["place"]

    def pull(
        self, given: Values, secrets: Values, mark: Mark, *, most: int | None = None
    ) -> Iterator[Pulled]:
        """Give a file of the sales after the mark."""
        if Till.before is not None:
            Till.before()
        done = int(mark.get("sale", 0))
        rows = [f"T-{no},2026-07-01,M-0217,{no}.00\n" for no in range(done + 1, Till.sales + 1)]
        if rows:
            yield PulledFile("", (HEAD + "".join(rows)).encode(), {"sale": Till.sales})


TILL = Till()


@pytest.fixture(autouse=True)
def _till() -> Iterator[None]:
    CONNECTORS.register("till", f"{__name__}:TILL")
    CONNECTORS._loaded["till"] = TILL
    Till.sales, Till.before = 3, None
    yield
    CONNECTORS._addresses.pop("till")
    CONNECTORS._loaded.pop("till")


class Killed(BaseException):
    """The process is gone."""


def numbers() -> list[str]:
    """The numbers of every row that came in."""
    return [str(row.raw[0]) for batch in imports() for row in batch.rows]


def after(minutes: float) -> datetime:
    """A moment later."""
    return AT + timedelta(minutes=minutes)


def test_a_plug_in_is_pulled_like_any_other(books: Engine) -> None:
    till = set_up("till", place="Hangzhou")

    first = pull(till)
    Till.sales = 5
    second, third = pull(till), pull(till)

    assert [(one.state, one.rows) for one in (first, second, third)] == [
        ("done", 3),
        ("done", 2),
        ("nothing", 0),
    ]
    assert numbers() == ["T-1", "T-2", "T-3", "T-4", "T-5"]
    assert connector(till).mark == {"sale": 5}


@pytest.mark.parametrize(
    "where", ["taking.beginning", "taking.arrive", "taking.move", "taking.settle", "at_work.finish"]
)
def test_killed_anywhere_nothing_is_lost_and_nothing_doubled(
    books: Engine, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    till = set_up("till", place="Hangzhou")

    def die(*_anything: object, **_more: object) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(f"tieout.intake.connectors.{where}", die)
        pull(till)
    assert pulling.work_waiting("another") == 0  # whoever was killed still holds the lease
    with clock.standing(after(5)):
        assert pulling.work_waiting("another") == 1

    assert numbers() == ["T-1", "T-2", "T-3"]
    assert connector(till).mark == {"sale": 3}
    with db.reading() as session:
        pulls = session.scalars(queries.pulls(till)).all()
        assert [one.state for one in pulls] in (["done"], ["nothing"])


def test_a_connector_runs_once_at_a_time(books: Engine) -> None:
    till = set_up("till", place="Hangzhou")
    inside, go = threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        assert go.wait(PATIENCE)

    Till.before = wait
    with db.transaction() as session:
        pull_id = pulling.ask(session, queries.connector(session, till), by=BY).id

    def work() -> None:
        pulling.work(pull_id, "one")
        db.sessions.remove()

    thread = threading.Thread(target=work)
    thread.start()
    assert inside.wait(PATIENCE)
    try:
        with db.transaction() as session:
            again = pulling.ask(session, queries.connector(session, till), by=BY).id
        assert again == pull_id
        assert not pulling.work(pull_id, "two")
        assert pulling.work_waiting("three") == 0
    finally:
        go.set()
        thread.join(PATIENCE)

    assert numbers() == ["T-1", "T-2", "T-3"]


def test_a_process_that_was_away_too_long_stores_nothing(books: Engine) -> None:
    till = set_up("till", place="Hangzhou")

    def be_away() -> None:
        Till.before = None
        clock.set_to(after(30))
        assert pulling.work_waiting("another") == 1

    Till.before = be_away
    pull(till)

    assert numbers() == ["T-1", "T-2", "T-3"]
    with db.reading() as session:
        assert session.scalar(select(func.count(ImportBatch.id))) == 1
        assert session.scalar(select(func.count(PulledItem.id))) == 1


def test_a_failed_pull_is_recorded_shown_and_tried_again(books: Engine) -> None:
    till = set_up("till", place="Hangzhou")

    def fail() -> None:
        raise OSError("the cable is loose")

    Till.before = fail
    found = pull(till)

    assert "OSError: the cable is loose" in error_of(found)
    with db.reading() as session:
        row = waiting.connectors(session)
        assert row.count == 1
        assert "Sales: The connector stopped" in str(row.why[0])
    assert connector(till).retry_at == after(5)
    Till.before = None
    for minutes, expected in ((4, 0), (5, 1), (6, 0)):
        with clock.standing(after(minutes)):
            with db.transaction() as session:
                due.begin_pulls(session, clock.now())
            assert pulling.work_waiting("worker") == expected
    with db.reading() as session:
        assert waiting.connectors(session).count == 0
    assert numbers() == ["T-1", "T-2", "T-3"]


def test_tries_grow_apart_and_end_for_a_connector_without_a_schedule(books: Engine) -> None:
    till = set_up("till", place="Hangzhou")
    Till.before = lambda: 1 / 0
    pull(till)
    tried: list[int] = []
    for minutes in range(1, 300):
        with clock.standing(after(minutes)):
            with db.transaction() as session:
                due.begin_pulls(session, clock.now())
            if pulling.work_waiting("worker"):
                tried.append(minutes)

    assert tried == [5, 15, 35, 75, 135]
    assert connector(till).failures == 6


def test_every_period_is_pulled_once_whoever_is_awake(books: Engine) -> None:
    plan = Plan(Schedule.MINUTES, 30)
    till = set_up("till", place="Hangzhou", plan=plan)

    def look(name: str) -> None:
        for minutes in range(0, 120, 5):
            with db.transaction() as session:
                due.begin_pulls(session, after(minutes))
            pulling.work_waiting(name)

    together(*(partial(look, f"process {no}") for no in range(4)))

    with db.reading() as session:
        periods = session.scalars(
            select(ConnectorPull.period).where(ConnectorPull.connector_id == till)
        ).all()
    assert len(periods) == len(set(periods))
    assert set(periods) <= {f"2026-07-02T{at}Z" for at in ("02:00", "02:30", "03:00", "03:30")}
    assert numbers() == ["T-1", "T-2", "T-3"]


def test_missed_periods_are_caught_up_with_once(books: Engine) -> None:
    set_up("till", place="Hangzhou", plan=Plan(Schedule.HOURLY))
    made = []
    with db.transaction() as session:
        for minutes in (0, 10, 600, 601, 640):
            made.append(len(due.begin_pulls(session, after(minutes))))
            for found in session.scalars(select(ConnectorPull)):
                found.state = "nothing"
    assert made == [0, 0, 1, 0, 1]


@pytest.mark.parametrize(
    ("plan", "now", "period", "following"),
    [
        (Plan(Schedule.DAILY, at="06:30"), "2026-07-02T01:42", "2026-07-02", "2026-07-02T22:30"),
        (Plan(Schedule.DAILY, at="23:00"), "2026-07-02T01:42", "2026-07-01", "2026-07-02T15:00"),
        (Plan(Schedule.HOURLY), "2026-07-02T01:42", "2026-07-02T01:00Z", "2026-07-02T02:00"),
        (Plan(Schedule.MINUTES, 7), "2026-07-02T01:42", "2026-07-02T01:38Z", "2026-07-02T01:45"),
        (Plan(Schedule.MINUTES, 1440), "2026-07-02T01:42", "2026-07-02T00:00Z", "2026-07-03T00:00"),
    ],
)
def test_periods_in_the_companys_time_zone(
    plan: Plan, now: str, period: str, following: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    last = plan.last_due(moment, "Asia/Shanghai")

    assert last is not None
    assert last[0] == period
    assert last[1] <= moment
    coming = plan.next_due(moment, "Asia/Shanghai")
    assert coming is not None
    assert coming.isoformat()[:16] == following


def test_the_hour_that_comes_twice_has_two_periods() -> None:
    plan, zone = Plan(Schedule.HOURLY), "Europe/Berlin"
    hours = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]  # 02:30, twice

    periods = [found[0] for hour in hours if (found := plan.last_due(hour, zone)) is not None]

    assert periods == ["2026-10-25T00:00Z", "2026-10-25T01:00Z"]


@pytest.mark.parametrize(
    "plan",
    [
        Plan(Schedule.MINUTES, 0), Plan(Schedule.MINUTES, 1441), Plan(Schedule.DAILY, at="25:00"),
        Plan(Schedule.DAILY, at="6"), Plan(Schedule.DAILY, at=""),
    ],
)  # fmt: skip
def test_a_plan_says_a_time(plan: Plan) -> None:
    with pytest.raises(InvalidInput):
        plan.check()


def test_paused_it_rests_and_taken_up_again_it_does_not_catch_up(books: Engine) -> None:
    till = set_up("till", place="Hangzhou", plan=Plan(Schedule.HOURLY))
    with db.transaction() as session:
        services.pause(session, queries.connector(session, till), by=BY)
        assert due.begin_pulls(session, after(300)) == []
    with db.transaction() as session:
        services.resume(session, queries.connector(session, till), by=BY, at=after(310))
        assert due.begin_pulls(session, after(311)) == []
        assert len(due.begin_pulls(session, after(350))) == 1


def test_deleted_it_is_gone_with_its_secrets_and_its_history_stays(
    books: Engine, web: WebSource
) -> None:
    web.answer = lambda asked: Reply([])
    shop = set_up("rest", url=f"{web.url}/orders", auth="bearer", secret="a-quiet-token")
    pull(shop)
    with db.transaction() as session:
        services.delete(session, queries.connector(session, shop), by=BY, at=AT)

    gone = connector(shop)
    assert gone.secrets == ""
    with db.reading() as session:
        assert session.scalar(select(func.count(ConnectorPull.id))) == 1
        [standing] = queries.standings(session, AT, deleted=True)
        assert (standing.state, standing.next_at) == ("deleted", None)
    assert set_up("rest", url=f"{web.url}/orders") != shop  # its name is free again


def test_it_is_read_as_somebody_said_the_last_time(books: Engine) -> None:
    till = set_up("till", place="Hangzhou")
    pull(till)
    with db.transaction() as session:
        batch = intake.batch(session, imports()[0].id)
        content = (
            HEAD + "".join(f"T-{no},2026-07-01,M-0217,{no}.00\n" for no in (1, 2, 3))
        ).encode()
        read = inspect(content, batch.filename, mapping_of(batch).kind)
        turned = replace(mapping_of(batch), is_turned=True)
        staging.remap(session, batch, read, turned, by=BY, at=AT)
    with db.transaction() as session:  # somebody else's file with the same headings, read plainly
        other = inspect((HEAD + "X-1,2026-07-01,M-0217,1.00\n").encode(), "x.csv", read.kind)
        plain = staging.take_in(session, b"x", other, by=BY, at=AT)
        staging.remap(session, plain, other, replace(turned, is_turned=False), by=BY, at=AT)

    Till.sales = 4
    pull(till)

    assert imports()[-1].mapping["is_turned"] is True


@pytest.mark.parametrize(("two", "state"), [(["import"], "submitted"), ([], "posted")])
def test_handed_in_by_itself_as_the_companys_rules_say(
    books: Engine, two: list[str], state: str
) -> None:
    with db.transaction() as session:
        settings.company(session).two_people = two
    pull(set_up("till", place="Hangzhou", submits=True))

    assert [batch.state for batch in imports()] == [state]


def test_not_handed_in_while_a_row_is_to_be_put_right(
    books: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.HEAD", HEAD + "T-0,2026-07-32,M-0217,1.00\n")
    till = set_up("till", place="Hangzhou", submits=True)

    assert pull(till).state == "done"

    assert [batch.state for batch in imports()] == ["staged"]
    assert "refused" in row_states(imports()[0])


def test_two_people_at_one_connector(books: Engine) -> None:
    till = set_up("till", place="Hangzhou")
    with db.transaction() as session:
        one = queries.connector(session, till)
        services.change(session, one, given("till", place="Ningbo"), seen=1, by=BY, at=AT)
    with pytest.raises(Conflict), db.transaction() as session:
        one = queries.connector(session, till)
        services.change(session, one, given("till", place="Suzhou"), seen=1, by=OTHER, at=AT)
    with pytest.raises(Conflict), db.transaction() as session:
        services.add(session, given("till", "SALES", place="Suzhou"), by=BY, at=AT)


def test_every_change_is_on_record(books: Engine) -> None:
    till = set_up("till", place="Hangzhou")
    with db.transaction() as session:
        make_staff(session)
        one = queries.connector(session, till)
        services.change(session, one, given("till", place="Ningbo"), seen=1, by=BY, at=AT)
        services.pause(session, one, by=BY)
        services.resume(session, one, by=BY, at=AT)
    pull(till)
    with db.transaction() as session:
        one = queries.connector(session, till)
        services.start_over(session, one, by=BY)
        services.delete(session, one, by=BY, at=AT)

    with db.reading() as session:
        query = select(AuditEntry).where(AuditEntry.object_type == "Connector")
        told = session.scalars(query.order_by(AuditEntry.seq)).all()
    assert [entry.action for entry in told] == [
        "connector.added", "connector.changed", "connector.paused", "connector.resumed",
        "connector.pulled", "connector.started_over", "connector.deleted",
    ]  # fmt: skip
    assert "Ningbo" in str(told[1].changes)


def test_quiet_pulls_are_forgotten_after_a_week(books: Engine) -> None:
    Till.sales = 0
    till = set_up("till", place="Hangzhou")
    for day in range(12):
        with clock.standing(AT + timedelta(days=day)):
            pull(till)
    with db.reading() as session:
        assert session.scalar(select(func.count(ConnectorPull.id))) == 8
        assert session.scalar(select(func.count(Connector.id))) == 1
