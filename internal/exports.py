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
from tieout.rendering.translation import gettext, reader
from tieout.reports.making import made
from tieout.web.downloads import download

CSV, EXCEL, PDF = "csv", "xlsx", "pdf"
#: What the address of a list may ask for by `as=`.
FORMS = (CSV, EXCEL)
#: What the address of a report may ask for.
REPORT_FORMS = (*FORMS, PDF)
#: More rows than this are narrowed down first: no spreadsheet is of use with more.
MOST = 100_000

#: The media type of each.
TYPES = {
    CSV: "text/csv",
    EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PDF: "application/pdf",
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
    table: TableDefinition,
    form: str,
    facts: Sequence[tuple[str, Value]] = (),
    *,
    about: str = "",
    also: Sequence[TableDefinition] = (),
    proof: bool = False,
) -> Response:
    """Answer with a table as a file; `about` says what was asked for.

    With `proof`, which every report has, a CSV ends with what it was checked by.

    The workbook's first sheet says what it holds, and what proves it. Tables that stand below it
    on the page are sheets of their own, and stand below it on paper; a CSV holds one table.
    """
    session = sessions()
    day, now = settings.today(session), clock.now()
    name = f"{table.name} {day:%Y-%m-%d}.{form}"
    if form == CSV:
        content = csv.write(table, proof=proof)
    elif form == PDF:
        company, language = settings.company(session), reader.get().language
        given = {
            "table": table,
            "also": list(also),
            "company": (language == "zh" and company.name_zh) or company.name,
            "about": about,
            "language": language,
            "zone": reader.get().zone,
            "printed_at": now,
        }
        session.rollback()  # making a file takes a while; the books are let go before
        content = made("table.pdf", given)
    else:
        asked = ((gettext("About"), about),) if about else ()
        rows = (*asked, (gettext("Made"), now), (gettext("Rows"), len(table.rows)))
        content = excel.workbook(table.name, [table, *also], at=now, facts=facts or rows)
    return download(content, name, TYPES[form], show=form == PDF)
