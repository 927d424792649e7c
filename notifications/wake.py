"""Waking the deliverer of this process when a transaction of it has written a message."""

import threading

from sqlalchemy import event
from sqlalchemy.orm import Session

from tieout.messages.outbox import WRITTEN

#: Set when there may be something to deliver.
BELL = threading.Event()


@event.listens_for(Session, "after_commit")
def _ring(session: Session) -> None:
    if session.info.get(WRITTEN):
        BELL.set()
