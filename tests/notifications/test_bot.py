"""What people write to the bot, and what it answers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from notifications.bot import Bot
from tests.conftest import NOW
from tests.notifications import world
from tests.notifications.world import CHAT, House, messages
from tests.support.bot_api import TOKEN, BotApi, bot_api
from tieout import audit, clock, db, settings
from tieout.customers.models import Contact
from tieout.dunning.models import PromiseToPay
from tieout.messages import addresses, chats
from tieout.messages.chats import ChatLink


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A Bot API."""
    with bot_api() as running:
        yield running


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, api: BotApi) -> House:
    """Harbour Tools with a bot, and June's books."""
    house = world.build(sqlite_url, tmp_path, telegram_token=TOKEN, telegram_api=api.url)
    house.june()
    house.overdue()
    return house


@pytest.fixture
def bot(house: House) -> Iterator[Bot]:
    """The bot, listening."""
    running = Bot(house.settings, "worker")
    running.start()
    yield running
    running.stop()


def link_of(house: House) -> ChatLink:
    """A link that the contact's page shows."""
    with db.transaction() as session:
        contact = session.get_one(Contact, house.contact_id)
        made = chats.telegram_link(session, contact, clock.now())
        assert made is not None
        return made


def ask(api: BotApi, text: str, chat: int = CHAT, **more: str) -> str:
    """Write to the bot and wait for its answer."""
    before = len(api.to(chat))
    api.write(chat, text, **more)
    return api.wait_for(before + 1, chat)[-1].text


def test_a_chat_is_linked_by_a_link_that_works_once(house: House, api: BotApi, bot: Bot) -> None:
    ask(api, "hello")  # by now the bot has learnt its name
    url = link_of(house).url
    assert url.startswith("https://t.me/harbour_tools_bot?start=")
    code = url.partition("start=")[2]
    assert len(code) <= 64

    assert "linked to Wang Min (Mingyuan Hardware" in ask(api, f"/start {code}")

    with db.reading() as session:
        contact = session.get_one(Contact, house.contact_id)
        assert [one.address for one in chats.chats_of(session, contact)] == [str(CHAT)]
    assert "expired or was used before" in ask(api, f"/start {code}", chat=99)


def test_a_link_that_is_too_old_says_how_to_get_another(
    house: House, api: BotApi, bot: Bot
) -> None:
    ask(api, "hello")
    code = link_of(house).url.partition("start=")[2]

    with clock.standing(NOW + timedelta(hours=2)):
        assert "Make a new one" in ask(api, f"/start {code}")


def test_somebody_unknown_is_told_how_to_link_and_nothing_else(
    house: House, api: BotApi, bot: Bot
) -> None:
    for text in ("/balance", "/overdue", "/statement", "/dispute", "hello"):
        said = ask(api, text)
        assert "not linked to anybody" in said
        assert "4,0" not in said
        assert "Mingyuan" not in said


def test_balance_overdue_and_dispute_are_answered_from_the_books(
    house: House, api: BotApi, bot: Bot
) -> None:
    house.link_chat()

    assert "You owe CNY 4,940.00" in ask(api, "/balance")
    overdue = ask(api, "逾期")
    assert "CNY 900.00 is overdue" in overdue or "is overdue" in overdue
    assert "INV-2026-0588" in overdue
    assert ask(api, "dispute") == "Mingyuan Hardware Co., Ltd.: no dispute is open."


def test_the_last_statement_comes_as_pdf(house: House, api: BotApi, bot: Bot) -> None:
    house.link_chat()
    assert "there is no statement yet" in ask(api, "/statement")
    house.issue()

    api.write(CHAT, "/statement")
    said, file = api.wait_for(3, CHAT)[1:]

    assert "4,940.00" in said.text
    assert said.buttons[0]["url"].startswith("http://127.0.0.1:8080/s/")
    assert file.filename.endswith(".pdf")
    assert file.content.startswith(b"%PDF")


def test_a_group_hears_no_amounts(house: House, api: BotApi, bot: Bot) -> None:
    house.link_chat(-4217)

    said = ask(api, "/balance@harbour_tools_bot", chat=-4217, kind="group")

    assert "4,940" not in said
    assert "left out in a group" in said


def test_stop_works_at_once_and_says_so(house: House, api: BotApi, bot: Bot) -> None:
    house.fresh_payments()
    house.link_chat()
    house.remind()

    assert "writes nothing more to this chat" in ask(api, "停止")

    house.deliver()
    [reminder] = [one for one in messages("reminder") if one.channel == "telegram"]
    assert reminder.state == "cancelled"
    assert len(api.to(CHAT)) == 1


