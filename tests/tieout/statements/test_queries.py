"""Statements as people look for them, and what is printed of their answers."""

from sqlalchemy import select

from tests.support.books import post
from tests.tieout.statements.conftest import FIRST, JULY, JUNE, LATER, Books
from tieout.ledger.models import Document
from tieout.ledger.related import related
from tieout.reports.frozen import certificate_print, statement_print
from tieout.reports.making import made
from tieout.statements import confirm, queries

PRINTING = {"language": "en", "zone": "Asia/Shanghai", "base_url": "https://books.example/"}


def test_an_issued_statement_waits_until_it_is_answered(june: Books) -> None:
    issued = june.issue()
    assert queries.standing(june.session, issued).waits

    confirm.confirm(june.session, issued, june.answer(issued), by=june.who, at=LATER)

    standing = queries.standing(june.session, issued)
    assert not standing.waits
    assert standing.sections[0].is_given


def test_a_draft_is_nothing_customers_see(june: Books) -> None:
    june.draft()

    assert june.session.scalars(queries.issued()).all() == []


def test_the_latest_period_stands_first(june: Books) -> None:
    first, second = june.issue(JUNE), june.issue(JULY, LATER)

    assert june.session.scalars(queries.current()).all() == [second, first]
    assert june.session.scalars(queries.versions(first)).all() == [first]


def test_a_blank_request_is_hidden_until_the_customer_has_stated_its_balance(june: Books) -> None:
    asked = june.issue(request="blank")
    assert queries.standing(june.session, asked).is_hidden

    balance = june.answer(asked).balance
    stated = june.answer(asked, agrees=False, balance=None, stated=balance)
    confirm.confirm(june.session, asked, stated, by=june.who, at=LATER)

    assert not queries.standing(june.session, asked).is_hidden


def test_lines_are_found_by_the_number_of_their_answer(june: Books) -> None:
    issued = june.issue()
    lines = queries.lines(june.session, issued.sections[0].id)
    receipt = confirm.confirm_lines(
        june.session,
        issued,
        [lines[2].id, lines[0].id],
        june.answer(issued).evidence,
        version=1,
        sha256=str(issued.sha256),
        by=june.who,
        at=LATER,
    )

    found = queries.answered_lines(june.session, receipt)

    assert [line.number for line in found] == ["INV-2", "CN-1"]
    assert len(june.session.scalars(queries.line_answers(receipt)).all()) == 2


def test_what_was_frozen_is_printed_and_adds_up(june: Books) -> None:
    issued = june.issue()

    data = statement_print(issued, printed_at=LATER, **PRINTING)

    assert data["verify_url"] == f"https://books.example/verify/{issued.verify_code}"
    assert b"4040.00" in made("statement.csv", data)
    assert made("statement.xlsx", data)  # refuses sums that do not come out


def test_the_certificate_says_who_answered_and_how(june: Books) -> None:
    issued = june.issue()
    answer = confirm.confirm(june.session, issued, june.answer(issued), by=june.who, at=FIRST)

    data = certificate_print(june.session, answer, printed_at=LATER, **PRINTING)

    assert (data["receipt"], data["person"]) == (answer.receipt, "Wang Min")
    assert data["answers"][0]["outcome"] == "agreed"
    assert data["statement_sha256"] == issued.sha256
    assert str(data["signed_in"]) == "a link sent by mail"


def test_documents_of_one_act_are_found_from_each_other(june: Books) -> None:
    session = june.session
    invoice = session.scalars(select(Document).where(Document.number == "INV-2")).one()

    credit = post(
        session, june.account, "credit_note", "CN-2", "2026-06-20", "-10.00", related_id=invoice.id
    )

    assert session.scalars(related(invoice)).all() == [credit]
    assert session.scalars(related(credit)).all() == [invoice]
