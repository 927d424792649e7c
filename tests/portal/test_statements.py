"""Statements in the portal: opened by a link, read, searched, taken along as files."""

import csv
import io
import re
import zipfile
from datetime import date
from html import unescape

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories import BY, OTHER, make_customer
from tests.portal.conftest import (
    BOOKED,
    ISSUED,
    PASSWORD,
    June,
    answers,
    book_june,
    confirm,
    days_later,
    form_on,
    issue,
    let_in,
    link_to,
    send,
)
from tests.support.books import post
from tests.support.visitor import Visitor, words_of
from tieout import clock, db
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.ledger.models import Document
from tieout.operations.schema import metadata
from tieout.periods import Period
from tieout.settings import BankAccount
from tieout.statements import asking, drafting, issuing
from tieout.statements.asking import Clause
from tieout.statements.models import Statement, StatementDelivery


def rows() -> dict[str, int]:
    """How many rows each table has."""
    with db.reading() as session:
        return {
            name: session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            for name in metadata.tables
        }


def test_a_link_opens_the_statement_without_registering_and_changes_nothing(june: June) -> None:
    before = rows()
    visitor = Visitor(june.app)

    opened = visitor.open(f"/s/{june.link}")
    page = words_of(visitor.open(opened.location).text)

    assert opened.location == june.path
    assert "You owe Harbour Tools CNY 4,040.00 as at 30 June 2026" in page
    assert "Confirm 4,040.00 as at 30 June" in page
    assert rows() == before
    with db.reading() as session:
        assert [one.state for one in session.scalars(select(StatementDelivery))] == ["queued"]


def test_what_is_owed_is_shown_with_what_it_consists_of(june: June) -> None:
    page = words_of(june.by_link().open(june.path).text)

    assert "Overdue 900.00 INV-1, due 28 May" in page
    assert "Not yet due 3,260.00 next: 1,000.00 on 3 July" in page
    assert "Not yet applied −120.00" in page
    assert "Opening 1,500.00 + charges 3,260.00 − credits 720.00 = closing 4,040.00" in page
    assert "What the 4,040.00 consists of" in page


def test_each_line_shows_its_references_and_the_balance_after_it(june: June) -> None:
    page = words_of(june.by_link().open(june.path).text)

    assert "3 Jun 2026 Invoice INV-2 Yours: PO 4500-1182 1,000.00 Balance 2,500.00" in page
    assert "12 Jun 2026 Payment PAY-1 −600.00 Balance 1,900.00" in page
    assert "26 Jun 2026 Invoice INV-3 2,260.00 Balance 4,040.00" in page


def test_the_figures_of_the_files_are_those_of_the_page(june: June) -> None:
    visitor = june.by_link()

    pdf = visitor.open(f"{june.path}/statement.pdf")
    printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
    for figure in ("4,040.00", "1,500.00", "−600.00", "900.00", "INV-3", "PO 4500-1182"):
        assert figure in printed, figure
    table = csv.reader(
        io.StringIO(visitor.open(f"{june.path}/statement.csv").data.decode("utf-8-sig"))
    )
    assert [row[-2:] for row in table if "INV-3" in row] == [["2260.00", "4040.00"]]
    book = load_workbook(io.BytesIO(visitor.open(f"{june.path}/statement.xlsx").data))
    cells = [cell.value for sheet in book for line in sheet.iter_rows() for cell in line]
    assert 4040 in cells
    assert pdf.headers["Content-Disposition"].endswith("ST-2026-0001-v1.pdf")


def test_lines_are_searched_and_narrowed_by_the_address(june: June) -> None:
    visitor = june.by_link()

    found = words_of(visitor.open(f"{june.path}?q=4500").text)
    none = words_of(visitor.open(f"{june.path}?answer=confirmed").text)

    assert "INV-2" in found
    assert "PAY-1" not in found
    assert "No line fits what you look for." in none


def test_a_product_finds_the_lines_it_is_on(june: June) -> None:
    page = words_of(june.by_link().open(f"{june.path}?q=hex+bolts").text)

    assert "INV-3" in page
    assert "Yours: PO 4500-1182" not in page


