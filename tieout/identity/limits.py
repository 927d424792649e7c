"""How often something may be tried: counted in rows, so that every process knows.

Looking changes no row, so who guesses at what may be looked at is counted by each process alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from threading import Lock

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tieout.errors import NotAllowed
from tieout.i18n import N_
from tieout.identity.models import Limit


class TooManyTries(NotAllowed):
    """Something was tried more often than its rule allows."""

    message = N_("This was tried too often. Try again in %(minutes)s minutes.")


@dataclass(frozen=True)
class Rule:
    """At most so many in a window of time; after that none for a while."""

    allowed: int
    window: timedelta
    block: timedelta


SIGN_IN_ACCOUNT = Rule(5, timedelta(minutes=15), timedelta(minutes=15))
SIGN_IN_ADDRESS = Rule(50, timedelta(minutes=15), timedelta(minutes=15))
SECOND_FACTOR = Rule(5, timedelta(minutes=15), timedelta(minutes=15))
LINKS_ASKED = Rule(5, timedelta(hours=1), timedelta(hours=1))
#: Links and codes that are not ours, looked up from one address.
UNKNOWN_LINKS = Rule(30, timedelta(minutes=15), timedelta(minutes=15))
UPLOADS = Rule(60, timedelta(hours=1), timedelta(minutes=15))


def count(session: Session, key: str, rule: Rule, *, at: datetime) -> datetime | None:
    """Count one try; return until when it is refused, or None.

    Opened in a transaction of its own, so that the count stays whatever comes of the try.
    """
    row = _row(session, key[:250], at)
    if row.blocked_until is not None and row.blocked_until > at:
        return row.blocked_until
    if row.blocked_until is not None or at - row.window_start >= rule.window:
        row.window_start, row.count, row.blocked_until = at, 0, None
    row.count += 1
    if row.count > rule.allowed:
        row.blocked_until = at + rule.block
    return row.blocked_until


def clear(session: Session, key: str) -> None:
    """Forget the tries, after one that succeeded."""
    session.execute(delete(Limit).where(Limit.key == key[:250]))


def forget_old(session: Session, *, before: datetime) -> None:
    """Let go of rows that no longer limit anything."""
    session.execute(delete(Limit).where(Limit.window_start < before))


def refuse(until: datetime | None, *, at: datetime) -> None:
    """Raise if something is refused until later.

    Raises:
        TooManyTries: it is.
    """
    if until is not None:
        raise TooManyTries(minutes=minutes_until(until, at=at))


def minutes_until(until: datetime, *, at: datetime) -> int:
    """In how many minutes it can be tried again, the one that has begun among them."""
    return max(1, ceil((until - at).total_seconds() / 60))


def _row(session: Session, key: str, at: datetime) -> Limit:
    query = select(Limit).where(Limit.key == key).with_for_update()
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        try:
            with session.begin_nested():
                session.add(Limit(key=key, window_start=at, count=0))
        except IntegrityError:  # somebody else counted at the same moment
            pass
        row = session.execute(query).scalar_one()
    return row


class Guesses:
    """How often each address has asked for what is not there; kept by this process alone."""

    #: Of addresses; beyond it the oldest are forgotten.
    most = 10_000

    def __init__(self, rule: Rule = UNKNOWN_LINKS) -> None:
        self._rule = rule
        self._lock = Lock()
        self._found: dict[str, tuple[datetime, int]] = {}

    def add(self, address: str, *, at: datetime) -> None:
        """Count one that was wrong."""
        with self._lock:
            begun, count = self._found.pop(address, (at, 0))
            if at - begun >= self._rule.window:
                begun, count = at, 0
            self._found[address] = (begun, count + 1)
            while len(self._found) > self.most:
                del self._found[next(iter(self._found))]

    def refused_until(self, address: str, *, at: datetime) -> datetime | None:
        """Until when nothing more is looked up for an address; None while it may go on."""
        with self._lock:
            begun, count = self._found.get(address, (at, 0))
        until = begun + self._rule.window
        return until if count >= self._rule.allowed and at < until else None
