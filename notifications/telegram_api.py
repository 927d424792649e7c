"""The Bot API, called from ordinary threads; one event loop in a thread of its own."""

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import TypeVar

from telegram import Bot
from telegram.request import HTTPXRequest

from tieout.config import Settings

T = TypeVar("T")

# The library asks to be told that we know waits as timedelta, and warns otherwise.
os.environ.setdefault("PTB_TIMEDELTA", "1")

#: Seconds for a connection, and for an answer.
CONNECT, ANSWER = 10.0, 30.0
#: Seconds for which one asks for news.
LONG_POLL = 25
#: Seconds after which a request is given up: before the lease of its message runs out.
WHOLE = LONG_POLL + ANSWER * 2


class TelegramApi:
    """A bot of ours; requests wait for their answer."""

    def __init__(self, settings: Settings) -> None:
        base = settings.telegram_api.rstrip("/")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True)
        self._thread.start()
        self.bot = Bot(
            settings.telegram_token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=_line(),
            # asking for news holds its line for a long time, so it has one of its own
            get_updates_request=_line(LONG_POLL),
        )

    def call(self, ask: Callable[[Bot], Awaitable[T]]) -> T:
        """Make a request and wait for its answer, or raise what the library raises.

        Raises:
            TimeoutError: it was given up, however slowly the answer still came.
        """
        asked = self.ask(ask)
        try:
            return asked.result(WHOLE)
        finally:
            asked.cancel()  # nothing once it is done

    def ask(self, ask: Callable[[Bot], Awaitable[T]]) -> "Future[T]":
        """Make a request; its answer may be waited for, or given up."""

        async def asked() -> T:
            return await ask(self.bot)

        return asyncio.run_coroutine_threadsafe(asked(), self._loop)

    def close(self) -> None:
        """Let go of the connections and end the loop."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._let_go(), self._loop).result(ANSWER)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(ANSWER)
            self._loop.close()

    async def _let_go(self) -> None:
        for line in self.bot._request:
            await line.shutdown()


def _line(longer: float = 0) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=4,
        connect_timeout=CONNECT,
        read_timeout=ANSWER + longer,
        write_timeout=ANSWER,
        media_write_timeout=ANSWER,
        pool_timeout=ANSWER,
    )
