"""Rows by the thousand on their way from the child: column by column, since one is of one kind.

A column of one kind travels as one text and is cut again at one go; what is mixed travels cell by
cell. It is read with the care of JSON: nothing in it can be run.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.intake.reading.cells import Cell, Row, is_blank, pack

#: Between the cells of a column; one that holds it travels cell by cell.
_CUT = "\x7f"
#: The same days come again and again: so many of them are kept.
_MOST_DAYS = 40_000


def packed_rows(first: int, rows: Sequence[Sequence[object]]) -> bytes:
    """Write consecutive rows, numbered from `first` on."""
    widths = {len(row) for row in rows}
    if len(widths) != 1 or widths == {0}:
        return pack({"first": first, "rows": rows})
    return pack(
        {"first": first, "columns": [_packed(column) for column in zip(*rows, strict=True)]}
    )


def unpacked_rows(frame: dict[str, Any]) -> Iterator[Row]:
    """Read what `packed_rows` wrote, leaving out rows that show nothing."""
    rows: Iterator[tuple[Cell, ...]]
    if "columns" in frame:
        rows = zip(*map(_unpacked, frame["columns"]), strict=True)
    else:
        rows = map(tuple, frame["rows"])
    for number, cells in enumerate(rows, frame["first"]):
        if not all(map(is_blank, cells)):
            yield Row(number, cells)


def _packed(column: tuple[Any, ...]) -> Any:
    kinds = set(map(type, column))
    if len(kinds) > 1 or not kinds <= _WAYS.keys():
        return column
    name, write = _WAYS[kinds.pop()]
    text = _CUT.join(map(write, column) if write else column)
    if text.count(_CUT) != len(column) - 1 or (name == "numbers" and "n" in text):
        return column  # nan and inf are no numbers
    return {name: text}


def _unpacked(column: Any) -> Sequence[Cell]:
    match column:
        case {"texts": str(text)}:
            return text.split(_CUT)
        case {"days": str(text)}:
            return list(map(_DAYS.__getitem__, text.split(_CUT)))
        case {"numbers": str(text)}:
            return list(map(Decimal, text.split(_CUT)))
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
        text = day.isoformat()
        if len(self) < _MOST_DAYS:
            self[day] = text
        return text


_DAYS, _WRITTEN = _Days(), _Written()
_WAYS: dict[type, tuple[str, Callable[[Any], str] | None]] = {
    str: ("texts", None),
    date: ("days", _WRITTEN.__getitem__),
    float: ("numbers", repr),
}
