"""Tables of the books as a PDF: the rows of the page, their sums, and what proves them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict, cast

from tieout.rendering.tables import TableDefinition
from tieout.rendering.translation import reading


class TablePrint(TypedDict):
    """A table to be printed, made in the words of its reader."""

    table: TableDefinition
    #: What stands below it.
    also: list[TableDefinition]
    company: str
    #: What was asked for, such as the day and the currency.
    about: str
    language: str
    zone: str
    printed_at: datetime


def pdf(data: Mapping[str, Any]) -> bytes:
    """Print a table, across, and what stands below it.

    Raises:
        SumsDiffer: it does not add up.
    """
    from tieout.rendering.pdf import render_pdf

    given = cast(TablePrint, data)
    table, also = given["table"], given["also"]
    with reading(given["language"], given["zone"]):
        return render_pdf(
            "reports/table.html",
            {
                "company": given["company"],
                "name": table.name,
                "about": given["about"],
                "empty": "" if table.rows else table.empty,
                "checks": [check.words for check in table.all_checks()],
                "also": [
                    {
                        "name": one.name,
                        "key": f"also_{at}",
                        "empty": "" if one.rows else one.empty,
                        "checks": [check.words for check in one.all_checks()],
                    }
                    for at, one in enumerate(also)
                ],
                "printed_at": given["printed_at"],
            },
            {"rows": table, **{f"also_{at}": one for at, one in enumerate(also)}},
        )
