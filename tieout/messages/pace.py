"""How fast a channel may be used, and when it is left alone; as rows, so that workers share it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from tieout.db.insertion import insert_once
from tieout.messages.models import Pace

#: Failures in a row after which a channel or a mail domain is left alone for a while.
PATIENCE = 5
_FIRST_BREAK = timedelta(minutes=1)
_LONGEST_BREAK = timedelta(minutes=30)
#: No lane is spaced so widely: what is further ahead was written before the clock was set back.
_WIDEST = timedelta(minutes=5)
#: Before the key of a lane: when the next message may touch its wire.
_WIRE = "wire:"


@dataclass(frozen=True)
class Lane:
    """Something with an allowance: a channel, one chat, one mail domain."""

    #: "telegram", "telegram:42"; the channel's own lane comes before narrower ones.
    key: str
    #: From one message to the next. Even spacing keeps every window, wherever it begins.
    gap: timedelta = timedelta(0)


def closed(at: datetime) -> Select[str]:
    """Select the keys on which nothing may leave at a moment."""
    spaced = and_(Pace.next_at > at, Pace.next_at <= at + _WIDEST)
    return select(Pace.key).where(or_(Pace.closed_until > at, spaced))


def next_opening(session: Session, channels: Iterable[str], *, at: datetime) -> datetime | None:
    """When the first lane of some channels opens that is closed; None when none of them is."""
    of_them = [or_(Pace.key == one, Pace.key.startswith(f"{one}:")) for one in channels]
    rows = session.scalars(select(Pace).where(Pace.key.in_(closed(at)), or_(False, *of_them)))
    return min((_opens(row, at) for row in rows), default=None)


def take(session: Session, lanes: Sequence[Lane], *, at: datetime) -> datetime | None:
    """Take one message's place in its lanes; else say from when on there will be one."""
    known = _known(session, [lane for lane in lanes if not lane.gap])
    rows = [_made(session, lane, at) if lane.gap else known.get(lane.key) for lane in lanes]
    opens = [_opens(row, at) for row in rows if row]
    if opens and max(opens) > at:
        return max(opens)
    for row, lane in zip(rows, lanes, strict=True):
        if row is not None and lane.gap:
            row.next_at = at + lane.gap
    return None


def leave(session: Session, lanes: Sequence[Lane], *, at: datetime) -> datetime | None:
    """Take one message's place on the wire itself; else say from when on there will be one.

    Between its claim and the wire a message may have taken its time, and another worker's gone
    ahead: what keeps the allowance is the spacing here. What the far side asked for meanwhile
    holds too.
    """
    paced = [lane for lane in lanes if lane.gap]
    if not paced:
        return None
    known = _known(session, lanes)
    opens = [row.closed_until for row in known.values() if row.closed_until]
    rows = [_made(session, Lane(f"{_WIRE}{lane.key}"), at) for lane in paced]
    opens += [_next(row, at) for row in rows]
    if max(opens) > at:
        return max(opens)
    for row, lane in zip(rows, paced, strict=True):
        row.next_at = at + lane.gap
    return None


def close(session: Session, lane: Lane, until: datetime, *, at: datetime) -> None:
    """Leave a lane alone, because the far side asked for it."""
    row = _made(session, lane, at)
    row.closed_until = max(until, row.closed_until or until)


def asked_for_rest(session: Session, channel: Lane, *, but_for: Lane, at: datetime) -> bool:
    """Whether the far side has asked for rest on another lane of a channel, and it still lasts."""
    query = select(Pace.key).where(
        Pace.key.startswith(f"{channel.key}:", autoescape=True),
        Pace.key != but_for.key,
        Pace.closed_until > at,
        Pace.failures < PATIENCE,  # from there on it is the breaker's own doing
    )
    return session.scalar(query.limit(1)) is not None


def failed(session: Session, lane: Lane, *, at: datetime) -> None:
    """Count a failure; after many in a row the lane is left alone, longer each time."""
    row = _made(session, lane, at)
    row.failures += 1
    if row.failures >= PATIENCE:
        times = min(row.failures - PATIENCE, 10)
        row.closed_until = at + min(_FIRST_BREAK * 2**times, _LONGEST_BREAK)


def worked(session: Session, lanes: Iterable[Lane]) -> None:
    """Forget the failures of lanes on which a message has left."""
    keys = [lane.key for lane in lanes]
    for row in session.scalars(select(Pace).where(Pace.key.in_(keys), Pace.failures > 0)):
        if row.failures >= PATIENCE:  # what the far side asked for still holds
            row.closed_until = None
        row.failures = 0


def _opens(row: Pace, at: datetime) -> datetime:
    """When a lane opens: by its spacing, and by what the far side asked for."""
    return max(_next(row, at), row.closed_until or at)


def _next(row: Pace, at: datetime) -> datetime:
    """When its spacing lets the next message go; at once where the clock was set back."""
    return row.next_at if row.next_at <= at + _WIDEST else at


def _known(session: Session, lanes: Sequence[Lane]) -> dict[str, Pace]:
    """The rows there are of some lanes, as they stand now."""
    if not lanes:
        return {}
    query = select(Pace).where(Pace.key.in_([lane.key for lane in lanes]))
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {row.key: row for row in rows}


def _made(session: Session, lane: Lane, at: datetime) -> Pace:
    insert_once(session, Pace, {"key": lane.key, "next_at": at, "failures": 0}, ["key"])
    return session.get_one(Pace, lane.key, with_for_update=True, populate_existing=True)
