"""Messages leave in the company's own words, on each channel, and their log says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import AT, BY
from tests.notifications import world
from tests.notifications.world import MAIL, House, messages
from tests.support.smtp import MailServer, mail_server
from tieout.db import transaction
from tieout.wording import kept
from tieout.wording.kept import Spot
from tieout.wording.text import Own


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server."""
    with mail_server() as running:
        yield running


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
