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
        self._key = _key(self._highest) if stored is not None else None
        self._first = self._key
        self._before = frozenset(mark.get("seen", ()))
        #: Of the highest value: digests of rows pulled before, and the rows that came now.
        self._seen = set(self._before)
        self._rows: list[tuple[object, ...]] = []

    def is_known(self, value: object, row: Iterable[object]) -> bool:
        """Whether a row was pulled before."""
        if not self._before or self._first is None:
            return False
        return _compared(_key(value), self._first) == 0 and row_digest(row) in self._before

    def is_above(self, value: object) -> bool:
        """Whether a value is another one than the highest so far; no value always is."""
        if value is None or value == "" or self._key is None:
            return True
        return _compared(_key(value), self._key) != 0

    def note(self, value: object, row: Iterable[object]) -> bool:
        """Take a row into account; False where it comes after one that is higher."""
        if value is None or value == "":
            return True
        key = _key(value)
        compared = 1 if self._key is None else _compared(key, self._key)
        if compared < 0:
            return False
        if compared > 0:
            self._highest, self._key = value, key
            self._seen, self._rows = set(), []
        self._rows.append(tuple(row))
        if len(self._rows) + len(self._seen) > MOST_SEEN:
            raise TooManyAlike(limit=MOST_SEEN, value=value, column=self.column)
        return True

    def mark(self) -> dict[str, Any]:
        """What is stored."""
        if self._key is None:
            return {}
        seen = self._seen | {row_digest(row) for row in self._rows}
        return {"since": _to_json(self._highest), "seen": sorted(seen)}


#: What a value is, to be compared by: a moment, a figure, or words; and how it is written.
_Key = tuple[str, Any, str]


def _key(value: object) -> _Key:
    text = str(value)
    if (moment := _moment(value)) is not None:
        return ("moment", moment, text)
    if (figure := _figure(value)) is not None:
        return ("figure", figure, text)
    return ("words", text, text)


def _compared(one: _Key, other: _Key) -> int:
    """Below, at or above zero: by what both are, or by how they are written."""
    left, right = (one[1], other[1]) if one[0] == other[0] else (one[2], other[2])
    return (left > right) - (left < right)


def typed(text: str) -> object:
    """What a person typed as the first mark: a number or a text."""
    text = text.strip()
    return int(text) if text.lstrip("-").isdecimal() and text.isascii() else text


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


def _figure(value: object) -> Decimal | int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
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
