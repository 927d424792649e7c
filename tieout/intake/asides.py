"""Rows of a file that are no entries: sums, balances, headings once more, notes."""

import re
from collections.abc import Sequence
from enum import StrEnum

from tieout.i18n import N_
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.layout import Layout
from tieout.intake.mapping import Mapping
from tieout.intake.reading import Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.values.text import shown


class Aside(StrEnum):
    """Why a row is no entry."""

    TOTAL = "total"
    OPENING = "opening"
    CLOSING = "closing"
    HEADINGS = "headings"
    NOTE = "note"


ASIDES: dict[Aside, str] = {
    Aside.TOTAL: N_("This row adds up others; sums are not entries."),
    Aside.OPENING: N_("This row states the balance brought forward."),
    Aside.CLOSING: N_("This row states the closing balance."),
    Aside.HEADINGS: N_("This row repeats the headings."),
    Aside.NOTE: N_("This row holds nothing that could be entered: a note, or a signature."),
}

_TOTAL = re.compile(
    r"(grand\s*|sub\s*-?)?totals?(\s+(amount|for|of|due|balance)\b.*)?[:：]?|sum[:：]?|summe[:：]?"
    r"|(page|carried)\s+total.*|[本当]?[日月年期季页]?[的]?(合计|小计|总计|累计|共计)[:：]?.*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r".*(opening\s+balance|balance\s+(brought\s+)?forward|brought\s+forward|\bb/?f(wd)?\b"
    r"|balance\s+b/?d|previous\s+balance|期初|上[期年月]结转|承前页|年初余额|上[期月年]余额).*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r".*(closing\s+balance|carried\s+forward|\bc/?f(wd)?\b|balance\s+c/?d|ending\s+balance"
    r"|balance\s+(as\s+)?at\b|期末余额|期末结存|结转下[期年月]|过次页|本期余额).*",
    re.IGNORECASE,
)
#: Longer texts are descriptions, whatever words are in them.
_LONG = 40
#: What one of these says makes a row an entry of its kind.
_SPEAKING = {
    BatchKind.CUSTOMERS: ("code", "name", "first_name", "last_name"),
    BatchKind.PRODUCTS: ("code", "name"),
}
_FIGURES = "amount debit credit line_amount unit_price money_in money_out original_amount".split()


def asides(
    kind: BatchKind, mapping: Mapping, layout: Layout, rows: Sequence[Row]
) -> dict[int, Aside]:
    """Tell which rows are no entries, by their numbers."""
    headings = frozenset(variants(heading)[0] for heading in layout.headings if heading)
    return {row.number: found for row in rows if (found := _aside(kind, mapping, headings, row))}


def _aside(kind: BatchKind, mapping: Mapping, headings: frozenset[str], row: Row) -> Aside | None:
    has_number = _says(mapping, row, ("number",))
    has_date = _says(mapping, row, ("date",))
    is_entry = has_number and has_date and _day_like(mapping, row)
    if kind not in _SPEAKING and is_entry:
        return None
    texts = [
        shown(cell).strip() for cell in row.cells if isinstance(cell, str) and not is_blank(cell)
    ]
    if _repeats_headings(headings, texts):
        return Aside.HEADINGS
    if kind in _SPEAKING:
        return None if _says(mapping, row, _SPEAKING[kind]) else Aside.NOTE
    short = [text for text in texts if len(text) <= _LONG]
    if kind in (BatchKind.THEIR_LEDGER, BatchKind.PAYMENTS) and not (has_number and has_date):
        if any(_OPENING.fullmatch(text) for text in short):
            return Aside.OPENING
        if any(_CLOSING.fullmatch(text) for text in short):
            return Aside.CLOSING
    fields = ("customer_name", "customer_code", "payer") if has_date or has_number else ()
    names = _texts_of(mapping, row, fields)
    if any(_TOTAL.fullmatch(text) and text not in names for text in short):
        return Aside.TOTAL
    if not has_number and not has_date:
        return _without_name(mapping, row)
    return None


def _without_name(mapping: Mapping, row: Row) -> Aside | None:
    """A row with neither day nor number: a bare sum, a note, or an entry that lacks both."""
    if not _says(mapping, row, _FIGURES):
        return Aside.NOTE
    others = [
        column.field
        for column in mapping.columns
        if column.field not in (*_FIGURES, "tax", "quantity", "balance", "currency")
    ]
    return None if _says(mapping, row, others) else Aside.TOTAL


def _says(mapping: Mapping, row: Row, fields: Sequence[str]) -> bool:
    for field in fields:
        column = mapping.by_field.get(field)
        if column and column.index < len(row.cells) and not is_blank(row.cells[column.index]):
            return True
    return False


def _texts_of(mapping: Mapping, row: Row, fields: Sequence[str]) -> set[str]:
    """What stands in the columns of some fields; a customer may well be called Total."""
    return {
        shown(row.cells[column.index]).strip()
        for column in mapping.columns
        if column.field in fields and column.index < len(row.cells)
    }


def _day_like(mapping: Mapping, row: Row) -> bool:
    """Whether what stands in the column of the date holds a figure at all."""
    column = mapping.column("date")
    if column is None or column.index >= len(row.cells):
        return False
    return any(letter.isdigit() for letter in shown(row.cells[column.index]))


def _repeats_headings(headings: frozenset[str], texts: Sequence[str]) -> bool:
    if len(headings) < 2 or len(texts) < 2:
        return False
    again = sum(1 for text in texts if variants(text)[0] in headings)
    return again >= 2 and again * 3 >= len(headings) * 2
