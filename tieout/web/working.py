"""Long work begun from a page: the first seconds of it in the request, the rest in a thread.

A small company sees its month done when the page comes back. What a thread leaves, because its
process ended, the worker takes up when the lease has run out.
"""

import logging
import os
import threading
import time
from collections.abc import Callable

from tieout.db import reading, sessions
from tieout.runs.kinds import RUN_KINDS
from tieout.runs.models import Run
from tieout.runs.work import work_through

log = logging.getLogger("tieout.web")

#: How long a request may work on a run before a thread goes on with it.
PATIENCE = 4.0


def go_on(run_id: int) -> None:
    """Work on a stored run; call it after the transaction that made it.

    What fails is kept with its item, so nothing is raised here.
    """
    until = time.monotonic() + PATIENCE
    kind, owner = _kind(run_id), f"web:{os.getpid()}:{threading.get_ident()}"
    _work(run_id, kind, owner, until)
    if not _is_over(run_id):
        name = f"run-{run_id}"
        threading.Thread(target=_in_thread, args=(run_id, kind), name=name, daemon=True).start()


def behind(name: str, work: Callable[[], object]) -> None:
    """Do something long behind the page; whoever asked waits the first seconds of it."""

    def act() -> None:
        try:
            work()
        except Exception:  # what it is about has it as its reason
            log.exception("%s failed", name)
        finally:
            sessions.remove()

    thread = threading.Thread(target=act, name=name, daemon=True)
    thread.start()
    thread.join(PATIENCE)


def _in_thread(run_id: int, kind: str) -> None:
    owner = f"web:{os.getpid()}:{threading.get_ident()}"
    try:
        _work(run_id, kind, owner, None)
    finally:
        sessions.remove()


def _work(run_id: int, kind: str, owner: str, until: float | None) -> None:
    """Do items until none is left or the time is over; one that fails does not stop the others."""
    while not _late(until):
        try:
            work_through(run_id, owner, RUN_KINDS[kind], stop=lambda: _late(until))
        except Exception:  # its item has it as its reason
            log.exception("an item of run %s failed", run_id)
            continue
        break


def _late(until: float | None) -> bool:
    return until is not None and time.monotonic() >= until


def _kind(run_id: int) -> str:
    with reading() as session:
        return session.get_one(Run, run_id).kind


def _is_over(run_id: int) -> bool:
    with reading() as session:
        return session.get_one(Run, run_id).finished_at is not None
