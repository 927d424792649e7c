"""A shop on a marketplace: payout = orders − refunds − commission.

    six orders          120.00 + 89.00 + 245.50 + 60.00 + 310.00 + 75.50 =  900.00
    a refund                                                                −60.00
    commission          5 % of 840.00                                       −42.00
    payout              900.00 − 60.00 − 42.00                             −798.00
    an order after it                                                       150.00
    balance                                                                 150.00

The marketplace has taken a fee of 10.00 for storage that the shop has not booked.
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
    day,
    table,
)
from tieout.intake.kinds import BatchKind
from tieout.ledger.models import DocumentKind
from tieout.matching import Difference
from tieout.periods import Period

PARTNER = Partner(
    "MK-04",
    "Bazaar Marketplace Ltd",
    "集市平台有限公司",
    (Person("Xie Yun", "xie.yun@bazaar.example", "Seller accounts"),),
    "monthly",
)
#: Number, day, what, how many, price, and what it comes to.
ORDERS = (
    ("ORD-70011", 2, "Tea set", 1, "120.00", "120.00"),
    ("ORD-70012", 3, "Thermos flask", 1, "89.00", "89.00"),
    ("ORD-70015", 5, "Dinner plates", 5, "49.10", "245.50"),
    ("ORD-70019", 8, "Chopsticks", 4, "15.00", "60.00"),
    ("ORD-70023", 9, "Cast iron pan", 1, "310.00", "310.00"),
    ("ORD-70027", 11, "Spoons", 5, "15.10", "75.50"),
    ("ORD-70034", 24, "Rice bowls", 6, "25.00", "150.00"),
)


def case(month: Period) -> Case:
    """The case in a month."""
    paid_out = day(month, 16)
    orders = [
        (number, day(month, on), "Invoice", "MK-04", what, many, price, amount, "CNY")
        for number, on, what, many, price, amount in ORDERS
    ]
    entered = (
        Bill(
            DocumentKind.CREDIT_NOTE,
            "RF-70019",
            day(month, 13),
            "-60.00",
            "Chopsticks sent back",
            corrects="ORD-70019",
        ),
        Bill(DocumentKind.ADJUSTMENT, "COM-16", paid_out, "-42.00", "Commission, 5 % of 840.00"),
    )
    payout = [(paid_out, "PO-16", "MK-04", "798.00", "CNY", "Payout 16")]
    settled = [Settled("COM-16", "ORD-70011", "42.00")]
    left = {"ORD-70011": "78.00"}
    settled += [
        Settled("PO-16", number, left.get(number, amount))
        for number, _, _, _, _, amount in ORDERS[:6]
        if number != "ORD-70019"
    ]
    theirs = [
        *((day(month, on), number, "Order", amount) for number, on, _, _, _, amount in ORDERS),
        (day(month, 13), "RF-70019", "Refund to the buyer", "-60.00"),
        (paid_out, "COM-16", "Commission", "-42.00"),
        (paid_out, "PO-16", "Payout", "-798.00"),
        (day(month, 26), "STO-5", "Storage fee", "-10.00"),
    ]
    return Case(
        company="Porcelain House Online",
        company_zh="瓷器坊网店",
        host="porcelainhouse.example",
        partner=PARTNER,
        files=(File("orders.csv", BatchKind.DOCUMENTS, table(DOCUMENTS, orders)),),
        entered=entered,
        paid=(File("payouts.csv", BatchKind.PAYMENTS, table(PAYMENTS, payout)),),
        settled=tuple(settled),
        their_book=File("settlement.csv", BatchKind.THEIR_LEDGER, table(LEDGER, theirs)),
        expected=Expected(
            balance="150.00",
            still_open={"ORD-70034": "150.00"},
            theirs="140.00",
            differences=((Difference.MISSING_IN_OURS, "10.00"),),
        ),
    )
