"""Suppliers, several currencies, quantities: by the pages, from the file to 0.00 on paper."""

import io
import re
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.factories import AT, make_company, make_customer
from tests.portal.conftest import PASSWORD, let_in
from tests.support.books import post
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.customers.models import CustomerAccount
from tieout.ledger.inputs import LineInput
from tieout.money import Money

LANGUAGES = ("en", "zh")
NOUGHT = re.compile(r"([\d,]+\.\d\d) − ([\d,]+\.\d\d) = 0\.00")


def wang(app: object, language: str) -> Visitor:
    """Somebody of the customer's, signed in."""
    visitor = Visitor(app, language)  # type: ignore[arg-type]
    visitor.choose(language)
    assert visitor.sign_in("wang.min@m-0217.example", PASSWORD).status_code == 303
    return visitor


def handed_in(visitor: Visitor, account_id: int, text: str) -> str:
    """Hand a ledger in; the address of its comparison."""
    data = {
        "file": (io.BytesIO(text.encode()), "june.csv"),
        "as_at": "2026-06-30",
        "account": account_id,
    }
    answer = visitor.send("/books", data, page="/books")
    assert answer.status_code == 303, words_of(answer.text)
    return str(answer.location)


def on_paper(visitor: Visitor, there: str) -> tuple[str, str]:
    """What PDF and workbook of a comparison say."""
    paper = visitor.open(f"{there}/reconciliation.pdf").data
    sheets = PdfReader(io.BytesIO(paper)).pages
    book = load_workbook(io.BytesIO(visitor.open(f"{there}/reconciliation.xlsx").data))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    return (
        " ".join(" ".join(sheet.extract_text() for sheet in sheets).split()),
        " ".join(str(cell) for cell in cells if cell is not None),
    )


def ties_out(page: str, figure: str) -> bool:
    """Whether a page comes to 0.00 at a figure."""
    found = NOUGHT.search(page)
    return found is not None and found[1] == found[2] == figure


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_currencies_in_one_file_are_two_comparisons(app: object, language: str) -> None:
    with db.transaction() as session:
        make_company(session)
        account = make_customer(session)
        euros = CustomerAccount(
            customer_id=account.customer_id, currency="EUR", kind="receivable", created_at=AT
        )
        session.add(euros)
        session.flush()
        post(session, account, "invoice", "INV-1", "2026-06-03", "1000.00")
        post(session, euros, "invoice", "INV-2", "2026-06-04", "300.00")
        post(session, euros, "invoice", "INV-3", "2026-06-05", "50.00")
        let_in(session, account.customer.contacts[0])
        account_id = account.id
    customer = wang(app, language)

    there = handed_in(
        customer,
        account_id,
        "Date,Type,Invoice no,Amount,Currency\n2026-06-03,Invoice,INV-1,1000.00,CNY\n"
        "2026-06-04,Invoice,INV-2,300.00,EUR\n",
    )

    shown = customer.open(there).text
    page = words_of(shown)
    assert "1,300.00" not in page
    assert "refused" not in page
    assert "拒收" not in page
    [sister] = re.findall(r'href="(/books/\d+)">(?:See the comparison in EUR|查看.*?核对)', shown)
    other = words_of(customer.open(sister).text)
    assert "INV-3" in other
    assert ties_out(other, "350.00")
    for said in on_paper(customer, sister):
        assert "350.00" in said
        assert "1,000.00" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_supplier_reads_its_own_statement_with_the_sign_turned(
    app: object, language: str
) -> None:
    with db.transaction() as session:
        make_company(session)
        account = make_customer(session, kind="payable")
        post(session, account, "invoice", "R-0", "2026-04-03", "25.00")
        post(session, account, "invoice", "R-1", "2026-06-03", "100.00")
        post(session, account, "payment", "PV-1", "2026-06-29", "-40.00")
        let_in(session, account.customer.contacts[0])
        account_id = account.id
    supplier = wang(app, language)

    # The supplier's receivables: debits are what we owe it.
    there = handed_in(
        supplier,
        account_id,
        "Date,Type,Invoice no,Debit,Credit\n2026-06-02,Invoice,R-1,100.00,\n"
        "2026-06-10,Invoice,R-2,70.00,\n",
    )

    page = words_of(supplier.open(there).text)
    owed = "we owe, 30 June 2026" if language == "en" else "我方应付，2026年6月30日"
    assert owed in page
    assert ties_out(page, "155.00")
    assert {"en": "we then owe you 25.00 more", "zh": "我方对贵方的应付增加 25.00"}[
        language
    ] in page
    paper, workbook = on_paper(supplier, there)
    assert "155.00" in paper
    assert "R-2" in paper
    assert "R-2" in workbook


@pytest.mark.parametrize("language", LANGUAGES)
def test_quantities_say_where_the_difference_is(app: object, language: str) -> None:
    item = LineInput(
        amount=Money.of("1200.00", "CNY"), quantity=Decimal(100), unit_price=Decimal(12)
    )
    with db.transaction() as session:
        make_company(session)
        account = make_customer(session)
        post(session, account, "invoice", "INV-9", "2026-06-03", "1200.00", lines=(item,))
        let_in(session, account.customer.contacts[0])
        account_id = account.id
    customer = wang(app, language)

    there = handed_in(
        customer,
        account_id,
        "Date,Type,Invoice no,Quantity,Unit price,Amount\n"
        "2026-06-04,Invoice,INV-9,98,12.00,1176.00\n",
    )

    said = {
        "en": "98 × 12.00 in your book against 100 × 12.00 in ours: 2 short.",
        "zh": "贵方账 98 × 12.00，我方账 100 × 12.00：少 2。",
    }[language]
    assert said in words_of(customer.open(there).text)
    paper, workbook = on_paper(customer, there)
    assert said.replace(" ", "") in paper.replace(" ", "")
    assert said in workbook
