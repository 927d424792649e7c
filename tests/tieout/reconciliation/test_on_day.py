"""A comparison as at earlier days of the same run: always what both books said then."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.support.books import post
from tests.tieout.reconciliation.books import CUT_OFF, OURS, THEIRS, compared, ledger, rows
from tieout.customers.models import CustomerAccount
from tieout.ledger import balances
from tieout.matching import Difference
from tieout.money import Money
from tieout.reconciliation import their_books
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.on_day import NotInThisComparison, picture_on
from tieout.reconciliation.picture import picture


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer of Harbour Tools."""
    factories.make_company(session)
    return factories.make_customer(session)


def post_all(session: Session, account: CustomerAccount, text: str) -> None:
    for day, kind, number, amount in rows(text):
        post(session, account, kind, number, day, amount)


def their_balance(session: Session, made: Reconciliation, day: date) -> int:
    """What their book says at a day, added up anew."""
    return sum(
        line.amount for line in their_books.lines_of(session, made.book_id) if line.on <= day
    )


def test_in_the_middle_of_june(session: Session, account: CustomerAccount) -> None:
    post_all(session, account, OURS)
    made = compared(session, account, THEIRS)

    shown = picture_on(session, made, date(2026, 6, 13))

    assert (shown.ours.plain, shown.theirs.plain) == ("6970.00", "7080.00")
    assert {(g.main.number, g.difference, g.acts, g.residual.plain) for g in shown.differences} == {
        # Ten days old: it might still have been on its way.
        ("CN-77", Difference.INVOICE_IN_TRANSIT, "itself", "-2000.00"),
        ("INV-1021", Difference.DUPLICATE_IN_THEIRS, "you", "-3540.00"),
        # Theirs is of the 14th: that it is another amount shows only then.
        ("INV-1039", Difference.INVOICE_IN_TRANSIT, "itself", "5430.00"),
    }
    assert shown.residual.minor == 0
    assert shown.last_agreed == date(2026, 6, 1)


def test_its_own_day_is_the_comparison_as_it_is(session: Session, account: CustomerAccount) -> None:
    post_all(session, account, OURS)
    made = compared(session, account, THEIRS)

    assert picture_on(session, made, CUT_OFF) == picture(session, made)


@pytest.mark.parametrize("day", [date(2026, 5, 19), date(2026, 7, 1)])
def test_a_day_outside_is_refused(session: Session, account: CustomerAccount, day: date) -> None:
    post_all(session, account, OURS)
    made = compared(session, account, THEIRS)

    with pytest.raises(NotInThisComparison):
        picture_on(session, made, day)


@pytest.mark.parametrize("seed", range(3))
def test_every_day_is_explained(session: Session, account: CustomerAccount, seed: int) -> None:
    """ours − theirs = ΣO − ΣC + ΣV + B at each day, against both books added up anew."""
    chance = random.Random(seed)
    theirs = []
    for number in range(24):
        day = date(2026, 5, 1) + timedelta(days=chance.randrange(60))
        amount = f"{chance.randrange(100, 99_900)}.00"
        if chance.random() < 0.9:
            post(session, account, "invoice", f"INV-{number}", day.isoformat(), amount)
        if chance.random() < 0.9:
            booked = day + timedelta(days=chance.randrange(9))
            other = f"{amount[0]}{amount}" if chance.random() < 0.1 else amount
            theirs.append(f"{booked} invoice INV-{number} {other}")
    made = compared(session, account, ledger("\n".join(theirs)))

    for day in (date(2026, 5, 20), date(2026, 6, 1), date(2026, 6, 17), CUT_OFF):
        shown = picture_on(session, made, day)
        ours = balances.balance(session, account.id, day, made.known_at)
        assert shown.ours == ours
        assert shown.theirs == Money(their_balance(session, made, day), "CNY")
        named = sum(group.residual.minor for group in shown.groups)
        assert shown.difference.minor == named + shown.opening.minor
        assert shown.residual == shown.unexplained
