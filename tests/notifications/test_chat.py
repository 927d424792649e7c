"""Telegram over a real line: what arrives in a chat, and what becomes of the chat."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from notifications.channels.email import Smtp
from tests.conftest import NOW
from tests.notifications import world
from tests.notifications.world import CHAT, House, address_of, messages, outcomes
from tests.support.bot_api import TOKEN, BotApi, bot_api
from tieout import audit, clock, db, settings
from tieout.i18n import Sentence
from tieout.messages.models import Address, Message


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A Bot API."""
    with bot_api() as running:
        yield running


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, api: BotApi) -> House:
    """Harbour Tools with a bot; the contact has linked a chat, and something is overdue."""
    house = world.build(sqlite_url, tmp_path, telegram_token=TOKEN, telegram_api=api.url)
    house.fresh_payments()
    house.overdue()
    house.link_chat()
    return house


def in_chat() -> Message:
    """The reminder for the chat."""
    [message] = [one for one in messages("reminder") if one.channel == "telegram"]
    return message


def test_a_reminder_comes_to_the_chat_in_at_most_six_lines(house: House, api: BotApi) -> None:
    house.remind()
    house.deliver()

    [said] = api.to(CHAT)
    lines = said.text.splitlines()
    assert lines[:3] == [
        "Harbour Tools: CNY 900.00 is overdue",
        "INV-2026-0588, due 27 June 2026",
        "Please pay by Thursday 9 July 2026.",
    ]
    assert len(lines) <= 6
    assert [one["text"] for one in said.buttons] == [
        "See the 900.00 and how to pay",
        "Already paid",
        "Stop",
    ]
    assert said.buttons[2]["callback_data"] == "stop"
    assert in_chat().state == "sent"


def test_a_group_hears_no_amounts_unless_the_company_allows_it(house: House, api: BotApi) -> None:
    group = -100_4217
    with db.transaction() as session:
        session.query(Address).filter_by(channel="telegram").one().address = str(group)
    house.remind()
    house.deliver()

    [said] = api.to(group)
    assert "900" not in said.text + str(said.buttons)

    house.change(lambda s: settings.write(s, "chat_group_amounts", True, by=audit.SYSTEM))
    house.june()
    house.issue()
    with clock.standing(NOW + timedelta(seconds=10)):
        house.deliver()
    assert "CNY 4,940.00" in api.to(group)[-1].text


def test_a_blocked_bot_unlinks_the_chat_and_staff_hear_of_it(house: House, api: BotApi) -> None:
    house.remind()
    api.refuse(CHAT, 403, "Forbidden: bot was blocked by the user")

    house.deliver()

    assert in_chat().state == "failed"
    chat = address_of("telegram")
    assert not chat.is_active
    assert "bot was blocked" in chat.off_reason
    assert {one.to for one in messages("staff_address")} == {
        "chen.li@harbourtools.example",
        "zhou.wei@harbourtools.example",
    }


def test_when_told_to_slow_down_it_waits_as_long_as_asked(house: House, api: BotApi) -> None:
    house.remind()
    api.refuse(CHAT, 429, "Too Many Requests: retry after 7", retry_after=7)

    house.deliver()

    message = in_chat()
    assert message.state == "waiting"
    assert message.next_attempt_at == NOW + timedelta(seconds=7)
    with clock.standing(NOW + timedelta(seconds=6)):
        house.deliver()
    assert api.to(CHAT) == []
    with clock.standing(NOW + timedelta(seconds=8)):
        house.deliver()
    assert outcomes(in_chat()) == ["refused_for_now", "accepted"]


def test_a_group_that_has_moved_is_written_to_at_its_new_number(house: House, api: BotApi) -> None:
    house.remind()
    api.refuse(
        CHAT,
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=-100999,
    )

    house.deliver()
    with clock.standing(NOW + timedelta(seconds=10)):
        house.deliver()

    assert in_chat().state == "sent"
    assert len(api.to(-100999)) == 1
    assert address_of("telegram").address == "-100999"


def test_a_line_cut_before_the_answer_leaves_a_reminder_unknown(house: House, api: BotApi) -> None:
    house.remind()
    api.cut.add(CHAT)

    house.deliver()
    with clock.standing(NOW + timedelta(days=1)):
        house.deliver()

    assert in_chat().state == "unknown"
    assert len(api.to(CHAT)) == 1


def test_two_messages_to_one_chat_keep_their_distance(house: House, api: BotApi) -> None:
    house.remind()
    house.june()
    house.issue()

    house.deliver()
    assert len(api.to(CHAT)) == 1
    with clock.standing(NOW + timedelta(seconds=2)):
        house.deliver()
    assert len(api.to(CHAT)) == 2


def test_without_a_bot_a_message_waits_and_says_why(sqlite_url: str, tmp_path: Path) -> None:
    house = world.build(sqlite_url, tmp_path)
    house.fresh_payments()
    house.overdue()
    house.link_chat()
    house.remind()

    house.deliver()

    reason = in_chat().reason
    assert reason is not None
    assert "telegram_token" in str(Sentence.from_json(reason))


def test_a_channel_says_who_has_an_allowance(house: House) -> None:
    lanes = Smtp(house.settings).lanes("wang.min@mingyuan.example")

    assert [lane.key for lane in lanes] == ["email", "email:mingyuan.example"]
