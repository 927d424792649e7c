"""Long work that waits: stored runs, gone on with by whoever is awake."""

import logging
import time
from collections.abc import Callable

from tieout import db
from tieout.runs import stored
from tieout.runs.kinds import RUN_KINDS
from tieout.runs.models import Run
from tieout.runs.work import work_through

log = logging.getLogger(__name__)


#: Items of a run that stop a job for a moment before the job leaves the run to others.
MOST_FAULTS = 20
#: Seconds a job waits for what others have at hand of its run.
PATIENCE = 10.0
#: Workers of this process that are to finish what is at hand, by their owner.
_ending: set[str] = set()


def end(owner: str) -> None:
    """Let a worker's jobs begin no further item."""
    _ending.add(owner)


def work(run_id: int, owner: str) -> None:
    """Do what is left of one run, for a job that waits for it; an item that fails stops no other.

    What a worker that ends leaves of it, the next one goes on with.
    """
    with db.reading() as session:
        kind = session.get_one(Run, run_id).kind
    for _ in range(MOST_FAULTS):
        try:
            work_through(run_id, owner, RUN_KINDS[kind], stop=lambda: owner in _ending)
        except Exception:  # its item has it as its reason
            log.exception("an item of run %s failed", run_id)
        else:
            break
    _wait_for_others(run_id, owner)


def _wait_for_others(run_id: int, owner: str) -> None:
    """Let others finish the items they have at hand, for a moment."""
    until = time.monotonic() + PATIENCE
    while owner not in _ending and time.monotonic() < until:
        with db.reading() as session:
            if stored.progress(session, run_id).is_over:
                return
        time.sleep(0.1)


def go_on(owner: str, stop: Callable[[], bool] = lambda: False) -> int:
    """Go on with every run that has something left to do, and return how many items were done."""
    done = 0
    with db.reading() as session:
        waiting = [(run.id, run.kind) for run in stored.unfinished(session)]
    for run_id, kind in waiting:
        if stop():
            break
        if kind not in RUN_KINDS:  # done by whoever began it
            continue
        try:
            done += work_through(run_id, owner, RUN_KINDS[kind], stop=stop)
        except Exception:  # its item has it as its reason
            log.exception("an item of run %s failed", run_id)
    return done
