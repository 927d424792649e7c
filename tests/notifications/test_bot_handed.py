"""The bot whose updates are handed to our own address, with a secret, instead of asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from notifications.bot import Bot
from tests.notifications import world
from tests.notifications.world import CHAT, House
from tests.support.bot_api import TOKEN, BotApi, bot_api
from tests.support.serving import serving
from tieout import app as roof
from tieout import db
from tieout.dunning.models import PromiseToPay
from tieout.messages.models import BotUpdate

SECRET = "a-secret-of-sixteen-or-more"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A Bot API."""
    with bot_api() as running:
        yield running


@pytest.fixture
def house(database_url: str, tmp_path: Path, api: BotApi) -> House:
    """Harbour Tools with a bot that is handed what people write, and June's books."""
    house = world.build(
        database_url,
        tmp_path,
        telegram_token=TOKEN,
        telegram_api=api.url,
        telegram_webhook_secret=SECRET,
        trusted_hosts="127.0.0.1,localhost",
    )
    house.june()
    house.overdue()
    house.link_chat()
    return house


def hand_over(address: str, api: BotApi, secret: str | None = SECRET) -> list[int]:
    """Let the Bot API hand what was written to our address, each twice, as it does in doubt."""
    statuses = []
    for update in api.updates:
        for _ in range(2):
            headers = {HEADER: secret} if secret is not None else {}
            answer = requests.post(f"{address}/telegram", json=update, headers=headers, timeout=10)
            statuses.append(answer.status_code)
    api.updates.clear()
    return statuses


def kept() -> int:
    with db.transaction() as session:
        return len(session.scalars(select(BotUpdate.id)).all())


def test_what_is_handed_over_is_answered_once(house: House, api: BotApi) -> None:
    with serving(roof.create_app(house.settings)) as address:
        bot = Bot(house.settings, "worker")
        bot.start()
        try:
            api.write(CHAT, "/balance")
            assert hand_over(address, api) == [204, 204]
            assert "4,940.00" in api.wait_for(1, CHAT)[0].text
            api.write(CHAT, "/help")
            hand_over(address, api)
            assert len(api.wait_for(2, CHAT)) == 2
        finally:
            bot.stop()
    [hook] = [given for method, given in api.asked if method == "setWebhook"]
    assert hook["secret_token"] == SECRET
    assert hook["url"].endswith("/telegram")
    assert not [method for method, _ in api.asked if method in ("getUpdates", "deleteWebhook")]


@pytest.mark.parametrize("secret", [None, "", "a-secret-of-sixteen-or-mora", SECRET + "x"])
def test_without_the_secret_nothing_is_taken(house: House, api: BotApi, secret: str | None) -> None:
    with serving(roof.create_app(house.settings)) as address:
        api.write(CHAT, "/stop")
        assert set(hand_over(address, api, secret)) == {403 if secret is not None else 400}
    assert kept() == 0


@pytest.mark.parametrize(
    "body", [[], "x", {"update_id": "1"}, {"update_id": -1}, {"update_id": True}, {}]
)
def test_what_is_no_update_is_left(house: House, body: Any) -> None:
    with serving(roof.create_app(house.settings)) as address:
        answer = requests.post(
            f"{address}/telegram", json=body, headers={HEADER: SECRET}, timeout=10
        )
    assert answer.status_code == 204
    assert kept() == 0


def test_a_typed_amount_is_promised(house: House, api: BotApi) -> None:
    bot = Bot(house.settings, "worker")
    with serving(roof.create_app(house.settings)) as address:
        bot.start()
        try:
            api.write(CHAT, "promise 200 in 5")
            hand_over(address, api)
            assert "200.00" in api.wait_for(1, CHAT)[0].text
            api.write(CHAT, "promise 999,999,999 in 5")
            hand_over(address, api)
            assert "at most" in api.wait_for(2, CHAT)[1].text
            api.write(CHAT, "promise 300")
            hand_over(address, api)
            assert api.wait_for(3, CHAT)[2].buttons
        finally:
            bot.stop()
    with db.transaction() as session:
        assert [one.amount_minor for one in session.scalars(select(PromiseToPay))] == [20000]


def test_a_bot_that_asks_has_no_address(sqlite_url: str, tmp_path: Path, api: BotApi) -> None:
    house = world.build(sqlite_url, tmp_path, telegram_token=TOKEN, telegram_api=api.url)
    with serving(roof.create_app(house.settings)) as address:
        api.write(CHAT, "/balance")
        assert set(hand_over(address, api)) == {404}
