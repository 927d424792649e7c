"""Customers that stand as headings above their entries, said again in a column of their own.

Ledgers print “Northwind Ltd” or “客户：明远贸易” in a row by itself, its entries below it, and
often a total under them. Found in the first rows, the same rule then goes along with all of them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tieout.chinese import compiled
from tieout.errors import InvalidInput
from tieout.intake.fields import vocabulary
from tieout.intake.fields.field import headings
from tieout.intake.headings import variants
from tieout.intake.labels import DAY, LONG, NO_NAME, labelled, lone_text, name_above
from tieout.intake.reading import Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.values.currencies import currency_in
from tieout.intake.values.numbers import read_number
from tieout.intake.values.text import shown

_FIGURE = compiled(r"[^\w]*[a-z]{0,3}[^\w]*\d[\d.,'’\s]*[^\w]*[a-z]{0,3}[^\w]*", re.IGNORECASE)
_MONTH = compiled(
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*\d*", re.IGNORECASE
)
_GENERAL = compiled(
    r"accounts? (receivable|payable)|undeposited funds|trade debtors|\(A/[RP]\)|应收账款|应付账款",
    re.IGNORECASE,
)
#: Parts of a list that go by what they are, not by whose they are.
_PARTS = compiled(
    r"(sales |customer |open |unpaid )?(invoices?|payments?|receipts?|credit (notes?|memos?)|sales"
    r"|purchases|refunds?|journals?|adjustments?|cash|bank)"
    r"|(销售|采购)?(发票|收款|付款|退货|退款|收据|单据)(单|明细)?|销售|采购",
    re.IGNORECASE,
)
_NAMED = frozenset(headings(vocabulary.CUSTOMER_NAME, vocabulary.CUSTOMER_CODE))
_HAN = compiled(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Sections:
    """How customers stand above their entries."""

    #: Columns of the table; the customer is said in the next one.
    width: int
    #: Where names without a label stand; empty where every name has one.
    columns: frozenset[int]
    #: Whose the entries before the first such heading are.
    first: str = ""
    #: Whether the row of a name states what its entries come to, as Odoo prints it.
    with_sums: bool = False
    #: What is written over the new column.
    heading: str = "Customer name"
    #: How many were seen in the first rows, the row of one of them, and its text.
    count: int = 0
    row: int = 0
    text: str = ""

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, each with its customer in the new column."""
        name = self.first
        for row in rows:
            name = self.name_in(row) or name
            blanks = ("",) * (self.width - len(row.cells))
            yield Row(row.number, (*row.cells[: self.width], *blanks, name))

    def name_in(self, row: Row) -> str:
        """The customer such a heading names; empty for any other row."""
        cells = row.cells[: self.width]
        if name := labelled(cells):
            return name
        if not self.columns:
            return ""
        found = _summed(cells) if self.with_sums else lone_text(cells)
        return found[1] if found and found[0] in self.columns else ""

    def is_total(self, row: Row, texts: Iterable[str]) -> bool:
        """Whether a row adds up what its customer has: “Total Northwind Ltd”."""
        name = plain(shown(row.cells[self.width])) if len(row.cells) > self.width else ""
        return bool(name) and any(without_total(text) == name for text in texts)


def find_sections(
    headings_: Sequence[str], above: Sequence[Row], rows: Sequence[Row]
) -> Sections | None:
    """Find customers above their entries; None where a column names them, or nothing does."""
    width = len(headings_)
    entries = [row for row in rows if is_entry(row)]
    if not entries or has_names(headings_, entries) or width < 2:
        return None
    given = {text.casefold() for text in headings_ if text}
    first, where = name_above(above)
    found = list(_headed(rows, width, given))
    named = [one for one in found if one.labelled]
    with_sums = False
    if named:
        found = named
    elif not _are_names(found, rows):
        found = _with_sums(rows, width)
        with_sums = bool(found)
    if not found and not first:
        return None
    is_first_open = not found or found[0].row.number > entries[0].number
    if found and is_first_open and not first:
        lone = lone_text(above[-1].cells) if above and len(above[-1].cells) else None
        if lone is None:
            return None  # entries that would be nobody's: it means something else
        first = lone[1]
    names = [first, *(one.name for one in found)] if first else [one.name for one in found]
    return Sections(
        width=width,
        columns=frozenset() if named or not found else frozenset(one.column for one in found),
        first=first if is_first_open else "",
        with_sums=with_sums,
        heading="客户名称" if any(map(_HAN.search, names)) else "Customer name",
        count=len(set(names)),
        row=where or found[0].row.number,
        text=names[0],
    )


@dataclass(frozen=True)
class _Heading:
    row: Row
    column: int
    name: str
    labelled: bool
    #: How many entries stand below it.
    entries: int = 0


def _headed(rows: Sequence[Row], width: int, given: set[str]) -> Iterator[_Heading]:
    """Rows that may name a customer, with the entries below each; without entries they do not."""
    open_: _Heading | None = None
    is_near = False
    for row in rows:
        cells = row.cells[:width]
        if is_entry(row):
            if open_ is not None and (is_near or open_.entries):
                open_ = replace(open_, entries=open_.entries + 1)
            continue
        label = labelled(cells)
        lone = lone_text(cells)
        if label or lone:
            if open_ is not None and open_.entries:
                yield open_
            column, name = (0, label) if label else lone or (0, "")
            open_, is_near = _Heading(row, column, name, bool(label)), True
        elif open_ is not None and not open_.entries:
            texts = [shown(cell).strip().casefold() for cell in cells if not is_blank(cell)]
            repeats = sum(1 for text in texts if text in given)
            is_near = is_near and (repeats * 2 >= len(texts) or any(map(NO_NAME.match, texts)))
    if open_ is not None and open_.entries:
        yield open_


