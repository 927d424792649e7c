"""Who is reminded to answer a statement, who is not, and when it happens by itself."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import BY, make_company, make_customer
from tests.tieout.statements.conftest import FIRST, LATER, SAYS, Books
from tieout import audit, settings
from tieout.disputes.raising import Claim, raise_disputes
from tieout.dunning import holds
from tieout.i18n import Sentence
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.month_end import reminding
from tieout.statements import asking, delivery, issuing
from tieout.statements.asking import Clause
from tieout.statements.confirm import confirm
from tieout.statements.models import Statement

#: Issued on 1 July; these are the days the schedule looks at.
ISSUED_ON = date(2026, 7, 1)


@pytest.fixture
def june(session: Session) -> Books:
    """Two invoices of June, 3,260.00 in all."""
    make_company(session)
    books = Books(session, make_customer(session))
    books.book("2026-06-02", "invoice", "INV-2", "1000.00")
    books.book("2026-06-19", "invoice", "INV-3", "2260.00")
    return books


def why_not(books: Books, on: date = date(2026, 7, 8)) -> str | None:
    """Why the customer is not reminded."""
    [one] = reminding.silent(books.session, on=on)
    return one.why_not.text if one.why_not else None


def wanted(books: Books, after: int = 7, again: int = 5, most: int = 2) -> None:
    """What the company chose for its schedule."""
    for name, value in (
        (reminding.AFTER, after),
        (reminding.AGAIN, again),
        (reminding.MOST, most),
    ):
        settings.write(books.session, name, value, by=BY)


def test_who_has_not_answered_is_reminded_once_a_day(june: Books) -> None:
    statement = june.issue()

    made = reminding.remind(june.session, statement, by=BY, at=LATER)

    assert (made.no, made.reminded_by) == (1, BY.label)
    with pytest.raises(reminding.NotReminded) as error:
        reminding.remind(june.session, statement, by=BY, at=LATER + timedelta(minutes=1))
    assert error.value.facts["why"] == Sentence(reminding.TODAY)
    again = reminding.remind(june.session, statement, by=BY, at=LATER + timedelta(days=1))
    assert again.no == 2


def test_who_has_answered_is_never_reminded(june: Books) -> None:
    statement = june.issue()
    assert why_not(june) is None

    confirm(june.session, statement, june.answer(statement), by=june.who, at=LATER)

    assert why_not(june) == reminding.ANSWERED
    with pytest.raises(reminding.NotReminded):
        reminding.remind(june.session, statement, by=BY, at=LATER)


def test_who_disputes_something_is_never_reminded(june: Books) -> None:
    statement = june.issue()
    line = statement.sections[0].lines[0]
    invoice = june.session.get_one(Document, line.document_id)

    raise_disputes(
        june.session,
        [Claim(invoice, line, amount=Money.of("10.00", "CNY"))],
        reason="price",
        given=SAYS,
        by=june.who,
        on=date(2026, 7, 4),
        at=LATER,
    )

    assert why_not(june) == reminding.DISPUTES


def test_who_is_on_hold_is_reminded_again_when_it_ends(june: Books) -> None:
    june.issue()
    holds.hold(
        june.session,
        "customer",
        june.customer.id,
        "in talks",
        on=ISSUED_ON,
        until=date(2026, 7, 10),
        by=BY,
        at=FIRST,
    )

    assert why_not(june, date(2026, 7, 10)) == reminding.HELD
    assert why_not(june, date(2026, 7, 11)) is None


def test_who_was_to_object_only_is_not_reminded(june: Books) -> None:
    asking.file_clause(june.session, june.customer, Clause("HT-14, § 7", 30), by=BY)
    june.issue(request="negative")

    assert why_not(june) == reminding.ONLY_IF


def test_who_was_never_reached_is_not_reminded(june: Books) -> None:
    statement = june.issue()
    row = delivery.delivery_to(june.session, statement, june.contact)
    delivery.mark_failed(june.session, row, Sentence("no such mailbox"))

    assert why_not(june) == reminding.NOT_REACHED


def test_a_correction_is_what_is_reminded_of(june: Books) -> None:
    first = june.issue()
    june.book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)
    soon = LATER + timedelta(hours=1)
    second = issuing.supersede(june.session, first, reason="Booked late", by=BY, at=soon)
    june.send(second, soon)

    [one] = reminding.silent(june.session, on=date(2026, 7, 8))
    assert one.statement_id == second.id
    assert reminding.still_silent(june.session, first, date(2026, 7, 8)) is not None


def test_the_schedule_waits_repeats_and_ends(june: Books) -> None:
    """After 7 days, again after 5, twice at most; a missed day is caught up once."""
    statement = june.issue()
    assert reminding.due(june.session, date(2026, 7, 31)) == []  # nobody chose a schedule
    wanted(june)

    assert reminding.due(june.session, date(2026, 7, 7)) == []
    assert reminding.due(june.session, date(2026, 7, 8)) == [statement.id]
    assert reminding.due(june.session, date(2026, 7, 15)) == [statement.id]

    _remind(june, statement, days=14)  # on 15 July, a week late
    assert reminding.due(june.session, date(2026, 7, 19)) == []
    assert reminding.due(june.session, date(2026, 7, 20)) == [statement.id]
    _remind(june, statement, days=19)
    assert reminding.due(june.session, date(2026, 8, 31)) == []


def _remind(books: Books, statement: Statement, days: int) -> None:
    at = FIRST + timedelta(days=days)
    reminding.remind(books.session, statement, by=audit.SYSTEM, at=at)
