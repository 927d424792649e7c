"""Cells and rows as they stand in a file, and how they travel between two processes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell without a value: an error such as #N/A, or a formula that was never calculated."""

    code: str

    def __str__(self) -> str:
        return self.code


#: What `Broken.code` says of a formula without a stored result.
NOT_CALCULATED = "=?"

#: An empty cell is an empty text. A number is exact: what the file says, digit for digit.
Cell = str | int | Decimal | bool | date | datetime | Broken


class Row(NamedTuple):
    """The cells of one row from the first column on, and its number as the file shows it."""

    number: int
    cells: tuple[Cell, ...]


def is_blank(cell: Cell) -> bool:
    """Whether a cell shows nothing."""
    return isinstance(cell, str) and (not cell or not cell.strip("\u3000\ufeff \t\r\n\xa0\x00"))


def pack(value: object) -> bytes:
    """Write plain data, dates included, as JSON."""
    return _PACKING.encode(value).encode(errors="surrogatepass")


def unpack(content: bytes) -> Any:
    """Read what `pack` wrote; numbers come back exact."""
    return json.loads(
        content,
        parse_float=Decimal,
        parse_constant=lambda _: Broken("#NUM!"),
        object_hook=_unpacked,
    )


def _packed(value: object) -> dict[str, str]:
    kind = type(value)
    if kind is date:  # by far the most
        return {"on": str(value)}
    match value:
        case datetime():
            return {"at": value.replace(tzinfo=None).isoformat()}
        case date():
            return {"on": value.isoformat()}
        case time():
            return {"text": value.isoformat()}
        case timedelta():
            return {"text": str(value)}
        case Broken():
            return {"broken": value.code}
        case Decimal():
            return {"number": str(value)}
    raise TypeError(f"{type(value).__name__} does not travel")


def _unpacked(found: dict[str, Any]) -> Any:
    if len(found) != 1:
        return found  # plain data, such as what a file says of itself
    match found:
        case {"on": str(text)}:  # the same days come again and again
            return _day(text)
        case {"at": str(text)}:
            return datetime.fromisoformat(text)
        case {"text": str(text)}:
            return text
        case {"broken": str(code)}:
            return Broken(code)
        case {"number": str(text)}:
            return Decimal(text)
    return found


_day = lru_cache(maxsize=4_000)(date.fromisoformat)
_PACKING = json.JSONEncoder(default=_packed, check_circular=False, ensure_ascii=False)


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """First and last of each stretch of numbers that follow one another."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found
