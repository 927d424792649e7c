"""What the books learn after a statement was issued."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from tests.factories import BY
from tests.tieout.statements.conftest import FIRST, LATER, Books
from tieout import events, statements
from tieout.i18n import Sentence
from tieout.ledger import allocation, mass_reversing, reversing
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.reports.frozen import statement_print
from tieout.reports.making import made
from tieout.statements import confirm, touched
from tieout.statements.models import Statement


@pytest.fixture(autouse=True)
def told() -> Iterator[list[events.Event]]:
    """Statements listen, and we listen to them."""
    heard: list[events.Event] = []

    def hear(_session: Any, event: events.StatementChangedSince) -> None:
        heard.append(event)

    events.forget()
    events.subscribe([*statements.SUBSCRIPTIONS, (events.StatementChangedSince, hear)])
    yield heard
    events.forget()


@pytest.fixture
def confirmed(june: Books) -> Statement:
    """The statement of June, and the customer has agreed."""
    statement = june.issue()
    confirm.confirm(june.session, statement, june.answer(statement), by=june.who, at=FIRST)
    return statement


def test_an_entry_dated_back_asks_whoever_had_confirmed(
    june: Books, confirmed: Statement, told: list[events.Event]
) -> None:
    june.book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)

    assert confirmed.changed_since_at == LATER
    assert told == [events.StatementChangedSince(confirmed.id)]


def test_entries_posted_at_once_ask_whoever_had_confirmed(
    june: Books, confirmed: Statement, told: list[events.Event]
) -> None:
    late = june.given("2026-06-25", "invoice", "INV-4", "10.00")
    later = june.given("2026-07-25", "invoice", "INV-5", "10.00")

    ids = june.book_at_once(later, late, at=LATER)

    assert confirmed.changed_since_at == LATER
    assert told == [events.StatementChangedSince(confirmed.id)]

    mass_reversing.reverse_all(june.session, ids, source="journal", by=BY, at=LATER)

    june.session.refresh(confirmed)
    assert confirmed.changed_since_at is None


def test_an_entry_of_the_next_month_changes_nothing(
    june: Books, confirmed: Statement, told: list[events.Event]
) -> None:
    june.book("2026-07-01", "invoice", "INV-4", "10.00", at=LATER)

    assert confirmed.changed_since_at is None
    assert told == []


def test_an_allocation_alone_changes_nothing(
    june: Books, confirmed: Statement, told: list[events.Event]
) -> None:
    invoice = june.book("2026-07-01", "invoice", "INV-4", "10.00", at=LATER)
    payment = june.book("2026-07-01", "payment", "PAY-4", "-10.00", at=LATER)
    allocation.allocate(
        june.session,
        invoice.due_items[0],
        payment.due_items[0],
        Money.of("10.00", "CNY"),
        by=BY,
        at=LATER,
    )

    assert confirmed.changed_since_at is None
    assert told == []


def test_taken_back_again_the_statement_says_what_the_books_say(
    june: Books, confirmed: Statement, told: list[events.Event]
) -> None:
    late = june.book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)

    reversing.reverse(june.session, late, by=BY, at=LATER)

    assert confirmed.changed_since_at is None
    assert len(told) == 1


def test_nobody_is_asked_again_who_never_answered(june: Books, told: list[events.Event]) -> None:
    statement = june.issue()

    june.book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)

    assert statement.changed_since_at == LATER
    assert told == []


def test_what_stands_on_issued_statements_is_told_before_it_is_taken_back(books: Books) -> None:
    first = books.book("2026-06-03", "invoice", "INV-1", "100.00")
    books.issue()
    later = books.book("2026-07-03", "invoice", "INV-2", "50.00", at=LATER)

    def told(*documents: Document) -> list[Sentence]:
        ids = select(Document.id).where(Document.id.in_([one.id for one in documents]))
        return touched.on_statements(books.session, ids)

    [sentence] = told(first, later)
    assert sentence.facts == {"documents": 1, "statements": 1}
    assert told(later) == []


def test_files_of_a_changed_statement_tell_what_came_beside_its_own_figures(
    june: Books, confirmed: Statement
) -> None:
    printing = {"language": "en", "zone": "UTC", "base_url": "https://books.example"}
    before = statement_print(confirmed, printed_at=LATER, **printing)
    june.book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)
    june.book("2026-07-02", "invoice", "INV-5", "70.00", at=LATER)

    after = statement_print(confirmed, printed_at=LATER, **printing)

    assert before["since"] == []
    assert after["statement"] == before["statement"]
    [came] = after["since"]
    assert (came["stated"], came["now"]) == (404000, 405000)
    assert [one["number"] for one in came["entries"]] == ["INV-4"]
    printed = printed_words(made("statement.pdf", after))
    assert "Changed since: not part of this statement" in printed
    assert "Stated 4,040.00 + came since 10.00 = in the books now 4,050.00" in printed
    assert "Changed since" not in printed_words(made("statement.pdf", before))
    book = load_workbook(BytesIO(made("statement.xlsx", after)))
    assert "Changed since CNY" in book.sheetnames


def printed_words(pdf: bytes) -> str:
    """What somebody reads on all pages of a PDF."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())
