"""Our people hear of what went wrong: at once who wants it, in one message, and each cause once."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import alerting
from notifications.digests import STAFF_DIGEST
from notifications.taking import take
from tests.conftest import NOW
from tests.notifications import world
from tests.notifications.world import TODAY, House, messages, states
from tieout import audit, clock, db
from tieout.customers.models import CustomerAccount
from tieout.dunning.models import PromiseToPay
from tieout.identity.models import StaffUser
from tieout.messages.letters import Letter, Notice
from tieout.messages.models import Attempt, Message
from tieout.month_end import alerts
from tieout.month_end.models import Alert
from tieout.settings import calendars


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> House:
    """Harbour Tools with June's books."""
    made = world.build(database_url, tmp_path)
    made.june()
    return made


def wants(kind: str, way: str) -> None:
    """Let the first of our people hear of a kind in a way."""
    with db.transaction() as session:
        first = session.scalars(select(StaffUser.id).order_by(StaffUser.id)).first() or 0
        alerts.choose(session, first, kind, way, by=audit.SYSTEM)


def break_promises(house: House, count: int) -> None:
    def broken(session: object) -> None:
        for _ in range(count):
            session.add(  # type: ignore[attr-defined]
                PromiseToPay(
                    customer_id=1,
                    account_id=house.account_id,
                    amount_minor=20000,
                    pay_on=TODAY,
                    state="broken",
                    judged_on=TODAY,
                    given_by="Wang Min",
                    given_at=NOW,
                )
            )

    house.change(broken)


def kinds() -> list[str]:
    with db.transaction() as session:
        return sorted(session.scalars(select(Alert.kind).where(Alert.ended_at.is_(None))))


def test_many_broken_promises_are_one_message_at_once(house: House) -> None:
    wants(alerts.BROKEN, alerts.NOW)
    break_promises(house, 25)

    assert alerting.look("one", NOW) == 25
    house.deliver()

    [message] = messages(alerts.MESSAGE)
    assert message.frozen is not None
    said = message.frozen["figures"]
    assert (message.state, said["count"], said["more"]) == ("sent", 25, 15)
    assert alerting.look("one", NOW + timedelta(minutes=6)) == 0
    assert len(messages(alerts.MESSAGE)) == 1


def test_two_workers_look_once(house: House) -> None:
    break_promises(house, 1)

    assert [alerting.look(name, NOW) for name in ("one", "two")] == [1, 0]


def test_by_default_nobody_is_written_to_at_once(house: House) -> None:
    break_promises(house, 1)

    alerting.look("one", NOW)

    assert kinds() == [alerts.BROKEN]
    assert messages(alerts.MESSAGE) == []


def test_over_the_limit_ends_by_itself_and_may_come_back(house: House) -> None:
    wants(alerts.OVER_LIMIT, alerts.NOW)

    def limit(minor: int | None) -> None:
        def change(session: object) -> None:
            account = session.get_one(CustomerAccount, house.account_id)  # type: ignore[attr-defined]
            account.credit_limit_minor = minor

        house.change(change)

    limit(100)
    assert alerting.look("one", NOW) == 1
    limit(None)
    assert alerting.look("one", NOW + timedelta(minutes=6)) == 0
    assert kinds() == []
    house.deliver()
    assert set(states(alerts.MESSAGE)) == {"cancelled"}  # it has come right before it left
    limit(100)
    assert alerting.look("one", NOW + timedelta(days=1)) == 1


def test_a_message_that_fails_and_a_statement_without_answer(house: House) -> None:
    house.issue()
    house.deliver()

    [sent] = messages("statement_issued")

    def fail(session: object) -> None:
        there = session.get_one(Message, sent.id)  # type: ignore[attr-defined]
        there.state, there.created_at = "failed", NOW + timedelta(days=59)

    house.change(fail)
    alerting.look("one", NOW + timedelta(days=60))

    assert kinds() == [alerts.FAILED, alerts.UNANSWERED]


def test_a_mail_that_comes_back_after_weeks_is_still_told_of(house: House) -> None:
    house.issue()
    house.deliver()
    [sent] = messages("statement_issued")
    late = NOW + timedelta(days=20)
    notice = Notice(sent.to, "failed", "5.1.1", "550 5.1.1 user unknown")
    letter = Letter("<dsn@mx.example>", "mailer-daemon@mx.example", "", "Undelivered", "")

    alerting.look("one", late)
    assert alerts.FAILED not in kinds()
    house.change(
        lambda session: take(
            session, replace(letter, names=(sent.identity,), notices=(notice,)), at=late
        )
    )
    alerting.look("one", late + timedelta(minutes=6))
    assert alerts.FAILED in kinds()

    alerting.look("one", late + timedelta(days=4))
    assert alerts.FAILED not in kinds()


def test_a_message_given_up_after_three_days_of_trying_is_told_of(house: House) -> None:
    house.issue()
    house.deliver()
    [sent] = messages("statement_issued")
    end = NOW + timedelta(hours=73)

    def give_up(session: Session) -> None:
        session.get_one(Message, sent.id).state = "failed"
        tried = session.scalars(select(Attempt).where(Attempt.message_id == sent.id)).one()
        tried.outcome, tried.finished_at = "refused_for_now", end

    house.change(give_up)

    alerting.look("one", end)

    assert alerts.FAILED in kinds()


def test_a_year_without_a_marked_holiday_is_said_once_until_one_is_marked(house: House) -> None:
    """Beyond what is announced weekends alone are free, and our people are told."""
    house.change(
        lambda session: calendars.take_over(session, "CN", 2026, language="zh", by=audit.SYSTEM)
    )
    wants(alerts.CALENDAR, alerts.NOW)
    december = NOW + timedelta(days=155)

    assert alerting.look("worker", NOW) == 0
    assert alerting.look("worker", december) == 1
    assert alerting.look("worker", december + timedelta(hours=1)) == 0
    assert kinds() == [alerts.CALENDAR]
    with clock.standing(december):
        house.deliver()
        assert states("staff_alert") == ["sent"]
        STAFF_DIGEST.run("worker", december)
        house.deliver()
    assert set(states("staff_digest")) == {"sent"}
    house.change(
        lambda session: calendars.mark_day(
            session, date(2027, 1, 1), is_working=False, name="元旦", by=audit.SYSTEM
        )
    )
    assert alerting.look("worker", december + timedelta(hours=2)) == 0
    assert kinds() == []
