"""The mailbox answers and bounces come to, looked into over IMAP (RFC 9051).

What was looked at is remembered by the mailbox's own numbers, so people may read and move their
mail as they like; nothing there is changed. A mail is fetched outside any transaction and taken in
one that also moves the number on: whatever dies in between, each mail counts once.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from notifications.taking import take
from tieout import clock
from tieout.config import Settings
from tieout.db import reading, transaction
from tieout.messages import imap, letters
from tieout.messages.models import PostBox

log = logging.getLogger(__name__)

#: Seconds between two looks.
EVERY = 60.0
#: A mailbox looked into for the first time is read from so many days ago.
FIRST = timedelta(days=3)
#: Who may look, one worker at a time.
LEASE = "post_box"
LIFE = timedelta(minutes=10)


def name_of(settings: Settings) -> str:
    """How the mailbox is called in the books of what was looked at."""
    return f"{settings.imap_user}@{settings.imap_host}/{settings.imap_folder}"[:200]


def look(settings: Settings, stop: Callable[[], bool] = lambda: False) -> int:
    """Take in what came since the last look, and return how many mails were looked at.

    Trouble with the server is noted for the page of messages and tried again next time.
    """
    name, looked = name_of(settings), 0
    try:
        with imap.opened(settings) as line:
            validity = imap.validity(line)
            since = (clock.now() - FIRST).date()
            for uid in imap.arrived(line, after=_last(name, validity), since=since):
                if stop():
                    break
                _take(name, validity, uid, imap.fetched(line, uid))
                looked += 1
    except imap.Trouble as error:
        _note(name, imap.why(error))
        return looked
    _note(name, "")
    return looked


def _last(name: str, validity: int) -> int | None:
    """The number of the last mail looked at; None where the numbers are new to us."""
    with reading() as session:
        box = session.get(PostBox, name)
        return box.last_uid if box is not None and box.validity == validity else None


def _take(name: str, validity: int, uid: int, content: bytes) -> None:
    at = clock.now()
    try:
        with transaction() as session:
            if content:
                take(session, letters.read(content), at=at)
            _move_on(session, name, validity, uid, at)
    except Exception:  # one odd mail must not keep all others from being looked at
        log.exception("mail %s in %s could not be taken", uid, name)
        with transaction() as session:
            _move_on(session, name, validity, uid, at)


def _move_on(session: Session, name: str, validity: int, uid: int, at: datetime) -> None:
    box = session.get(PostBox, name)
    if box is None:
        box = PostBox(name=name, validity=validity, last_uid=uid, looked_at=at)
        session.add(box)
    box.validity, box.last_uid, box.looked_at = validity, uid, at


def _note(name: str, words: str) -> None:
    """Remember how the last look went."""
    at = clock.now()
    if words:
        log.warning("the mailbox %s cannot be looked into: %s", name, words)
    with transaction() as session:
        box = session.get(PostBox, name)
        if box is None:
            if not words:  # nothing has come yet; the next look begins as the first
                return
            box = PostBox(name=name, validity=0, last_uid=0, looked_at=at)
            session.add(box)
        if words:
            box.failing_since = box.failing_since or at
        else:
            box.failing_since, box.looked_at = None, at
        box.words = words[:500]
