"""Workers that are killed again and again while messages leave; prints how often as JSON.

    python -m tests.support.mortal URL FOLDER PORT MESSAGES KILLS SECONDS

Each worker is a process of its own, forked from this one, which has imported everything and
touched no database. It dies by SIGKILL, wherever it is, so many times as MESSAGES leave; how far
they are, each says through a pipe. The last ones live until nothing is left.
"""

import json
import os
import random
import select
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event

from notifications import channels
from notifications.delivery import Deliverer
from tests.support.compiled import wait_for_no_disk
from tests.support.visitor import settings_for
from tieout import app, clock, db
from tieout.config import Settings
from tieout.messages import handover, outcomes
from tieout.messages.models import Message

#: Waiting for a dead worker's lease is no part of what is shown.
handover.LEASE = timedelta(seconds=2)
outcomes._FIRST_PAUSE = timedelta(milliseconds=200)
WORKERS = 2


def main() -> None:
    """Kill, and say how often."""
    url, folder, port, messages, kills, most = sys.argv[1:7]
    settings = settings_for(
        url,
        Path(folder),
        smtp_host="127.0.0.1",
        smtp_port=int(port),
        smtp_security="plain",
        mail_from="books@harbour.example",
    )
    ears, mouth = os.pipe()
    killed, heard, chance = 0, 0, random.Random(port)
    every = int(messages) // (int(kills) + 1)
    end = time.monotonic() + float(most)
    workers = [_fork(settings, number, mouth) for number in range(WORKERS)]
    while workers and time.monotonic() < end:
        for pid in list(workers):
            if os.waitpid(pid, os.WNOHANG)[0]:  # nothing was left for it
                workers.remove(pid)
        if select.select([ears], [], [], 0.2)[0]:
            heard += len(os.read(ears, 4096))
        if killed < int(kills) and workers and heard > (killed + chance.random()) * every:
            time.sleep(chance.uniform(0, 0.1))  # wherever it is by then
            victim = chance.choice(workers)
            os.kill(victim, signal.SIGKILL)
            os.waitpid(victim, 0)
            workers.remove(victim)
            killed += 1
            workers.append(_fork(settings, WORKERS + killed, mouth))
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    print(json.dumps({"kills": killed, "hung": len(workers)}))


def _fork(settings: Settings, number: int, mouth: int) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            _work(settings, f"worker-{number}", mouth)
        finally:
            os._exit(0)
    return pid


def _work(settings: Settings, owner: str, mouth: int) -> None:
    """Deliver until nothing is on its way any more, and tell of each message that was taken up."""
    app.compose(settings)
    event.listen(db.engine(), "connect", wait_for_no_disk)
    deliverer = Deliverer(owner, channels.opened(settings), settings.base_url)

    def tell() -> bool:
        os.write(mouth, b".")
        return False

    while True:
        deliverer.deliver_all(tell)
        with db.transaction() as session:
            handover.recover(session, at=clock.now())
        with db.reading() as session:
            left = session.query(Message).where(Message.state.in_(("waiting", "sending"))).count()
        if not left:
            deliverer.close()
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main()
