"""Invoices in UN/CEFACT's Cross Industry Invoice: XRechnung, Factur-X, ZUGFeRD 1 and 2.

The profiles with less say less: an invoice without lines becomes one row with its net amount, and
its taxes after it.
"""

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

_ROOTS = ("CrossIndustryInvoice", "CrossIndustryDocument")
_HEAD = re.compile(rb"<([\w.-]+:)?(CrossIndustryInvoice|CrossIndustryDocument)\b")
#: What the first ZUGFeRD called the same elements.
_RENAMED = {
    "HeaderExchangedDocument": "ExchangedDocument",
    "SpecifiedSupplyChainTradeTransaction": "SupplyChainTradeTransaction",
    "ApplicableSupplyChainTradeAgreement": "ApplicableHeaderTradeAgreement",
    "ApplicableSupplyChainTradeDelivery": "ApplicableHeaderTradeDelivery",
    "ApplicableSupplyChainTradeSettlement": "ApplicableHeaderTradeSettlement",
    "SpecifiedSupplyChainTradeAgreement": "SpecifiedLineTradeAgreement",
    "SpecifiedSupplyChainTradeDelivery": "SpecifiedLineTradeDelivery",
    "SpecifiedSupplyChainTradeSettlement": "SpecifiedLineTradeSettlement",
}
#: Lines that only sum others up, or only tell something.
_NOT_COUNTED = frozenset({"GROUP", "INFORMATION"})
_DEAL = "SupplyChainTradeTransaction"
_AGREED = f"{_DEAL}/ApplicableHeaderTradeAgreement"
_SETTLED = f"{_DEAL}/ApplicableHeaderTradeSettlement"
_SUMS = (
    f"{_SETTLED}/SpecifiedTradeSettlementHeaderMonetarySummation",
    f"{_SETTLED}/SpecifiedTradeSettlementMonetarySummation",
)
_LINE_SUMS = (
    "SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount",
    "SpecifiedLineTradeSettlement/SpecifiedTradeSettlementMonetarySummation/LineTotalAmount",
)


class Cii:
    """Invoices and credit notes as a Cross Industry Invoice."""

    def recognises(self, head: bytes) -> bool:
        """See whether the root of such a document stands there."""
        return bool(_HEAD.search(head.replace(b"\0", b"")))

    def read(self, path: Path, file: str) -> Contents:
        """Read the document: one row for each of its lines."""
        return contents_in(read_tree(path, file), file)


def contents_in(root: Node, file: str) -> Contents:
    """The invoices in a tree.

    Raises:
        NothingInIt: there is none.
    """
    documents = [root] if root.name in _ROOTS else []
    documents += [one for name in _ROOTS for one in root.all(name)]
    if not documents:
        raise NothingInIt(file=file)
    for document in documents:
        _rename(document)
    return contents_of([_invoice(document) for document in documents])


def _rename(node: Node) -> None:
    """Call everything as the later versions do."""
    for child in node.children:
        child.name = _RENAMED.get(child.name, child.name)
        _rename(child)


def _invoice(document: Node) -> Invoice:
    buyer = document.first(f"{_AGREED}/BuyerTradeParty") or Node("BuyerTradeParty", {}, 0)
    sums = document.first(*_SUMS) or Node("Sums", {}, 0)
    settled = document.first(_SETTLED) or Node("Settled", {}, 0)
    currency = settled.said("InvoiceCurrencyCode")
    tax = _tax(sums, currency)
    corrects = settled.all("InvoiceReferencedDocument")
    numbers = (one.said("IssuerAssignedID", "ID") for one in corrects)
    return Invoice(
        number=document.said("ExchangedDocument/ID"),
        issued_on=_day(document.first("ExchangedDocument/IssueDateTime/DateTimeString")),
        due_on=_day(settled.first("SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString")),
        type_code=document.said("ExchangedDocument/TypeCode"),
        buyer=buyer.said("Name", "SpecifiedLegalOrganization/TradingBusinessName"),
        tax_id=_tax_id(buyer),
        buyer_id=buyer.said("ID", "GlobalID"),
        currency=currency,
        amount=_amount_of(sums),
        tax=tax,
        po=document.said(f"{_AGREED}/BuyerOrderReferencedDocument/IssuerAssignedID",
                         f"{_AGREED}/BuyerOrderReferencedDocument/ID"),
        order_no=document.said(f"{_AGREED}/SellerOrderReferencedDocument/IssuerAssignedID"),
        delivery_no=document.said(
            f"{_DEAL}/ApplicableHeaderTradeDelivery/DespatchAdviceReferencedDocument/IssuerAssignedID",
            f"{_DEAL}/ApplicableHeaderTradeDelivery/DeliveryNoteReferencedDocument/IssuerAssignedID",
            f"{_DEAL}/ApplicableHeaderTradeDelivery/DeliveryNoteReferencedDocument/ID",
        ),
        buyer_reference=document.said(f"{_AGREED}/BuyerReference"),
        corrects=", ".join(dict.fromkeys(filter(None, numbers))),
        line_total=_number(sums, "LineTotalAmount") if _has_lines(document) else None,
        lines=tuple(_lines(document, settled, sums, currency)),
        details=_details(document, sums, currency),
    )  # fmt: skip


def _tax_id(buyer: Node) -> str:
    """The number by which the buyer pays VAT, before any other."""
    found = [
        (one.attributes.get("schemeID", ""), one.text.strip())
        for one in buyer.all("SpecifiedTaxRegistration/ID")
    ]
    return next((text for kind, text in found if kind == "VA"), found[0][1] if found else "")


