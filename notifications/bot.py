"""The bot: hears what people wrote, and says what `conversation` answers.

It asks for it, or takes what the Bot API has handed to our address. One process at a time does,
by a lease: the Bot API gives each update once. Whatever is written is
answered after the transaction that worked the answer out.
"""

import logging
import threading
from concurrent.futures import CancelledError, Future
from datetime import timedelta
from typing import Any

from telegram import BotCommand, ChatMemberUpdated, Update
from telegram.error import TelegramError

from notifications.channels.telegram import LONGEST_TEXT, hand, say, understood
from notifications.conversation import Heard, Reply, answer
from notifications.telegram_api import LONG_POLL, TelegramApi
from notifications.writing import made
from tieout import clock, db
from tieout.config import Settings
from tieout.db import transaction
from tieout.i18n import N_
from tieout.messages import addresses, chats, updates
from tieout.rendering.translation import LANGUAGES, translator
from tieout.runs import leases

log = logging.getLogger(__name__)

LEASE = "telegram"
LIFE = timedelta(seconds=LONG_POLL * 3)
#: Seconds to wait when somebody else asks, or the far side does not answer.
PAUSE = 10.0
#: Seconds between two looks at what was handed to our address.
LOOK = 0.5
#: What we want to hear of.
WANTED = ("message", "callback_query", "my_chat_member")

#: What stands in the chat's menu.
MENU = {
    "balance": N_("What we owe"),
    "overdue": N_("What is overdue"),
    "statement": N_("The last statement, as PDF"),
    "dispute": N_("What we dispute"),
    "promise": N_("When we pay"),
    "language": N_("Another language"),
    "help": N_("What I can do"),
    "stop": N_("No more messages here"),
}


