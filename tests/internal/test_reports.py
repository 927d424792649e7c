"""Each report is one table: its page, PDF, workbook and CSV say the same, and prove it."""

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from tests.factories import AT, BY, OTHER, make_customer
from tests.support.books import given, post
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db, settings
from tieout.customers.models import Customer
from tieout.identity.permissions import Role
from tieout.ledger import posting
from tieout.month_end import moved
from tieout.periods import Period
from tieout.statements import drafting, issuing

REPORT = "/desk/reports/reconciliation?month=2026-06"


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who reads a June: DOMAIN's example of a balance carried forward."""
    with db.transaction() as session:
        account = make_customer(session, "B-0001")
        account.customer.name = "Bright & Sons"
        post(session, account, "invoice", "INV-1", "2026-05-20", "1500.00")
        post(session, account, "invoice", "INV-2", "2026-06-03", "1000.00")
        post(session, account, "payment", "PAY-1", "2026-06-10", "-600.00")
        post(session, account, "credit_note", "CN-1", "2026-06-15", "-120.00")
        post(session, account, "invoice", "INV-3", "2026-06-20", "2260.00")
        post(session, account, "fee", "FEE-1", "2026-07-01", "5.00")
    return world.staff(Role.ACCOUNTANT)


def text_of(pdf: bytes) -> str:
    """What stands on paper."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_month_rolls_forward_on_the_page(accountant: Visitor) -> None:
    page = words_of(accountant.open(REPORT).text)

    assert "Bright & Sons B-0001 1,500.00 3,260.00 −120.00 −600.00 4,040.00 Not issued" in page
    assert "Opening" in page
    assert "= closing" in page


def test_the_files_hold_the_figures_of_the_page(accountant: Visitor) -> None:
    text = accountant.open(f"{REPORT}&as=csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    mine = next(row for row in rows if row[0] == "B-0001")
    assert mine[2:7] == ["1500.00", "3260.00", "-120.00", "-600.00", "0.00"]
    assert mine[7] == "4040.00"

    paper = text_of(accountant.open(f"{REPORT}&as=pdf").data)
    assert "4,040.00" in paper
    assert "= closing" in paper
    assert accountant.open(f"{REPORT}&as=xlsx").data.startswith(b"PK")


def test_a_year_begins_where_the_last_one_ended(accountant: Visitor) -> None:
    with db.reading() as session:
        year = moved.accounts(session, Period.parse("2026"), "CNY")
        months = [
            moved.accounts(session, Period.parse(f"2026-{month:02}"), "CNY") for month in (5, 6, 7)
        ]

    whole = next(row for row in year if row.standing.code == "B-0001")
    steps = [next(row for row in rows if row.standing.code == "B-0001") for rows in months]
    assert [str(row.closing.decimal) for row in steps] == ["1500.00", "4040.00", "4045.00"]
    assert [row.opening for row in steps[1:]] == [row.closing for row in steps[:-1]]
    assert whole.closing == steps[-1].closing
    assert str(whole.moved["other"].decimal) == "5.00"


@pytest.mark.parametrize("report", ["ageing?on=2026-06-30", "confirmations?month=2026-06"])
def test_every_report_is_paper_too_and_shows_its_checks(accountant: Visitor, report: str) -> None:
    answer = accountant.open(f"/desk/reports/{report}&as=pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert "✓" in text_of(answer.data) or "issued yet" in text_of(answer.data)


def test_another_customer_of_the_report_is_left_out(accountant: Visitor, world: World) -> None:
    page = words_of(accountant.open(f"{REPORT}&customer={world.ids['customer_id']}").text)

    assert "Bright & Sons" not in page


def test_an_auditor_draws_a_sample_and_sees_what_was_paid_since(
    accountant: Visitor, world: World
) -> None:
    with db.transaction() as session:
        account = make_customer(session, "B-0002")
        post(session, account, "invoice", "INV-9", "2026-06-20", "9000.00")
        post(session, account, "payment", "PAY-9", "2026-07-08", "-8000.00")
    address = "/desk/reports/sample?month=2026-06&method=above&above=9000"
    auditor = world.staff(Role.AUDITOR)

    rows = list(csv.reader(io.StringIO(auditor.open(f"{address}&as=csv").text.lstrip("\ufeff"))))
    assert [row[0] for row in rows[1:]] == ["B-0002"]
    assert rows[1][3] == "9000.00"
    assert rows[1][6] == "8000.00"
    assert "Everything from an amount" in text_of(auditor.open(f"{address}&as=pdf").data)

    again = "/desk/reports/sample?month=2026-06&size=2&seed=audit-1"
    assert auditor.open(again).status_code == 200
    assert accountant.open(f"{again}&as=csv").data == auditor.open(f"{again}&as=csv").data


def test_what_came_after_the_statements_is_listed_and_proved(accountant: Visitor) -> None:
    """An invoice of June, entered once its statement stood: on the page, on paper, in files."""
    with db.transaction() as session:
        customer = session.scalars(select(Customer).where(Customer.code == "B-0001")).one()
        for _ in range(9):  # the world of routes has used the first numbers
            settings.next_number(session, "statement", AT.date())
        made = drafting.draft(session, customer, Period.month(2026, 6), by=BY, at=AT)
        drafting.approve(session, made, by=OTHER, at=AT)
        issuing.issue(session, made, by=OTHER, at=AT)
        late = given(customer.accounts[0], "invoice", "INV-4", "2026-06-25", "75.00")
        posting.post(session, late, by=BY, at=AT + timedelta(days=2))

    page = words_of(accountant.open(REPORT).text)
    assert "Invoice INV-4" in page
    proof = "Stated CNY 4,040.00 + came since CNY 75.00 = books now CNY 4,115.00"
    assert proof in page
    assert proof in " ".join(text_of(accountant.open(f"{REPORT}&as=pdf").data).split())

    book = load_workbook(io.BytesIO(accountant.open(f"{REPORT}&as=xlsx").data))
    assert book.sheetnames == ["Summary", "Reconciliation report CNY", "Changed since"]
    cells = [list(row) for row in book["Changed since"].iter_rows(values_only=True)]
    assert [row[0] for row in cells] == ["Code", "B-0001", "Total"]
    assert cells[1][5] == "INV-4"
    assert cells[1][-1] == 75
    said = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True)}
    assert said["About"] == "June 2026"

    later = accountant.open(f"{REPORT}&as=csv&part=later").data.decode("utf-8-sig")
    assert "INV-4" in later
