"""Files that come again, overlap, are turned round or cut off; two people who approve at once."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_company, make_customer
from tests.support.at_once import together
from tests.support.imports import post, states, submit, upload
from tieout import audit, db
from tieout.errors import TieoutError
from tieout.intake import approving, deciding
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch
from tieout.ledger.models import Document
from tieout.money import Money

HEAD = "Date,Customer code,Amount,Currency,Remittance text\n"
PAID = [
    "2026-06-01,M-0217,100.00,CNY,INV-1\n",
    "2026-06-02,M-0217,50.00,CNY,\n",
    # two equal payments of one day are two payments
    "2026-06-02,M-0217,50.00,CNY,\n",
    "2026-06-03,M-0217,25.00,CNY,INV-2\n",
]


@pytest.fixture
def books(session: Session) -> Session:
    """A company that wants two people, and one customer."""
    make_company(session)
    make_customer(session)
    return session


def bring(session: Session, rows: list[str], name: str) -> ImportBatch:
    """Bring a bank's rows in and post what is new of them."""
    batch = upload(session, HEAD + "".join(rows), BatchKind.PAYMENTS, name)
    return post(session, batch) if batch.totals["ready"] else batch


def paid(session: Session) -> tuple[int, Decimal]:
    """How many payments stand in the books, and what they come to."""
    query = select(func.count(), func.coalesce(func.sum(Document.amount_minor), 0))
    count, minor = session.execute(query).one()
    return count, -Money(int(minor), "CNY").decimal


def test_the_same_rows_twice_are_posted_once(books: Session) -> None:
    bring(books, PAID, "june.csv")
    again = bring(books, PAID, "june again.csv")

    assert set(states(books, again)) == {"repeated"}
    assert paid(books) == (4, Decimal("225.00"))


def test_files_that_overlap_add_what_is_new(books: Session) -> None:
    bring(books, PAID[:2], "first week.csv")
    bring(books, PAID, "june.csv")

    assert paid(books) == (4, Decimal("225.00"))


@pytest.mark.parametrize("order", [reversed, sorted])
def test_rows_in_another_order_are_nothing_new(
    books: Session, order: Callable[[list[str]], list[str]]
) -> None:
    bring(books, PAID, "june.csv")
    turned = bring(books, list(order(PAID)), "june turned.csv")

    assert set(states(books, turned)) == {"repeated"}
    assert paid(books) == (4, Decimal("225.00"))


def test_a_file_cut_in_the_middle_posts_nothing_wrong(books: Session) -> None:
    whole = HEAD + "".join(PAID)
    cut = upload(books, whole[: whole.index("25.00") - 8], BatchKind.PAYMENTS, "cut.csv")

    # three whole rows, and a rest that cannot be taken
    assert states(books, cut)[:3] == ["ready"] * 3
    assert "ready" not in states(books, cut)[3:]
    with pytest.raises(TieoutError):
        post(books, cut)
    bring(books, PAID, "whole.csv")
    assert paid(books) == (4, Decimal("225.00"))


def test_two_people_approving_at_once_post_it_once(database: Engine) -> None:
    with db.transaction() as session:
        make_company(session)
        make_customer(session)
        batch = upload(session, HEAD + "".join(PAID), BatchKind.PAYMENTS, "june.csv")
        submit(session, batch)
        batch_id, digest = batch.id, batch.content_digest or ""
    third = audit.Actor("staff", 3, "He Ping")

    def approve(by: audit.Actor) -> str:
        try:
            with db.transaction() as session:
                found = session.get_one(ImportBatch, batch_id)
                approving.approve(session, found, digest=digest, by=by, at=AT)
        except TieoutError as error:
            return type(error).__name__
        return "posted"

    outcomes = together(*(partial(approve, by) for by in (OTHER, third)))

    assert sorted(outcomes) == ["BatchMovedOn", "posted"]
    with db.reading() as session:
        assert paid(session) == (4, Decimal("225.00"))


def test_what_was_decided_of_a_file_is_looked_at_by_another(books: Session) -> None:
    batch = upload(books, HEAD + PAID[0] + "Total,,90.00,,\n", BatchKind.PAYMENTS, "total.csv")
    [told] = deciding.told(books, batch)
    deciding.decide(books, batch, told.check, digest=told.digest, by=OTHER, at=AT)
    submit(books, batch)

    assert not approving.may_approve(books, batch, OTHER)
    assert not approving.may_approve(books, batch, BY)
