"""Several people in the same moment, each in a transaction of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tieout import db
from tieout.errors import Conflict


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Let people act in the same moment; what each got, or how each was refused."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            with db.transaction():
                return act()
        except Conflict as refused:
            return refused
        finally:
            db.sessions.remove()

    with ThreadPoolExecutor(len(acts)) as people:
        outcomes = list(people.map(run, acts))
    db.sessions.remove()  # what this thread had read is old by now
    return outcomes
