"""An importer: the daily file of a till, which ends with its own count and sum.

TILL 2026-06-30 CNY
T-1001 M-0217 120.00
T-1002 M-0217  60.50
SUM 2 180.50
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

from tieout.intake.controls import Control, ControlKind
from tieout.intake.importers import Contents
from tieout.intake.kinds import BatchKind
from tieout.intake.reading.cells import Row
from tieout.intake.reading.errors import BreaksOff

#: Each column, and the field of a document it fills.
COLUMNS = {
    "Number": "number",
    "Date": "date",
    "Customer": "customer_code",
    "Amount": "amount",
    "Currency": "currency",
}


class Till:
    """Files of our tills."""

    def recognises(self, head: bytes) -> bool:
        """See whether it begins as our tills begin."""
        return head.startswith(b"TILL ")

    def read(self, path: Path, file: str) -> Contents:
        """Read every sale; the last line proves that none is missing."""
        lines = path.read_text("ascii").splitlines()
        _, day, currency = lines[0].split()
        rows = [
            Row(number, (sale, date.fromisoformat(day), customer, Decimal(amount), currency))
            for number, line in enumerate(lines[1:-1], start=2)
            for sale, customer, amount in [line.split()]
        ]
        if not lines[-1].startswith("SUM "):
            raise BreaksOff(file=file, line=len(lines))
        _, count, total = lines[-1].split()
        found = sum((Decimal(str(row.cells[3])) for row in rows), Decimal(0))
        return Contents(
            kind=BatchKind.DOCUMENTS,
            headings=tuple(COLUMNS),
            fields=tuple(COLUMNS.values()),
            rows=rows,
            controls=(
                Control(ControlKind.COUNT, "SUM", "", Decimal(count), Decimal(len(rows))),
                Control(ControlKind.TOTAL, "SUM", currency, Decimal(total), found),
            ),
        )
