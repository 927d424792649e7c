"""A builder: progress bills, five per cent of each kept back until the works are accepted.

    B-1   foundations    300,000.00   of which kept back 15,000.00
    B-2   frame          400,000.00   of which kept back 20,000.00
    back charge for cleaning of the site          −6,000.00
    payment of B-1 without what is kept back    −285,000.00
    balance                                      409,000.00 = 374,000.00 payable + 35,000.00 kept

The developer's engineer has certified 390,000.00 of B-2.
"""

from tieout.demo.cast import Partner, Person
from tieout.demo.sectors.case import (
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
    "P-03",
    "Riverside Development Co., Ltd.",
    "滨河置业有限公司",
    (Person("Tang Bin", "tang.bin@riverside.example", "Cost engineer"),),
    "monthly",
)


def case(month: Period) -> Case:
    """The case in a month."""
    first, second, accepted = (
        day(month, 2),
        day(month, 12),
        month.end.replace(year=month.end.year + 1, day=28),
    )
    invoice = DocumentKind.INVOICE
    entered = (
        Bill(
            invoice,
            "B-1",
            first,
            "300000.00",
            "Foundations, 30 %",
            due=((day(month, 17), "285000.00"), (accepted, "15000.00")),
        ),
        Bill(
            invoice,
            "B-2",
            second,
            "400000.00",
            "Frame, 40 %",
            due=((day(month, 27), "380000.00"), (accepted, "20000.00")),
        ),
        Bill(
            DocumentKind.CREDIT_NOTE,
            "BC-1",
            day(month, 20),
            "-6000.00",
            "Cleaning of the site",
            corrects="B-2",
        ),
    )
    paid = [(day(month, 17), "REC-3201", "P-03", "285000.00", "CNY", "B-1")]
    theirs = [
        (day(month, 3), "B-1", "Certificate 1", "300000.00"),
        (day(month, 14), "B-2", "Certificate 2", "390000.00"),
        (day(month, 17), "REC-3201", "Paid certificate 1", "-285000.00"),
        (day(month, 20), "BC-1", "Back charge, cleaning", "-6000.00"),
    ]
    return Case(
        company="Keystone Builders Co., Ltd.",
        company_zh="基石建筑有限公司",
        host="keystone.example",
        partner=PARTNER,
        files=(),
        entered=entered,
        paid=(File("payments.csv", BatchKind.PAYMENTS, table(PAYMENTS, paid)),),
        settled=(),
        their_book=File("riverside.csv", BatchKind.THEIR_LEDGER, table(LEDGER, theirs)),
        expected=Expected(
            balance="409000.00",
            still_open={"B-1": "15000.00", "B-2": "394000.00"},
            theirs="399000.00",
            differences=((Difference.PRICE_OR_QUANTITY_DIFFERENCE, "10000.00"),),
        ),
    )
