"""A cash book against the bank's statement: the bank owes what lies in the account.

cash book     50,000.00 + 12,000.00 + 8,500.00 − 6,300.00 − 2,150.00 − 960.00 = 61,090.00
statement     50,000.00 + 12,000.00 − 6,300.00 − 690.00 − 25.00 + 18.60       = 55,003.60

difference     6,086.40
  deposit of the last day, not yet credited      8,500.00
  cheque 102, not yet presented                 −2,150.00
  cheque 103, 690.00 booked as 960.00             −270.00
  bank's charges, not in the cash book              25.00
  interest, not in the cash book                   −18.60
"""

from datetime import date

from tieout.demo.cast import Partner, Person
from tieout.demo.sectors.case import LEDGER, Bill, Case, Expected, File, Settled, day, table
from tieout.intake.kinds import BatchKind
from tieout.ledger.models import DocumentKind
from tieout.matching import Difference
from tieout.periods import Period

PARTNER = Partner(
    "BK-05", "Harbour Bank, current account", "海港银行活期账户",
    (Person("Kong Wei", "kong.wei@harbourbank.example", "Account manager"),), "monthly",
)  # fmt: skip


def case(month: Period) -> Case:
    """The case in a month."""
    moved, opening = DocumentKind.ADJUSTMENT, DocumentKind.OPENING_BALANCE
    # what lies in an account is due on no day; one that is far away keeps it from being overdue
    never = date(month.end.year + 20, 12, 31)
    entered = (
        Bill(opening, "OB-1", month.start, "50000.00", "Balance brought forward",
             due=((never, "50000.00"),)),
        Bill(moved, "DEP-201", day(month, 8), "12000.00", "Deposit", due=((never, "12000.00"),)),
        Bill(moved, "CHQ-101", day(month, 10), "-6300.00", "Cheque, rent"),
        Bill(moved, "CHQ-103", day(month, 18), "-960.00", "Cheque, repairs"),
        Bill(moved, "CHQ-102", day(month, 29), "-2150.00", "Cheque, insurance"),
        Bill(moved, "DEP-202", month.end, "8500.00", "Deposit", due=((never, "8500.00"),)),
    )  # fmt: skip
    statement = [
        (month.start, "", "Opening balance", "50000.00"),
        (day(month, 8), "DEP-201", "Counter deposit", "12000.00"),
        (day(month, 11), "CHQ-101", "Cheque 101", "-6300.00"),
        (day(month, 19), "CHQ-103", "Cheque 103", "-690.00"),
        (day(month, 20), "CHG-7", "Account charges", "-25.00"),
        (day(month, 21), "INT-3", "Interest", "18.60"),
    ]
    return Case(
        company="Harbour Tools Co., Ltd.",
        company_zh="海港工具有限公司",
        host="harbourtools.example",
        partner=PARTNER,
        files=(),
        entered=entered,
        paid=(),
        settled=(
            Settled("CHQ-101", "OB-1", "6300.00"),
            Settled("CHQ-103", "OB-1", "960.00"),
            Settled("CHQ-102", "OB-1", "2150.00"),
        ),
        their_book=File("bank-statement.csv", BatchKind.THEIR_LEDGER, table(LEDGER, statement)),
        expected=Expected(
            balance="61090.00",
            still_open={"OB-1": "40590.00", "DEP-201": "12000.00", "DEP-202": "8500.00"},
            theirs="55003.60",
            differences=(
                (Difference.INVOICE_IN_TRANSIT, "8500.00"),
                (Difference.INVOICE_IN_TRANSIT, "-2150.00"),
                (Difference.AMOUNT_TRANSPOSITION, "-270.00"),
                (Difference.MISSING_IN_OURS, "25.00"),
                (Difference.MISSING_IN_OURS, "-18.60"),
            ),
        ),
        never_reminded="Our own money in the bank; nothing of it is overdue.",
    )
