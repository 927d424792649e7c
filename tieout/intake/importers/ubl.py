"""Invoices and credit notes in UBL, such as XRechnung and Peppol documents.

What is entered is what the document comes to: the amount payable plus what was prepaid. A
prepayment is money that came in before and stands in the books as a payment of its own; taking it
off the invoice, too, would count it twice. Lines are without tax as the document states them;
its allowances, charges, taxes and rounding follow as lines of their own, so that the lines add up
to the document to the cent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from tieout.intake.controls import Control, ControlKind
from tieout.intake.importers.contents import Contents
from tieout.intake.importers.markup import Node, read_tree
from tieout.intake.kinds import BatchKind, Kind
from tieout.intake.reading.cells import Cell, Row
from tieout.intake.reading.errors import NothingInIt

_HEAD = re.compile(rb"<([\w.-]+:)?(Invoice|CreditNote)\b")
_NAMESPACE = re.compile(rb"urn:oasis:names:specification:ubl:schema:xsd:(Invoice|CreditNote)-2")
#: Codes of UNTDID 1001 by which a document lowers what is owed.
_CREDITS = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
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
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class _Line:
    """A line of a document, or what stands beside its lines."""

    name: str
    amount: Decimal | str
    number: str = ""
    code: str = ""
    unit: str = ""
    quantity: Decimal | str = ""
    price: Decimal | str = ""


class Ubl:
    """Invoices and credit notes in the Universal Business Language, version 2."""

    def recognises(self, head: bytes) -> bool:
        """See whether the root of such a document stands there."""
        plain = head.replace(b"\0", b"")
        return bool(_HEAD.search(plain) and _NAMESPACE.search(plain))

    def read(self, path: Path, file: str) -> Contents:
        """Read the document: one row for each of its lines."""
        root = read_tree(path, file)
        documents = [root] if root.name in ("Invoice", "CreditNote") else []
        documents += [*root.all("Invoice"), *root.all("CreditNote")]
        if not documents:
            raise NothingInIt(file=file)
        rows: list[Row] = []
        controls: list[Control] = []
        details = []
        for document in documents:
            lines = list(_lines(document))
            first = len(rows) + 1
            cells = _cells_of_document(document)
            rows += [
                Row(first + place, (*cells, *_cells(line))) for place, line in enumerate(lines)
            ]
            controls += _controls(document, lines, first)
            details.append(_details(document))
        return Contents(
            kind=BatchKind.DOCUMENTS,
            headings=tuple(heading for heading, _ in COLUMNS),
            fields=tuple(field for _, field in COLUMNS),
            rows=rows,
            controls=tuple(controls),
            details={"documents": details},
        )


def _cells_of_document(document: Node) -> tuple[Cell, ...]:
    buyer = document.first("AccountingCustomerParty/Party") or Node("Party", {}, 0)
    amount = _amount_of(document)
    return (
        document.said("ID"),
        _day(document, "IssueDate"),
        _day(document, "DueDate", "PaymentMeans/PaymentDueDate", "PaymentTerms/PaymentDueDate"),
        _kind(document, amount),
        document.said("InvoiceTypeCode", "CreditNoteTypeCode"),
        buyer.said("PartyLegalEntity/RegistrationName", "PartyName/Name", "Contact/Name"),
        buyer.said("PartyTaxScheme/CompanyID"),
        buyer.said("PartyIdentification/ID"),
        document.said("DocumentCurrencyCode"),
        amount,
        _tax(document),
        document.said("OrderReference/ID"),
        document.said("OrderReference/SalesOrderID"),
        document.said("DespatchDocumentReference/ID"),
        document.said("BuyerReference"),
    )


def _cells(line: _Line) -> tuple[Cell, ...]:
    return (
        line.number, line.code, line.name, line.unit, line.quantity, line.price, line.amount,
    )  # fmt: skip


def _kind(document: Node, amount: Decimal | str) -> str:
    """Said only where it agrees with the sign; the rest goes by the sign."""
    code = document.said("InvoiceTypeCode", "CreditNoteTypeCode")
    is_credit = document.name == "CreditNote" or code in _CREDITS
    if is_credit and isinstance(amount, Decimal) and amount >= 0:
        return str(Kind.CREDIT_NOTE)
    return ""


def _amount_of(document: Node) -> Decimal | str:
    """What the document comes to: payable and prepaid."""
    payable = _number(document, "LegalMonetaryTotal/PayableAmount")
    prepaid = _number(document, "LegalMonetaryTotal/PrepaidAmount") or _NOTHING
    if isinstance(payable, Decimal) and isinstance(prepaid, Decimal):
        return payable + prepaid
    inclusive = _number(document, "LegalMonetaryTotal/TaxInclusiveAmount")
    return inclusive if inclusive is not None and payable is None else (payable or "PayableAmount:")


def _tax(document: Node) -> Decimal | str:
    """The tax in the document's currency; a second total may state it in another."""
    totals = list(document.all("TaxTotal/TaxAmount"))
    currency = document.said("DocumentCurrencyCode")
    for one in totals:
        if one.attributes.get("currencyID", currency) == currency:
            return _read(one.text) if one.text.strip() else ""
    return ""


