"""The high-water mark: the highest value so far, and which rows of just that value were pulled.

The next pull asks for everything from that value on, so that a row of the same moment which
came later is not missed; those that were there already are left aside by their digest.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.intake.connectors.tables import row_digest

#: Rows of one and the same value that can be told apart.
MOST_SEEN = 100_000


class TooManyAlike(Conflict):
    """More rows of one moment than can be kept apart."""

    message = N_(
        "More than %(limit)s rows have the same value “%(value)s” of “%(column)s”. Use a column"
        " that tells them apart, such as the moment of the last change."
    )


class HighWater:
    """The mark while rows go by."""

    def __init__(self, column: str, mark: Mapping[str, Any], start: str = "") -> None:
        self.column = column
        stored = mark.get("since")
        #: As it is given to the source.
        self.since: object = _from_json(stored) if stored is not None else typed(start)
        self._highest: object = _from_json(stored) if stored is not None else None
        self._seen: set[str] = set(mark.get("seen", ()))
        self._before = frozenset(self._seen)
        self._first = self._highest

    def is_known(self, value: object, row: Iterable[object]) -> bool:
        """Whether a row was pulled before."""
        if not self._before or not same(value, self._first):
            return False
        return row_digest(row) in self._before

    def note(self, value: object, row: Iterable[object]) -> bool:
        """Take a row into account; False where it comes after one that is higher."""
        if value is None or value == "":
            return True
        if self._highest is None or is_above(value, self._highest):
            self._highest, self._seen = value, {row_digest(row)}
        elif same(value, self._highest):
            self._seen.add(row_digest(row))
            if len(self._seen) > MOST_SEEN:
                raise TooManyAlike(limit=MOST_SEEN, value=value, column=self.column)
        else:
            return False
        return True

    def mark(self) -> dict[str, Any]:
        """What is stored."""
        if self._highest is None:
            return {}
        return {"since": _to_json(self._highest), "seen": sorted(self._seen)}


def typed(text: str) -> object:
    """What a person typed as the first mark: a number or a text."""
    text = text.strip()
    return int(text) if text.lstrip("-").isdecimal() and text.isascii() else text


def is_above(one: object, other: object) -> bool:
    """Whether a value is higher, by what both are."""
    for read in (_moment, _figure):
        left, right = read(one), read(other)
        if left is not None and right is not None:
            return bool(left > right)
    return str(one) > str(other)


def same(one: object, other: object) -> bool:
    """Whether two values mean the same, however they are written."""
    if other is None:
        return False
    return not is_above(one, other) and not is_above(other, one)


def _moment(value: object) -> Any:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, str) and len(value) >= 10 and value[4:5] == "-":
        try:
            return _moment(datetime.fromisoformat(value))
        except ValueError:
            return None
    return None


def _figure(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        return Decimal(str(value)) if isinstance(value, int | float | Decimal | str) else None
    except InvalidOperation:
        return None


def _to_json(value: object) -> Any:
    match value:
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case Decimal():
            return {"number": str(value)}
        case int() | float() | str():
            return value
        case _:
            return str(value)


def _from_json(stored: Any) -> object:
    match stored:
        case {"moment": str(text)}:
            return datetime.fromisoformat(text)
        case {"day": str(text)}:
            return date.fromisoformat(text)
        case {"number": str(text)}:
            return Decimal(text)
        case _:
            return stored


def shown(mark: Mapping[str, Any]) -> str:
    """The mark as a person reads it; empty where there is none."""
    if "since" not in mark:
        return ""
    value = _from_json(mark["since"])
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)
