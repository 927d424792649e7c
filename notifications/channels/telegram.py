"""Telegram: short messages with buttons to a chat, and what the Bot API answers.

Limits as the Bot API names them: 30 messages a second in all, one a second in a chat, 20 a
minute in a group; text of 4096 characters, a caption of 1024.
"""

from collections.abc import Sequence
from datetime import timedelta

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Message
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from notifications.channels import Button, Channel, Parcel
from notifications.telegram_api import TelegramApi
from tieout.config import Settings
from tieout.messages.outcomes import Outcome, Verdict, accepted, later, refused, unknown
from tieout.messages.pace import Lane

LONGEST_TEXT = 4096
#: Even spacing, a little wider than the limits, because the wire shakes.
_ALL = Lane("telegram", timedelta(milliseconds=40))
_CHAT = timedelta(seconds=1.05)
_GROUP = timedelta(seconds=3.2)
#: Of the far side's words so many are kept; it may ask for a day of rest at most.
_LONGEST_WORDS, _LONGEST_REST = 500, 86_400
#: Answers after which a chat will never take a message again.
_GONE = (
    "bot was blocked",
    "chat not found",
    "user is deactivated",
    "bot was kicked",
    "bot is not a member",
    "group chat was deleted",
    "chat was deleted",
    "not enough rights",
    "have no rights to send",
    "peer_id_invalid",
)
#: Errors of a connection that never came to be: nothing has left.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def channel(settings: Settings) -> Channel:
    """The Telegram channel of an installation."""
    return Telegram(settings)


class Telegram:
    """Chats that were linked to a person."""

    name = "telegram"
    form = "chat"
    keeps_files = False

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._api: TelegramApi | None = None

    def lanes(self, to: str) -> list[Lane]:
        """The bot's own allowance and the chat's."""
        return [_ALL, Lane(f"telegram:{to}", _GROUP if is_group(to) else _CHAT)]

    def send(self, parcel: Parcel) -> Outcome:
        """Send a message to a chat."""
        if not self.settings.telegram_token:
            return later("no bot is set up: the setting telegram_token is empty", channel_down=True)
        if self._api is None:
            self._api = TelegramApi(self.settings)
        try:
            return self._send(self._api, parcel, parcel.buttons)
        except TelegramError as error:
            return understood(error)

    def close(self) -> None:
        """End the bot's loop."""
        if self._api is not None:
            self._api.close()
        self._api = None

    def _send(self, api: TelegramApi, parcel: Parcel, buttons: Sequence[Button]) -> Outcome:
        chat = int(parcel.to)
        try:
            sent = api.call(lambda bot: say(bot, chat, parcel.text, buttons))
        except BadRequest as error:
            if buttons and error.__cause__ is None and "url" in error.message.lower():
                # Telegram takes no button to an address it cannot reach, such as this machine's.
                sent = api.call(lambda bot: say(bot, chat, _with_links(parcel.text, buttons), ()))
            else:
                raise
        return accepted(f"message {sent.message_id}")


async def say(bot: Bot, chat: int, text: str, buttons: Sequence[Button]) -> Message:
    """Send text to a chat, a row a button."""
    rows = [[_pressable(one)] for one in buttons]
    return await bot.send_message(
        chat,
        text[:LONGEST_TEXT],
        reply_markup=InlineKeyboardMarkup(rows) if rows else None,
        disable_web_page_preview=True,
    )


async def hand(bot: Bot, chat: int, filename: str, content: bytes, caption: str = "") -> Message:
    """Send a file to a chat."""
    file = InputFile(content, filename=filename)
    return await bot.send_document(chat, file, caption=caption[:1024] or None)


def understood(error: TelegramError) -> Outcome:
    """What an error of the Bot API means for a message."""
    words = error.message[:_LONGEST_WORDS]
    if isinstance(error.__cause__, TelegramError):  # a page of somebody between, such as a proxy
        return later(words, channel_down=True)
    match error:
        case RetryAfter():
            wait = error.retry_after
            seconds = wait.total_seconds() if isinstance(wait, timedelta) else wait
            return later(words, retry_after=int(min(max(seconds, 1), _LONGEST_REST)))
        case ChatMigrated():
            moved = str(error.new_chat_id)
            return Outcome(Verdict.REFUSED_FOR_NOW, words, moved_to=moved)
        case Forbidden():
            return refused(words, address_gone=True)
        case BadRequest():
            return refused(words, address_gone=any(gone in words.lower() for gone in _GONE))
        case InvalidToken():
            return later(words, channel_down=True)
        case NetworkError():
            return _network(error, words)
    if isinstance(error.__cause__, ValueError):  # 200, but nothing that can be read
        return _unread(error.__cause__, words)
    return later(words)


def _unread(cause: ValueError, words: str) -> Outcome:
    """A page of somebody between means nothing was sent; an answer that is cut off, who knows."""
    said = str(getattr(cause, "doc", ""))
    told = f"{words}: {' '.join(said.split())}"[:_LONGEST_WORDS]
    return later(told, channel_down=True) if said.lstrip().startswith("<") else unknown(told)


def _network(error: NetworkError, words: str) -> Outcome:
    cause = error.__cause__
    if cause is None or isinstance(cause, _NOT_SENT):  # an answer of 5xx, or no connection
        return later(words, channel_down=True)
    return unknown(words)


def is_group(to: str) -> bool:
    """Whether an address is a group's; their numbers are negative."""
    return to.startswith("-")


def _pressable(button: Button) -> InlineKeyboardButton:
    """A button; "do:stop" comes back to the bot, everything else is opened."""
    if button.url.startswith("do:"):
        return InlineKeyboardButton(button.label, callback_data=button.url.removeprefix("do:"))
    return InlineKeyboardButton(button.label, url=button.url)


def _with_links(text: str, buttons: Sequence[Button]) -> str:
    links = [f"{one.label}: {one.url}" for one in buttons if not one.url.startswith("do:")]
    return "\n".join([text, "", *links])
