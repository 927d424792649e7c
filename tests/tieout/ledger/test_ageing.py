"""Ageing: bounds included, disputed apart, credit never dropped, columns that are the balance."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, make_customer
from tests.support.books import day, post, settle
from tieout.customers.models import CustomerAccount
from tieout.ledger import ageing, disputed
from tieout.ledger.buckets import AgeingDoesNotAddUp, BadBounds
from tieout.money import Money


def plain(aged: ageing.Ageing) -> dict[str, str]:
    """The columns that hold anything."""
    names = ("not due", *(bucket.label for bucket in aged.buckets), "disputed", "unapplied")
    return {
        name: amount.plain for name, amount in zip(names, aged.columns, strict=True) if amount.minor
    }


def test_the_worked_example(session: Session, account: CustomerAccount) -> None:
    """INV 1,000.00 of 1 May due 31 May; PAY 600.00 of 10 June allocated to it."""
    invoice = post(session, account, "invoice", "INV", "2026-05-01", "1000.00", due="2026-05-31")
    payment = post(session, account, "payment", "PAY", "2026-06-10", "-600.00")
    settle(session, invoice, payment, "600.00")

    in_may = ageing.account_ageing(session, account.id, day("2026-05-31"))
    in_june = ageing.account_ageing(session, account.id, day("2026-06-30"))

    assert plain(in_may) == {"not due": "1000.00"}
    assert in_may.overdue == Money.zero("CNY")
    assert plain(in_june) == {"1-30": "400.00"}


@pytest.mark.parametrize(
    ("due", "bucket"),
    [
        ("2026-06-30", "not due"),  # due today is not overdue
        ("2026-07-01", "not due"),
        ("2026-06-29", "1-30"),
        ("2026-05-31", "1-30"),  # 30 days
        ("2026-05-30", "31-60"),  # 31
        ("2026-05-01", "31-60"),  # 60
        ("2026-04-30", "61-90"),  # 61
        ("2026-04-01", "61-90"),  # 90
        ("2026-03-31", "91-120"),  # 91
        ("2026-03-02", "91-120"),  # 120
        ("2026-03-01", "121+"),  # 121
        ("2024-01-01", "121+"),
    ],
)
def test_bounds_are_included(
    session: Session, account: CustomerAccount, due: str, bucket: str
) -> None:
    post(session, account, "invoice", "INV", "2024-01-01", "100.00", due=due)

    aged = ageing.account_ageing(session, account.id, day("2026-06-30"))

    assert plain(aged) == {bucket: "100.00"}


def test_credit_has_a_column_of_its_own_or_ages_with_its_document(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV", "2026-06-20", "100.00", due="2026-07-20")
    post(session, account, "payment", "PAY", "2026-05-10", "-250.00")
    on = day("2026-06-30")

    aged = ageing.account_ageing(session, account.id, on)
    by_date = ageing.account_ageing(session, account.id, on, age_credit=True)

    assert plain(aged) == {"not due": "100.00", "unapplied": "-250.00"}
    assert aged.total == Money.of("-150.00", "CNY")
    assert plain(by_date) == {"not due": "100.00", "31-60": "-250.00"}


def test_disputed_is_at_most_what_is_open(session: Session, account: CustomerAccount) -> None:
    """1,000 with 500 disputed and 800 paid: 200 disputed, nothing else."""
    invoice = post(session, account, "invoice", "INV", "2026-05-01", "1000.00", due="2026-05-31")
    disputed.open_parts(
        session,
        invoice,
        Money.of("500.00", "CNY"),
        dispute_ref="D-1",
        on=day("2026-06-05"),
        at=AT,
    )
    payment = post(session, account, "payment", "PAY", "2026-06-10", "-800.00")
    settle(session, invoice, payment, "800.00")

    before = ageing.account_ageing(session, account.id, day("2026-06-04"))
    between = ageing.account_ageing(session, account.id, day("2026-06-08"))
    after = ageing.account_ageing(session, account.id, day("2026-06-30"))

    assert plain(before) == {"1-30": "1000.00"}
    assert plain(between) == {"1-30": "500.00", "disputed": "500.00"}
    assert plain(after) == {"disputed": "200.00"}


def test_instalments_age_separately(session: Session, account: CustomerAccount) -> None:
    due = [("2026-05-31", "400.00"), ("2026-07-31", "600.00")]
    post(session, account, "invoice", "INV", "2026-05-01", "1000.00", due=due)

    aged = ageing.account_ageing(session, account.id, day("2026-06-30"))

    assert plain(aged) == {"not due": "600.00", "1-30": "400.00"}


def test_the_company_is_the_sum_of_its_accounts(session: Session, account: CustomerAccount) -> None:
    other = make_customer(session, "M-0300")
    make_customer(session, "M-0400", "EUR")
    post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00", due="2026-05-31")
    post(session, other, "invoice", "INV-1", "2026-06-20", "50.00")
    post(session, other, "payment", "", "2026-06-25", "-80.00")

    whole = ageing.company_ageing(session, day("2026-06-30"), "CNY")

    assert [row.code for row in whole.rows] == ["M-0217", "M-0300"]
    assert whole.total.total == Money.of("970.00", "CNY")
    assert plain(whole.total) == {"not due": "50.00", "1-30": "1000.00", "unapplied": "-80.00"}


def test_other_bounds_and_bounds_that_do_not_rise(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV", "2026-05-01", "100.00", due="2026-06-20")
    on = day("2026-06-30")

    aged = ageing.account_ageing(session, account.id, on, bounds=(7, 14))

    assert plain(aged) == {"8-14": "100.00"}
    with pytest.raises(BadBounds):
        ageing.account_ageing(session, account.id, on, bounds=(30, 30))


def test_columns_that_are_not_the_balance_are_not_shown() -> None:
    zero, ten = Money.zero("CNY"), Money.of("10.00", "CNY")

    with pytest.raises(AgeingDoesNotAddUp, match="verify"):
        ageing.Ageing(day("2026-06-30"), ten, (), zero, zero, zero)