def _amount_of(sums: Node) -> Decimal | str:
    """What the document comes to with its rounding, whatever was prepaid of it."""
    rounding = _number(sums, "RoundingAmount")
    parts = (_number(sums, "GrandTotalAmount"), rounding)
    if parts[0] is None:
        parts = (_number(sums, "DuePayableAmount"), _number(sums, "TotalPrepaidAmount"))
    wrong = next((one for one in parts if isinstance(one, str)), None)
    if wrong is not None or parts[0] is None:
        return wrong or "GrandTotalAmount:"
    return sum((worth(one) for one in parts if one is not None), NOTHING)


def _tax(sums: Node, currency: str) -> Decimal | str:
    """The tax in the document's currency; a second total may state it in another."""
    for one in sums.all("TaxTotalAmount"):
        if one.attributes.get("currencyID", currency) == currency:
            return figure(one.text) if one.text.strip() else ""
    return ""


def _has_lines(document: Node) -> bool:
    return document.first(f"{_DEAL}/IncludedSupplyChainTradeLineItem") is not None


def _lines(document: Node, settled: Node, sums: Node, currency: str) -> Iterator[InvoiceLine]:
    """The lines and what stands beside them; of a profile without lines the net amount."""
    for line in document.all(f"{_DEAL}/IncludedSupplyChainTradeLineItem"):
        if line.said("AssociatedDocumentLineDocument/LineStatusReasonCode") not in _NOT_COUNTED:
            yield _line(line)
    net = _number(sums, "LineTotalAmount")
    if not _has_lines(document):
        name = document.said("ExchangedDocument/Name") or "Net amount"
        based = _number(sums, "TaxBasisTotalAmount")
        yield InvoiceLine(name, (based if net is None else net) or NOTHING)
    if net is not None:
        yield from _beside(settled)
    yield from _taxes(settled, sums, currency)
    if rounding := _number(sums, "RoundingAmount"):
        yield InvoiceLine("Rounding", rounding)


def _line(line: Node) -> InvoiceLine:
    product = line.first("SpecifiedTradeProduct") or Node("Product", {}, 0)
    quantity = line.first("SpecifiedLineTradeDelivery/BilledQuantity")
    note = "AssociatedDocumentLineDocument/IncludedNote/Content"
    amount = line.first(*_LINE_SUMS)
    return InvoiceLine(
        name=product.said("Name", "Description") or line.said(note),
        amount=figure(amount.text) if amount and amount.text.strip() else NOTHING,
        number=line.said("AssociatedDocumentLineDocument/LineID") or str(line.line),
        code=product.said("SellerAssignedID", "GlobalID"),
        unit=quantity.attributes.get("unitCode", "") if quantity else "",
        quantity=figure(quantity.text) if quantity and quantity.text.strip() else "",
        price=_number(line, "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount")
        or "",
    )


def _beside(settled: Node) -> Iterator[InvoiceLine]:
    """Allowances, charges and freight of the whole document."""
    for one in settled.all("SpecifiedTradeAllowanceCharge"):
        amount = _number(one, "ActualAmount")
        is_charge = one.said("ChargeIndicator/Indicator").lower() in ("true", "1")
        name = one.said("Reason") or ("Charge" if is_charge else "Allowance")
        if isinstance(amount, Decimal) and not is_charge:
            amount = -amount
        if amount:
            yield InvoiceLine(name, amount)
    for one in settled.all("SpecifiedLogisticsServiceCharge"):
        if amount := _number(one, "AppliedAmount"):
            yield InvoiceLine(one.said("Description") or "Freight", amount)


def _taxes(settled: Node, sums: Node, currency: str) -> Iterator[InvoiceLine]:
    """The tax by its rates, where these come to what is stated; else in one line."""
    parts = []
    for one in settled.all("ApplicableTradeTax"):
        rate = one.said("RateApplicablePercent", "ApplicablePercent")
        name = one.said("TypeCode") or "VAT"
        if amount := _number(one, "CalculatedAmount"):
            parts.append(InvoiceLine(f"{name} {rate} %" if rate else name, amount))
    stated = _tax(sums, currency)
    if stated == "" or sum((worth(one.amount) for one in parts), NOTHING) == stated:
        yield from parts
    elif stated:
        yield InvoiceLine("VAT", stated)


def _details(document: Node, sums: Node, currency: str) -> dict[str, object]:
    lines = document.all(f"{_DEAL}/IncludedSupplyChainTradeLineItem")
    return {
        "root": document.name,
        "profile": document.said(
            "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID"
        ),
        "number": document.said("ExchangedDocument/ID"),
        "issued_on": str(_day(document.first("ExchangedDocument/IssueDateTime/DateTimeString"))),
        "type": document.said("ExchangedDocument/TypeCode"),
        "currency": currency,
        "buyer": document.said(f"{_AGREED}/BuyerTradeParty/Name"),
        "lines": sum(1 for _ in lines),
        "net": sums.said("TaxBasisTotalAmount"),
        "gross": sums.said("GrandTotalAmount"),
        "prepaid": sums.said("TotalPrepaidAmount"),
        "payable": sums.said("DuePayableAmount"),
    }


def _number(node: Node, path: str) -> Decimal | str | None:
    text = node.said(path)
    return figure(text) if text else None


def _day(node: Node | None) -> date | str:
    """A day written 20260629, or 2026-06-29; as it stands where it is none."""
    text = " ".join(node.text.split()) if node is not None else ""
    plain = text[:10] if "-" in text else text[:8]
    try:
        return date.fromisoformat(plain) if plain else ""
    except ValueError:
        return text
