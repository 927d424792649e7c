"""No entry is dated in a locked period, by any path; soft locks are lifted with a reason."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company
from tests.support.books import day, given, post
from tieout.customers.models import CustomerAccount
from tieout.db import transaction
from tieout.ledger import drafts, locks, posting
from tieout.ledger.models import Document


def test_nothing_is_posted_into_a_locked_period(session: Session, account: CustomerAccount) -> None:
    locks.lock(session, day("2026-05-31"), by=BY, at=AT)

    with pytest.raises(locks.PeriodLocked) as refused:
        post(session, account, "invoice", "INV-1", "2026-05-31", "10.00")

    assert refused.value.facts["first_open_day"] == day("2026-06-01")
    assert post(session, account, "invoice", "INV-1", "2026-06-01", "10.00").id


def test_many_and_drafts_are_refused_alike(session: Session, account: CustomerAccount) -> None:
    locks.lock(session, day("2026-05-31"), by=BY, at=AT)
    documents = [
        given(account, "invoice", "INV-1", "2026-06-01", "10.00"),
        given(account, "invoice", "INV-2", "2026-05-30", "10.00"),
    ]

    with pytest.raises(locks.PeriodLocked, match="INV-2"):
        posting.post_many(session, documents, by=BY, at=AT, source="import:1")
    with pytest.raises(locks.PeriodLocked, match="INV-2"):
        drafts.prepare(session, documents[1], by=BY, at=AT)


def test_the_database_refuses_what_comes_by_another_way(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-1", "2026-05-01", "10.00")
    locks.lock(session, day("2026-05-31"), by=BY, at=AT)
    columns = ", ".join(column.name for column in Document.__table__.columns if column.name != "id")

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(
            text(f"INSERT INTO documents ({columns}) SELECT {columns} FROM documents LIMIT 1")
        )


def test_a_lock_must_lock_something(session: Session, account: CustomerAccount) -> None:
    locks.lock(session, day("2026-05-31"), by=BY, at=AT)

    with pytest.raises(locks.LockedAlready, match="2026-05-31"):
        locks.lock(session, day("2026-05-30"), by=BY, at=AT)

    hard = locks.lock(session, day("2026-04-30"), hard=True, by=BY, at=AT)
    assert locks.active(session)[0].through == day("2026-05-31")
    assert hard.is_hard


def test_a_soft_lock_is_lifted_with_a_reason_and_a_hard_one_never(
    session: Session, account: CustomerAccount
) -> None:
    hard = locks.lock(session, day("2026-03-31"), hard=True, by=BY, at=AT)
    soft = locks.lock(session, day("2026-05-31"), by=BY, at=AT)

    with pytest.raises(locks.ReasonMissing):
        locks.lift(session, soft, reason=" ", by=BY, at=AT)
    locks.lift(session, soft, reason="credit note of May forgotten", by=BY, at=AT)

    assert locks.locked_through(session) == day("2026-03-31")
    assert post(session, account, "invoice", "INV-1", "2026-05-20", "10.00").id
    with pytest.raises(locks.LiftedAlready):
        locks.lift(session, soft, reason="again", by=BY, at=AT)
    with pytest.raises(locks.HardLockStays):
        locks.lift(session, hard, reason="please", by=BY, at=AT)
    assert [one.through for one in locks.ever(session)] == [day("2026-05-31"), day("2026-03-31")]


def test_days_that_have_not_come_are_not_locked(session: Session, account: CustomerAccount) -> None:
    today = day("2026-07-02")

    for hard in (False, True):
        with pytest.raises(locks.DayAhead):
            locks.lock(session, day("2062-06-30"), hard=hard, by=BY, at=AT)

    assert locks.lock(session, today, by=BY, at=AT).through == today


def test_locks_outlive_their_transaction(database: object) -> None:
    with transaction() as session:
        make_company(session)
        locks.lock(session, day("2026-05-31"), by=BY, at=AT)
    with transaction() as session:
        assert locks.first_open_day(session) == day("2026-06-01")
        assert locks.open_day(session, day("2026-05-02")) == day("2026-06-01")
        assert locks.open_day(session, day("2026-07-02")) == day("2026-07-02")
