"""What a row before its entries states they come to: the settlements of a marketplace.

Such a list begins each settlement with a row that has the sum in a column of its own, and no
entry; the entries follow with that column empty.
"""

from collections.abc import Sequence
from decimal import Decimal

from tieout.errors import TieoutError
from tieout.intake.controls import Control, ControlKind
from tieout.intake.fields.field import headings as headings_of
from tieout.intake.headings import variants
from tieout.intake.mapping import Column, Mapping
from tieout.intake.reading import Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.values.text import shown

_TOTALS = frozenset(
    headings_of(
        "total amount|settlement amount|settlement total|total settlement|payout amount"
        "|payout total|total payout|deposit amount|transfer amount|disbursement amount|net deposit"
        "|结算总额|结算总金额|打款金额|汇总金额|总金额"
    )
)
#: Settlements that are held; more of them and it is a list of them.
_MOST = 500


class HeadTotals:
    """Notes what is stated before entries, and what these had come to until then."""

    def __init__(self, mapping: Mapping, headings: Sequence[str]) -> None:
        self._mapping = mapping
        self._amount = mapping.column("amount") or mapping.column("line_amount")
        taken = {column.index for column in mapping.columns}
        self._column = None
        for index, heading in enumerate(headings):
            is_total = heading and not _TOTALS.isdisjoint(variants(heading)[:2])
            if self._amount and is_total and index not in taken:
                self._column = Column(index, "amount", heading, mark=self._amount.mark)
                break
        #: Each with its row, its currency, and what the entries before it came to.
        self._stated: list[tuple[int, str, Decimal, Decimal]] = []

    @property
    def field(self) -> str:
        """Of which figures the sum is stated; empty where none is looked for."""
        return self._amount.field if self._amount and self._column else ""

    def note(self, row: Row, so_far: Decimal) -> None:
        """Look at a row that is no entry."""
        column, amount = self._column, self._amount
        if column is None or amount is None or column.index >= len(row.cells):
            return
        if not _is_empty(row, amount) or len(self._stated) >= _MOST:
            return
        try:
            figure = column.figure(row.cells[column.index])
        except TieoutError:
            return
        if figure is not None:
            said = self._mapping.column("currency")
            currency = "" if said is None or _is_empty(row, said) else shown(row.cells[said.index])
            self._stated.append((row.number, currency.strip(), figure.value, so_far))

    def controls(self, in_all: Decimal) -> list[Control]:
        """What was stated, against what the entries up to the next such row come to."""
        if self._column is None or not self._stated:
            return []
        ends = [so_far for *_, so_far in self._stated[1:]] + [in_all]
        return [
            Control(
                ControlKind.TOTAL,
                self._column.heading,
                currency or self._mapping.currency,
                total,
                end - begun,
                row,
            )
            for (row, currency, total, begun), end in zip(self._stated, ends, strict=True)
        ]


def _is_empty(row: Row, column: Column) -> bool:
    return column.index >= len(row.cells) or is_blank(row.cells[column.index])
