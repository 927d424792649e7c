"""What a sample of a trade is made of."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO
from typing import Any

from tieout.demo import cast
from tieout.demo.cast import Partner, Staff
from tieout.intake.kinds import BatchKind
from tieout.ledger.models import DocumentKind
from tieout.matching import Difference
from tieout.money import Money
from tieout.periods import Period

CURRENCY = "CNY"


def money(text: str) -> Money:
    """An amount in the sample's currency."""
    return Money.of(text, CURRENCY)


@dataclass(frozen=True)
class Bill:
    """A document entered by hand."""

    kind: DocumentKind
    number: str
    on: date
    amount: str
    description: str = ""
    #: Days and amounts, where it is due in parts.
    due: tuple[tuple[date, str], ...] = ()
    #: The number of the document it corrects.
    corrects: str = ""


@dataclass(frozen=True)
class Swap:
    """Goods taken back and others delivered for them, as one action."""

    back: Bill
    out: Bill


@dataclass(frozen=True)
class Settled:
    """What was settled by hand: a credit with a debit."""

    credit: str
    debit: str
    amount: str


@dataclass(frozen=True)
class File:
    """A file that came in."""

    name: str
    kind: BatchKind
    content: bytes


@dataclass(frozen=True)
class Expected:
    """What must come of it, worked out by hand; how it is worked out stands with the case."""

    balance: str
    #: What is left of each document that is not settled, by number.
    still_open: dict[str, str]
    #: What the customer's own book says.
    theirs: str
    #: Every difference by name, in the order of the adjusted amounts: ours − theirs.
    differences: tuple[tuple[Difference, str], ...]


@dataclass(frozen=True)
class Case:
    """A sample company of one trade."""

    #: Names in English and Chinese, and the host its people's addresses end in.
    company: str
    company_zh: str
    host: str
    partner: Partner
    files: tuple[File, ...]
    entered: tuple[Bill | Swap, ...]
    #: The rest of the files: what came in after that was entered.
    paid: tuple[File, ...]
    settled: tuple[Settled, ...]
    #: The customer's own, handed in with the month's statement.
    their_book: File
    expected: Expected
    #: Why the other side is never reminded, where it is not.
    never_reminded: str = ""

    @property
    def names(self) -> dict[str, Any]:
        """What the company is called, and where it is."""
        name, name_zh = self.company, self.company_zh
        return cast.COMPANY | {
            "name": name,
            "short_name": name.removesuffix(" Co., Ltd."),
            "name_zh": name_zh,
            "short_name_zh": name_zh.removesuffix("有限公司"),
        }

    @property
    def staff(self) -> tuple[Staff, ...]:
        """Its people, under its own addresses."""
        return tuple(
            replace(one, email=f"{one.email.partition('@')[0]}@{self.host}") for one in cast.STAFF
        )


#: Makes the case of a trade for a month.
Making = Callable[[Period], Case]


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Write a CSV file."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()


DOCUMENTS = ("Number", "Date", "Type", "Customer code", "Product", "Quantity", "Unit price",
             "Line amount", "Currency")  # fmt: skip
PAYMENTS = ("Date", "Receipt no.", "Customer code", "Amount", "Currency", "Remittance")
LEDGER = ("Date", "Reference", "Description", "Amount")


def day(month: Period, number: int) -> date:
    """A day of the month; days it does not have are its last."""
    return month.start.replace(day=min(number, month.end.day))