def _are_names(found: Sequence[_Heading], rows: Sequence[Row]) -> bool:
    """Whether rows without a label name customers, not months, kinds or currencies."""
    names = {one.name for one in found}
    if not found or any(map(_is_something_else, names)):
        return False
    totals = {
        without_total(text)
        for row in rows
        for cell in row.cells
        if isinstance(cell, str) and (text := cell.strip()) and len(text) <= LONG + 20
    }
    ended = sum(1 for name in names if plain(name) in totals)
    return (
        ended * 2 >= len(names)
        if len(names) == 1 or ended
        else len({one.column for one in found}) == 1
    )


def _with_sums(rows: Sequence[Row], width: int) -> list[_Heading]:
    """Names that stand beside what their entries come to, above them; the sums prove it."""
    found: list[_Heading] = []
    open_: _Heading | None = None
    sums: dict[int, Decimal] = {}
    tied: list[bool] = []

    def close() -> None:
        if open_ is not None:
            stated = _figures(open_.row.cells[:width])
            proved = [place for place, value in stated.items() if value]
            ties = sum(1 for place in proved if sums.get(place, Decimal(0)) == stated[place])
            tied.append(bool(proved) and ties * 2 >= len(proved))
            found.append(open_)

    for row in rows:
        cells = row.cells[:width]
        if named := _summed(cells):
            close()
            open_, sums = _Heading(row, named[0], named[1], labelled=False), {}
        elif open_ is not None and not _is_total_row(cells):
            for place, value in _figures(cells).items():
                sums[place] = sums.get(place, Decimal(0)) + value
    close()
    return found if tied and all(tied) and len({one.column for one in found}) == 1 else []


def _is_total_row(cells: Sequence[Cell]) -> bool:
    return any(isinstance(cell, str) and without_total(cell) != "" for cell in cells) or any(
        isinstance(cell, str) and _TOTAL_WORDS.fullmatch(cell.strip()) for cell in cells if cell
    )


def _summed(cells: Sequence[Cell]) -> tuple[int, str] | None:
    """The only text of a row whose other cells are figures, where it could be a name."""
    filled = [(place, cell) for place, cell in enumerate(cells) if not is_blank(cell)]
    figures = _figures(cells)
    if len(figures) < 2 or len(filled) != len(figures) + 1 or filled[0][0] in figures:
        return None
    return lone_text([cells[filled[0][0]]]) and (filled[0][0], shown(filled[0][1]).strip())


def _figures(cells: Sequence[Cell]) -> dict[int, Decimal]:
    """What the cells of a row come to, by column; without what is no figure."""
    found = {}
    for place, cell in enumerate(cells):
        if is_blank(cell) or isinstance(cell, date):
            continue
        if isinstance(cell, str) and not _FIGURE.fullmatch(cell.strip()):
            continue
        try:
            figure = read_number(cell)
        except InvalidInput:
            continue
        if figure is not None:
            found[place] = figure.value
    return found


def _is_something_else(name: str) -> bool:
    if _MONTH.fullmatch(name) or currency_in(name) is not None or name.replace(" ", "").isdigit():
        return True
    return bool(_PARTS.fullmatch(name))


def has_names(headings_: Sequence[str], entries: Sequence[Row]) -> bool:
    """Whether a column names the customer of each entry."""
    for column, heading in enumerate(headings_):
        if heading and _is_general(variants(heading)[0], entries, column):
            continue
        if heading and any(way in _NAMED for way in variants(heading)[:2]):
            filled = sum(
                1 for row in entries if column < len(row.cells) and not is_blank(row.cells[column])
            )
            if filled * 4 > len(entries):
                return True
    return False


def _is_general(way: str, entries: Sequence[Row], column: int) -> bool:
    """Whether a column called “Account” names accounts of the general ledger.

    They are known by their words, or by being the same for all.
    """
    if way not in ("account", "account name", "split"):
        return False
    said = [shown(row.cells[column]) for row in entries if column < len(row.cells)]
    is_same = len(said) > 2 and len(set(said)) == 1
    return is_same or any(_GENERAL.search(text) for text in said)


def is_entry(row: Row) -> bool:
    """A day and a figure."""
    has_day = has_figure = False
    for cell in row.cells:
        if isinstance(cell, date):
            has_day = True
        elif isinstance(cell, str):
            text = cell.strip()
            if not text or not any(map(str.isdigit, text)):
                continue
            if DAY.fullmatch(text):
                has_day = True
            elif _FIGURE.fullmatch(text):
                has_figure = True
        elif isinstance(cell, int | Decimal) and not isinstance(cell, bool):
            has_figure = True
    return has_day and has_figure


_TOTAL_WORDS = compiled(
    r"^(?:sub\s*-?)?totals?\b\s*(?:for|of)?\s*[:：-]?\s*|\s*[-:：]?\s*(?:sub\s*-?)?totals?[:：]?$|\s*[-:：]?\s*[合小]\s*计[:：]?$|^[合小]\s*计[:：]\s*",
    re.IGNORECASE,
)


def without_total(text: str) -> str:
    """The name in “Total Northwind Ltd”; empty where no total is spoken of."""
    left = _TOTAL_WORDS.sub("", text.strip(), count=1)
    return plain(left) if left != text.strip() else ""


def plain(text: str) -> str:
    """A name as names are compared here."""
    return " ".join(text.split()).casefold()
