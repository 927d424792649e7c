"""One sheet of a workbook: what it holds, and how a spreadsheet is to show it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from tieout.money import Money, decimals_of
from tieout.rendering.formats import MINUS, QUANTITY_DECIMALS
from tieout.rendering.tables import Column, Kind, Row, Style, TableDefinition, Value
from tieout.rendering.translation import reader

#: So many letters fit on a page held upright.
PORTRAIT = 90
#: The height of a line of text, and of the highest row there may be, in points.
LINE, HIGHEST = 13.5, 400.0
#: The page and how many there are, below each.
FOOT = "&P / &N"
#: The number of the paper's size, A4.
PAPER = 9
#: What a sheet's name may not hold, and how long it may be.
FORBIDDEN = str.maketrans("[]:*?/\\", "       ")
NAME_LENGTH = 31
CELL_LENGTH = 32_767
#: What no cell may hold.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
FONT = {"en": "Calibri", "zh": "Microsoft YaHei"}
INK, TINT = "1A2330", "F4F3EF"

Plain = str | int | Decimal | date | datetime | None


@dataclass(frozen=True)
class Sheet:
    """What one sheet holds."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    count: int = 0
    has_head: bool = True


class Book(Protocol):
    """A workbook being written."""

    def write(self, sheet: Sheet) -> None:
        """Add a sheet."""

    def close(self) -> bytes:
        """Return the file."""


def sheet_of(table: TableDefinition, taken: set[str]) -> Sheet:
    """Make a sheet of a table, its name short and free."""
    base = name = _short(table.name.translate(FORBIDDEN).strip())
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: NAME_LENGTH - 4]} {number}"
    taken.add(name.casefold())
    total = table.total_row()
    return Sheet(name, table.columns, [*table.rows, *([total] if total else [])], len(table.rows))


def _short(name: str) -> str:
    """As much of a name as a sheet may have, whole words where there are any."""
    if len(name) <= NAME_LENGTH:
        return name
    words, _, _ = name[: NAME_LENGTH + 1].rpartition(" ")
    return words or name[:NAME_LENGTH]


def number_format(kind: Kind, value: Value, style: Style = Style.LINE) -> str:
    """Return how a spreadsheet is to show a value."""
    match value:
        case Money():
            decimals = decimals_of(value.currency)
            figure = "#,##0" + ("." + "0" * decimals if decimals else "")
            plus = "+" if kind is Kind.SIGNED and style is Style.LINE else ""
            return f'{plus}{figure};"{MINUS}"{figure};{figure}'
        case datetime():
            return "yyyy-mm-dd hh:mm"
        case date():
            return "yyyy-mm-dd"
        case int() if kind is Kind.QUANTITY:
            # with decimals allowed, Excel would write "28."
            return "#,##0.######" if value % 10**QUANTITY_DECIMALS else "#,##0"
        case int() | Decimal() if kind is Kind.PERCENT:
            return "0.0%"
        case int() | Decimal() if kind is Kind.NUMBER:
            return "#,##0"
    return "@" if isinstance(value, str) else "General"


def plain(kind: Kind, value: Value) -> Plain:
    """Return what a cell holds: exact figures, days, moments as the reader's clock shows them."""
    match value:
        case Money():
            return value.decimal
        case datetime():
            return value.astimezone(ZoneInfo(reader.get().zone)).replace(tzinfo=None)
        case int() if kind is Kind.QUANTITY:
            return Decimal(value).scaleb(-QUANTITY_DECIMALS)
        case str():
            return CONTROL.sub("", value)[:CELL_LENGTH]
    return value


def is_wide(sheet: Sheet) -> bool:
    """Whether it is printed across the paper rather than along it."""
    return sum(column.width for column in sheet.columns) > PORTRAIT


def height(sheet: Sheet, row: Row) -> float | None:
    """How high a row has to be for the text in it; None where a line will do."""
    most = 1
    for column, value in zip(sheet.columns, row.cells, strict=True):
        if isinstance(value, str) and (len(value) * 2 > column.width or "\n" in value):
            # a Chinese character is as wide as two letters
            widths = [sum(1 if sign.isascii() else 2 for sign in one) for one in value.split("\n")]
            most = max(most, sum(max(-(-width // column.width), 1) for width in widths))
    return None if most == 1 else min(LINE * most, HIGHEST)


def utc(at: datetime) -> datetime:
    """Return a moment as file properties hold it."""
    return at.astimezone(UTC).replace(tzinfo=None)
