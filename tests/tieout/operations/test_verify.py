"""`verify` says that books are whole, and names what somebody changed behind Tieout's back."""

from datetime import date

import pytest
from sqlalchemy import Engine, text

from tests.factories import AT, BY, make_company, make_customer
from tieout import audit, db
from tieout.db import triggers
from tieout.ledger import allocation, posting
from tieout.ledger.models import DocumentKind
from tieout.money import Money
from tieout.operations.verify import verify


@pytest.fixture
def books(database: Engine) -> None:
    """An invoice of 1,000.00 with 600.00 paid."""
    with db.transaction() as session:
        make_company(session)
        account = make_customer(session)
        invoice, payment = (
            posting.post(
                session,
                posting.DocumentInput(
                    account.id, kind, number, date(2026, 6, 3), Money.of(amount, "CNY")
                ),
                by=BY,
                at=AT,
            )
            for kind, number, amount in (
                (DocumentKind.INVOICE, "INV-1", "1000.00"),
                (DocumentKind.PAYMENT, "PAY-1", "-600.00"),
            )
        )
        allocation.allocate(
            session,
            invoice.due_items[0],
            payment.due_items[0],
            Money.of("600.00", "CNY"),
            rule="by_hand",
            by=BY,
            at=AT,
        )


def found(*heads: audit.Head) -> dict[str, list[str]]:
    with db.reading() as session:
        return {
            check.name: [str(problem) for problem in check.problems]
            for check in verify(session, heads)
            if not check.ok
        }


def tamper(statement: str) -> None:
    with db.engine().begin() as connection:
        triggers.drop(connection)
        connection.execute(text(statement))


@pytest.mark.usefixtures("books")
def test_whole_books_are_said_to_be_whole() -> None:
    assert found() == {}


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("UPDATE documents SET amount_minor = 90000 WHERE number = 'INV-1'", "balances"),
        ("UPDATE account_totals SET balance_minor = 0", "balances"),
        ("UPDATE due_items SET open_minor = open_minor + 1", "open_items"),
        ("UPDATE allocations SET amount_minor = 50000", "open_items"),
        ("UPDATE audit_entries SET actor_id = 7 WHERE seq = 2", "audit"),
        ("INSERT INTO numbers_taken (name, year, last) VALUES ('statement', 2026, 1)", "numbers"),
    ],
)
def test_what_was_changed_behind_the_books_is_named(change: str, check: str) -> None:
    tamper(change)
    assert check in found()


@pytest.mark.usefixtures("books")
def test_a_head_on_paper_shows_a_cut_tail() -> None:
    with db.reading() as session:
        head = audit.head(session)
    assert found(head) == {}
    assert "audit" in found(audit.Head(head.seq + 1, "f" * 64))
