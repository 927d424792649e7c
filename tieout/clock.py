"""The only reader of the clock; it can be set for tests and drills."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_set_to: datetime | None = None


def now() -> datetime:
    """The moment, in UTC."""
    return _set_to or datetime.now(UTC)


def today(zone: str) -> date:
    """The date in a time zone, such as "Asia/Shanghai"."""
    return now().astimezone(ZoneInfo(zone)).date()


def set_to(moment: datetime | None) -> None:
    """Stop the clock at a moment, or let it run again with None."""
    global _set_to
    if moment is not None and moment.tzinfo is None:
        raise ValueError("the clock needs a moment with a time zone")
    _set_to = moment


@contextmanager
def standing(moment: datetime) -> Iterator[None]:
    """Let the clock stand at a moment for a while."""
    before = _set_to
    set_to(moment)
    try:
        yield
    finally:
        set_to(before)
