"""What can be printed: statement, letter, reconciliation, copies, certificate, any table.

Each is made from plain data as it was frozen (`data`), by a function that gives the bytes of a
file. `REPORTS` names them; render processes look a report up there, so that nobody else pays for
its imports.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tieout.registry import Registry

#: Makes the bytes of a file from plain data.
Report = Callable[[Mapping[str, Any]], bytes]

REPORTS: Registry[Report] = Registry(
    "tieout.reports",
    **{
        "statement.pdf": "tieout.reports.statement:pdf",
        "statement.xlsx": "tieout.reports.statement:xlsx",
        "statement.csv": "tieout.reports.statement:csv",
        "reminder.pdf": "tieout.reports.reminder:pdf",
        "letter.pdf": "tieout.reports.letter:pdf",
        "reconciliation.pdf": "tieout.reports.reconciliation:pdf",
        "reconciliation.xlsx": "tieout.reports.reconciliation:xlsx",
        "document.pdf": "tieout.reports.document:pdf",
        "certificate.pdf": "tieout.reports.certificate:pdf",
        "table.pdf": "tieout.reports.table:pdf",
    },
)
