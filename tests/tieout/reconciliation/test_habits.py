"""How a customer keeps its book is learned, shown, changed, switched off and forgotten."""

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import BY
from tests.support.books import post
from tests.tieout.reconciliation.books import compared
from tieout.customers.models import CustomerAccount
from tieout.errors import InvalidInput
from tieout.matching import Rules
from tieout.reconciliation import habits
from tieout.reconciliation.habits import Habit
from tieout.reconciliation.picture import picture

DAYS = range(1, 11)


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer with ten invoices in May."""
    factories.make_company(session)
    account = factories.make_customer(session)
    for day in DAYS:
        on = f"2026-05-{day:02}"
        post(session, account, "invoice", f"INV-88{day:02}", on, f"{1000 + 37 * day}.50")
    return account


def theirs(lag: int, *, numbers: str = "INV-88") -> str:
    """Their book of the ten invoices, so many days after ours."""
    return "\n".join(
        f"2026-05-{day + lag:02}  invoice  {numbers}{day:02}  {1000 + 37 * day}.50" for day in DAYS
    )


def test_the_lag_is_learned_from_pairs_that_agree(
    session: Session, account: CustomerAccount
) -> None:
    compared(session, account, theirs(4))

    known = habits.known(session, account.id)

    assert (known.lag, known.pairs, known.own_numbers) == (4, 10, False)


def test_who_books_once_a_month_is_known(session: Session, account: CustomerAccount) -> None:
    at_the_end = "\n".join(
        f"2026-05-31  invoice  INV-88{day:02}  {1000 + 37 * day}.50" for day in DAYS
    )
    compared(session, account, at_the_end)

    assert habits.known(session, account.id).monthly is True


def test_a_copy_of_our_own_book_teaches_nothing(session: Session, account: CustomerAccount) -> None:
    compared(session, account, theirs(4))
    compared(session, account, theirs(0))

    assert habits.known(session, account.id).lag == 4


def test_too_few_pairs_teach_nothing(session: Session, account: CustomerAccount) -> None:
    compared(session, account, "\n".join(theirs(4).splitlines()[:5]))

    assert habits.of(session, account.id) is None


def test_what_a_person_says_counts_before_what_was_learned(
    session: Session, account: CustomerAccount
) -> None:
    compared(session, account, theirs(4))
    habits.choose(session, account, {"lag": 9}, is_used=True, version=1, by=BY)
    compared(session, account, theirs(5))

    known = habits.known(session, account.id)

    assert (known.lag, known.latest) == (9, 5)


def test_a_habit_that_is_switched_off_is_learned_and_not_used(
    session: Session, account: CustomerAccount
) -> None:
    compared(session, account, theirs(4))
    habits.choose(session, account, {}, is_used=False, version=1, by=BY)

    assert habits.known(session, account.id) == Habit()
    stored = habits.of(session, account.id)
    assert stored is not None
    assert Habit.from_json(stored.learned).lag == 4


def test_a_habit_is_forgotten(session: Session, account: CustomerAccount) -> None:
    compared(session, account, theirs(4))
    habits.forget(session, account, version=1, by=BY)

    assert habits.known(session, account.id) == Habit()


def test_two_people_at_one_habit(session: Session, account: CustomerAccount) -> None:
    habits.choose(session, account, {"lag": 9}, is_used=True, version=1, by=BY)

    with pytest.raises(habits.HabitChanged):
        habits.choose(session, account, {"lag": 3}, is_used=True, version=1, by=BY)


def test_a_known_lag_reaches_further_than_the_usual_window(
    session: Session, account: CustomerAccount
) -> None:
    other = factories.make_customer(session, "M-0400")
    post(session, other, "invoice", "INV-7", "2026-06-01", "777.00")
    late = "2026-06-20  invoice  -  777.00"
    before = picture(session, compared(session, other, late))

    habits.choose(session, other, {"latest": 20}, is_used=True, version=1, by=BY)
    after = picture(session, compared(session, other, late))

    assert len(before.proposals) == 1
    assert after.proposals == ()


def test_numbers_of_their_own_are_left_aside_when_a_person_says_so(
    session: Session, account: CustomerAccount
) -> None:
    other = factories.make_customer(session, "M-0400")
    post(session, other, "invoice", "INV-2026-0007", "2026-06-01", "777.00")
    post(session, other, "invoice", "INV-2026-0008", "2026-06-01", "150.00")
    voucher = "2026-06-03  invoice  INV-2026-0008  777.00"
    before = picture(session, compared(session, other, voucher))

    habits.choose(session, other, {"own_numbers": True}, is_used=True, version=1, by=BY)
    after = picture(session, compared(session, other, voucher))

    assert before.matched == 0
    assert after.matched == 1


def test_monthly_books_have_no_wrong_period() -> None:
    rules = Habit(monthly=True, pairs=20).applied(Rules(), 1)

    assert (rules.date_window, rules.wrong_period_min_days) == (40, 366)


@pytest.mark.parametrize("typed", ["soon", "400", "1.5"])
def test_days_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        habits.days_of(typed)

    assert "is no number of days" in str(refused.value.sentence)
