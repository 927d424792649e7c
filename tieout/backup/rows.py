"""Rows as lines of JSON and back, by the types of their columns."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, LargeBinary, Table

from tieout.db.base import UtcDateTime


def to_line(row: Mapping[str, Any]) -> str:
    """Write one row."""
    return json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def from_lines(table: Table, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Read rows of a table."""
    columns = list(table.columns)
    for line in lines:
        row = json.loads(line)
        yield {column.name: _typed(column, row[column.name]) for column in columns}


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return value


def own_references(table: Table) -> Sequence[str]:
    """The columns by which rows of a table point at rows of the same table."""
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]
