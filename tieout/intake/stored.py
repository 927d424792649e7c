"""Cells and values as a row of the database keeps them, and back again."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from json.encoder import encode_basestring_ascii as _text
from typing import Any

from tieout.intake.columns import Value
from tieout.intake.fields import FIELDS, Reads
from tieout.intake.kinds import BatchKind
from tieout.intake.reading import Cell
from tieout.intake.reading.cells import pack, unpack

#: Under these a stored row keeps, beside its values, what people did to it, why it is no entry,
#: and what could not be read of it, whatever became of it since.
BY_HAND, LEFT_OUT, ASIDE, UNREAD, TAKEN = "_by_hand", "_left_out", "_aside", "_unread", "_taken"
_BESIDE = frozenset({BY_HAND, LEFT_OUT, ASIDE, UNREAD, TAKEN})


def raw_text(cells: Sequence[Cell]) -> str:
    """The same as JSON that is written already."""
    if _TEXTS.issuperset(map(type, cells)):
        return f"[{', '.join(map(_text, cells))}]"  # type: ignore[arg-type]
    return json.dumps(raw_of(cells))


def raw_of(cells: Sequence[Cell]) -> list[Any]:
    """Cells as JSON keeps them, exact; plain texts stay as they are."""
    if _PLAIN.issuperset(map(type, cells)):
        return list(cells)
    return [cell if isinstance(cell, str | bool) else json.loads(pack(cell)) for cell in cells]


_PLAIN = frozenset({str, bool})
_TEXTS = frozenset({str})


def cells_of(raw: Sequence[Any]) -> tuple[Cell, ...]:
    """Read back what `raw_of` wrote."""
    return tuple(
        cell if isinstance(cell, str) else unpack(json.dumps(cell).encode()) for cell in raw
    )


def values_of(kind: BatchKind, stored: Mapping[str, Any]) -> dict[str, Value]:
    """Read back what `values_to_json` wrote; what people did to the row is left aside."""
    values = dict(stored)
    if not _BESIDE.isdisjoint(values):
        for name in _BESIDE:
            values.pop(name, None)
    for name, read in _readers(kind, tuple(values)):
        values[name] = read(values[name])
    return values


def all_values_of(kind: BatchKind, stored: Sequence[dict[str, Any]]) -> Sequence[dict[str, Value]]:
    """The same of many rows nobody has touched, in place: a column at a time is fast."""
    for name in set().union(*stored):
        read = _typed(kind, name)
        if read is str:
            continue
        saying = [values for values in stored if name in values]
        read_all = map(read, [values[name] for values in saying])
        for values, value in zip(saying, read_all, strict=True):
            values[name] = value
    return stored


@lru_cache(maxsize=1_000)
def _readers(
    kind: BatchKind, names: tuple[str, ...]
) -> tuple[tuple[str, Callable[[Any], Value]], ...]:
    """What reads the values of these names that are more than a text."""
    found = ((name, _typed(kind, name)) for name in names)
    return tuple((name, read) for name, read in found if read is not str)


@cache
def _typed(kind: BatchKind, name: str) -> Callable[[Any], Value]:
    if name == "_signed":
        return Decimal
    return _TYPED[FIELDS[kind][name].reads] if name in FIELDS[kind] else str


_TYPED: dict[Reads, Callable[[Any], Value]] = {
    **dict.fromkeys(Reads, str),
    Reads.AMOUNT: Decimal,
    Reads.NUMBER: Decimal,
    Reads.PERCENT: Decimal,
    Reads.DAYS: int,
    Reads.DATE: date.fromisoformat,
}
