"""What a page lists, as a file: the same rows, columns and order, to their last."""

from collections.abc import Sequence

from flask import Response

from tieout import clock, settings
from tieout.db import sessions
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.rendering import csv, excel
from tieout.rendering.openpyxl_book import OpenpyxlBook
from tieout.rendering.sheets import sheet_of
from tieout.rendering.tables import TableDefinition, Value
from tieout.rendering.translation import gettext
from tieout.web.downloads import download

CSV, EXCEL = "csv", "xlsx"
#: What the address of a list may ask for by `as=`.
FORMS = (CSV, EXCEL)
#: More rows than this are narrowed down first: no spreadsheet is of use with more.
MOST = 100_000

#: The media type of each.
TYPES = {
    CSV: "text/csv",
    EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class TooManyRows(InvalidInput):
    """More than a file should hold."""

    message = N_(
        "These are %(rows)s rows; a file holds at most %(most)s. Narrow the list, such as by a"
        " shorter period, and download it again."
    )


def check_rows(rows: int) -> None:
    """Refuse to write more rows than a file should hold.

    Raises:
        TooManyRows: there are more.
    """
    if rows > MOST:
        raise TooManyRows(rows=f"{rows:,}", most=f"{MOST:,}")


def bare(table: TableDefinition, form: str) -> Response:
    """Answer with a table that is to be handed in again: one sheet, and nothing before it."""
    if form == CSV:
        content = csv.write(table)
    else:
        book = OpenpyxlBook(table.name, clock.now())
        book.write(sheet_of(table, set()))
        content = book.close()
    day = settings.today(sessions())
    return download(content, f"{table.name} {day:%Y-%m-%d}.{form}", TYPES[form])


def exported(
    table: TableDefinition, form: str, facts: Sequence[tuple[str, Value]] = ()
) -> Response:
    """Answer with a table as a file; the workbook's first sheet says what it holds."""
    if form == CSV:
        content = csv.write(table)
    else:
        made, rows = (gettext("Made"), clock.now()), (gettext("Rows"), len(table.rows))
        content = excel.workbook(table.name, [table], at=made[1], facts=facts or (made, rows))
    day = settings.today(sessions())
    return download(content, f"{table.name} {day:%Y-%m-%d}.{form}", TYPES[form])
