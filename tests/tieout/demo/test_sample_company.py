"""The sample company: what it promises whoever opens it."""

from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from tieout import db, demo
from tieout.ledger.checks import check_books
from tieout.ledger.models import Document
from tieout.operations.verify import verify


@pytest.fixture
def filled(database: Engine) -> Engine:
    """The sample company, seen from 10 July 2026."""
    demo.fill(date(2026, 7, 10))
    return database


def test_its_books_add_up_and_its_history_is_whole(filled: Engine) -> None:
    with db.reading() as session:
        assert check_books(session) == []
        assert [check.name for check in verify(session) if not check.ok] == []


def test_it_is_eighteen_months_up_to_the_last_month_end(filled: Engine) -> None:
    with db.reading() as session:
        first, last = session.execute(
            select(func.min(Document.issued_on), func.max(Document.issued_on))
        ).one()

    assert first == date(2025, 1, 1)
    assert date(2026, 6, 30) < last <= date(2026, 7, 10)
