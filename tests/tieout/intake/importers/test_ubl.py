"""Invoices and credit notes in UBL: lines that add up, prepayments, taxes, currencies."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tests.support.imports import post, sentences, states, upload
from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import inspect
from tieout.ledger.models import Document, DocumentLine, DocumentReference

SPACES = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
INVOICE = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" {spaces}>
<cbc:ID>INV-2031</cbc:ID><cbc:IssueDate>2026-06-29</cbc:IssueDate>
<cbc:DueDate>2026-07-29</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>CNY</cbc:DocumentCurrencyCode>
<cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode>
<cac:OrderReference><cbc:ID>PO-7781</cbc:ID></cac:OrderReference>
<cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity>
<cbc:RegistrationName>{buyer}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>
</cac:AccountingCustomerParty>
<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>
<cbc:AllowanceChargeReason>Loyalty</cbc:AllowanceChargeReason>
<cbc:Amount currencyID="CNY">10.00</cbc:Amount></cac:AllowanceCharge>
<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>
<cbc:AllowanceChargeReason>Freight</cbc:AllowanceChargeReason>
<cbc:Amount currencyID="CNY">20.00</cbc:Amount></cac:AllowanceCharge>
<cac:TaxTotal><cbc:TaxAmount currencyID="CNY">14.30</cbc:TaxAmount></cac:TaxTotal>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">1.80</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="CNY">100.00</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="CNY">110.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="CNY">124.30</cbc:TaxInclusiveAmount>
<cbc:PrepaidAmount currencyID="CNY">24.30</cbc:PrepaidAmount>
<cbc:PayableAmount currencyID="CNY">100.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="PCE">4</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="CNY">100.00</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>Valve 20 mm</cbc:Name></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="CNY">25.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
</Invoice>
"""


def invoice(buyer: str = "Customer M-0217") -> str:
    """An invoice to somebody."""
    return INVOICE.format(spaces=SPACES, buyer=buyer)


def credit_note() -> str:
    """The same as a credit note."""
    return (
        invoice()
        .replace("Invoice-2", "CreditNote-2")
        .replace("<Invoice ", "<CreditNote ")
        .replace("</Invoice>", "</CreditNote>")
        .replace("InvoiceLine", "CreditNoteLine")
        .replace("InvoicedQuantity", "CreditedQuantity")
        .replace("cbc:InvoiceTypeCode>380", "cbc:CreditNoteTypeCode>381")
        .replace("InvoiceTypeCode", "CreditNoteTypeCode")
        .replace("INV-2031", "CN-77")
    )


def test_a_prepayment_is_not_taken_off_twice(session: Session) -> None:
    make_company(session)
    make_customer(session)

    post(session, upload(session, invoice(), BatchKind.DOCUMENTS, "inv.xml"))

    [document] = session.scalars(select(Document)).all()
    assert (document.kind, document.number) == ("invoice", "INV-2031")
    assert document.amount_minor == 124_30
    assert document.tax_minor == 14_30
    query = select(DocumentLine.description, DocumentLine.amount_minor)
    lines = [tuple(row) for row in session.execute(query.order_by(DocumentLine.id))]
    assert lines == [
        ("Valve 20 mm", 100_00),
        ("Loyalty", -10_00),
        ("Freight", 20_00),
        ("VAT", 14_30),
    ]


def test_a_credit_note_lowers_what_is_owed(session: Session) -> None:
    make_company(session)
    make_customer(session)

    post(session, upload(session, credit_note(), BatchKind.DOCUMENTS, "cn.xml"))

    [document] = session.scalars(select(Document)).all()
    assert (document.kind, document.amount_minor) == ("credit_note", -124_30)


def test_a_credit_note_names_the_invoices_it_corrects(session: Session) -> None:
    make_company(session)
    make_customer(session)
    billed = "".join(
        "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>" + number + "</cbc:ID>"
        "</cac:InvoiceDocumentReference></cac:BillingReference>"
        for number in ("INV-1990", "INV-1991")
    )
    note = credit_note().replace("<cac:OrderReference>", billed + "<cac:OrderReference>", 1)

    post(session, upload(session, note, name="CN-7.xml"))

    assert "INV-1990, INV-1991" in set(session.scalars(select(DocumentReference.value)))


def test_lines_that_do_not_add_up_are_said() -> None:
    text = invoice().replace("20.00</cbc:Amount>", "21.00</cbc:Amount>")

    found = inspect(text.encode(), "inv.xml", None)

    assert [(one.expected, one.found) for one in found.controls if not one.ties] == [
        (Decimal("124.30"), Decimal("125.30"))
    ]


def test_an_unknown_buyer_waits_for_a_decision(session: Session) -> None:
    make_company(session)

    batch = upload(session, invoice("Nobody Ltd"), BatchKind.DOCUMENTS, "inv.xml")

    assert set(states(session, batch)) == {"decision"}
    assert "There is no customer “Nobody Ltd”" in sentences(session, batch)[0]
