"""A posted document is taken back by its opposite, never changed and never erased."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_customer
from tests.support.books import day, given, post, settle
from tieout.customers.models import CustomerAccount
from tieout.ledger import allocation, balances, locks, posting, reversing
from tieout.ledger.checks import check_books
from tieout.ledger.models import Document
from tieout.money import Money


def test_a_reversal_is_the_opposite_and_leaves_nothing_open(
    session: Session, account: CustomerAccount
) -> None:
    invoice = post(
        session, account, "invoice", "INV-1", "2026-05-01", "1000.00", tax=Money.of("115.04", "CNY")
    )

    reversal = reversing.reverse(session, invoice, reason="entered twice", by=BY, at=AT)

    assert (reversal.amount_minor, reversal.tax_minor) == (-100000, -11504)
    assert (reversal.number, reversal.issued_on) == ("RV-2026-0001", day("2026-05-01"))
    assert (reversal.reverses_id, reversal.description) == (invoice.id, "entered twice")
    assert balances.open_items(session, account.id, day("2026-06-30")) == []
    assert balances.balance(session, account.id, day("2026-06-30")) == Money.zero("CNY")
    assert check_books(session) == []


def test_what_it_had_settled_is_open_again(session: Session, account: CustomerAccount) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    payment = post(session, account, "payment", "", "2026-06-10", "-600.00")
    settle(session, invoice, payment, "600.00")

    reversing.reverse(session, invoice, by=BY, at=AT)

    [item] = balances.open_items(session, account.id, day("2026-06-30"))
    assert (item.document_id, item.signed.plain) == (payment.id, "-600.00")
    assert check_books(session) == []


def test_its_number_is_free_again(session: Session, account: CustomerAccount) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    reversing.reverse(session, invoice, by=BY, at=AT)

    again = post(session, account, "invoice", "INV-1", "2026-05-01", "900.00")

    assert again.number == "INV-1"
    with pytest.raises(posting.NumberTaken):
        post(session, account, "invoice", "INV-1", "2026-05-01", "800.00")


def test_once_is_enough_and_reversals_are_final(session: Session, account: CustomerAccount) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")
    reversal = reversing.reverse(session, invoice, by=BY, at=AT)

    with pytest.raises(reversing.AlreadyReversed, match=r"INV-1.*RV-2026-0001"):
        reversing.reverse(session, invoice, by=BY, at=AT)
    with pytest.raises(reversing.ReversalIsFinal, match="RV-2026-0001"):
        reversing.reverse(session, reversal, by=BY, at=AT)


def test_not_before_the_document_and_not_in_a_locked_period(
    session: Session, account: CustomerAccount
) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")

    with pytest.raises(reversing.ReversedBeforePosted):
        reversing.reverse(session, invoice, on=day("2026-04-30"), by=BY, at=AT)

    locks.lock(session, day("2026-05-31"), by=BY, at=AT)
    with pytest.raises(locks.PeriodLocked, match="2026-06-01"):
        reversing.reverse(session, invoice, on=day("2026-05-20"), by=BY, at=AT)
    assert reversing.reverse(session, invoice, by=BY, at=AT).issued_on == day("2026-06-01")


def test_instalments_are_taken_back_one_by_one(session: Session, account: CustomerAccount) -> None:
    due = [("2026-05-31", "400.00"), ("2026-06-30", "600.00")]
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00", due=due)

    reversal = reversing.reverse(session, invoice, by=BY, at=AT)

    assert [item.amount_minor for item in reversal.due_items] == [40000, 60000]
    assert all(item.open_minor == 0 for item in (*invoice.due_items, *reversal.due_items))


def test_both_halves_of_a_transfer_go_together(session: Session, account: CustomerAccount) -> None:
    child = make_customer(session, "M-0231")
    out, into = posting.transfer(
        session, account, child, Money.of("500.00", "CNY"), on=day("2026-06-01"), by=BY, at=AT
    )

    reversing.reverse(session, into, by=BY, at=AT)

    assert reversing.reversal_of(session, out.id) is not None
    for one in (account, child):
        assert balances.balance(session, one.id, day("2026-06-30")) == Money.zero("CNY")
    assert check_books(session) == []


def test_many_are_taken_back_all_or_none(session: Session, account: CustomerAccount) -> None:
    documents = [given(account, "invoice", f"INV-{n}", "2026-05-01", "10.00") for n in range(3)]
    ids = posting.post_many(session, documents, by=BY, at=AT, source="import:1")
    found = [session.get_one(Document, document_id) for document_id in ids]

    reversed_ = reversing.reverse_many(session, found, reason="wrong file", by=BY, at=AT)

    assert len(reversed_) == 3
    assert balances.balance(session, account.id, day("2026-06-30")) == Money.zero("CNY")
    with pytest.raises(reversing.AlreadyReversed):
        reversing.reverse_many(session, found, by=BY, at=AT)
    assert len(allocation.of_document(session, ids[0])) == 1