def test_another_customers_statement_is_not_there(june: June) -> None:
    stranger = june.stranger()

    for path in ("", "/statement.pdf", "/lines", f"/{june.section_id}/answer"):
        assert stranger.open(june.path + path).status_code == 404, path
    sent = stranger.send(f"{june.path}/{june.section_id}/confirm", {"authority": "y"})
    assert sent.status_code == 404
    assert answers() == []


def test_a_link_opens_its_own_statement_alone(june: June) -> None:
    with db.transaction() as session:
        customer = session.get_one(Customer, june.customer_id)
        july = issue(session, customer, Period.month(2026, 7)).id
    visitor = june.by_link()

    assert visitor.open(f"/statements/{july}").status_code == 404
    assert visitor.open("/").location == june.path
    assert "July 2026" not in words_of(visitor.open("/statements").text)


def test_an_expired_link_says_so_and_offers_a_new_one(june: June) -> None:
    with days_later(61):
        visitor = Visitor(june.app)
        page = visitor.open(f"/s/{june.link}")

        assert page.status_code == 404
        assert "4,040.00" not in page.text
        assert "Mingyuan" not in page.text
        again = send_again(visitor, june)
        assert "a new one is on its way" in words_of(again)


def send_again(visitor: Visitor, june: June) -> str:
    """Press the one button of the expired link's page."""
    page = visitor.open(f"/s/{june.link}").text
    action = f"/s/{june.link}/again"
    return visitor.open(action, method="POST", data=form_on(page, action)).text


def test_a_replaced_version_says_so_and_takes_no_answer(june: June) -> None:
    visitor = june.signed_in()
    page = visitor.open(june.path).text
    with db.transaction() as session:
        old = session.get_one(Statement, june.statement_id)
        book_late(session)
        at = clock.now()
        new = issuing.supersede(session, old, reason="An invoice was missing.", by=BY, at=at)
        drafting.approve(session, new, by=OTHER, at=at)
        issuing.issue(session, new, by=OTHER, at=at)
        new_id = new.id

    action = f"{june.path}/{june.section_id}/confirm"
    late = visitor.open(action, method="POST", data={**form_on(page, action), "authority": "y"})

    assert late.status_code == 409
    assert "has been replaced by version 2" in words_of(late.text)
    assert f'href="/statements/{new_id}"' in late.text
    assert answers() == []
    shown = words_of(visitor.open(f"/statements/{new_id}").text)
    assert "CNY 4,140.00" in shown
    assert "Version 1" in shown


