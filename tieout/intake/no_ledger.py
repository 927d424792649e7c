"""Why a file is no ledger: said before anybody is asked what its columns say.

Only what no choice of columns could mend is said here: no row holds a date that can be read, or
none holds a figure.
"""

from collections.abc import Sequence

from tieout.chinese import compiled
from tieout.errors import InvalidInput, TieoutError
from tieout.i18n import N_
from tieout.intake.mapping import letters
from tieout.intake.reading import Cell, Row
from tieout.intake.uploads import Inspected
from tieout.intake.values.dates import DateOrder, read_date
from tieout.intake.values.text import shown

#: Rows that are looked at; a file without a date in them is none.
_LOOKED_AT = 2_000
_FIGURE = compiled(r"[-+(]?\s*[\d][\d.,' ]*\)?")
#: 05/06, 5.6., 5 June, June 5, 6月5日: a day, and no year.
_YEARLESS = compiled(
    r"\d{1,2}\s*[/-]\s*\d{1,2}|\d{1,2}\.\s?\d{1,2}\.|\d{1,2}月\d{1,2}日?"
    r"|\d{1,2}\.?\s*[A-Za-z]{3,9}\.?|[A-Za-z]{3,9}\.?\s*\d{1,2}"
)


class NoLedger(InvalidInput):
    """A file that lists no entries, such as a letter."""

    message = N_(
        "“%(file)s” is no ledger: no row of it holds a date and an amount. Hand in the export of"
        " the account from the books; nothing was compared."
    )


class OnlyTotals(InvalidInput):
    """A file with sums and no entry."""

    message = N_(
        "“%(file)s” holds sums and no single entries: no row of it has a date. Hand in the account"
        " itself, one row for each entry; nothing was compared."
    )


class NoYear(InvalidInput):
    """Dates that could be of any year."""

    message = N_(
        "The dates of “%(file)s” have no year: “%(example)s” in row %(row)s, column %(column)s."
        " Write them with the year, such as 2026-06-05, and hand the file in again; nothing was"
        " compared."
    )


def cause(inspected: Inspected) -> InvalidInput | None:
    """Why nothing of a file can be compared, whatever its columns say; None where something can."""
    if inspected.importer or inspected.goes_on:
        return None
    rows = inspected.rows[:_LOOKED_AT]
    columns = _columns(rows)
    if any(_holds_days(cells) for cells in columns.values()):
        is_without = inspected.missing is None and not _has_entries(inspected)
        return OnlyTotals(file=inspected.filename) if is_without else None
    texts = {
        place: [(no, shown(cell).strip()) for no, cell in some] for place, some in columns.items()
    }
    figures = any(_FIGURE.fullmatch(text) for some in texts.values() for _, text in some)
    if not figures:
        return NoLedger(file=inspected.filename)
    for place, some in texts.items():
        found = [(no, text) for no, text in some if _YEARLESS.fullmatch(text)]
        if found and len(found) * 2 >= len(some):
            number, example = found[0]
            return NoYear(
                file=inspected.filename, example=example, row=number, column=letters(place)
            )
    return OnlyTotals(file=inspected.filename)


def _has_entries(inspected: Inspected) -> bool:
    """Whether any row is more than a sum or a note."""
    return any(row.number not in inspected.asides for row in inspected.rows)


def _columns(rows: Sequence[Row]) -> dict[int, list[tuple[int, Cell]]]:
    """What stands in each column, with its row; empty cells left out."""
    found: dict[int, list[tuple[int, Cell]]] = {}
    for row in rows:
        for place, cell in enumerate(row.cells):
            if shown(cell).strip():
                found.setdefault(place, []).append((row.number, cell))
    return found


def _holds_days(cells: Sequence[tuple[int, Cell]]) -> bool:
    """Whether a column holds a day with its year, or is one of spreadsheet days throughout."""
    if any(_is_day(cell) for _, cell in cells):
        return True
    return all(_is_counted(cell) for _, cell in cells)


def _is_day(cell: Cell) -> bool:
    """Whether a cell is a day with its year; a mere figure is none."""
    text = shown(cell).strip()
    if _FIGURE.fullmatch(text) and not _has_parts(text):
        return False
    return any(_reads(cell, order) for order in DateOrder)


def _is_counted(cell: Cell) -> bool:
    """Whether a figure is a day as a spreadsheet counts it, from 2000 to 2064."""
    text = shown(cell).strip()
    return text.isdecimal() and text.isascii() and 36_526 <= int(text[:9]) <= 60_000


def _has_parts(text: str) -> bool:
    """20260605 and 05.06.2026 are written with digits alone."""
    return text.count(".") == 2 or (text.isdecimal() and len(text) == 8)


def _reads(cell: Cell, order: DateOrder) -> bool:
    try:
        return read_date(cell, order) is not None
    except TieoutError:
        return False
