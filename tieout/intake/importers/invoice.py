"""Invoices and credit notes, whatever markup they came in: each of their lines becomes a row.

What is entered is what the document comes to: the amount payable plus what was prepaid. A
prepayment is money that came in before and stands in the books as a payment of its own; taking it
off the invoice, too, would count it twice. Lines are without tax as the document states them;
its allowances, charges, taxes and rounding follow as lines of their own, so that the lines add up
to the document to the cent.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.intake.controls import Control, ControlKind
from tieout.intake.importers.contents import Contents
from tieout.intake.kinds import BatchKind, Kind
from tieout.intake.reading.cells import Cell, Row

#: Each column of an invoice, and the field of a document it fills.
COLUMNS = (
    ("Number", "number"),
    ("Issue date", "date"),
    ("Due date", "due_date"),
    ("Type", "kind"),
    ("Type code", ""),
    ("Buyer", "customer_name"),
    ("Buyer tax number", "tax_id"),
    ("Buyer identifier", ""),
    ("Currency", "currency"),
    ("Amount", "amount"),
    ("Tax", "tax"),
    ("Order", "po"),
    ("Seller order", "order_no"),
    ("Despatch advice", "delivery_no"),
    ("Buyer reference", "reference"),
    ("Line", ""),
    ("Item code", "product_code"),
    ("Item", "product_name"),
    ("Unit", "unit"),
    ("Quantity", "quantity"),
    ("Unit price", ""),
    ("Line amount", "line_amount"),
)
#: Codes of UNTDID 1001 by which a document lowers what is owed.
CREDITS = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
#: The code of a document that takes the place of another.
_CORRECTED = "384"
NOTHING = Decimal(0)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


@dataclass(frozen=True)
class InvoiceLine:
    """A line of a document, or what stands beside its lines."""

    name: str
    amount: Decimal | str
    #: Of the line; empty for what stands beside the lines.
    number: str = ""
    code: str = ""
    unit: str = ""
    quantity: Decimal | str = ""
    price: Decimal | str = ""

    def cells(self) -> tuple[Cell, ...]:
        """As the last columns of a row."""
        return (
            self.number, self.code, self.name, self.unit, self.quantity, self.price, self.amount,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """A document as it states itself; what cannot be read stands there as text."""

    number: str
    issued_on: date | str
    due_on: date | str
    type_code: str
    #: Whether it says of itself, beside its code, that it is a credit note.
    is_credit_note: bool = False
    buyer: str
    tax_id: str
    buyer_id: str
    currency: str
    amount: Decimal | str
    tax: Decimal | str
    po: str = ""
    order_no: str = ""
    delivery_no: str = ""
    buyer_reference: str = ""
    #: The numbers of the documents it credits or corrects.
    corrects: str = ""
    #: What it states its lines without those beside them come to.
    line_total: Decimal | str | None = None
    lines: tuple[InvoiceLine, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def is_credit(self) -> bool:
        """Whether it lowers what is owed where its amount stands above zero."""
        return self.is_credit_note or self.type_code in CREDITS

    @property
    def kind(self) -> str:
        """Said only where it agrees with the sign; the rest goes by the sign."""
        if self.is_credit and isinstance(self.amount, Decimal) and self.amount >= 0:
            return str(Kind.CREDIT_NOTE)
        return ""

    @property
    def reference(self) -> str:
        """Of what corrects another document that one's number, else what the buyer wants said."""
        is_below = isinstance(self.amount, Decimal) and self.amount < 0
        if self.corrects and (self.is_credit or is_below or self.type_code == _CORRECTED):
            return self.corrects
        return self.buyer_reference or self.corrects

    def rows(self, first: int) -> Iterator[Row]:
        """One row for each line, counted from `first`."""
        cells = (
            self.number, self.issued_on, self.due_on, self.kind, self.type_code, self.buyer,
            self.tax_id, self.buyer_id, self.currency, self.amount, self.tax, self.po,
            self.order_no, self.delivery_no, self.reference,
        )  # fmt: skip
        for place, line in enumerate(self.lines):
            yield Row(first + place, (*cells, *line.cells()))

    def controls(self, row: int) -> Iterator[Control]:
        """The document's own sums against its lines."""
        found = sum((worth(line.amount) for line in self.lines), NOTHING)
        if isinstance(self.amount, Decimal):
            yield Control(ControlKind.TOTAL, self.number, self.currency, self.amount, found, row)
        if isinstance(self.line_total, Decimal):
            net = sum((worth(line.amount) for line in self.lines if line.number), NOTHING)
            name = "LineExtensionAmount"
            yield Control(ControlKind.TOTAL, name, self.currency, self.line_total, net, row)


def contents_of(invoices: Sequence[Invoice]) -> Contents:
    """Put all documents of a file under one set of headings."""
    rows: list[Row] = []
    controls: list[Control] = []
    for invoice in invoices:
        first = len(rows) + 1
        rows += invoice.rows(first)
        controls += invoice.controls(first)
    return Contents(
        kind=BatchKind.DOCUMENTS,
        headings=tuple(heading for heading, _ in COLUMNS),
        fields=tuple(field for _, field in COLUMNS),
        rows=rows,
        controls=tuple(controls),
        details={"documents": [invoice.details for invoice in invoices]},
    )


def worth(amount: Decimal | str) -> Decimal:
    """An amount; nothing where it cannot be read."""
    return amount if isinstance(amount, Decimal) else NOTHING


def figure(text: str) -> Decimal | str:
    """A number as XML writes it; as it stands where it is none, so that the row is refused."""
    plain = text.strip()
    return Decimal(plain) if _NUMBER.fullmatch(plain) else f"“{plain}”"