class Bot:
    """Our side of the chat, in a thread of its own."""

    def __init__(self, settings: Settings, owner: str) -> None:
        self.owner = owner
        self._base_url = settings.base_url
        #: Empty: updates are asked for, not handed to us.
        self._secret = settings.telegram_webhook_secret
        self._api = TelegramApi(settings)
        self._stopping = threading.Event()
        self._asking: Future[Any] | None = None
        self._offset = 0
        self._thread = threading.Thread(target=self._run, name="bot", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Stop asking, once what was heard is answered."""
        self._stopping.set()
        if self._asking is not None:
            self._asking.cancel()
        if self._thread.is_alive():
            self._thread.join(LONG_POLL * 2)
        self._api.close()

    def hear(self, update: Update) -> None:
        """Answer one update."""
        if update.my_chat_member is not None:
            self._membership(update.my_chat_member)
            return
        heard = _heard(update)
        if heard is None:
            return
        with transaction() as session:
            replies = answer(session, heard, self._base_url, at=clock.now())
        if update.callback_query is not None:
            self._pressed(update)
        for reply in replies:
            self._say(int(heard.chat), reply)

    def _run(self) -> None:
        is_ready = False
        while not self._stopping.is_set():
            try:
                if not self._is_ours():
                    self._stopping.wait(PAUSE)
                    continue
                is_ready = is_ready or self._introduce()
                if self._secret:
                    self._take()
                    self._stopping.wait(LOOK)
                else:
                    self._listen()
            except CancelledError:
                break
            except TelegramError as error:
                log.warning("the Bot API did not answer as it should: %s", error)
                self._stopping.wait(PAUSE)
            except Exception:
                log.exception("the bot stumbled")
                self._stopping.wait(PAUSE)
            finally:
                db.sessions.remove()
        self._leave()

    def _listen(self) -> None:
        self._asking = self._api.ask(
            lambda bot: bot.get_updates(
                offset=self._offset,
                timeout=LONG_POLL,
                allowed_updates=WANTED,
            )
        )
        for update in self._asking.result(LONG_POLL * 3):
            # one that cannot be answered must not come back for ever
            self._offset = update.update_id + 1
            try:
                self.hear(update)
            except Exception:
                log.exception("update %s was not answered", update.update_id)

    def _take(self) -> None:
        """Answer what was handed to our address since."""
        with transaction() as session:
            found = [(one.update_id, one.content) for one in updates.waiting(session)]
        for number, content in found:
            try:
                update = Update.de_json(content, self._api.bot)
                if update is not None:
                    self.hear(update)
            except Exception:  # one that cannot be answered must not come back for ever
                log.exception("update %s was not answered", number)
            with transaction() as session:
                updates.answered(session, number, at=clock.now())

    def _introduce(self) -> bool:
        """Learn our name, and put the commands into the menu."""
        me = self._api.call(lambda bot: bot.get_me())
        with transaction() as session:
            chats.learn_bot_name(session, str(me.username))
        # being asked and being handed to exclude each other
        if self._secret:
            address = self._base_url.rstrip("/") + updates.PATH
            self._api.call(
                lambda bot: bot.set_webhook(
                    address, secret_token=self._secret, allowed_updates=WANTED
                )
            )
        else:
            self._api.call(lambda bot: bot.delete_webhook())
        for language in LANGUAGES:
            menu = [BotCommand(n, translator(language).gettext(w)) for n, w in MENU.items()]
            code = None if language == LANGUAGES[0] else language
            self._api.call(lambda bot, m=menu, c=code: bot.set_my_commands(m, language_code=c))  # type: ignore[misc]
        return True

    def _is_ours(self) -> bool:
        with transaction() as session:
            at = clock.now()
            return leases.take(session, LEASE, self.owner, at=at, life=LIFE) is not None

    def _leave(self) -> None:
        """Say which updates we have seen, and let others ask."""
        if not self._secret:
            self._say_goodbye()
        with transaction() as session:
            leases.release(session, LEASE, self.owner, at=clock.now())
        db.sessions.remove()

    def _say_goodbye(self) -> None:
        try:
            self._api.call(lambda bot: bot.get_updates(offset=self._offset, timeout=0, limit=1))
        except TelegramError as error:
            log.warning("the Bot API did not take our goodbye: %s", error)

    def _say(self, chat: int, reply: Reply) -> None:
        text, buttons = reply.written()
        try:
            self._api.call(lambda bot: say(bot, chat, text[:LONGEST_TEXT], buttons))
            for file in made(reply.files):
                self._api.call(lambda bot, f=file: hand(bot, chat, f.filename, f.content))  # type: ignore[misc]
        except TelegramError as error:
            outcome = understood(error)
            log.warning("chat %s was not answered: %s", chat, outcome.words)
            if outcome.address_gone:
                self._switch_off(chat, outcome.words)

    def _pressed(self, update: Update) -> None:
        """Take the pressed buttons away, so that nobody presses them twice."""
        query = update.callback_query
        if query is None:
            return
        try:
            self._api.call(lambda bot: bot.answer_callback_query(query.id))
            if query.message is not None and (
                str(query.data) == "stop" or str(query.data).startswith("promise:")
            ):
                where, number = query.message.chat.id, query.message.message_id
                self._api.call(
                    lambda bot: bot.edit_message_reply_markup(where, number, reply_markup=None)
                )
        except TelegramError as error:  # it was pressed too long ago
            log.info("a pressed button was not answered: %s", error)

    def _membership(self, change: ChatMemberUpdated) -> None:
        """Somebody blocked the bot, or put it out of a group: nothing more is sent there."""
        if change.new_chat_member.status in ("kicked", "left", "banned"):
            self._switch_off(change.chat.id, "the bot was blocked or put out of the chat")

    def _switch_off(self, chat: int, words: str) -> None:
        with transaction() as session:
            for address in addresses.at_address(session, chats.TELEGRAM, str(chat)):
                addresses.switch_off(session, address, words, at=clock.now())


def _heard(update: Update) -> Heard | None:
    sender = update.effective_user
    language = "zh" if sender and (sender.language_code or "").startswith("zh") else "en"
    if update.callback_query is not None:
        message = update.callback_query.message
        if message is None:
            return None
        return Heard(str(message.chat.id), str(update.callback_query.data), language, is_press=True)
    if update.message is not None and update.message.text:
        return Heard(str(update.message.chat.id), update.message.text, language)
    return None
