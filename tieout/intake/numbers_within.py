"""Numbers of documents that stand before other words in one cell: “INV-21 - due on 3 July”.

Statements of accounting programs have no column for the number; they print it in the details.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tieout.intake.fields import FIELDS, vocabulary
from tieout.intake.fields.field import headings as headings_of
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.reading import Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.sections import is_entry
from tieout.intake.values.text import shown

#: What the numbers are called once they stand in a column of their own.
HEADING = "Invoice number"
#: Of ten entries, so many must begin with a number: payments often do not.
_LEAST = 3
_NUMBER = re.compile(
    r"\W*(?:(?:sales |tax )?(?:invoice|inv|bill|receipt|payment|credit (?:note|memo)|rechnung"
    r"|gutschrift)\b\.?\s*(?:no\.?|number|nr\.?)?\s*[#:]?\s*)?"
    r"(?P<number>#?[A-Za-z]{1,8}[-_/#]?\d[\w/-]{0,24}|\d{3,12})(?=$|[\s,;:(（，；：])",
    re.IGNORECASE,
)
#: What could as well be a day, or a word of the calendar.
_OTHER = re.compile(
    r"(?:19|20)\d\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|q|h|w|kw)\D?\d{1,4}",
    re.IGNORECASE,
)
_TEXTS = frozenset(headings_of(vocabulary.DESCRIPTION, vocabulary.DOCUMENT_KIND))
_NUMBERS = frozenset(
    heading
    for field in FIELDS[BatchKind.DOCUMENTS]
    if field.name in ("number", "order_no", "delivery_no", "tax_invoice_no", "reference")
    for heading in field.headings
)


@dataclass(frozen=True)
class NumbersWithin:
    """The column whose texts begin with numbers; each is said again in the last column."""

    column: int
    #: Columns of the table; the number is said in the next one.
    width: int

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, each with its number in the new column."""
        for row in rows:
            number = number_in(row.cells[self.column]) if self.column < len(row.cells) else ""
            blanks = ("",) * (self.width - len(row.cells))
            yield Row(row.number, (*row.cells[: self.width], *blanks, number))


def find_numbers_within(headings: Sequence[str], rows: Sequence[Row]) -> NumbersWithin | None:
    """Find numbers at the beginning of texts; None where a column is there for them."""
    entries = [row for row in rows if is_entry(row)]
    if len(entries) < 2:
        return None
    for column, heading in enumerate(headings):
        is_for_numbers = heading and not _NUMBERS.isdisjoint(variants(heading)[:2])
        if is_for_numbers and sum(1 for row in entries if not _is_empty(row, column)) * 10 >= (
            len(entries) * _LEAST
        ):
            return None
    for column, heading in enumerate(headings):
        if not heading or _TEXTS.isdisjoint(variants(heading)[:2]):
            continue
        found = [
            number
            for row in entries
            if column < len(row.cells) and (number := number_in(row.cells[column]))
        ]
        if len(found) * 10 >= len(entries) * _LEAST and len(set(found)) == len(found):
            return NumbersWithin(column, len(headings))
    return None


def number_in(cell: Cell) -> str:
    """The number a text begins with; empty where it begins with anything else."""
    if not isinstance(cell, str) or not (found := _NUMBER.match(cell.strip())):
        return ""
    number = found["number"]
    return "" if _OTHER.fullmatch(number) else number.lstrip("#")


def _is_empty(row: Row, column: int) -> bool:
    return column >= len(row.cells) or is_blank(shown(row.cells[column]))
