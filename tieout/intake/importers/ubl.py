"""Invoices and credit notes in UBL, such as XRechnung and Peppol documents."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from tieout.intake.importers.contents import Contents
from tieout.intake.importers.invoice import (
    NOTHING,
    Invoice,
    InvoiceLine,
    contents_of,
    figure,
    worth,
)
from tieout.intake.importers.markup import Node, read_tree
from tieout.intake.reading.errors import NothingInIt

_HEAD = re.compile(rb"<([\w.-]+:)?(Invoice|CreditNote)\b")
_NAMESPACE = re.compile(rb"urn:oasis:names:specification:ubl:schema:xsd:(Invoice|CreditNote)-2")
#: Where a document names those it credits or corrects.
_CORRECTS = (
    "BillingReference/InvoiceDocumentReference/ID",
    "BillingReference/SelfBilledInvoiceDocumentReference/ID",
    "BillingReference/CreditNoteDocumentReference/ID",
)


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
        return contents_of([_invoice(document) for document in documents])


def _invoice(document: Node) -> Invoice:
    buyer = document.first("AccountingCustomerParty/Party") or Node("Party", {}, 0)
    corrects = (one.text.strip() for path in _CORRECTS for one in document.all(path))
    return Invoice(
        number=document.said("ID"),
        issued_on=_day(document, "IssueDate"),
        due_on=_day(
            document, "DueDate", "PaymentMeans/PaymentDueDate", "PaymentTerms/PaymentDueDate"
        ),
        type_code=document.said("InvoiceTypeCode", "CreditNoteTypeCode"),
        is_credit_note=document.name == "CreditNote",
        buyer=buyer.said("PartyLegalEntity/RegistrationName", "PartyName/Name", "Contact/Name"),
        tax_id=buyer.said("PartyTaxScheme/CompanyID"),
        buyer_id=buyer.said("PartyIdentification/ID"),
        currency=document.said("DocumentCurrencyCode"),
        amount=_amount_of(document),
        tax=_tax(document),
        po=document.said("OrderReference/ID"),
        order_no=document.said("OrderReference/SalesOrderID"),
        delivery_no=document.said("DespatchDocumentReference/ID"),
        buyer_reference=document.said("BuyerReference"),
        corrects=", ".join(dict.fromkeys(filter(None, corrects))),
        line_total=_number(document, "LegalMonetaryTotal/LineExtensionAmount"),
        lines=tuple(_lines(document)),
        details=_details(document),
    )


def _amount_of(document: Node) -> Decimal | str:
    """What the document comes to: payable and prepaid."""
    payable = _number(document, "LegalMonetaryTotal/PayableAmount")
    prepaid = _number(document, "LegalMonetaryTotal/PrepaidAmount") or NOTHING
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
            return figure(one.text) if one.text.strip() else ""
    return ""


def _lines(document: Node) -> Iterator[InvoiceLine]:
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
            yield InvoiceLine(name, amount)
    yield from _taxes(document)
    rounding = _number(document, "LegalMonetaryTotal/PayableRoundingAmount")
    if rounding:
        yield InvoiceLine("Rounding", rounding)


def _line(line: Node) -> InvoiceLine:
    item = line.first("Item") or Node("Item", {}, 0)
    quantity = line.first("InvoicedQuantity", "CreditedQuantity")
    return InvoiceLine(
        name=item.said("Name", "Description") or line.said("Note"),
        amount=_number(line, "LineExtensionAmount") or NOTHING,
        number=line.said("ID"),
        code=item.said("SellersItemIdentification/ID", "StandardItemIdentification/ID"),
        unit=quantity.attributes.get("unitCode", "") if quantity else "",
        quantity=figure(quantity.text) if quantity and quantity.text.strip() else "",
        price=_number(line, "Price/PriceAmount") or "",
    )


def _taxes(document: Node) -> Iterator[InvoiceLine]:
    currency = document.said("DocumentCurrencyCode")
    for total in document.all("TaxTotal"):
        stated = total.first("TaxAmount")
        if stated is None or stated.attributes.get("currencyID", currency) != currency:
            continue
        amount, parts = figure(stated.text), []
        for part in total.all("TaxSubtotal"):
            percent = part.said("TaxCategory/Percent")
            scheme = part.said("TaxCategory/TaxScheme/ID") or "Tax"
            value = _number(part, "TaxAmount")
            if value:
                parts.append(InvoiceLine(f"{scheme} {percent} %" if percent else scheme, value))
        if sum((worth(one.amount) for one in parts), NOTHING) == amount:
            yield from parts
        elif amount:
            yield InvoiceLine("VAT", amount)


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


def _number(node: Node, path: str) -> Decimal | str | None:
    text = node.said(path)
    return figure(text) if text else None


def _day(document: Node, *paths: str) -> date | str:
    text = document.said(*paths)
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return text
