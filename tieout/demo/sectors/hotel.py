"""A hotel: the folios of guests, charged to their company's account.

    F-2401   3 nights, breakfast, laundry    1,440.00 + 174.00 + 86.00 = 1,700.00
    F-2402   2 nights, dinner                  960.00 + 218.00         = 1,178.00
    F-2403   1 night, minibar                  480.00 +  45.00         =   525.00
    F-2404   no show, first night                                          480.00
    rebate on F-2402                                                      −100.00
    payment of F-2401                                                   −1,700.00
    balance                                                              2,083.00

The company has not booked the rebate and the night nobody came, and takes no minibar.
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
    day,
    table,
)
from tieout.intake.kinds import BatchKind
from tieout.ledger.models import DocumentKind
from tieout.matching import Difference
from tieout.periods import Period

PARTNER = Partner(
    "C-02",
    "Meridian Consulting Co., Ltd.",
    "子午咨询有限公司",
    (Person("Ye Qing", "ye.qing@meridian.example", "Travel desk"),),
    "monthly",
)
#: Number, day of check-out, charge, quantity, price.
CHARGES = (
    ("F-2401", 6, "Room, night", 3, "480.00", "1440.00"),
    ("F-2401", 6, "Breakfast", 3, "58.00", "174.00"),
    ("F-2401", 6, "Laundry", 1, "86.00", "86.00"),
    ("F-2402", 12, "Room, night", 2, "480.00", "960.00"),
    ("F-2402", 12, "Dinner", 1, "218.00", "218.00"),
    ("F-2403", 15, "Room, night", 1, "480.00", "480.00"),
    ("F-2403", 15, "Minibar", 1, "45.00", "45.00"),
    ("F-2404", 17, "No show, first night", 1, "480.00", "480.00"),
)


def case(month: Period) -> Case:
    """The case in a month."""
    folios = [
        (number, day(month, on), "Invoice", "C-02", what, many, price, amount, "CNY")
        for number, on, what, many, price, amount in CHARGES
    ]
    paid = [(day(month, 22), "REC-3101", "C-02", "1700.00", "CNY", "F-2401")]
    theirs = [
        (day(month, 7), "F-2401", "Hotel, project north", "1700.00"),
        (day(month, 13), "F-2402", "Hotel, project south", "1178.00"),
        (day(month, 16), "F-2403", "Hotel, room only", "480.00"),
        (day(month, 22), "REC-3101", "Paid F-2401", "-1700.00"),
    ]
    rebate = Bill(
        DocumentKind.CREDIT_NOTE,
        "CR-2402",
        day(month, 14),
        "-100.00",
        "Noise from works in the corridor",
        corrects="F-2402",
    )
    return Case(
        company="Lakeside Hotel Co., Ltd.",
        company_zh="湖畔酒店有限公司",
        host="lakeside.example",
        partner=PARTNER,
        files=(File("folios.csv", BatchKind.DOCUMENTS, table(DOCUMENTS, folios)),),
        entered=(rebate,),
        paid=(File("payments.csv", BatchKind.PAYMENTS, table(PAYMENTS, paid)),),
        settled=(),
        their_book=File("meridian.csv", BatchKind.THEIR_LEDGER, table(LEDGER, theirs)),
        expected=Expected(
            balance="2083.00",
            still_open={"F-2402": "1078.00", "F-2403": "525.00", "F-2404": "480.00"},
            theirs="1658.00",
            differences=(
                (Difference.MISSING_IN_THEIRS, "-100.00"),
                (Difference.PRICE_OR_QUANTITY_DIFFERENCE, "45.00"),
                (Difference.MISSING_IN_THEIRS, "480.00"),
            ),
        ),
    )
