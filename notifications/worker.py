"""The worker: delivers, gives the alarm, pulls, goes on with long work, answers in the chat.

    worker = start(settings)      # after tieout.app.compose(settings)
    ...
    worker.stop()                 # finishes what is at hand

Everything runs in threads of its own; any number of workers may run beside one another.
"""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from notifications import alerting, channels, post_box, runs, wake
from notifications.bot import Bot
from notifications.delivery import Deliverer
from notifications.scheduler import Alarm
from tieout import clock, db
from tieout.config import Settings
from tieout.db import transaction
from tieout.intake.connectors import pulling
from tieout.messages import handover
from tieout.rendering import pool
from tieout.runs import leases

log = logging.getLogger(__name__)

#: Seconds after which one looks for what another process has written.
LOOK = 2.0
#: How often one looks for what a worker that went away has left behind.
RECOVER = timedelta(minutes=1)
#: Seconds one waits for a thread to finish what is at hand.
GRACE = 40.0


class Worker:
    """All of it, running."""

    def __init__(self, settings: Settings) -> None:
        self.owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"
        self._stopping = threading.Event()
        self._bells: list[threading.Event] = []
        self._alarm = Alarm(self.owner)
        self._bot = Bot(settings, self.owner) if settings.telegram_token else None
        # a thread a channel: one that is slow holds nothing else up
        self._deliverers = [
            Deliverer(f"{self.owner}:{name}", {name: channel}, settings.base_url)
            for name, channel in channels.opened(settings).items()
        ]
        self._threads = [
            self._thread("recovery", self._recovering()),
            self._thread("runs", self._going_on),
            self._thread("pulls", self._pulling),
            self._thread("alerts", self._alerting),
            *([self._thread("post", self._looking(settings))] if settings.imap_host else []),
            *(
                self._thread(f"deliver-{'-'.join(one.channels)}", self._delivering(one))
                for one in self._deliverers
            ),
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()
        self._alarm.start()
        if self._bot is not None:
            self._bot.start()

    def stop(self) -> None:
        """Finish what is at hand, and end."""
        self._stopping.set()
        runs.end(self.owner)
        for bell in self._bells:
            bell.set()
        if self._bot is not None:
            self._bot.stop()
        self._alarm.stop()
        for thread in self._threads:
            thread.join(GRACE)
        for deliverer in self._deliverers:
            deliverer.close()
        pool.close()
        db.sessions.remove()

    def _delivering(self, deliverer: Deliverer) -> Callable[[], float]:
        def deliver() -> float:
            deliverer.deliver_all(self._stopping.is_set)
            return min(deliverer.rest().total_seconds(), LOOK)

        return deliver

    def _going_on(self) -> float:
        return 0.0 if runs.go_on(self.owner, self._stopping.is_set) else LOOK

    def _pulling(self) -> float:
        return 0.0 if pulling.work_waiting(self.owner, self._stopping.is_set) else LOOK

    def _alerting(self) -> float:
        alerting.look(self.owner, clock.now())
        return alerting.EVERY.total_seconds()

    def _looking(self, settings: Settings) -> Callable[[], float]:
        """Look into the mailbox, if no other worker does."""

        def looked() -> float:
            with transaction() as session:
                at, life = clock.now(), post_box.LIFE
                ours = leases.take(session, post_box.LEASE, self.owner, at=at, life=life)
            if ours is not None:
                post_box.look(settings, self._stopping.is_set)
            return post_box.EVERY

        return looked

    def _recovering(self) -> Callable[[], float]:
        last: datetime | None = None

        def recover() -> float:
            nonlocal last
            at = clock.now()
            if last is None or at >= last + RECOVER:
                last = at
                with transaction() as session:
                    found = handover.recover(session, at=at)
                if found:
                    log.warning("%s messages were left behind by a worker that went away", found)
            return LOOK

        return recover

    def _thread(self, name: str, act: Callable[[], float]) -> threading.Thread:
        bell = wake.bell()
        self._bells.append(bell)
        return threading.Thread(target=self._keep_on, name=name, args=(act, bell), daemon=True)

    def _keep_on(self, act: Callable[[], float], bell: threading.Event) -> None:
        """Act until told to stop, each time after the seconds the act says, or at the bell."""
        while not self._stopping.is_set():
            bell.clear()
            try:
                pause = act()
            except Exception:  # a database that is away for a moment is no reason to end
                log.exception("the worker's %s stumbled", threading.current_thread().name)
                pause = LOOK
            finally:
                db.sessions.remove()
            bell.wait(pause)


def start(settings: Settings) -> Worker:
    """Start a worker in this process; the parts have been composed before."""
    pool.configure(settings.render_processes)
    worker = Worker(settings)
    worker.start()
    return worker
