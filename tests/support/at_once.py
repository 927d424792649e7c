"""Several people in the same moment, each in a transaction of their own."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Barrier, Thread
from typing import TypeVar

from tests.support.effort import PATIENCE
from tieout import db
from tieout.errors import Conflict

Got = TypeVar("Got")


def together(*acts: Callable[[], Got]) -> list[Got]:
    """Let several begin in the same moment; what each gave back, in their order.

    Raises what one of them raised, and TimeoutError where one did not come to an end.
    """
    start = Barrier(len(acts), timeout=PATIENCE)

    def run(act: Callable[[], Got], outcome: "Future[Got]") -> None:
        try:
            start.wait()
            outcome.set_result(act())
        except BaseException as error:
            outcome.set_exception(error)
        finally:
            db.sessions.remove()

    outcomes: list[Future[Got]] = [Future() for _ in acts]
    threads = [
        Thread(target=run, args=each, daemon=True) for each in zip(acts, outcomes, strict=True)
    ]
    for thread in threads:
        thread.start()
    found = [outcome.result(PATIENCE) for outcome in outcomes]
    for thread in threads:
        thread.join(PATIENCE)
    db.sessions.remove()  # what this thread had read is old by now
    return found


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Let people act in the same moment; what each got, or how each was refused."""

    def acting(act: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            try:
                with db.transaction():
                    return act()
            except Conflict as refused:
                return refused

        return run

    return together(*map(acting, acts))