def _lines(document: Node) -> Iterator[_Line]:
    for name in ("InvoiceLine", "CreditNoteLine"):
        for line in document.all(name):
            yield _line(line)
    for one in document.all("AllowanceCharge"):
        amount = _number(one, "Amount")
        is_charge = one.said("ChargeIndicator").lower() in ("true", "1")
        name = one.said("AllowanceChargeReason") or ("Charge" if is_charge else "Allowance")
        if isinstance(amount, Decimal) and not is_charge:
            amount = -amount
        if amount:
            yield _Line(name, amount)
    yield from _taxes(document)
    rounding = _number(document, "LegalMonetaryTotal/PayableRoundingAmount")
    if rounding:
        yield _Line("Rounding", rounding)


def _line(line: Node) -> _Line:
    item = line.first("Item") or Node("Item", {}, 0)
    quantity = line.first("InvoicedQuantity", "CreditedQuantity")
    return _Line(
        name=item.said("Name", "Description") or line.said("Note"),
        amount=_number(line, "LineExtensionAmount") or _NOTHING,
        number=line.said("ID"),
        code=item.said("SellersItemIdentification/ID", "StandardItemIdentification/ID"),
        unit=quantity.attributes.get("unitCode", "") if quantity else "",
        quantity=_read(quantity.text) if quantity and quantity.text.strip() else "",
        price=_number(line, "Price/PriceAmount") or "",
    )


def _taxes(document: Node) -> Iterator[_Line]:
    currency = document.said("DocumentCurrencyCode")
    for total in document.all("TaxTotal"):
        stated = total.first("TaxAmount")
        if stated is None or stated.attributes.get("currencyID", currency) != currency:
            continue
        amount, parts = _read(stated.text), []
        for part in total.all("TaxSubtotal"):
            percent = part.said("TaxCategory/Percent")
            scheme = part.said("TaxCategory/TaxScheme/ID") or "Tax"
            value = _number(part, "TaxAmount")
            if value:
                parts.append(_Line(f"{scheme} {percent} %" if percent else scheme, value))
        if sum((_worth(one.amount) for one in parts), _NOTHING) == amount:
            yield from parts
        elif amount:
            yield _Line("VAT", amount)


def _controls(document: Node, lines: list[_Line], row: int) -> Iterator[Control]:
    """The document's own sums against its lines."""
    currency, number = document.said("DocumentCurrencyCode"), document.said("ID")
    amount = _amount_of(document)
    found = sum((_worth(line.amount) for line in lines), _NOTHING)
    if isinstance(amount, Decimal):
        yield Control(ControlKind.TOTAL, number, currency, amount, found, row)
    stated = _number(document, "LegalMonetaryTotal/LineExtensionAmount")
    if isinstance(stated, Decimal):
        net = sum((_worth(line.amount) for line in lines if line.number), _NOTHING)
        yield Control(ControlKind.TOTAL, "LineExtensionAmount", currency, stated, net, row)


def _details(document: Node) -> dict[str, object]:
    total = "LegalMonetaryTotal"
    lines = [*document.all("InvoiceLine"), *document.all("CreditNoteLine")]
    party = "AccountingCustomerParty/Party"
    return {
        "root": document.name,
        "number": document.said("ID"),
        "issued_on": document.said("IssueDate"),
        "due_on": document.said("DueDate", "PaymentMeans/PaymentDueDate"),
        "type": document.said("InvoiceTypeCode", "CreditNoteTypeCode"),
        "currency": document.said("DocumentCurrencyCode"),
        "buyer": document.said(
            f"{party}/PartyLegalEntity/RegistrationName", f"{party}/PartyName/Name"
        ),
        "lines": len(lines),
        "net": document.said(f"{total}/TaxExclusiveAmount"),
        "gross": document.said(f"{total}/TaxInclusiveAmount"),
        "prepaid": document.said(f"{total}/PrepaidAmount"),
        "payable": document.said(f"{total}/PayableAmount"),
    }


def _worth(amount: Decimal | str) -> Decimal:
    return amount if isinstance(amount, Decimal) else _NOTHING


def _number(node: Node, path: str) -> Decimal | str | None:
    text = node.said(path)
    return _read(text) if text else None


def _read(text: str) -> Decimal | str:
    """A number as XML writes it; as it stands where it is none, so that the row is refused."""
    plain = text.strip()
    return Decimal(plain) if re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", plain) else f"“{plain}”"


def _day(document: Node, *paths: str) -> date | str:
    text = document.said(*paths)
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return text
