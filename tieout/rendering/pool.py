"""Where files are made: in this process, or in a few others set aside for it.

Making a PDF keeps a process busy for seconds, and one process makes one at a time. Children get
plain data, never a session.
"""

import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

_executor: Executor | None = None
_processes = 1


def configure(processes: int) -> None:
    """Set how many processes make files; with one or none it is this one."""
    global _processes
    close()
    _processes = processes


def run(make: Callable[..., T], *arguments: Any) -> T:
    """Call a function of a module with plain data, where files are made."""
    global _executor
    if _processes <= 1:
        return make(*arguments)
    if _executor is None:
        _executor = ProcessPoolExecutor(
            _processes, multiprocessing.get_context("spawn"), initializer=_begin
        )
    try:
        return _executor.submit(make, *arguments).result()
    except BrokenExecutor:  # a child has died, for want of memory say: the next has others
        close()
        raise


def close() -> None:
    """Let the processes go."""
    global _executor
    if _executor is not None:
        _executor.shutdown(wait=False, cancel_futures=True)
    _executor = None


def _begin() -> None:
    """Leave it to the parent to say when to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
