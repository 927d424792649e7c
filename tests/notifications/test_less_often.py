"""Somebody who wants reminders less often: what comes in between waits, and is then true."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.factories import BY
from tests.notifications import world
from tests.notifications.world import House, messages, states
from tests.support.smtp import MailServer
from tieout import clock, db
from tieout.customers.models import CustomerAccount
from tieout.dunning import notices
from tieout.ledger import posting
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import DocumentKind
from tieout.messages import wishes
from tieout.money import Money


@pytest.fixture
def house(database_url: str, tmp_path: Path, server: MailServer) -> House:
    """Harbour Tools with something overdue, whose reader wants at most one mail a month."""
    house = world.build(database_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
    house.fresh_payments()
    house.overdue()
    with db.transaction() as session:
        wishes.choose_frequency(session, house.contact_id, 30, by=BY)
    return house


def on_day(house: House, days: int, act: Callable[[datetime], object] | None = None) -> None:
    """Some days later: a payment of another customer has come in, and what is due leaves."""
    at = NOW + timedelta(days=days)
    with clock.standing(at):
        with db.transaction() as session:
            other = session.scalars(
                select(CustomerAccount).where(CustomerAccount.id != house.account_id)
            ).one()
            money = Money.of("-1.00", "CNY")
            number, on = f"PAY-{days}", at.date()
            given = DocumentInput(other.id, DocumentKind.PAYMENT, number, on, money)
            posting.post(session, given, by=BY, at=at)
        if act is not None:
            act(at)
        house.deliver()


def plan(at: datetime) -> None:
    """Plan the reminders of that day."""
    with db.transaction() as session:
        notices.plan(session, on=at.date(), at=at)


def test_the_first_comes_at_once_and_the_next_waits_until_it_is_wanted(
    house: House, server: MailServer
) -> None:
    house.remind()
    house.deliver()
    assert states("reminder") == ["sent"]

    on_day(house, 16, plan)
    assert states("reminder") == ["sent", "waiting"]
    waiting = messages("reminder")[1]
    assert waiting.next_attempt_at >= NOW + timedelta(days=30)

    on_day(house, 33)
    assert states("reminder") == ["sent", "sent"]
    assert len(server.mails) == 2


def test_what_is_paid_meanwhile_is_never_asked_for(house: House, server: MailServer) -> None:
    house.remind()
    house.deliver()
    invoice = house.overdue("INV-2026-0600", "70.00")
    on_day(house, 16, plan)
    house.pay(invoice, "70.00")

    on_day(house, 33)

    assert len(server.mails) == 2
    assert "INV-2026-0600" not in server.text(1)
