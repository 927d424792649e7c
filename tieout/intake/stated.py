"""What a file says in words above and below its rows: so many entries, so much in, so much out."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from tieout.chinese import compiled
from tieout.intake.controls import Control, ControlKind
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.reading import Row
from tieout.intake.values.numbers import Side

_COUNT = compiled(
    r"共\s*(?P<zh>\d[\d,]*)\s*[笔条行张单]"
    r"|(?:total|number|no\.?)\s+(?:of\s+)?(?:records|entries|transactions|items|rows)\s*:?\s*"
    r"(?P<en>\d[\d,]*)",
    re.IGNORECASE,
)
#: 收入：2笔 120.00元, and as the services of payment sum up: 支出合计：2笔，共-81.22元.
_FLOW = compiled(
    r"(?P<way>(?<![待未])收入|(?<![待未])支出|不计收支|中性交易)(?:合计)?\s*:\s*(?P<count>\d[\d,]*)"
    r"\s*笔\s*,?\s*共?\s*-?(?P<sum>\d[\d,]*(?:\.\d+)?)\s*元"
)
_CUT_IN_TWO = compiled(r"[:：]\s*\d+\s*笔$")
_WAYS = {"收入": "in", "支出": "out", "不计收支": "neutral", "中性交易": "neutral"}
#: 交易合计：2笔，商家实收共198.50元: the sum is that of another column, the count is not.
_TRADES = compiled(r"(?P<way>交易|退款)合计\s*:\s*(?P<count>\d[\d,]*)\s*笔")
_OF_TRADES = {"交易": "in", "退款": "out"}


def _said(row: Row) -> Iterator[str]:
    """What a row says in words and figures; a comma within it may have cut it into cells."""
    cells = [cell.strip() for cell in row.cells if isinstance(cell, str) and cell.strip()]
    if any(_CUT_IN_TWO.search(cell) for cell in cells[:-1]):
        cells = [",".join(cells)]
    for cell in cells:
        if any(letter.isdigit() for letter in cell):
            yield unicodedata.normalize("NFKC", cell)


class Stated:
    """Notes what is stated, counts what is there."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._counts: list[tuple[str, int, int]] = []
        self._flows: list[tuple[str, str, int, Decimal | None, int]] = []
        self._entries = 0
        self._in = {"in": 0, "out": 0, "neutral": 0}
        self._sums = {"in": Decimal(0), "out": Decimal(0), "neutral": Decimal(0)}

    def note(self, row: Row, header_row: int) -> None:
        """Look for figures in a row above the headings, or in one that is no entry."""
        if header_row and row.number >= header_row:
            return
        for text in _said(row):
            for found in _COUNT.finditer(text):
                digits = (found["zh"] or found["en"]).replace(",", "")
                self._counts.append((found[0].strip(), int(digits), row.number))
            for found in _TRADES.finditer(text):
                way = _OF_TRADES[found["way"]]
                count = int(found["count"].replace(",", ""))
                self._flows.append((found[0].split(":")[0].strip(), way, count, None, row.number))
            for found in _FLOW.finditer(text):
                self._flows.append(
                    (
                        found["way"],
                        _WAYS[found["way"]],
                        int(found["count"].replace(",", "")),
                        Decimal(found["sum"].replace(",", "")),
                        row.number,
                    )
                )

    def count(self, movement: Decimal, side: Side | None, has_direction: bool) -> None:
        """Count an entry."""
        self._entries += 1
        way = "in" if movement > 0 else "out"
        if has_direction:
            way = {Side.CREDIT: "in", Side.DEBIT: "out"}[side] if side else "neutral"
        elif not movement:
            way = "neutral"
        self._in[way] += 1
        self._sums[way] += abs(movement)

    def count_all(self, entries: int) -> None:
        """Count entries of which nobody asks which way they went: no payments."""
        self._entries += entries

    def controls(self) -> list[Control]:
        """What was stated, against what is there."""
        found = [
            Control(ControlKind.COUNT, label, "", Decimal(said), Decimal(self._entries), row=row)
            for label, said, row in self._counts
        ]
        if self._mapping.kind != BatchKind.PAYMENTS:
            return found
        for label, way, count, total, row in self._flows:
            counted, summed = Decimal(self._in[way]), self._sums[way]
            found.append(Control(ControlKind.COUNT, label, "", Decimal(count), counted, row=row))
            if total is None:
                continue
            found.append(
                Control(ControlKind.TOTAL, label, self._mapping.currency, total, summed, row=row)
            )
        return found
