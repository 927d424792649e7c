"""Messages leave in the company's own words, on each channel, and their log says so."""

from pathlib import Path

import pytest
from sqlalchemy import select, true

from tests.conftest import NOW
from tests.factories import AT, BY
from tests.notifications import world
from tests.notifications.world import MAIL, TODAY, House, messages
from tests.support.smtp import MailServer
from tieout.db import transaction
from tieout.disputes import raising
from tieout.disputes.raising import Claim
from tieout.identity.models import StaffUser
from tieout.ledger.models import Document
from tieout.statements.evidence import Evidence
from tieout.wording import kept, shown
from tieout.wording.kept import Spot
from tieout.wording.text import Own


@pytest.fixture
def house(database_url: str, tmp_path: Path, server: MailServer) -> House:
    """Harbour Tools, whose mail leaves by the server."""
    return world.build(database_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)


def test_a_reminder_leaves_in_the_words_of_its_level(house: House, server: MailServer) -> None:
    with transaction() as session:
        for level, words in ((0, "every level"), (1, "the first level")):
            own = Own(f"{words}: {{amount}}", f"In {words}, {{person}}:\n\n{{items}}\n{{button}}")
            kept.keep(session, Spot("reminder", level, "en", "email"), own, seen=0, by=BY, at_=AT)
    house.fresh_payments()
    house.overdue()
    house.remind()

    house.deliver()

    [mail] = server.to(MAIL)
    assert mail["Subject"] == "the first level: CNY 900.00"
    text = server.text().replace("\r\n", "\n")
    assert text.startswith("In the first level, Wang Min:\n\nOpen and overdue on")
    assert "INV-2026-0588" in server.html()
    assert "No more reminders by mail" in text
    [message] = messages("reminder")
    assert message.frozen is not None
    assert message.frozen["own"]["version"] == 1


def test_the_built_in_words_are_said_again_once_they_hold(house: House, server: MailServer) -> None:
    spot = Spot("reminder", 0, "en", "email")
    with transaction() as session:
        kept.keep(session, spot, Own("Mine", "Mine\n{button}"), seen=0, by=BY, at_=AT)
        kept.go_back(session, spot, by=BY)
    house.fresh_payments()
    house.overdue()
    house.remind()

    house.deliver()

    assert server.text().startswith("Dear Wang Min, please pay CNY 900.00")


def test_our_own_people_are_told_in_the_words_that_hold(house: House, server: MailServer) -> None:
    own = Own("{customer}: {amount}", "{person}, look at this:\n\n{dispute}\n\n{button}")
    with transaction() as session:
        kept.keep(session, Spot("staff_dispute", 0, "en", "email"), own, seen=0, by=BY, at_=AT)
    document_id = house.overdue()
    with transaction() as session:
        raising.raise_disputes(
            session,
            [Claim(session.get_one(Document, document_id))],
            reason="price",
            note="We agreed 8.80 a piece.",
            given=Evidence(person="Wang Min", position="Accountant", wording="Disputed."),
            by=BY,
            on=TODAY,
            at=AT,
        )

    house.deliver()

    told = messages("staff_dispute")
    assert {one.state for one in told} == {"sent"}
    [mail] = server.to(told[-1].to)
    assert mail["Subject"] == "Mingyuan Hardware Co., Ltd.: CNY 900.00"
    assert "look at this:\r\n\r\nReason: " in server.text()


def test_a_test_of_an_alert_reaches_whoever_asked_for_it(house: House, server: MailServer) -> None:
    spot = Spot("staff_digest", 0, "zh", "email")
    with transaction() as session:
        staff = session.scalars(select(StaffUser).order_by(StaffUser.id)).first()
        assert staff is not None
        example = shown.example(session, spot, true(), staff.id)
        own = Own("{day}", "{list}\n{button}")
        shown.send_to_oneself(session, spot, own, example, staff.id, at=NOW)
        address = staff.email

    house.deliver()

    [mail] = server.to(address)
    assert mail["Subject"] == "测试：2026年7月2日"
    assert "超出信用额度的客户：2（128,500.00 元）" in server.text()
