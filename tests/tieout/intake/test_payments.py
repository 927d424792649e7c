"""Payments and bank statements: whose money it is, and what it settles."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tests.support import books as book
from tests.support.imports import post, sentences, states, upload
from tieout.customers.models import Customer
from tieout.intake.kinds import BatchKind
from tieout.ledger.models import Allocation, Document, DocumentReference, DueItem

BANK = """Date,Payer,Amount,Currency,Bank reference,Remittance information
2026-06-20,Unknown Holdings,1000.00,CNY,20260620-1,for INV-1031
2026-06-21,Customer M-0300,250.00,CNY,20260621-2,thanks
2026-06-22,Somebody,-12.50,CNY,20260622-3,bank fees
2026-06-23,Nobody known,77.00,CNY,20260623-4,no hint
"""


@pytest.fixture
def books(session: Session) -> Session:
    """Two customers, one with an open invoice."""
    make_company(session)
    account = make_customer(session)
    make_customer(session, "M-0300")
    book.post(session, account, "invoice", "INV-1031", "2026-05-20", "1000.00")
    return session


def test_a_payer_is_found_by_the_invoice_it_names(books: Session) -> None:
    batch = upload(books, BANK, BatchKind.PAYMENTS, "bank.csv")

    assert states(books, batch) == ["ready", "ready", "left_out", "decision"]
    assert sentences(books, batch)[1] == (
        "“bank.csv”, row 5, column B: There is no customer “Nobody known”. Choose the customer"
        " here, or add it first and check the rows again."
    )


def test_money_settles_what_it_names_when_it_is_posted(books: Session) -> None:
    batch = upload(books, BANK.rpartition("2026-06-23")[0], BatchKind.PAYMENTS, "bank.csv")

    post(books, batch)

    payment = books.scalars(select(Document).where(Document.kind == "payment")).first()
    assert payment is not None
    assert payment.amount_minor == -100_000
    said = select(DocumentReference.kind, DocumentReference.value).where(
        DocumentReference.document_id == payment.id
    )
    assert [tuple(row) for row in books.execute(said)] == [
        ("bank", "20260620-1"),
        ("remittance", "for INV-1031"),
    ]
    [allocation] = books.scalars(select(Allocation)).all()
    assert (allocation.rule, allocation.amount_minor) == ("reference", 100_000)
    assert batch.totals["settled"] == 1
    open_amounts = books.scalars(select(DueItem.open_minor).order_by(DueItem.id)).all()
    assert open_amounts == [0, 0, 25_000]


def test_genuine_twins_are_both_posted_and_neither_comes_twice(books: Session) -> None:
    twin = "2026-06-21,Customer M-0300,250.00,CNY,,cash\n"
    text = BANK.splitlines(keepends=True)[0] + twin * 2
    post(books, upload(books, text, BatchKind.PAYMENTS, "bank.csv"))

    again = upload(books, text + twin, BatchKind.PAYMENTS, "bank-2.csv")

    assert states(books, again) == ["repeated", "repeated", "ready"]


def test_a_chinese_bank_statement_is_understood(books: Session) -> None:
    text = (
        "交易日期,对方户名,收入金额,支出金额,余额,摘要\n"
        '20260620,不认识的公司,"1,000.00",,5000.00,货款 INV-1031\n'
        "20260621,水电公司,,88.00,4912.00,电费\n"
    )

    batch = upload(books, text.encode("gb18030"), BatchKind.PAYMENTS, "流水.csv")

    assert states(books, batch) == ["ready", "left_out"]


def test_what_an_open_item_list_puts_under_an_invoice_settles_it(books: Session) -> None:
    text = (
        "Konto;Name;Rechnungsnr.;Datum;Fälligkeit;Betrag Soll;Betrag Haben\n"
        "M-0100;Customer;RE-7;03.05.2026;02.06.2026;4.520,00;\n"
        "M-0100;Customer;RE-7;15.06.2026;;;3.000,00\n"
        "M-0100;Customer;RE-7;18.06.2026;;;20,00\n"
    )
    code = books.scalars(select(Customer.code).order_by(Customer.id)).first()

    batch = upload(books, text.replace("M-0100", str(code)), BatchKind.DOCUMENTS, "opos.csv")
    assert states(books, batch) == ["ready", "ready", "ready"]
    post(books, batch)

    posted = select(Document.kind, Document.number, Document.amount_minor).order_by(Document.id)
    assert [tuple(row) for row in books.execute(posted)][1:] == [
        ("invoice", "RE-7", 452_000),
        ("payment", "", -300_000),
        ("payment", "", -2_000),
    ]
    invoice = select(DueItem.open_minor).join(Document, Document.id == DueItem.document_id)
    assert books.scalars(invoice.where(Document.number == "RE-7")).one() == 150_000
