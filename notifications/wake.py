"""Waking whoever delivers in this process when a transaction of it has written a message."""

import threading
import weakref

from sqlalchemy import event
from sqlalchemy.orm import Session

from tieout.messages.outbox import WRITTEN

_bells: "weakref.WeakSet[threading.Event]" = weakref.WeakSet()


def bell() -> threading.Event:
    """A bell that is rung whenever there may be something to deliver."""
    made = threading.Event()
    _bells.add(made)
    return made


@event.listens_for(Session, "after_commit")
def _ring(session: Session) -> None:
    if session.info.get(WRITTEN):
        for one in list(_bells):
            one.set()
