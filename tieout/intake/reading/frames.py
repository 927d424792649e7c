"""Rows by the thousand on their way from the child: column by column, since one is of one kind.

A column of one kind travels as one text and is cut again at one go; what is mixed travels cell by
cell. It is read with the care of JSON: nothing in it can be run.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import count, repeat
from typing import Any

from tieout.intake.reading.cells import Cell, Row, is_blank, pack, unpack

#: What rows begin with, where they travel column by column; plain data begins otherwise.
_TABLE = b"\x00"
_LENGTH = struct.Struct(">I")
#: Between the cells of a column; one that holds it travels cell by cell.
_CUT = "\x7f"
#: The same days come again and again: so many of them are kept.
_MOST_DAYS = 40_000
#: From so many times each number on they are written and read once.
_AGAIN = 3


def packed_rows(first: int, rows: Sequence[Sequence[object]]) -> bytes:
    """Write consecutive rows, numbered from `first` on.

    The texts of the columns stand behind what is said of them, with the length of each in bytes.
    """
    widths = {len(row) for row in rows}
    if len(widths) != 1 or widths == {0}:
        return pack({"first": first, "rows": rows})
    columns: list[Any] = []
    texts: list[bytes] = []
    for column in zip(*rows, strict=True):
        name, text = _packed(column)
        if name:
            texts.append(text.encode(errors="surrogatepass"))
        columns.append({name: len(texts[-1])} if name else column)
    head = pack({"first": first, "columns": columns})
    return b"".join([_TABLE, _LENGTH.pack(len(head)), head, *texts])


def unpacked(content: bytes) -> dict[str, Any]:
    """Read what the child wrote: rows as `packed_rows` wrote them, or plain data."""
    if not content.startswith(_TABLE):
        plain: dict[str, Any] = unpack(content)
        return plain
    (length,) = _LENGTH.unpack_from(content, 1)
    place = 1 + _LENGTH.size + length
    frame: dict[str, Any] = unpack(content[place - length : place])
    for column in frame["columns"]:
        if isinstance(column, dict):
            ((name, length),) = column.items()
            text = content[place : place + length]
            column[name] = text.decode(errors="surrogatepass")
            place += length
    return frame


def unpacked_rows(frame: dict[str, Any]) -> Iterator[Row]:
    """Read what `packed_rows` wrote, leaving out rows that show nothing."""
    rows: Iterator[tuple[Cell, ...]]
    is_full = False
    if "columns" in frame:
        columns = frame["columns"]
        is_full = any(map(_is_full, columns))
        rows = zip(*map(_unpacked, columns), strict=True)
    else:
        rows = map(tuple, frame["rows"])
    numbered = zip(count(frame["first"]), rows)
    if is_full:  # a column without a gap: no row of it is blank, and none is looked at
        return map(_as_row, repeat(Row), numbered)
    return (Row(number, cells) for number, cells in numbered if not all(map(is_blank, cells)))


def _is_full(column: Any) -> bool:
    """Whether every cell of a column shows something; where it is not sure, it is not."""
    match column:
        case {"texts": str(text)}:
            return _UNSEEN.isdisjoint(text) and all(map(str.strip, text.split(_CUT)))
        case {"days": _} | {"numbers": _}:
            return True
    return False


#: What `is_blank` takes away beside what counts as space.
_UNSEEN = frozenset("\ufeff\0")
_as_row: Callable[[type[Row], tuple[int, tuple[Cell, ...]]], Row] = tuple.__new__


def _packed(column: tuple[Any, ...]) -> tuple[str, str]:
    """A column as one text, and what it is a text of; empty where it is not of one kind."""
    name, write = _WAYS.get(type(column[0]), ("", None))
    try:
        if name == "numbers" and len(few := set(column)) * _AGAIN < len(column):
            write = {number: float.__repr__(number) for number in few}.__getitem__
            if set(map(type, column)) != {float}:
                return "", ""  # 1 is found where 1.0 stands
        text = _CUT.join(map(write, column) if write else column) if name else ""
    except TypeError:  # one of them is of another kind
        return "", ""
    if not name or text.count(_CUT) != len(column) - 1 or (name == "numbers" and "n" in text):
        return "", ""  # nan and inf are no numbers
    return name, text


def _unpacked(column: Any) -> Sequence[Cell]:
    match column:
        case {"texts": str(text)}:
            return text.split(_CUT)
        case {"days": str(text)}:
            return list(map(_DAYS.__getitem__, text.split(_CUT)))
        case {"numbers": str(text)}:
            texts = text.split(_CUT)
            if len(few := set(texts)) * _AGAIN < len(texts):
                return list(map({one: Decimal(one) for one in few}.__getitem__, texts))
            return list(map(Decimal, texts))
    found: Sequence[Cell] = column
    return found


class _Days(dict[str, date]):
    """Days by how they are written."""

    def __missing__(self, text: str) -> date:
        day = date.fromisoformat(text)
        if len(self) < _MOST_DAYS:
            self[text] = day
        return day


class _Written(dict[date, str]):
    """How days are written."""

    def __missing__(self, day: date) -> str:
        if type(day) is not date:
            raise TypeError
        text = day.isoformat()
        if len(self) < _MOST_DAYS:
            self[day] = text
        return text


_DAYS, _WRITTEN = _Days(), _Written()
_WAYS: dict[type, tuple[str, Callable[[Any], str] | None]] = {
    str: ("texts", None),
    date: ("days", _WRITTEN.__getitem__),
    float: ("numbers", float.__repr__),
}
