"""Debits and credits settle one another, never by more than is open, and it can be taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_customer
from tests.support.books import day, post, settle
from tieout.customers.models import CustomerAccount
from tieout.ledger import allocation, by_hand, locks, reversing
from tieout.ledger.checks import check_books
from tieout.ledger.models import Document
from tieout.money import Money


def open_of(document: Document) -> str:
    return Money(sum(item.open_minor for item in document.due_items), document.currency).plain


def test_a_payment_settles_part_of_an_invoice(session: Session, account: CustomerAccount) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    payment = post(session, account, "payment", "", "2026-06-10", "-600.00")

    made = settle(session, invoice, payment, "600.00")

    assert (open_of(invoice), open_of(payment)) == ("400.00", "0.00")
    assert made.effective_on == day("2026-06-10")  # the later of both dates
    assert check_books(session) == []


def test_no_more_is_settled_than_is_open(session: Session, account: CustomerAccount) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    payment = post(session, account, "payment", "PAY-1", "2026-06-10", "-600.00")

    with pytest.raises(allocation.AllocationExceedsOpenAmount, match=r"600\.00.*PAY-1"):
        settle(session, invoice, payment, "600.01")

    assert (open_of(invoice), open_of(payment)) == ("1000.00", "600.00")


def test_who_comes_second_is_told(session: Session, account: CustomerAccount) -> None:
    """Two people settle the same payment; the second one has an older picture of it."""
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    payment = post(session, account, "payment", "PAY-1", "2026-06-10", "-600.00")
    session.execute(text("UPDATE due_items SET open_minor = 100 WHERE direction < 0"))

    with pytest.raises(allocation.AllocationExceedsOpenAmount, match=r"1\.00.*PAY-1"):
        settle(session, invoice, payment, "600.00")

    assert open_of(invoice) == "1000.00"


@pytest.mark.parametrize("amount", ["0.00", "-5.00"])
def test_nothing_is_not_settled(session: Session, account: CustomerAccount, amount: str) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    payment = post(session, account, "payment", "", "2026-06-10", "-600.00")

    with pytest.raises(allocation.NothingToSettle):
        settle(session, invoice, payment, amount)


def test_two_debits_settle_nothing(session: Session, account: CustomerAccount) -> None:
    one = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    other = post(session, account, "invoice", "INV-2", "2026-05-01", "500.00")

    with pytest.raises(allocation.NotDebitAndCredit, match=r"INV-1.*INV-2"):
        settle(session, one, other, "500.00")


def test_accounts_stay_apart(session: Session, account: CustomerAccount) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    elsewhere = make_customer(session, "M-0300")
    payment = post(session, elsewhere, "payment", "PAY-9", "2026-06-10", "-600.00")

    with pytest.raises(allocation.OtherAccount, match="transfer"):
        settle(session, invoice, payment, "600.00")


def test_undoing_restores_exactly(session: Session, account: CustomerAccount) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    payment = post(session, account, "payment", "", "2026-06-10", "-600.00")
    made = settle(session, invoice, payment, "400.00")

    allocation.undo(session, made, by=BY, at=AT)

    assert (open_of(invoice), open_of(payment)) == ("1000.00", "600.00")
    assert allocation.of_document(session, invoice.id) == []
    assert allocation.of_document(session, invoice.id, live=False) == [made]
    assert check_books(session) == []
    with pytest.raises(allocation.AlreadyUndone):
        allocation.undo(session, made, by=BY, at=AT)


def test_a_reversal_stays_settled_with_what_it_took_back(
    session: Session, account: CustomerAccount
) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    reversing.reverse(session, invoice, by=BY, at=AT)
    [made] = allocation.of_document(session, invoice.id)

    with pytest.raises(allocation.ReversalStays, match="INV-1"):
        allocation.undo(session, made, by=BY, at=AT)


def test_in_a_locked_period_it_counts_from_the_first_open_day(
    session: Session, account: CustomerAccount
) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    payment = post(session, account, "payment", "", "2026-06-10", "-600.00")
    locks.lock(session, day("2026-06-30"), by=BY, at=AT)

    made = settle(session, invoice, payment, "600.00")

    assert made.effective_on == day("2026-07-01")


def test_money_settled_otherwise_for_some_time_is_not_spent_twice_then(
    session: Session, account: CustomerAccount
) -> None:
    """PAY settled INV-1 until 20 June; for INV-2 it counts from that day, not from 10 June."""
    first = post(session, account, "invoice", "INV-1", "2026-05-01", "600.00")
    second = post(session, account, "invoice", "INV-2", "2026-05-02", "600.00")
    payment = post(session, account, "payment", "", "2026-06-10", "-600.00")
    wrong = settle(session, first, payment, "600.00")
    allocation.undo(session, wrong, on=day("2026-06-20"), by=BY, at=AT + timedelta(hours=1))

    made = settle(session, second, payment, "600.00", at=AT + timedelta(hours=2))

    assert made.effective_on == day("2026-06-20")


def test_by_hand_the_earliest_due_is_settled_first(
    session: Session, account: CustomerAccount
) -> None:
    late = post(session, account, "invoice", "INV-2", "2026-05-10", "500.00")
    early = post(session, account, "invoice", "INV-1", "2026-05-01", "300.00")
    payment = post(session, account, "payment", "", "2026-06-10", "-600.00")

    made = by_hand.settle(
        session,
        account.id,
        [late.due_items[0].id, early.due_items[0].id],
        [payment.due_items[0].id],
        by=BY,
        at=AT,
    )

    assert [one.amount_minor for one in made] == [30000, 30000]
    assert (open_of(early), open_of(late), open_of(payment)) == ("0.00", "200.00", "0.00")


def test_by_hand_an_amount_limits_what_is_settled(
    session: Session, account: CustomerAccount
) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "300.00")
    payment = post(session, account, "payment", "", "2026-06-10", "-600.00")
    ticked = ([invoice.due_items[0].id], [payment.due_items[0].id])

    with pytest.raises(by_hand.AmountNotUsed, match=r"300\.00"):
        by_hand.settle(session, account.id, *ticked, amount=Money.of("300.01", "CNY"), by=BY, at=AT)
    with pytest.raises(by_hand.NothingTicked):
        by_hand.settle(session, account.id, ticked[0], [], by=BY, at=AT)
    with pytest.raises(allocation.NothingToSettle):
        by_hand.settle(session, account.id, *ticked, amount=Money.zero("CNY"), by=BY, at=AT)

    by_hand.settle(session, account.id, *ticked, amount=Money.of("120.00", "CNY"), by=BY, at=AT)
    assert (open_of(invoice), open_of(payment)) == ("180.00", "480.00")


def test_items_of_another_account_cannot_be_ticked(
    session: Session, account: CustomerAccount
) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "300.00")
    elsewhere = make_customer(session, "M-0300")
    payment = post(session, elsewhere, "payment", "", "2026-06-10", "-600.00")

    with pytest.raises(by_hand.NothingTicked):
        by_hand.settle(
            session,
            account.id,
            [invoice.due_items[0].id],
            [payment.due_items[0].id],
            by=BY,
            at=AT,
        )
