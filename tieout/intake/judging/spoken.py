"""Checks that speak while rows are read, their customer is found and their number compared.

What they say is said where the work is done; here stands what each is, so that all are told in
one table and weigh what the company wants.
"""

from tieout.i18n import N_
from tieout.intake.judging.check import (
    DOCUMENTS,
    EVERYTHING,
    MASTER_DATA,
    MONEY,
    Check,
    Limit,
    Severity,
    Takes,
)

READABLE = Check(
    "readable",
    N_("Cells that cannot be read"),
    N_("A date that is none, an amount nobody can read, a field left empty that every row needs."),
    EVERYTHING,
    (Severity.REFUSE,),
)
CUSTOMER_UNKNOWN = Check(
    "customer_unknown",
    N_("Unknown customer"),
    N_(
        "The code, name or tax number belongs to nobody; those that come close are proposed. "
        "Without its customer nothing can be posted."
    ),
    MONEY,
    (Severity.DECISION, Severity.REFUSE),
)
CUSTOMER_AMBIGUOUS = Check(
    "customer_ambiguous",
    N_("Customer that could be several"),
    N_("A name or a text fits more than one customer; a person says which."),
    MONEY,
    (Severity.DECISION, Severity.REFUSE),
)
CUSTOMER_MISSING = Check(
    "customer_missing",
    N_("No customer named"),
    N_(
        "Shops sell to people nobody knows. Rows of documents without a customer go to the "
        "clearing customer named here; without one, a person decides each time."
    ),
    MONEY,
    (Severity.DECISION, Severity.REFUSE),
    limit=Limit(Takes.TEXT, N_("Clearing customer, by code")),
)
DOCUMENT_WHOLE = Check(
    "document_whole",
    N_("Rows of one document that contradict each other"),
    N_("Rows of one number agree in date, amount and type, and are posted together or not at all."),
    DOCUMENTS,
    (Severity.REFUSE,),
)
MASTER_DATA_WHOLE = Check(
    "master_data",
    N_("Customers and products that cannot be kept"),
    N_("Each needs a name, a code of its own, and a place where it belongs."),
    MASTER_DATA,
    (Severity.REFUSE,),
)
ROW_SEEN = Check(
    "row_seen",
    N_("Row that was posted before"),
    N_(
        "The same row, in this file or another, enters the books once; genuine twins are told "
        "apart by how often they stand in their file."
    ),
    MONEY,
    (Severity.REPEATED, Severity.DECISION),
)
NUMBER_TAKEN = Check(
    "number_taken",
    N_("Number in use with other content"),
    N_("Another document stands under the number, in the books or in the same file."),
    MONEY,
    (Severity.REFUSE,),
)
