"""What identifies a row, written down: equal numbers alike, whatever the order of its columns."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring

from tieout.intake.columns import Value
from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BatchKind
from tieout.money import plain

#: Under this all cells of a row stand where one of them could not be read.
CELLS = "_cells"


def identity(kind: BatchKind, values: Mapping[str, Value]) -> str:
    """The members of a row that tell it from others, as `json.dumps` would write them."""
    return ", ".join([member(name, values[name]) for name in identifying(kind, tuple(values))])


def member(name: str, value: Value) -> str:
    """One of them."""
    return f'"{name}": {_written(value)}'


@lru_cache(maxsize=1_000)
def identifying(kind: BatchKind, said: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these fields tell rows from one another, in the order of a digest."""
    names = {known.name for known in FIELDS[kind] if known.identifies} | {CELLS}
    return tuple(sorted(names.intersection(said)))


def _written(value: Value) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, Decimal):
        return f'"{plain(value)}"'
    return encode_basestring(value.isoformat() if isinstance(value, date) else str(value))
