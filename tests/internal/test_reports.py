"""Each report is one table: its page, PDF, workbook and CSV say the same, and prove it."""

import csv
import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from internal import reports
from tests.factories import AT, BY, OTHER, make_customer
from tests.support.books import given, post
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db, settings
from tieout.customers.models import Customer
from tieout.disputes.models import Dispute
from tieout.identity.permissions import PortalRole, Role
from tieout.ledger import posting
from tieout.ledger.models import Document
from tieout.month_end import moved
from tieout.periods import Period
from tieout.statements import auditing, drafting, issuing
from tieout.statements.models import AuditorRequest, Confirmation, Statement

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
    proof = rows[rows.index([]) + 1 :]
    assert any("= closing" in words for [words] in proof)

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


def test_results_are_proved_on_the_page_by_what_the_files_list(
    accountant: Visitor, world: World
) -> None:
    """A customer that had agreed and is asked again counts as agreed, and is named as that."""
    with db.transaction() as session:
        statement = session.get_one(Statement, world.ids["statement_id"])
        statement.changed_since_at = AT + timedelta(days=3)
        period = statement.period_start.strftime("%Y-%m")
        number = statement.number
        answer = session.scalars(
            select(Confirmation).where(Confirmation.statement_id == statement.id)
        ).one()
        answer.answered_at = AT
    report = f"/desk/reports/confirmations?month={period}"

    page = words_of(accountant.open(report).text)
    rows = list(csv.reader(io.StringIO(accountant.open(f"{report}&as=csv").text.lstrip("\ufeff"))))

    told = next(row for row in rows if row[0] == number)[5]
    assert told == "Agreed, changed since"
    assert "Agreed 1 (CNY 4,040.00), No answer 1 (CNY 4,040.00) = 2 (CNY 8,080.00)" in page


@pytest.mark.parametrize("report", [REPORT, "/desk/reports/ageing?on=2026-06-30"])
def test_a_long_report_is_leafed_through_and_its_file_holds_all(
    accountant: Visitor, monkeypatch: pytest.MonkeyPatch, report: str
) -> None:
    whole = words_of(accountant.open(report).text)
    monkeypatch.setattr(reports, "_ROWS", 1)

    leaves = [words_of(accountant.open(f"{report}&page_lines={no}").text) for no in (1, 2, 3)]
    file = accountant.open(f"{report}&as=csv").data.decode("utf-8-sig")

    assert "1 to 1 of 3 Next page" in leaves[0]
    assert "3 to 3 of 3 Previous page" in leaves[2]
    assert ["Bright & Sons" in leaf for leaf in leaves].count(True) == 1
    assert "Bright & Sons" in whole
    assert "Bright & Sons" in file
    total = whole[whole.index("Total ") :][:20]
    assert all(total in leaf for leaf in leaves)


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
    assert [row[0] for row in rows[1 : rows.index([])]] == ["B-0002"]
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


def test_a_customers_report_lists_what_stands_behind_its_line(world: World) -> None:
    """Its answers, what differs from its own ledger, and its disputes; files hold the same."""
    account_id, customer_id = world.ids["account_id"], world.ids["customer_id"]
    mine = world.customer(PortalRole.ANSWER)
    with db.reading() as session:
        number = session.scalars(
            select(Document.number).where(Document.account_id == account_id)
        ).first()
    ledger = f"Date,Type,Invoice no,Debit,Credit\n2026-06-05,Invoice,{number},,4040.00\n"
    ledger += "2026-06-09,Payment,TT-1,640.00,\n"
    data = {
        "file": (io.BytesIO(ledger.encode()), "june.csv"),
        "as_at": "2026-06-30",
        "account": account_id,
    }
    assert mine.send("/books", data, page="/books").status_code == 303
    accountant = world.staff(Role.ACCOUNTANT)
    report = f"{REPORT}&customer={customer_id}"

    page = words_of(accountant.open(report).text)
    assert "Payment TT-1 of 9 June 2026 is missing in our book." in page
    assert "we correct" in page
    assert "= openings CNY 0.00 + differences CNY 640.00" in page
    with db.reading() as session:
        receipts = session.scalars(
            select(Dispute.receipt).where(
                Dispute.account_id == account_id, Dispute.raised_on <= date(2026, 6, 30)
            )
        ).all()
        numbers = session.scalars(
            select(Statement.number).where(
                Statement.customer_id == customer_id,
                Statement.period_end == date(2026, 6, 30),
                Statement.state == "issued",
            )
        ).all()
    for one in (*receipts, *filter(None, numbers)):
        assert one in page
    text = text_of(accountant.open(f"{report}&as=pdf").data)
    assert "missing in our book" in text
    book = load_workbook(io.BytesIO(accountant.open(f"{report}&as=xlsx").data))
    assert {"Answers", "Open differences", "Disputes"} <= set(book.sheetnames)
    assert [row[6] for row in book["Open differences"].values][-1] == 640
    assert "Open differences" not in words_of(accountant.open(REPORT).text)


def test_what_the_auditor_hears_first_is_no_answer_yet(world: World) -> None:
    """The report of a customer says no more than the statement's own page."""
    statement_id, customer_id = world.ids["statement_id"], world.ids["customer_id"]
    with db.transaction() as session:
        statement = session.get_one(Statement, statement_id)
        period = Period(statement.period_start, statement.period_end)
        auditing.ask(session, [customer_id], period, by=BY, at=AT)
        section = statement.sections[0]
        session.add(
            Confirmation(
                receipt="C-900001",
                customer_id=customer_id,
                statement_id=statement_id,
                section_id=section.id,
                outcome="disagreed",
                currency=section.currency,
                balance_minor=section.closing_minor,
                stated_minor=7_654_321,
                evidence={},
                answered_at=AT,
            )
        )
    address = f"/desk/reports/reconciliation?month={period.end:%Y-%m}&customer={customer_id}"

    def shown(role: Role) -> bool:
        return "76,543.21" in words_of(world.staff(role).open(address).text)

    assert not shown(Role.ACCOUNTANT)
    assert shown(Role.AUDITOR)
    with db.transaction() as session:
        auditing.release(session, session.scalars(select(AuditorRequest)).all(), by=BY, at=AT)
    assert shown(Role.ACCOUNTANT)
