"""What is owed and open at any day, as known at any moment."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_customer
from tests.support.books import day, post, settle
from tieout.customers.models import CustomerAccount
from tieout.errors import TieoutError
from tieout.ledger import ageing, allocation, balances, movements, reversing
from tieout.ledger.checks import check_books
from tieout.ledger.ledger_view import ledger
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.periods import Period


def cny(text: str) -> Money:
    return Money.of(text, "CNY")


def test_paid_in_june_it_is_still_open_in_may(session: Session, account: CustomerAccount) -> None:
    """INV 1,000.00 of 1 May, due 31 May; 600.00 of it paid on 10 June."""
    invoice = post(session, account, "invoice", "INV", "2026-05-01", "1000.00", due="2026-05-31")
    payment = post(session, account, "payment", "PAY", "2026-06-10", "-600.00")
    settle(session, invoice, payment, "600.00")

    [then] = balances.open_items(session, account.id, day("2026-05-31"))
    [now] = balances.open_items(session, account.id, day("2026-06-30"))

    assert (then.open, then.days, then.is_overdue) == (cny("1000.00"), 0, False)
    assert (now.open, now.days, now.is_overdue) == (cny("400.00"), 30, True)
    assert balances.balance(session, account.id, day("2026-04-30")) == cny("0.00")
    assert balances.balance(session, account.id, day("2026-05-31")) == cny("1000.00")
    assert balances.balance(session, account.id, day("2026-06-30")) == cny("400.00")


def test_what_was_booked_late_was_not_known_then(
    session: Session, account: CustomerAccount
) -> None:
    early = datetime(2026, 7, 1, 9, tzinfo=UTC)
    post(session, account, "invoice", "INV-1", "2026-06-01", "1000.00", at=early)
    late = early + timedelta(days=4)
    post(session, account, "invoice", "INV-2", "2026-06-28", "120.00", at=late)
    cut_off = day("2026-06-30")

    assert balances.balance(session, account.id, cut_off) == cny("1120.00")
    assert balances.balance(session, account.id, cut_off, early) == cny("1000.00")
    found = movements.booked_late(session, account.id, day("2026-07-01"), early)
    assert [movement.number for movement in found] == ["INV-2"]


def test_settling_that_was_recorded_later_was_not_known_then(
    session: Session, account: CustomerAccount
) -> None:
    invoice = post(session, account, "invoice", "INV", "2026-05-01", "1000.00")
    payment = post(session, account, "payment", "", "2026-05-20", "-1000.00")
    later = AT + timedelta(days=1)
    made = settle(session, invoice, payment, "1000.00", at=later)

    end = day("2026-05-31")
    assert balances.open_items(session, account.id, end) == []
    known_before = balances.open_items(session, account.id, end, AT)
    assert sorted(item.signed.minor for item in known_before) == [-100000, 100000]

    allocation.undo(session, made, by=BY, at=later + timedelta(days=1))
    assert len(balances.open_items(session, account.id, end)) == 2
    assert balances.open_items(session, account.id, end, later) == []


def test_the_ledger_runs_from_opening_to_closing(
    session: Session, account: CustomerAccount
) -> None:
    """1,500.00 + 1,000.00 − 600.00 − 120.00 + 2,260.00 = 4,040.00."""
    post(session, account, "opening_balance", "", "2026-05-31", "1500.00")
    for kind, number, on, amount in (
        ("invoice", "INV-1", "2026-06-03", "1000.00"),
        ("payment", "PAY-1", "2026-06-12", "-600.00"),
        ("credit_note", "CN-1", "2026-06-15", "-120.00"),
        ("invoice", "INV-2", "2026-06-26", "2260.00"),
        ("invoice", "INV-3", "2026-07-01", "99.00"),
    ):
        post(session, account, kind, number, on, amount)

    book = ledger(session, account.id, Period.month(2026, 6))

    assert (book.opening, book.closing) == (cny("1500.00"), cny("4040.00"))
    assert (book.charges, book.credits) == (cny("3260.00"), cny("-720.00"))
    running = [row.balance.plain for row in book.rows]
    assert running == ["2500.00", "1900.00", "1780.00", "4040.00"]


def test_balances_of_many_accounts_are_read_at_once(
    session: Session, account: CustomerAccount
) -> None:
    other = make_customer(session, "M-0300", "EUR")
    post(session, account, "invoice", "INV-1", "2026-06-03", "1000.00")
    post(session, other, "invoice", "INV-1", "2026-06-03", "50.00")

    found = balances.balances(session, day("2026-06-30"))

    assert found == {account.id: cny("1000.00"), other.id: Money.of("50.00", "EUR")}
    assert set(balances.open_items_by_account(session, day("2026-06-30"))) == set(found)


STEP = st.tuples(
    st.sampled_from(["invoice", "payment", "credit_note", "settle", "undo", "reverse"]),
    st.integers(0, 60),
    st.integers(1, 500),
    st.integers(0, 20),
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@drawn(steps=st.lists(STEP, min_size=4, max_size=18))
def test_open_items_are_the_balance_at_every_day_whatever_happens(
    session: Session, account: CustomerAccount, steps: list[tuple[str, int, int, int]]
) -> None:
    point = session.begin_nested()
    try:
        _happen(session, account, steps)
        assert check_books(session) == []
        start = date(2026, 4, 30)
        for offset in (0, 1, 15, 31, 45, 62, 400):
            on = start + timedelta(days=offset)
            for known_at in (None, AT, AT + timedelta(minutes=len(steps) // 2)):
                owed = balances.balance(session, account.id, on, known_at)
                at_once = balances.balances(session, on, known_at)
                assert at_once.get(account.id, cny("0.00")) == owed
                items = balances.open_items(session, account.id, on, known_at)
                assert Money.total((item.signed for item in items), "CNY") == owed
                by_document: dict[int, int] = defaultdict(int)
                for item in items:
                    by_document[item.document_id] += item.signed.minor
                found = balances.open_by_document(session, account.id, on, known_at)
                assert found == by_document
                assert all(Money.zero("CNY") < item.open <= item.amount for item in items)
                aged = ageing.account_ageing(session, account.id, on, known_at)
                assert Money.total(aged.columns, "CNY") == owed
    finally:
        point.rollback()
        session.expire_all()


def _happen(
    session: Session, account: CustomerAccount, steps: list[tuple[str, int, int, int]]
) -> None:
    """Post, settle, undo and reverse as drawn; what the books refuse did not happen."""
    documents: list[Document] = []
    for n, (what, offset, amount, pick) in enumerate(steps):
        at = AT + timedelta(minutes=n)
        on = (date(2026, 5, 1) + timedelta(days=offset)).isoformat()
        try:
            if what in ("invoice", "payment", "credit_note"):
                sign = "" if what == "invoice" else "-"
                number = f"{what}-{n}"
                documents.append(
                    post(session, account, what, number, on, f"{sign}{amount}.00", at=at)
                )
            elif documents:
                one, other = documents[pick % len(documents)], documents[-1 - pick % len(documents)]
                if what == "settle":
                    debit, credit = sorted((one, other), key=lambda each: -each.amount_minor)
                    settle(session, debit, credit, f"{amount}.00", at=at)
                elif what == "undo":
                    for made in allocation.of_document(session, one.id)[:1]:
                        allocation.undo(session, made, by=BY, at=at)
                else:
                    reversing.reverse(session, one, by=BY, at=at)
        except TieoutError:
            continue
