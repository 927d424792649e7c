"""The session of this thread, and the one transaction that writes.

A process talks to one database. Each thread has its own session: views read with it, and
`transaction()` writes with it. Nothing else in Tieout commits.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Semaphore

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from tieout.db.engine import HURRIES, WRITES, is_busy, make_engine
from tieout.errors import Conflict
from tieout.i18n import N_

_factory = sessionmaker[Session](expire_on_commit=False)

#: The session of each thread.
sessions = scoped_session(_factory)

#: Called with the session just before it commits; the audit trail writes its entries here.
BEFORE_COMMIT: list[Callable[[Session], None]] = []

_engine: Engine | None = None

#: The turns at waiting for another writer that this thread shares; where none, it always waits.
_turns: ContextVar[Semaphore | None] = ContextVar("turns", default=None)


def connect(database: str | Engine) -> Engine:
    """Bind this process to a database; the one before is let go."""
    global _engine
    disconnect()
    _engine = database if isinstance(database, Engine) else make_engine(database)
    _factory.configure(bind=_engine)
    return _engine


def disconnect() -> None:
    """Let the database go."""
    global _engine
    sessions.remove()
    if _engine is not None:
        _engine.dispose()
    _engine = None


def engine() -> Engine:
    """The engine this process is bound to."""
    if _engine is None:
        raise RuntimeError("tieout.db.connect() has not been called")
    return _engine


def share_turns(turns: Semaphore | None) -> None:
    """Let as many threads wait for another writer at once as there are turns, this one among them.

    Whoever finds no turn left does not wait: threads that wait serve nobody else.
    """
    _turns.set(turns)


class SomebodyWrites(Conflict):
    """A writer that has waited as long as it may for another one."""

    message = N_(
        "Somebody else’s work, such as a long import, is being written just now. Nothing of yours"
        " was saved: please try again in a moment."
    )


@contextmanager
def transaction(*, waits: bool = True) -> Iterator[Session]:
    """Open the transaction of one action: everything in it happens, or nothing.

    A read in progress on this thread's session is rolled back first, so what is changed
    must be fetched inside. Commits at the end, rolls back on any exception. What can be done
    another time says so by `waits=False`.

    Raises:
        SomebodyWrites: another writer was not done in time.
    """
    session = sessions()
    if session.info.get("in_transaction"):
        raise RuntimeError("a transaction is open already; services never open one")
    session.rollback()
    session.expire_all()
    session.info["in_transaction"] = True
    try:
        _begin(session, waits=waits)
        yield session
        for hook in BEFORE_COMMIT:
            hook(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.clear()


def _begin(session: Session, *, waits: bool) -> None:
    turns = _turns.get() if waits else None
    has_turn = turns is not None and turns.acquire(blocking=False)
    hurries = not waits or (turns is not None and not has_turn)
    try:
        session.connection(execution_options={WRITES: True, HURRIES: hurries})
    except DBAPIError as error:
        if not is_busy(error):
            raise
        raise SomebodyWrites from error
    finally:
        if turns is not None and has_turn:
            turns.release()


@contextmanager
def reading() -> Iterator[Session]:
    """Read in one consistent view, outside a web request; nothing is kept."""
    session = sessions()
    if session.info.get("in_transaction"):
        yield session
        return
    session.rollback()
    try:
        yield session
    finally:
        session.rollback()
