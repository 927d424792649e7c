"""Workbooks from tables: real numbers and dates, frozen heads, filters, totals, never a formula.

The first sheet says what it is and shows the checks; then comes a sheet a table, its head in the
first row. Long tables are written by the writer that keeps nothing in memory.
"""

from collections.abc import Sequence
from datetime import datetime

from tieout.rendering.openpyxl_book import OpenpyxlBook
from tieout.rendering.sheets import Book, Sheet, sheet_of
from tieout.rendering.tables import Check, Column, Kind, Row, Style, TableDefinition, Value
from tieout.rendering.translation import gettext
from tieout.rendering.xlsxwriter_book import XlsxWriterBook

#: Rows above which nothing is kept in memory.
LONG = 20_000


def workbook(
    title: str,
    tables: Sequence[TableDefinition],
    *,
    at: datetime,
    facts: Sequence[tuple[str, Value]] = (),
    checks: Sequence[Check] = (),
) -> bytes:
    """Write a workbook, dated `at`.

    Raises:
        SumsDiffer: a table does not add up.
    """
    for table in tables:
        table.checked()
    rows = sum(len(table.rows) for table in tables)
    book: Book = XlsxWriterBook(title, at) if rows > LONG else OpenpyxlBook(title, at)
    proofs = [*checks, *(check for table in tables for check in table.all_checks())]
    book.write(_cover(title, facts, proofs))
    names: set[str] = set()
    for table in tables:
        book.write(sheet_of(table, names))
    return book.close()


def _cover(title: str, facts: Sequence[tuple[str, Value]], checks: Sequence[Check]) -> Sheet:
    rows = [Row((title, None), Style.HEADING)]
    rows += [Row((name, value)) for name, value in facts]
    if checks:
        rows += [Row((None, None)), Row((gettext("Checks"), None), Style.HEADING)]
        rows += [Row((gettext("holds"), check.words)) for check in checks]
    columns = (Column("name", "", width=28), Column("value", "", Kind.TEXT, width=70))
    return Sheet(gettext("Summary"), columns, rows, has_head=False)
