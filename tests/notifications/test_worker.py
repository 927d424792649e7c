"""What happens by itself: once, whoever is awake, and after whatever crash."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session

from notifications import runs, worker, writing
from notifications.delivery import Deliverer
from notifications.kinds.statements import ATTACH_PDF
from notifications.scheduler import Alarm
from tests.conftest import NOW
from tests.factories import BY
from tests.notifications import world
from tests.notifications.test_killed import copies
from tests.notifications.world import House, messages, states
from tests.support.at_once import together
from tests.support.effort import PATIENCE
from tests.support.smtp import MailServer
from tieout import audit, clock, db, settings
from tieout.db.base import Json
from tieout.db.engine import WRITES
from tieout.messages import handover
from tieout.messages.models import Message
from tieout.runs import ledger, stored
from tieout.runs.kinds import RUN_KINDS
from tieout.runs.models import Run, RunItem

#: Ten in the morning of 3 July, a Friday, at the company's.
FRIDAY = datetime(2026, 7, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def house(database_url: str, tmp_path: Path, server: MailServer) -> House:
    """Harbour Tools with something overdue and payments of today; statements without PDF."""
    house = world.build(database_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
    house.change(lambda session: settings.write(session, ATTACH_PDF, False, by=audit.SYSTEM))
    house.fresh_payments()
    house.overdue()
    return house


def ran() -> list[tuple[str, str, str, str]]:
    """How reminders ran by themselves."""
    with db.reading() as session:
        rows = session.scalars(ledger.history("reminders")).all()
        return [(one.job, one.period, one.state, str(one.told)) for one in reversed(rows)]


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, states()
        time.sleep(0.05)
        db.sessions.remove()


def test_reminders_are_planned_once_a_day_whoever_is_awake(house: House) -> None:
    together(*(Alarm(f"alarm-{which}").look for which in range(4)))
    Alarm("another").look()

    assert ran() == [("reminders", "2026-07-02", "done", "1 planned, 0 left out")]
    assert states("reminder") == ["waiting"]


def test_a_clock_that_slept_a_week_wakes_once(house: House) -> None:
    Alarm("worker").look()
    with clock.standing(FRIDAY + timedelta(days=7)):
        Alarm("worker").look()
        Alarm("worker").look()

    assert [period for _, period, _, _ in ran()] == ["2026-07-02", "2026-07-10"]


def test_before_its_hour_a_new_installation_has_missed_nothing(house: House) -> None:
    with clock.standing(datetime(2026, 7, 2, 0, 30, tzinfo=UTC)):  # half past eight
        assert "reminders" not in Alarm("worker").look()

    assert ran() == []


def test_the_company_chooses_the_hour(house: House) -> None:
    house.change(lambda s: settings.write(s, "reminders_at", "11:30", by=audit.SYSTEM))

    assert "reminders" not in Alarm("worker").look()
    with clock.standing(NOW + timedelta(hours=2)):
        assert "reminders" in Alarm("worker").look()


def test_on_a_sunday_nobody_is_reminded(house: House) -> None:
    with clock.standing(datetime(2026, 7, 5, 2, 0, tzinfo=UTC)):
        Alarm("worker").look()

    assert [one[3] for one in ran()] == ["no working day"]
    assert states("reminder") == []


def test_when_payments_are_old_nothing_leaves_and_staff_are_told(
    house: House, server: MailServer
) -> None:
    with clock.standing(FRIDAY + timedelta(days=5)):
        Alarm("worker").look()
        house.deliver()

    assert states("reminder") == []
    assert ran()[0][3].startswith("The newest payments came in on")
    assert set(states("staff_held")) == {"sent"}
    assert "No reminders leave today" in server.mails[0]["Subject"]


def test_two_workers_hand_each_message_over_once(house: House, server: MailServer) -> None:
    house.june()
    for number in range(6):
        house.overdue(f"INV-9{number}", "10.00")
    house.issue()
    house.remind()
    with db.transaction() as session:
        template = session.scalars(select(Message)).first()
        assert template is not None
        for number in range(10):
            copy = {
                column.name: getattr(template, column.key)
                for column in Message.__table__.columns
                if column.name != "id"
            }
            copy |= {"key": f"again:{number}", "identity": f"<{number}@harbour.example>"}
            session.add(Message(**copy))

    def deliver(which: int) -> None:
        deliverer = house.deliverer(f"worker-{which}")
        deliverer.deliver_all()
        deliverer.close()

    together(*(partial(deliver, which) for which in range(3)))
    with clock.standing(NOW + timedelta(hours=1)):  # should the server have been too busy for one
        house.deliver()

    assert set(states()) == {"sent"}, [one.reason for one in messages()]
    identities = [mail["Message-ID"] for mail in server.mails]
    assert sorted(identities) == sorted(one.identity for one in messages())


@pytest.mark.parametrize("kind", ["statement_issued", "reminder"])
def test_a_crash_between_the_wire_and_the_record(
    house: House, server: MailServer, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind == "reminder":
        house.remind()
    else:
        house.june()
        house.issue()

    class Crash(BaseException):
        pass

    def gone(*_arguments: object, **_more: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(handover, "settle", gone)
        with pytest.raises(Crash):
            house.deliver()
    assert len(server.mails) == 1

    later = NOW + timedelta(minutes=10)
    with clock.standing(later):
        house.change(lambda session: handover.recover(session, at=later))
    with clock.standing(later + timedelta(hours=1)):
        house.deliver()

    [message] = messages(kind)
    if kind == "reminder":  # is not said twice, and shown as unknown
        assert message.state == "unknown"
        assert len(server.mails) == 1
    else:  # goes once more, as the same mail
        assert message.state == "sent"
        assert [mail["Message-ID"] for mail in server.mails] == [message.identity] * 2


def test_a_crash_while_writing_loses_nothing(
    house: House, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.remind()

    class Crash(BaseException):
        pass

    def gone(*_arguments: object, **_more: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr("notifications.delivery.write", gone)
        with pytest.raises(Crash):
            house.deliver()

    later = NOW + timedelta(minutes=10)
    with clock.standing(later):
        house.change(lambda session: handover.recover(session, at=later))
        house.deliver()

    assert states("reminder") == ["sent"]
    assert len(server.mails) == 1


def test_a_message_that_cannot_be_written_does_not_hold_the_others_up(
    house: House, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.june()
    house.issue()
    house.remind()
    from notifications.kinds.reminders import REMINDER

    def broken(*_arguments: object) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr(type(REMINDER), "prepare", broken)
    house.deliver()

    assert states("statement_issued") == ["sent"]
    [reminder] = messages("reminder")
    assert reminder.state == "waiting"
    assert reminder.reason is not None
    assert "a fault of ours" in reminder.reason["facts"]["words"]


def test_of_statements_each_takes_one_transaction(house: House, server: MailServer) -> None:
    house.june()
    house.issue()
    copies(9)
    begun = 0

    def counted(connection: Connection) -> None:
        nonlocal begun
        begun += connection.get_execution_options().get(WRITES, False)

    event.listen(db.engine(), "commit", counted)
    house.deliver()
    event.remove(db.engine(), "commit", counted)

    assert set(states("statement_issued")) == {"sent"}
    assert len(server.mails) == 10
    assert begun <= 10 + 3


def test_an_answer_is_kept_whatever_is_wrong_with_the_next(
    house: House, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.june()
    house.issue()
    copies(2)
    from notifications.kinds.statements import Issued

    prepare, broken = Issued.prepare, messages("statement_issued")[1].id

    def prepared(self: Issued, session: Session, message: Message, at: datetime) -> object:
        if message.id == broken:
            raise ValueError("a fault of ours")
        return prepare(self, session, message, at)

    monkeypatch.setattr(Issued, "prepare", prepared)
    house.deliver()

    assert states("statement_issued") == ["sent", "waiting", "sent"]
    assert len(server.mails) == 2


@pytest.mark.parametrize("kind", ["statement_issued", "reminder"])
def test_a_crash_while_the_next_is_written_costs_one_mail_at_most_and_no_reminder(
    house: House, server: MailServer, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind == "reminder":
        house.remind()
    house.june()
    house.issue()
    if kind == "statement_issued":
        copies(1)

    class Crash(BaseException):
        pass

    calls = iter((False, True))

    def gone(*arguments: Any, **more: Any) -> Any:
        if next(calls):
            raise Crash
        return writing.write(*arguments, **more)

    with monkeypatch.context() as patched:
        patched.setattr("notifications.delivery.write", gone)
        with pytest.raises(Crash):
            house.deliver()
    assert len(server.mails) == 1

    for minutes in (10, 20, 30):
        later = NOW + timedelta(minutes=minutes)
        with clock.standing(later):
            house.change(partial(handover.recover, at=later))
            house.deliver()

    assert set(states()) == {"sent"}
    arrived = Counter(str(mail["Message-ID"]) for mail in server.mails)
    assert set(arrived) == {one.identity for one in messages()}
    if kind == "reminder":  # its answer was on record before the next was written
        assert set(arrived.values()) == {1}
    else:
        assert sorted(arrived.values()) == [1, 2]


def test_the_worker_does_all_of_it_and_ends_gracefully(house: House, server: MailServer) -> None:
    running = worker.start(house.settings)
    try:
        until(lambda: states("reminder") == ["sent"])
        house.june()
        house.issue()  # rings the bell
        until(lambda: states("statement_issued") == ["sent"])
    finally:
        running.stop()

    assert len(server.to(world.MAIL)) == 2  # our own people get their digest, too
    assert not any(
        one.name.startswith(("deliver", "recovery", "runs")) for one in threading.enumerate()
    )


def test_the_worker_goes_on_with_long_work_that_was_left(
    sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def handle(_session: object, _run: Run, item: RunItem, _at: datetime) -> Json:
        done.append(item.key)
        return {}

    monkeypatch.setitem(RUN_KINDS._loaded, "statement_drafts", handle)
    with db.transaction() as session:
        stored.create(session, "statement_drafts", "k", ["a", "b"], by=BY, at=NOW)
        stored.create(session, "of-a-plug-in", "l", ["c"], by=BY, at=NOW)

    assert runs.go_on("worker") == 2
    assert done == ["a", "b"]


def test_rest_is_until_the_next_message_is_due(house: House) -> None:
    deliverer: Deliverer = house.deliverer()
    assert deliverer.rest() == timedelta(minutes=1)

    house.remind()
    assert deliverer.rest() == timedelta(0)