def test_the_stop_button_is_safe_to_press_twice(house: House, api: BotApi, bot: Bot) -> None:
    house.link_chat()

    api.press(CHAT, "stop")
    assert "writes nothing more" in api.wait_for(1, CHAT)[-1].text
    api.press(CHAT, "stop")
    assert "not linked to anybody" in api.wait_for(2, CHAT)[-1].text

    methods = [method for method, _ in api.asked]
    assert methods.count("answerCallbackQuery") == 2
    assert "editMessageReplyMarkup" in methods


def test_the_language_is_chosen_by_a_button_and_kept(house: House, api: BotApi, bot: Bot) -> None:
    house.link_chat()

    ask(api, "/language")
    api.press(CHAT, "language:zh")
    assert "中文" in api.wait_for(2, CHAT)[-1].text
    assert "贵方" in ask(api, "/balance")
    with db.reading() as session:
        assert session.get_one(Contact, house.contact_id).language == "zh"


def test_unknown_words_are_answered_kindly_with_whom_to_ask(
    house: House, api: BotApi, bot: Bot
) -> None:
    house.link_chat()

    said = ask(api, "When will my goods arrive?")

    assert said.startswith("Thank you for writing.")
    assert "Chen Li" in said


def test_help_names_what_it_can_do(house: House, api: BotApi, bot: Bot) -> None:
    house.link_chat()

    assert "balance, overdue, statement" in ask(api, "/help")
    methods = [method for method, _ in api.asked]
    assert methods.count("setMyCommands") == 2


def test_staff_link_a_chat_too_and_are_told_there_what_waits(
    house: House, api: BotApi, bot: Bot
) -> None:
    from tieout.identity import people

    ask(api, "hello")
    with db.transaction() as session:
        approver = people.find_staff(session, "zhou.wei@harbourtools.example")
        made = chats.telegram_link(session, approver, clock.now())
        assert made is not None
        code = made.url.partition("start=")[2]

    assert "linked to Zhou Wei" in ask(api, f"/start {code}")
    assert "workbench" in ask(api, "/balance")


def test_two_bots_answer_once(house: House, api: BotApi, bot: Bot) -> None:
    house.link_chat()
    ask(api, "/help")
    second = Bot(house.settings, "another")
    second.start()
    try:
        ask(api, "/balance")
        ask(api, "/overdue")
    finally:
        second.stop()
    assert len(api.to(CHAT)) == 3


def test_no_link_is_made_where_there_is_no_bot(sqlite_url: str, tmp_path: Path) -> None:
    house = world.build(sqlite_url, tmp_path)
    with db.transaction() as session:
        contact = session.get_one(Contact, house.contact_id)
        assert chats.telegram_link(session, contact, NOW) is None
        assert chats.bot_name(session) == ""
        settings.write(session, chats.BOT_NAME, "harbour_tools_bot", by=audit.SYSTEM)
        assert chats.telegram_link(session, contact, NOW) is not None
        assert addresses.kind_of(contact) == "contact"


def test_a_promise_is_given_by_buttons_which_are_safe_to_press_twice(
    house: House, api: BotApi, bot: Bot
) -> None:
    house.link_chat()

    # 2,400.00 is overdue, less 720.00 not yet applied, as a reminder would say
    assert "at most what is open, CNY 1,680.00" in ask(api, "promise 1680.01")
    assert "how much will you pay?" in ask(api, "/promise")
    amount = api.to(CHAT)[-1].buttons[0]
    assert amount["text"] == "All of it, CNY 1,680.00"
    assert "By when will you pay CNY 1,680.00?" in press(api, amount["callback_data"])
    day = api.to(CHAT)[-1].buttons[1]
    assert len(day["callback_data"].encode()) <= 64

    for _time in range(2):
        noted = press(api, day["callback_data"])
        assert "We have noted that you pay CNY 1,680.00 by Thursday 9 July 2026." in noted
    with db.reading() as session:
        [promise] = session.scalars(select(PromiseToPay))
        assert (promise.amount_minor, promise.given_by) == (168_000, "Wang Min")
    assert "not promised already" in ask(api, "承诺")


def test_a_button_of_somebody_elses_account_promises_nothing(
    house: House, api: BotApi, bot: Bot
) -> None:
    house.link_chat()

    press(api, f"promise:{house.account_id + 1}:100:2026-07-09")
    press(api, "promise:x:y")
    assert "at most what is open" in press(api, f"promise:{house.account_id}:168001:2026-07-09")

    with db.reading() as session:
        assert session.scalars(select(PromiseToPay)).all() == []


def test_a_group_gives_no_promises(house: House, api: BotApi, bot: Bot) -> None:
    house.link_chat(-4217)

    said = ask(api, "/promise@harbour_tools_bot", chat=-4217, kind="group")

    assert "given to me alone" in said
    assert "900" not in said


def press(api: BotApi, data: str) -> str:
    """Press a button, and hear what is said."""
    before = len(api.to(CHAT))
    api.press(CHAT, data)
    return api.wait_for(before + 1, CHAT)[-1].text
