"""Cells and values as a row of the database keeps them, and back again."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tieout.intake.reading import Cell
from tieout.intake.reading.cells import pack, unpack
from tieout.intake.understanding import Value


def raw_of(cells: Sequence[Cell]) -> list[Any]:
    """Cells as JSON keeps them, exact; plain texts stay as they are."""
    return [cell if isinstance(cell, str | bool) else json.loads(pack(cell)) for cell in cells]


def cells_of(raw: Sequence[Any]) -> tuple[Cell, ...]:
    """Read back what `raw_of` wrote."""
    return tuple(
        cell if isinstance(cell, str) else unpack(json.dumps(cell).encode()) for cell in raw
    )


def values_to_json(values: Mapping[str, Value]) -> dict[str, Any]:
    """Values by field as JSON keeps them."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Value) -> object:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value