def test_what_changed_since_the_answer_is_shown_and_asked_again(june: June) -> None:
    visitor = june.signed_in()
    assert confirm(visitor, june).status_code == 303
    with days_later(3), db.transaction() as session:
        book_late(session)

    page = words_of(visitor.open(june.path).text)

    assert "Changed since you answered" in page
    assert "Invoice INV-LATE , 29 June 2026: CNY 100.00" in page
    assert "says CNY 4,040.00; with these our books say CNY 4,140.00." in page
    assert "Confirm 4,040.00 as at 30 June" in page
    assert "Changed since" in words_of(visitor.open("/statements").text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_blank_request_shows_no_figure_before_the_answer(june: June, language: str) -> None:
    with db.transaction() as session:
        customer = session.get_one(Customer, june.customer_id)
        asked = issue(session, customer, Period.month(2026, 7), request="blank")
        section = asked.sections[0].id
        link = link_to(session, asked, session.get_one(Contact, june.contact_id))
        path = f"/statements/{asked.id}"
    visitor = Visitor(june.app, language)
    visitor.open(f"/s/{link}")

    pages = [visitor.open(path).text, visitor.open(f"{path}/{section}/figure").text]
    assert all("4,040.00" not in page for page in pages)
    assert visitor.open(f"{path}/statement.pdf").status_code == 409
    documents = visitor.open("/documents")
    assert documents.status_code == 409
    own_first = {"en": "First your own balance", "zh": "请先填报贵方余额"}
    assert own_first[language] in words_of(documents.text)
    answer = send(visitor, f"{path}/{section}/figure", "", stated="3,900.00", authority="y")

    assert answer.status_code == 303
    assert "4,040.00" in words_of(visitor.open(path).text)
    [made] = answers()
    assert (made.outcome, made.stated_minor, made.balance_minor) == ("own_balance", 390000, 404000)


def test_who_signs_in_finds_no_balance_before_a_blank_request_is_answered(june: June) -> None:
    with db.transaction() as session:
        account = make_customer(session, "M-0400")
        account.customer.contacts[0].role = "manage"
        book_june(session, account)
        asked = issue(session, account.customer, request="blank")
        first = session.scalars(select(Document).where(Document.account_id == account.id)).first()
        assert first is not None
        let_in(session, account.customer.contacts[0])
        wanted = [f"/statements/{asked.id}", f"/promises/new?document={first.id}", "/"]
    visitor = Visitor(june.app)
    assert visitor.sign_in("wang.min@m-0400.example", PASSWORD).status_code == 303

    looked_at: set[str] = set()
    while wanted:
        path = wanted.pop()
        looked_at.add(path)
        answer = visitor.open(path)
        if answer.mimetype == "text/html":
            assert "4,040.00" not in answer.text, path
            found = re.findall(r'<a [^>]*href="(/[^"#]*)', answer.text)
            wanted += {unescape(href) for href in found if "help" not in href} - looked_at
        else:
            assert b"4040" not in answer.data, path

    assert {"/documents", f"/documents/{first.id}"} <= looked_at  # papers that were sent before
    assert visitor.open(f"/promises/new?document={first.id}").status_code == 409
    zipped = zipfile.ZipFile(io.BytesIO(visitor.open("/preferences/data/export.zip").data))
    assert not any(name.startswith("statements/") for name in zipped.namelist())


def test_a_request_that_wants_objections_only_says_so_with_its_clause(june: June) -> None:
    with db.transaction() as session:
        customer = session.get_one(Customer, june.customer_id)
        asking.file_clause(
            session, customer, Clause("HT-2026-14, § 7", 30, date(2026, 1, 5)), by=BY
        )
        asked = issue(session, customer, Period.month(2026, 7), request="negative")
        path = f"/statements/{asked.id}"

    page = words_of(june.signed_in().open(path).text)

    assert "only if you do not agree: by contract (HT-2026-14, § 7)" in page
    assert "30 days after this has reached you" in page
    assert "Please answer by" not in page


def test_a_day_to_answer_by_that_is_over_is_said_to_be_over(june: June) -> None:
    with days_later(40):
        page = words_of(june.signed_in().open(june.path).text)
    assert "An answer was asked for by" in page
    assert "it is still wanted" in page
    assert "Please answer by" not in page


def test_a_blank_request_answered_with_our_figure_leaves_nothing_to_look_into(june: June) -> None:
    with db.transaction() as session:
        customer = session.get_one(Customer, june.customer_id)
        asked = issue(
            session, customer, Period(date(2026, 7, 1), date(2026, 7, 1)), request="blank"
        )
        path = f"/statements/{asked.id}"
        section = asked.sections[0].id
        link = link_to(session, asked, session.get_one(Contact, june.contact_id))
    visitor = Visitor(june.app, "en")
    visitor.open(f"/s/{link}")

    answer = send(visitor, f"{path}/{section}/figure", "", stated="4,040.00", authority="y")

    page = words_of(visitor.open(answer.location).text)
    assert "You need do nothing" in page
    assert "difference" not in page


def test_a_statement_in_two_currencies_asks_for_each(june: June) -> None:
    with db.transaction() as session:
        euros = CustomerAccount(customer_id=june.customer_id, currency="EUR", created_at=ISSUED)
        session.add(euros)
        session.flush()
        session.expire(session.get_one(Customer, june.customer_id), ["accounts"])
        post(session, euros, "payment", "PAY-E", "2026-07-02", "-70.00", at=ISSUED)
        customer = session.get_one(Customer, june.customer_id)
        july = issue(session, customer, Period.month(2026, 7)).id

    page = words_of(june.signed_in().open(f"/statements/{july}").text)

    assert "Confirm CNY 4,040.00 as at 31 July" in page
    assert "Harbour Tools owes you EUR 70.00" in page
    assert "Confirm EUR 70.00 as at 31 July" in page


def test_whoever_may_only_look_is_told_who_answers(june: June) -> None:
    with db.transaction() as session:
        session.get_one(Contact, june.contact_id).role = "look"
    visitor = june.signed_in()

    page = words_of(visitor.open(june.path).text)

    assert "Somebody of your company who may answer has to confirm it." in page
    assert "Do you agree with this balance?" not in page
    assert visitor.open(f"{june.path}/{june.section_id}/answer").status_code == 403


def test_the_list_says_what_was_answered(june: June) -> None:
    visitor = june.signed_in()
    before = words_of(visitor.open("/statements").text)
    confirm(visitor, june)
    after = words_of(visitor.open("/statements").text)

    assert re.search(r"June 2026 .*CNY 4,040.00 Not answered PDF", before)
    assert re.search(r"June 2026 .*CNY 4,040.00 Agreed PDF", after)


def book_late(session: Session) -> None:
    """Book an invoice of June after June was told."""
    account = session.scalars(select(CustomerAccount).order_by(CustomerAccount.id)).first()
    assert account is not None
    post(session, account, "invoice", "INV-LATE", "2026-06-29", "100.00", at=clock.now())


def test_the_letter_to_sign_is_handed_out_to_the_own_customer(june: June) -> None:
    letter = f"{june.path}/letter.pdf"

    answer = june.by_link().open(letter)

    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert letter in june.signed_in().open(june.path).text
    assert june.stranger().open(letter).status_code == 404


def test_of_very_many_open_items_the_page_names_the_first_and_sums_the_rest(june: June) -> None:
    with db.transaction() as session:
        account = make_customer(session, "M-0400")
        for number in range(1, 61):
            post(session, account, "invoice", f"L-{number:02}", "2026-06-05", "10.00", at=BOOKED)
        let_in(session, account.customer.contacts[0])
        path = f"/statements/{issue(session, account.customer).id}"
    visitor = Visitor(june.app)
    visitor.sign_in("wang.min@m-0400.example", PASSWORD)

    page = words_of(visitor.open(path).text)

    assert "60 open items" in page
    assert "10 more; Excel and PDF name them all 100.00 Together 600.00" in page


def test_nothing_owed_is_confirmed_and_not_said_to_be_paid(june: June) -> None:
    with db.transaction() as session:
        account = make_customer(session, "M-0401")
        post(session, account, "payment", "PAY-9", "2026-06-05", "-10.00", at=BOOKED)
        let_in(session, account.customer.contacts[0])
        path = f"/statements/{issue(session, account.customer).id}"
    visitor = Visitor(june.app)
    visitor.sign_in("wang.min@m-0401.example", PASSWORD)

    page = words_of(visitor.open(path).text)

    assert "owes you CNY 10.00" in page
    assert "Confirm 10.00 as at 30 June" in page
    assert "Already paid" not in page
    asked = june.signed_in()
    assert "Already paid" in words_of(asked.open(june.path).text)


def test_already_paid_is_found_before_the_answer_and_after_it(june: June) -> None:
    """Where the link of a reminder leads."""
    with db.transaction() as session:
        account = make_customer(session, "M-0402")
        post(session, account, "invoice", "L-1", "2026-05-05", "10.00", due="2026-06-05", at=BOOKED)
        let_in(session, account.customer.contacts[0])
        session.add(
            BankAccount(
                currency="CNY",
                holder="Harbour Tools",
                bank="ICBC",
                number="1202",
                valid_from=date(2024, 3, 12),
                prepared_by=1,
                approved_by=2,
            )
        )
        session.flush()
        made = issue(session, account.customer)
        path, section_id = f"/statements/{made.id}", made.sections[0].id
    visitor = Visitor(june.app)
    visitor.sign_in("wang.min@m-0402.example", PASSWORD)

    assert visitor.open(path).text.count('id="paid"') == 1
    action = f"{path}/{section_id}/confirm"
    assert send(visitor, path, action, authority="y").status_code == 303
    assert visitor.open(path).text.count('id="paid"') == 1
