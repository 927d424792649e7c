"""What a file says once for several rows, said in each of them.

Lists of lines show number, day and customer only in the first line of a document; ledgers grouped
by customer show the customer only in the first row. The cells below are empty, or merged.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from tieout.chinese import compiled
from tieout.intake.fields import FIELDS
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.reading import Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.sections import plain, without_total
from tieout.intake.values.text import shown

_WHOSE = ("customer_code", "customer_name", "tax_id")
_OF_THE_DOCUMENT = (
    "number", "date", "due_date", "kind", "currency", "status", "po", "order_no", *_WHOSE,
)  # fmt: skip
#: “#1001”: what shops call an order, under the heading “Name”.
_ORDER = compiled(r"#\w*\d+")
_OF_THE_LINE = ("product_code", "product_name", "quantity", "unit_price")
_TOTAL = compiled(
    r"\s*((grand\s+|sub\s*-?)?totals?\b|[本当]?[日月年期页]?[合小总累共]\s*计)", re.IGNORECASE
)


@dataclass(frozen=True)
class SaidOnce:
    """Which columns are filled down."""

    #: Filled from the row above.
    columns: tuple[int, ...]
    #: Below these, which are empty with them: the number of the document.
    keys: tuple[int, ...]
    #: A row of which one of these is filled is a line.
    lines: tuple[int, ...]
    #: How many of the first rows were filled, and the first of them.
    count: int = 0
    row: int = 0
    #: The column of a number that each row repeats: rows of one number are one document.
    number: int | None = None

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, filled."""
        if self.number is not None:
            yield from self._of_one_number(rows, self.number)
            return
        above: dict[int, Cell] = {}
        for row in rows:
            if self.continues(row) and above:
                cells = list(row.cells) + [""] * (max(self.columns) + 1 - len(row.cells))
                for column in self.columns:
                    if is_blank(cells[column]):
                        cells[column] = above.get(column, "")
                yield Row(row.number, tuple(cells))
                continue
            if self.begins(row):
                above = {c: row.cells[c] for c in self.columns if c < len(row.cells)}
            else:
                above = {}  # a total, a note: nothing goes on below it
            yield row

    def _of_one_number(self, rows: Iterable[Row], number: int) -> Iterator[Row]:
        above: Row | None = None
        for row in rows:
            if above is None or not self.goes_on(above, row):
                above = row
                yield row
                continue
            cells = list(row.cells) + [""] * (max(self.columns) + 1 - len(row.cells))
            for column in self.columns:
                if is_blank(cells[column]) and column < len(above.cells):
                    cells[column] = above.cells[column]
            yield Row(row.number, tuple(cells))

    def goes_on(self, above: Row, row: Row) -> bool:
        """Whether a row is a line of the document that the one above begins, by its number."""
        return (
            self.number is not None
            and not _empty(row, self.number)
            and not _empty(above, self.number)
            and row.cells[self.number] == above.cells[self.number]
            and all(_empty(row, column) for column in self.keys)
            and any(not _empty(row, column) for column in self.lines)
        )

    def continues(self, row: Row) -> bool:
        """Whether a row leaves to the one above what it is about."""
        return (
            all(_empty(row, c) for c in self.keys)
            and any(not _empty(row, c) for c in self.lines)
            and not any(isinstance(cell, str) and _TOTAL.match(cell) for cell in row.cells)
        )

    def begins(self, row: Row) -> bool:
        """Whether a row says what it is about."""
        return all(not _empty(row, c) for c in self.keys)


def find_said_once(headings: Sequence[str], rows: Sequence[Row]) -> SaidOnce | None:
    """Find lines below the first line of their document that do not say whose they are."""
    fields = {column: field for column, one in enumerate(headings) if (field := _field(one))}
    if (order := order_column(headings, rows)) is not None:
        fields = {column: field for column, field in fields.items() if field != "number"}
        fields[order] = "number"
    number = next((c for c, field in fields.items() if field == "number"), None)
    if number is None or "date" not in fields.values():
        return None
    return _lines(fields, rows) or _numbered(fields, rows, number) or _customers(fields, rows)


