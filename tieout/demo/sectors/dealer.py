"""A dealer: sale, return, exchange.

    two invoices        6,600.00 + 1,200.00
    exchange           −1,200.00 + 1,350.00     goods of the second invoice for others
    return               −250.00                of the first
    payment            −5,000.00                names the first
    balance             2,700.00 = 1,350.00 of INV-1001 + 1,350.00 delivered in exchange

The dealer has booked all of it but the delivery in exchange.
"""

from tieout.demo.cast import Partner, Person
from tieout.demo.sectors.case import (
    DOCUMENTS,
    LEDGER,
    PAYMENTS,
    Bill,
    Case,
    Expected,
    File,
    Settled,
    Swap,
    day,
    table,
)
from tieout.intake.kinds import BatchKind
from tieout.ledger.models import DocumentKind
from tieout.matching import Difference
from tieout.periods import Period

PARTNER = Partner(
    "D-01",
    "Northgate Tools Ltd",
    "北关工具商行",
    (Person("Hu Lei", "hu.lei@northgate.example", "Bookkeeper"),),
    "monthly",
)


def case(month: Period) -> Case:
    """The case in a month."""
    sold = [
        ("INV-1001", day(month, 3), "Invoice", "D-01", "Claw hammer", 100, "50.00", "5000.00"),
        ("INV-1001", day(month, 3), "Invoice", "D-01", "Hand saw", 40, "40.00", "1600.00"),
        ("INV-1002", day(month, 10), "Invoice", "D-01", "Wrench 250 mm", 30, "40.00", "1200.00"),
    ]
    theirs = [
        (day(month, 3), "INV-1001", "Tools", "6600.00"),
        (day(month, 11), "INV-1002", "Wrenches", "1200.00"),
        (day(month, 15), "CN-2001", "Wrenches sent back", "-1200.00"),
        (day(month, 18), "CN-2002", "Hammers sent back", "-250.00"),
        (day(month, 20), "REC-3001", "Paid INV-1001", "-5000.00"),
    ]
    paid = [(day(month, 20), "REC-3001", "D-01", "5000.00", "CNY", "INV-1001")]
    note, invoice, swapped = DocumentKind.CREDIT_NOTE, DocumentKind.INVOICE, day(month, 15)
    return Case(
        company="Harbour Tools Co., Ltd.",
        company_zh="海港工具有限公司",
        host="harbourtools.example",
        partner=PARTNER,
        files=(
            File(
                "invoices.csv",
                BatchKind.DOCUMENTS,
                table(DOCUMENTS, [(*row, "CNY") for row in sold]),
            ),
        ),
        entered=(
            Swap(
                Bill(note, "CN-2001", swapped, "-1200.00", "30 wrenches 250 mm"),
                Bill(invoice, "INV-1003", swapped, "1350.00", "30 wrenches 300 mm"),
            ),
            Bill(note, "CN-2002", day(month, 18), "-250.00", "5 hammers", corrects="INV-1001"),
        ),
        paid=(File("payments.csv", BatchKind.PAYMENTS, table(PAYMENTS, paid)),),
        settled=(Settled("CN-2001", "INV-1002", "1200.00"),),
        their_book=File("northgate.csv", BatchKind.THEIR_LEDGER, table(LEDGER, theirs)),
        expected=Expected(
            balance="2700.00",
            still_open={"INV-1001": "1350.00", "INV-1003": "1350.00"},
            theirs="1350.00",
            differences=((Difference.MISSING_IN_THEIRS, "1350.00"),),
        ),
    )
