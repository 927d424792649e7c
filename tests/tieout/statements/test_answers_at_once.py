"""Two people answer the same statement in the same moment: one answer, and it is said plainly."""

from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from tests.factories import BY, OTHER, make_company, make_customer
from tests.support.at_once import at_once
from tests.tieout.statements.conftest import FIRST, LATER, Books
from tieout import audit, db, events
from tieout.customers.models import CustomerAccount
from tieout.money import Money
from tieout.statements import confirm, drafting, issuing
from tieout.statements.confirm import StatementSuperseded
from tieout.statements.models import Confirmation, Statement

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def statement_id(database: Engine) -> int:
    """June of one customer, issued."""
    events.forget()
    with db.transaction() as session:
        make_company(session)
        books = Books(session, make_customer(session))
        books.book("2026-06-02", "invoice", "INV-1", "4040.00")
        return books.issue().id


def answer(statement_id: int, **says: Any) -> str:
    """Answer in a transaction that is open; return the reference number."""
    session = db.sessions()
    account = session.scalars(select(CustomerAccount)).one()
    books = Books(session, account)
    statement = session.get_one(Statement, statement_id)
    given = books.answer(statement, **says)
    return confirm.confirm(session, statement, given, by=books.who, at=LATER).receipt


def counting() -> list[Confirmation]:
    """The answers that count."""
    with db.reading() as session:
        return list(
            session.scalars(select(Confirmation).where(Confirmation.replaced_by_id.is_(None)))
        )


def test_the_same_answer_from_four_browsers_is_one(statement_id: int) -> None:
    receipts = at_once(*[lambda: answer(statement_id)] * 4)

    assert len(set(receipts)) == 1
    with db.reading() as session:
        assert session.scalar(select(func.count(Confirmation.id))) == 1
        assert audit.verify(session) == []


def test_two_who_say_different_things_are_two_answers_of_which_the_later_counts(
    statement_id: int,
) -> None:
    outcomes = at_once(
        lambda: answer(statement_id),
        lambda: answer(statement_id, agrees=False, stated=Money.of("4000.00", "CNY")),
    )

    assert len(set(outcomes)) == 2
    [counts] = counting()
    with db.reading() as session:
        first, second = session.scalars(select(Confirmation).order_by(Confirmation.id)).all()
        assert (first.replaced_by_id, counts.id) == (second.id, second.id)


def test_an_answer_meets_the_version_that_takes_its_place(statement_id: int) -> None:
    """Either the answer was first and stays with the old version, or it is refused in words."""
    with db.transaction() as session:
        account = session.scalars(select(CustomerAccount)).one()
        Books(session, account).book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)
        old = session.get_one(Statement, statement_id)
        new = issuing.supersede(session, old, reason="INV-4", by=BY, at=LATER)
        drafting.approve(session, new, by=OTHER, at=LATER)
        new_id = new.id

    def send() -> object:
        session = db.sessions()
        return issuing.issue(session, session.get_one(Statement, new_id), by=OTHER, at=LATER).number

    answered, _sent = at_once(lambda: answer(statement_id), send)

    with db.reading() as session:
        old = session.get_one(Statement, statement_id)
        assert old.state == "superseded"
        assert old.issued_at == FIRST
    assert isinstance(answered, StatementSuperseded) or counting()[0].statement_id == statement_id
