"""A table as CSV: plain figures and ISO dates, and no text that a spreadsheet would calculate."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from tieout.money import Money
from tieout.rendering.formats import QUANTITY_DECIMALS
from tieout.rendering.tables import Kind, Style, TableDefinition, Value
from tieout.rendering.translation import reader

#: What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"


def write(table: TableDefinition, *, proof: bool = False) -> bytes:
    """Write a table, its heading rows left out.

    With `proof`, as for a report, what it was checked by stands below, after an empty line.

    Raises:
        SumsDiffer: it does not add up.
    """
    table.checked()
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(column.title) for column in table.columns])
    for row in table.rows:
        if row.style is not Style.HEADING:
            writer.writerow(
                [
                    plain(column.kind, value)
                    for column, value in zip(table.columns, row.cells, strict=True)
                ]
            )
    checks = table.all_checks() if proof else ()
    writer.writerows([[], *([safe(check.words)] for check in checks)] if checks else [])
    text = out.getvalue()
    # Without the mark a spreadsheet takes Chinese for its own country's encoding.
    marked = reader.get().language == "zh" or not text.isascii()
    return (BOM + text if marked else text).encode()


def line(cells: Sequence[str]) -> bytes:
    """Write one line, for files too long to be held."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()


def plain(kind: Kind, value: Value) -> str:
    """Write a value for other programs."""
    match value:
        case None:
            return ""
        case Money():
            return value.plain
        case datetime():  # the day and hour of the reader's clock, and how far it is from UTC
            return value.astimezone(ZoneInfo(reader.get().zone)).isoformat()
        case date():
            return value.isoformat()
        case int() if kind is Kind.QUANTITY:
            return f"{Decimal(value).scaleb(-QUANTITY_DECIMALS).normalize():f}"
        case int() | Decimal():
            return str(value)
    return safe(value)


def safe(text: str) -> str:
    """Return text that no spreadsheet calculates."""
    return f"'{text}" if text.startswith(FORMULA) else text
