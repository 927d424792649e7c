"""A comparison over time: what was on its way has arrived, what is open ages, openings carry."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import AT
from tests.support.books import post
from tests.tieout.reconciliation.books import compared, hand_in, ledger
from tieout.customers.models import CustomerAccount
from tieout.money import Money
from tieout.reconciliation import comparing, over_time
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.over_time import CARRIED, CLOSED, OPEN
from tieout.reconciliation.picture import picture

JULY = date(2026, 7, 31)
THEIRS_IN_JUNE = """
    2026-06-04  invoice  INV-1001  1000.00
    2026-06-14  invoice  INV-1002  4530.00
"""


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer with three invoices in June, the last of them on its way at its end."""
    factories.make_company(session)
    account = factories.make_customer(session)
    post(session, account, "invoice", "INV-1001", "2026-06-03", "1000.00")
    post(session, account, "invoice", "INV-1002", "2026-06-12", "5430.00")
    post(session, account, "invoice", "INV-1003", "2026-06-29", "250.00")
    return account


def money(amount: str) -> Money:
    """An amount of the account."""
    return Money.of(amount, "CNY")


def test_both_balances_day_by_day(session: Session, account: CustomerAccount) -> None:
    made = compared(session, account, THEIRS_IN_JUNE)

    running = over_time.running(session, made)

    assert [(one.on.day, one.ours.plain, one.theirs.plain) for one in running.days] == [
        (3, "1000.00", "0.00"),
        (4, "1000.00", "1000.00"),
        (12, "6430.00", "1000.00"),
        (14, "6430.00", "5530.00"),
        (29, "6680.00", "5530.00"),
        (30, "6680.00", "5530.00"),
    ]
    assert running.last_agreed == date(2026, 6, 13)


def test_the_last_day_of_the_chart_is_the_balance(
    session: Session, account: CustomerAccount
) -> None:
    book = hand_in(session, account, ledger(THEIRS_IN_JUNE, opening="77.00"))
    made = comparing.compare(session, book, as_at=date(2026, 6, 30), by=factories.BY, at=AT)

    last = over_time.running(session, made).days[-1]

    assert (last.ours.minor, last.theirs.minor) == (
        made.our_balance_minor,
        made.their_balance_minor,
    )


def test_open_differences_age_and_what_clears_by_itself_does_not(
    session: Session, account: CustomerAccount
) -> None:
    made = compared(session, account, THEIRS_IN_JUNE)

    found = over_time.aged(picture(session, made), today=date(2026, 7, 22))
    columns = over_time.columns(found, "CNY")

    assert [(one.group.main.number, one.days) for one in found] == [("INV-1002", 40)]
    assert [(one.first, one.last, one.count) for one in columns] == [
        (0, 30, 0),
        (31, 60, 1),
        (61, 90, 0),
        (91, None, 0),
    ]
    assert Money.total((one.amount for one in columns), "CNY") == money("900.00")


def test_what_was_on_its_way_closes_itself_and_what_was_wrong_stays(
    session: Session, account: CustomerAccount
) -> None:
    compared(session, account, THEIRS_IN_JUNE)
    july = compared(
        session,
        account,
        THEIRS_IN_JUNE + "2026-07-02  invoice  INV-1003  250.00",
        as_at=JULY,
    )

    earlier = over_time.before(session, july)

    assert earlier is not None
    assert {one.group.main.number: one.state for one in earlier.became} == {
        "INV-1002": OPEN,
        "INV-1003": CLOSED,
    }
    assert earlier.difference == money("1150.00")


def test_the_opening_difference_is_what_stood_between_both_books_before(
    session: Session, account: CustomerAccount
) -> None:
    compared(session, account, THEIRS_IN_JUNE + "2026-06-29  invoice  INV-1003  250.00")
    post(session, account, "invoice", "INV-1004", "2026-07-05", "60.00")
    july = opened_with(session, account, "2026-07-06  invoice  INV-1004  60.00", "5780.00")

    earlier = over_time.before(session, july)

    assert july.opening_difference_minor == 90_000
    assert over_time.carried(session, july, earlier)
    assert earlier is not None
    assert [one.state for one in earlier.became] == [CARRIED]


def test_the_first_comparison_has_none_before(session: Session, account: CustomerAccount) -> None:
    made = compared(session, account, THEIRS_IN_JUNE)

    assert over_time.before(session, made) is None
    assert not over_time.carried(session, made, None)


def opened_with(
    session: Session, account: CustomerAccount, theirs: str, opening: str
) -> Reconciliation:
    """Their book of July, which begins with a balance."""
    book = hand_in(session, account, ledger(theirs, opening=opening), as_at=JULY)
    return comparing.compare(session, book, as_at=JULY, by=factories.BY, at=AT)