def order_column(headings: Sequence[str], rows: Sequence[Row]) -> int | None:
    """The column in which a shop numbers its orders (#1001) and calls that their name."""
    for column, heading in enumerate(headings):
        if not heading or variants(heading)[0] != "name":
            continue
        cells = [row.cells[column] for row in rows if not _empty(row, column)]
        if cells and all(isinstance(one, str) and _ORDER.fullmatch(one.strip()) for one in cells):
            return column
    return None


def _numbered(fields: dict[int, str], rows: Sequence[Row], number: int) -> SaidOnce | None:
    """Lines that repeat the number of their document, and leave whose it is to the first."""
    whose = tuple(c for c, field in fields.items() if field in _WHOSE)
    lines = tuple(c for c, field in fields.items() if field in _OF_THE_LINE[:2])
    if not whose or not lines:
        return None
    found = SaidOnce(whose, whose, lines, number=number)
    going_on = [row for above, row in _in_turn(rows, found) if found.goes_on(above, row)]
    begun = [row for row in rows if any(not _empty(row, column) for column in whose)]
    if not going_on or not begun or going_on[0].number < begun[0].number:
        return None
    columns = _of_the_first(fields, begun, going_on)
    return replace(found, columns=columns, count=len(going_on), row=going_on[0].number)


def _of_the_first(
    fields: dict[int, str], begun: Sequence[Row], going_on: Sequence[Row]
) -> tuple[int, ...]:
    """What a document says in its first row and never in those that go on."""
    return tuple(
        column
        for column, field in fields.items()
        if field in _OF_THE_DOCUMENT
        and all(_empty(row, column) for row in going_on)
        and any(not _empty(row, column) for row in begun)
    )


def _in_turn(rows: Sequence[Row], found: SaidOnce) -> Iterator[tuple[Row, Row]]:
    """Each row with the first of the document it may belong to."""
    above: Row | None = None
    for row in rows:
        if above is not None:
            yield above, row
        if above is None or not found.goes_on(above, row):
            above = row


def _lines(fields: dict[int, str], rows: Sequence[Row]) -> SaidOnce | None:
    """Lines that leave number and day to the first of their document."""
    keys = tuple(c for c, field in fields.items() if field in ("number", "date"))
    lines = tuple(c for c, field in fields.items() if field in _OF_THE_LINE[:2])
    if not lines:
        return None
    found = SaidOnce(keys, keys, lines)
    going_on = [row for row in rows if found.continues(row)]
    begun = [row for row in rows if found.begins(row)]
    if not going_on or not begun or going_on[0].number < begun[0].number:
        return None
    columns = _of_the_first(fields, begun, going_on)
    return SaidOnce(columns, keys, lines, len(going_on), going_on[0].number)


def _customers(fields: dict[int, str], rows: Sequence[Row]) -> SaidOnce | None:
    """Entries that leave the customer to the first of a group that ends in its total."""
    whose = tuple(c for c, field in fields.items() if field in _WHOSE)
    own = tuple(c for c, field in fields.items() if field in ("number", "date"))
    found = SaidOnce(whose, whose, own)
    if not whose or len(own) < 2:
        return None
    going_on = [row for row in rows if found.continues(row)]
    begun = [row for row in rows if found.begins(row)]
    texts = [shown(row.cells[whose[-1]]).strip() for row in begun]
    totals = {name for text in texts if (name := without_total(text))}
    names = [plain(text) for text in texts if not without_total(text) and not _TOTAL.match(text)]
    ended = sum(1 for name in names if name in totals)
    if not going_on or not names or ended * 2 < len(names) or going_on[0].number < begun[0].number:
        return None
    return replace(found, count=len(going_on), row=going_on[0].number)


def _empty(row: Row, column: int) -> bool:
    return column >= len(row.cells) or is_blank(row.cells[column])


@cache
def _field(heading: str) -> str:
    """What of a document a heading says; empty for anything else."""
    if not heading:
        return ""
    ways = variants(heading)[:3]
    for field in FIELDS[BatchKind.DOCUMENTS]:
        if field.name in (*_OF_THE_DOCUMENT, *_OF_THE_LINE) and any(
            w in field.headings for w in ways
        ):
            return field.name
    return ""
