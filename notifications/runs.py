"""Long work that waits: stored runs, gone on with by whoever is awake."""

import logging
from collections.abc import Callable

from tieout import db
from tieout.runs import stored
from tieout.runs.kinds import RUN_KINDS
from tieout.runs.work import work_through

log = logging.getLogger(__name__)


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
