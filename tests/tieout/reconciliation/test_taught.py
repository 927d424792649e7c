"""What matches made by hand say of a customer's book is asked, taken over, or refused for good."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import AT, BY
from tests.support.books import post
from tests.tieout.reconciliation.books import CUT_OFF, compared
from tieout.customers.models import CustomerAccount
from tieout.ledger.models import Document
from tieout.matching import Rules
from tieout.reconciliation import decisions, habits, lessons, rule_sets
from tieout.reconciliation.models import MatchGroup, Reconciliation, TheirLine
from tieout.reconciliation.rule_sets import CUSTOMER
from tieout.reconciliation.taught import (
    DAYS,
    DISCOUNT,
    FEE,
    PART,
    PAYMENT_DAYS,
    HandMade,
    Lesson,
    Reach,
)
from tieout.reconciliation.taught import lessons as said_by

REACH = Reach(12, 12)


def pair(
    ours: str = "TT-1",
    theirs: str = "P-1",
    *,
    paid: int = 100_000,
    arrived: int | None = None,
    days: int = 0,
    is_payment: bool = True,
) -> HandMade:
    """Two lines somebody put together."""
    arrived = paid if arrived is None else arrived
    return HandMade((ours,), (theirs,), paid, arrived, days, is_payment)


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        (
            [pair("A", paid=100_000, arrived=98_500), pair("B", paid=33_333, arrived=32_833)],
            [Lesson(DISCOUNT, 15_000, ("A", "B"))],
        ),
        (
            [pair("A", paid=100_000, arrived=94_000), pair("B", paid=50_000, arrived=44_000)],
            [Lesson(FEE, 6_000, ("A", "B"))],
        ),
        (
            [pair("A", days=40, is_payment=False), pair("B", days=31, is_payment=False)],
            [Lesson(DAYS, 40, ("A", "B"))],
        ),
        ([pair("A", days=40), pair("B", days=31)], [Lesson(PAYMENT_DAYS, 40, ("A", "B"))]),
        (
            [pair("10042", "RE26 10042"), pair("10043", "RE2610043"), pair("10044", "re26-10044")],
            [],
        ),
        (
            [pair("10042", "RE2610042"), pair("10-043", "re2610043")],
            [Lesson(PART, "RE26", ("10-043", "10042"))],
        ),
    ],
    ids=["discount", "fee", "days", "days of payments", "seen anyway", "before the number"],
)
def test_two_pairs_say_the_same(pairs: list[HandMade], found: list[Lesson]) -> None:
    assert said_by(pairs, Rules(), REACH) == found


@pytest.mark.parametrize(
    "pairs",
    [
        [pair("A", paid=100_000, arrived=98_500)],
        [pair("A", paid=100_000, arrived=98_500), pair("B", paid=100_000, arrived=98_500)],
        [pair("A", paid=100_000, arrived=98_000), pair("B", paid=50_000, arrived=49_000)],
        [pair("A", paid=100_000, arrived=98_500), pair("B", paid=50_000, arrived=49_000)],
        [pair("A", days=40, arrived=1), pair("B", days=31, arrived=2)],
        [pair("A", days=40), pair("B", days=9)],
        [pair("10042", "2610042"), pair("10043", "2610043")],
        [pair("A", paid=0, days=40), pair("B", paid=0, days=40)],
    ],
    ids=["one", "the same", "known", "two rates", "apart", "near", "figures alone", "nothing"],
)
def test_what_says_nothing(pairs: list[HandMade]) -> None:
    assert said_by(pairs, Rules(), REACH) == []


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer that keeps back 1.5 % of what it pays."""
    factories.make_company(session)
    account = factories.make_customer(session)
    for number, on, amount in (
        ("TT-1", "2026-06-03", "-985.00"),
        ("TT-2", "2026-06-12", "-3447.50"),
        ("TT-3", "2026-06-24", "-2167.00"),
    ):
        post(session, account, "payment", number, on, amount)
    return account


PAID = """
    2026-06-02  payment  PAY-A  -1000.00
    2026-06-11  payment  PAY-B  -3500.00
    2026-06-23  payment  PAY-C  -2200.00
"""


def match(session: Session, made: Reconciliation, ours: str, theirs: str) -> None:
    """Put a payment of ours and one of theirs together."""
    document = session.scalars(select(Document.id).where(Document.number == ours)).one()
    line = session.scalars(select(TheirLine.id).where(TheirLine.number == theirs)).one()
    decisions.match(session, made, [document], [line], reason="they kept it", by=BY, at=AT)


def test_a_discount_taken_over_is_found_by_itself(
    session: Session, account: CustomerAccount
) -> None:
    made = compared(session, account, PAID)
    match(session, made, "TT-1", "PAY-A")
    assert lessons.told(session, account) == []
    match(session, made, "TT-2", "PAY-B")

    [one] = lessons.told(session, account)
    assert one.said.facts == {"value": "1.5", "numbers": "TT-1, TT-2"}
    lessons.take(session, account, one.key, by=BY, at=AT)

    rules = rule_sets.chosen(session, CUSTOMER, account.customer_id)
    assert rules == {"discount_rates": ["0.01", "0.015", "0.02", "0.03"]}
    assert lessons.told(session, account) == []
    again = compared(session, account, PAID)
    query = select(MatchGroup.difference).where(
        MatchGroup.reconciliation_id == again.id, MatchGroup.found_by != "by_hand"
    )
    assert session.scalars(query).all() == ["short_payment_discount"]


def test_what_is_refused_is_not_asked_again_and_other_words_keep_it(
    session: Session, account: CustomerAccount
) -> None:
    made = compared(session, account, PAID)
    match(session, made, "TT-1", "PAY-A")
    match(session, made, "TT-2", "PAY-B")
    [one] = lessons.told(session, account)

    lessons.refuse(session, account, one.key, by=BY)
    habits.choose(session, account, {"lag": 4}, is_used=True, version=2, by=BY)

    assert lessons.told(session, account) == []
    assert habits.known(session, account.id).said == {"lag"}
    with pytest.raises(lessons.LessonGone):
        lessons.take(session, account, one.key, by=BY, at=AT)
    habits.forget(session, account, version=3, by=BY)
    assert [again.key for again in lessons.told(session, account)] == [one.key]


def test_matches_that_are_undone_teach_nothing(session: Session, account: CustomerAccount) -> None:
    made = compared(session, account, PAID)
    match(session, made, "TT-1", "PAY-A")
    match(session, made, "TT-2", "PAY-B")
    decisions.undo_last(session, made, by=BY, at=AT)

    assert lessons.told(session, account) == []


def test_days_taken_over_are_a_habit_beside_what_was_said(
    session: Session, account: CustomerAccount
) -> None:
    for number, on, amount in (("I-7", "2026-04-01", "711.00"), ("I-8", "2026-04-09", "823.00")):
        post(session, account, "invoice", number, on, amount)
    made = compared(
        session,
        account,
        "2026-05-12  invoice  X-1  711.00\n2026-05-14  invoice  X-2  823.00",
        as_at=CUT_OFF,
    )
    habits.choose(session, account, {"monthly": False}, is_used=True, version=1, by=BY)
    match(session, made, "I-7", "X-1")
    match(session, made, "I-8", "X-2")

    [one] = lessons.waiting(session, account)
    assert (one.about, one.value) == (DAYS, (date(2026, 5, 12) - date(2026, 4, 1)).days)
    lessons.take(session, account, one.key, by=BY, at=AT)

    stored = habits.of(session, account.id)
    assert habits.said(stored) == {"monthly": False, "latest": 41}
    assert lessons.waiting(session, account) == []
