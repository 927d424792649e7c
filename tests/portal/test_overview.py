"""The first page: what is owed, what is overdue, what waits for an answer."""

from datetime import date

from sqlalchemy import select

from tests.portal.conftest import ISSUED, June, confirm, days_later, issue, let_in
from tests.support.books import post
from tests.support.visitor import words_of
from tieout import audit, clock, db
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.periods import Period
from tieout.settings import banks


def test_what_waits_stands_first_with_its_confirm_button(june: June) -> None:
    page = words_of(june.signed_in().open("/").text)

    assert "You owe Harbour Tools CNY 4,040.00 as at 30 June 2026" in page
    assert "Confirm 4,040.00 as at 30 June" in page
    assert "In our books today, 2 July 2026" in page
    assert "June 2026 Not answered" in page


def test_after_the_answer_the_books_of_today_stand_first(june: June) -> None:
    visitor = june.signed_in()
    confirm(visitor, june)
    with db.transaction() as session:
        account = session.scalars(
            select(CustomerAccount).where(CustomerAccount.customer_id == june.customer_id)
        ).one()
        post(session, account, "payment", "PAY-2", "2026-07-02", "-40.00", at=clock.now())

    page = words_of(visitor.open("/").text)

    assert "You owe Harbour Tools CNY 4,000.00 as at 2 July 2026" in page
    assert "Overdue 900.00 INV-1, due 28 May" in page
    assert "Agreed" in page
    assert "Change your answer" in page


def test_it_gets_overdue_by_itself(june: June) -> None:
    visitor = june.signed_in()
    confirm(visitor, june)

    with days_later(2):
        page = words_of(june.signed_in().open("/").text)

    assert "Overdue 1,900.00 INV-1, due 28 May, and 1 more" in page


def test_a_customer_in_credit_reads_that_we_owe_it(june: June) -> None:
    with db.transaction() as session:
        other = session.scalars(select(Customer).where(Customer.code == "M-0300")).one()
        post(session, other.accounts[0], "payment", "PAY-9", "2026-06-30", "-3200.00", at=ISSUED)

    page = words_of(june.stranger().open("/").text)

    assert "Harbour Tools owes you CNY 3,200.00" in page
    assert "Nothing waits for your answer" in page


def test_a_customer_that_owes_nothing_reads_so(june: June) -> None:
    page = words_of(june.stranger().open("/").text)

    assert "Nothing is owed CNY 0.00 as at 2 July 2026" in page


def test_two_currencies_are_two_figures_and_never_one_sum(june: June) -> None:
    with db.transaction() as session:
        other = session.scalars(select(Customer).where(Customer.code == "M-0300")).one()
        euros = CustomerAccount(customer_id=other.id, currency="EUR", created_at=ISSUED)
        session.add(euros)
        session.flush()
        post(session, other.accounts[0], "invoice", "INV-8", "2026-06-30", "100.00", at=ISSUED)
        post(session, euros, "invoice", "INV-9", "2026-06-30", "30.00", at=ISSUED)

    page = words_of(june.stranger().open("/").text)

    assert "CNY 100.00" in page
    assert "EUR 30.00" in page
    assert "130.00" not in page


def test_a_blank_request_hides_the_books_of_today(june: June) -> None:
    with db.transaction() as session:
        customer = session.get_one(Customer, june.customer_id)
        issue(session, customer, Period.month(2026, 7), request="blank")
    visitor = june.signed_in()

    page = words_of(visitor.open("/").text)

    assert "First, your own balance" in page
    assert "4,040.00" not in page


def test_older_statements_that_wait_are_named(june: June) -> None:
    with db.transaction() as session:
        issue(session, session.get_one(Customer, june.customer_id), Period.month(2026, 7))

    page = words_of(june.signed_in().open("/").text)

    assert "Confirm 4,040.00 as at 31 July" in page
    assert "Also waiting for you Not answered Statement for June 2026" in page


def test_somebody_who_looks_after_two_customers_goes_from_one_to_the_other(june: June) -> None:
    with db.transaction() as session:
        other = session.scalars(select(Customer).where(Customer.code == "M-0300")).one()
        second = Contact(
            customer_id=other.id,
            name="Wang Min",
            email="wang.min@m-0217.example",
            created_at=ISSUED,
        )
        session.add(second)
        session.flush()
        let_in(session, second)
    visitor = june.signed_in()

    first = words_of(visitor.open("/").text)  # by name
    visitor.open(f"/go/{june.customer_id}")
    then = words_of(visitor.open("/").text)

    assert "Nothing is owed" in first
    assert "Go to Mingyuan Hardware" in first
    assert "You owe Harbour Tools CNY 4,040.00" in then
    assert "Go to Customer M-0300" in then


def test_a_new_account_of_ours_stands_first_with_a_warning_against_forged_letters(
    june: June,
) -> None:
    chen, zhou = audit.Actor("staff", 1, "Chen Li"), audit.Actor("staff", 2, "Zhou Wei")
    for bank, number, since in (
        ("ICBC", "1202 0017", "2024-03-12"),
        ("BOC", "3301 06", "2026-08-01"),
    ):
        with db.transaction() as session:
            given = banks.propose(
                session,
                currency="CNY",
                bank=bank,
                holder="Harbour Tools Co., Ltd.",
                number=number,
                valid_from=date.fromisoformat(since),
                by=chen,
            )
            banks.approve(session, given, by=zhou)
    visitor = june.signed_in()

    for address in ("/", f"/statements/{june.statement_id}"):
        page = words_of(visitor.open(address).text)
        assert "From 1 August 2026 please pay CNY to our new account." in page
        assert "New account: Harbour Tools Co., Ltd. · BOC · 3301 06" in page
        assert "Until then: ICBC · 1202 0017" in page
        assert "Forged letters about changed accounts are common." in page
