"""Customers named by the account of their entries: 应收账款_明远贸易, “Debtors: Brook Ltd”."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tieout.chinese import compiled
from tieout.intake.reading import Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.values.text import shown

#: An account of what customers owe, or suppliers are owed, with a name behind it.
_OF_ONE = compiled(
    r"(?:[\d.\-]+\s*)?(?:(?:应收|应付|预收|预付)(?:账|帐)款"
    r"|accounts? (?:receivable|payable)|(?:trade )?(?:debtors|creditors|receivables|payables))"
    r"\s*(?:[(（][^()（）]*[)）])?\s*[_\-–—/\\:：|]+\s*(?P<name>[^\s\d_\-–—/\\:：|].{0,119})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class AccountNames:
    """The column of accounts that name customers; the name is said again in the last column."""

    column: int
    #: Columns of the table; the name is said in the next one.
    width: int
    heading: str

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, each with its customer in the new column."""
        for row in rows:
            name = name_in(row.cells[self.column]) if self.column < len(row.cells) else ""
            blanks = ("",) * (self.width - len(row.cells))
            yield Row(row.number, (*row.cells[: self.width], *blanks, name))


def find_account_names(headings: Sequence[str], rows: Sequence[Row]) -> AccountNames | None:
    """Find a column every cell of which names an account of one customer, or of one supplier."""
    for column, heading in enumerate(headings):
        cells = [row.cells[column] for row in rows if column < len(row.cells)]
        filled = [cell for cell in cells if not is_blank(cell)]
        if not heading or len(filled) < 2 or not all(name_in(cell) for cell in filled):
            continue
        is_han = "款" in shown(filled[0])
        if (
            is_han or len({name_in(cell) for cell in filled}) > 1
        ):  # “Debtors - HT” is one's own company
            return AccountNames(column, len(headings), "客户名称" if is_han else "Customer name")
    return None


def name_in(cell: Cell) -> str:
    """Whose account a text names; empty where it names nobody's."""
    found = _OF_ONE.fullmatch(shown(cell).strip()) if isinstance(cell, str) else None
    return found["name"].strip() if found else ""
