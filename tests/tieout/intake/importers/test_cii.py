"""Cross Industry Invoices, by themselves and inside a PDF."""

from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfWriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tests.support.imports import post, states, upload
from tests.tieout.intake.importers.cii_shapes import VALVES, invoice, line, sums
from tieout.intake.kinds import BatchKind
from tieout.intake.reading import errors
from tieout.intake.uploads import inspect
from tieout.ledger.models import Document, DocumentLine, DocumentReference


def pdf_with(**files: str) -> bytes:
    """A PDF of one empty page with files inside."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    for name, content in files.items():
        writer.add_attachment(f"{name.replace('_', '-')}.xml", content.encode())
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_invoice_and_what_stands_beside_its_lines(session: Session) -> None:
    """A prepayment is a payment of its own: it is not taken off the invoice, too."""
    make_company(session)
    make_customer(session)

    batch = post(session, upload(session, invoice(VALVES), name="INV-2031.xml"))

    assert states(session, batch) == ["posted"] * 4
    document = session.scalars(select(Document)).one()
    assert (document.number, document.amount_minor) == ("INV-2031", 12430)
    lines = session.scalars(select(DocumentLine).order_by(DocumentLine.id))
    assert [(one.description, one.amount_minor) for one in lines] == [
        ("Valve 20 mm", 10000),
        ("Loyalty", -1000),
        ("Freight", 2000),
        ("VAT 13 %", 1430),
    ]


def test_a_credit_note_names_the_invoice_it_corrects(session: Session) -> None:
    make_company(session)
    make_customer(session)
    note = invoice(VALVES, code="381", corrects="INV-1990", number="CN-7")

    post(session, upload(session, note, name="CN-7.xml"))

    document = session.scalars(select(Document)).one()
    assert (document.kind, document.amount_minor) == ("credit_note", -12430)
    assert "INV-1990" in set(session.scalars(select(DocumentReference.value)))


def test_lines_that_sum_up_or_only_tell_are_not_counted() -> None:
    lines = (
        line("0101", "Printer", "60.00", "DETAIL")
        + line("0102", "Toner", "40.00", "DETAIL")
        + line("01", "Subtotal", "100.00", "GROUP")
        + line("02", "Warranty", "5.00", "INFORMATION")
    )

    found = inspect(invoice(lines).encode(), "x.xml", BatchKind.DOCUMENTS)

    assert all(control.ties for control in found.controls)
    assert len(found.rows) == 5


def test_a_profile_without_lines_becomes_its_net_amount_and_tax() -> None:
    """What was prepaid is not even said there: only that less is payable."""
    totals = sums(
        TaxBasisTotalAmount="624.90",
        TaxTotalAmount="46.25",
        GrandTotalAmount="671.15",
        DuePayableAmount="470.15",
    )

    found = inspect(invoice(beside="", totals=totals).encode(), "x.xml", None)

    assert [row.cells[-1] for row in found.rows] == [Decimal("624.90"), Decimal("46.25")]
    assert {row.cells[9] for row in found.rows} == {Decimal("671.15")}
    assert all(control.ties for control in found.controls)


def test_a_document_that_does_not_add_up_is_said() -> None:
    wrong = invoice(VALVES).replace("124.30", "124.31")

    found = inspect(wrong.encode(), "x.xml", BatchKind.DOCUMENTS)

    assert [one.ties for one in found.controls] == [False, True]


def test_the_first_zugferd_called_things_otherwise() -> None:
    old = invoice(VALVES)
    for new, name in (
        ("CrossIndustryInvoice", "CrossIndustryDocument"),
        ("rsm:ExchangedDocument", "rsm:HeaderExchangedDocument"),
        ("rsm:SupplyChainTradeTransaction", "rsm:SpecifiedSupplyChainTradeTransaction"),
        ("ApplicableHeaderTrade", "ApplicableSupplyChainTrade"),
        ("SpecifiedLineTrade", "SpecifiedSupplyChainTrade"),
        ("SettlementHeaderMonetary", "SettlementMonetary"),
        ("SettlementLineMonetary", "SettlementMonetary"),
    ):
        old = old.replace(new, name)

    found, modern = (inspect(one.encode(), "x.xml", None) for one in (old, invoice(VALVES)))

    assert [row.cells for row in found.rows] == [row.cells for row in modern.rows]


@pytest.mark.parametrize("name", ["factur_x", "ZUGFeRD_invoice", "anything"])
def test_an_invoice_inside_a_pdf(name: str) -> None:
    found = inspect(pdf_with(**{name: invoice(VALVES)}), "invoice.pdf", None)

    assert (found.importer, len(found.rows)) == ("pdf", 4)
    assert all(control.ties for control in found.controls)


def test_a_pdf_without_one_is_refused_and_says_what_to_hand_in() -> None:
    for content in (pdf_with(), pdf_with(notes="<note/>"), b"%PDF-1.7\ncut off"):
        with pytest.raises(errors.PdfFile) as refused:
            inspect(content, "letter.pdf", None)
        assert "Ask for the XML" in str(refused.value)


def test_two_invoices_in_one_pdf_are_a_question() -> None:
    both = {"one": invoice(VALVES), "two": invoice(VALVES, number="INV-2032")}

    with pytest.raises(errors.SeveralInvoices):
        inspect(pdf_with(**both), "invoice.pdf", None)
