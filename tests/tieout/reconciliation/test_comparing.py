"""Our book compared with theirs, on both databases."""

import random
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import AT, BY
from tests.support.books import post, settle
from tests.tieout.reconciliation.books import (
    CUT_OFF,
    OURS,
    THEIRS,
    compared,
    hand_in,
    ledger,
    rows,
)
from tieout import events
from tieout.customers.models import CustomerAccount
from tieout.matching import Difference
from tieout.reconciliation import agreeing, comparing
from tieout.reconciliation.models import (
    MatchGroupLine,
    Reconciliation,
    TheirBook,
    TheirBookLine,
    TheirLine,
)
from tieout.reconciliation.picture import picture
from tieout.reconciliation.shown import Picture


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer of Harbour Tools."""
    factories.make_company(session)
    return factories.make_customer(session)


def post_all(session: Session, account: CustomerAccount, text: str) -> None:
    for day, kind, number, amount in rows(text):
        post(session, account, kind, number, day, amount)


def ties(shown: Picture) -> bool:
    """ours − theirs = ΣO − ΣC + ΣV + B, and the zero line leaves what is unexplained."""
    named = sum(
        group.only_ours.minor - group.only_theirs.minor + group.value.minor
        for group in shown.groups
    )
    return (
        shown.difference.minor == named + shown.opening.minor
        and shown.residual == shown.unexplained
    )


def test_the_worked_example_ties_out(session: Session, account: CustomerAccount) -> None:
    post_all(session, account, OURS)

    shown = picture(session, compared(session, account, THEIRS))

    assert (shown.ours.plain, shown.theirs.plain) == ("128500.00", "95340.00")
    assert shown.difference.plain == "33160.00"
    assert (shown.our_adjusted.plain, shown.their_adjusted.plain) == ("115700.00", "115700.00")
    assert shown.unexplained.minor == 0
    assert shown.ties_out
    assert ties(shown)
    assert {
        (group.main.number, group.difference, group.acts, group.residual.plain)
        for group in shown.differences
    } == {
        ("INV-1043", Difference.INVOICE_IN_TRANSIT, "itself", "25000.00"),
        ("CN-77", Difference.MISSING_IN_THEIRS, "you", "-2000.00"),
        ("TT-88231", Difference.PAYMENT_IN_TRANSIT, "itself", "12800.00"),
        ("INV-1021", Difference.DUPLICATE_IN_THEIRS, "you", "-3540.00"),
        ("INV-1039", Difference.AMOUNT_TRANSPOSITION, "you", "900.00"),
    }
    assert shown.last_agreed == date(2026, 6, 1)


def test_every_line_of_both_books_is_in_exactly_one_group(
    session: Session, account: CustomerAccount
) -> None:
    post_all(session, account, OURS)
    made = compared(session, account, THEIRS)

    count = select(func.count()).where(MatchGroupLine.reconciliation_id == made.id)

    assert session.scalar(count.where(MatchGroupLine.document_id.is_not(None))) == 5
    assert session.scalar(count.where(MatchGroupLine.their_line_id.is_not(None))) == 6


def test_a_file_in_the_other_sign_is_turned(session: Session, account: CustomerAccount) -> None:
    post_all(session, account, OURS)
    usual = picture(session, compared(session, account, THEIRS))

    other = compared(session, account, ledger(THEIRS).turned())

    book = session.get_one(TheirBook, other.book_id)
    assert book.was_mirrored
    shown = picture(session, other)
    assert (shown.theirs, shown.their_adjusted) == (usual.theirs, usual.their_adjusted)


def test_a_person_may_say_the_sign(session: Session, account: CustomerAccount) -> None:
    post_all(session, account, OURS)
    book = hand_in(session, account, THEIRS)

    made = comparing.compare(session, book, as_at=CUT_OFF, flipped=True, by=BY, at=AT)

    assert book.was_mirrored
    assert made.their_balance_minor == -95_340_00
    assert ties(picture(session, made))
    comparing.turn(session, book, by=BY)
    assert made.their_balance_minor == 95_340_00
    assert made.unexplained_minor == 0


def test_the_same_file_twice_is_the_same_lines(session: Session, account: CustomerAccount) -> None:
    post_all(session, account, OURS)
    first = compared(session, account, THEIRS)

    again = compared(session, account, THEIRS)

    assert first.receipt != again.receipt
    assert session.scalar(select(func.count()).select_from(TheirLine)) == 6
    assert session.scalar(select(func.count()).select_from(TheirBookLine)) == 12
    assert picture(session, first).unexplained == picture(session, again).unexplained


def test_genuine_twins_stay_two_lines(session: Session, account: CustomerAccount) -> None:
    twins = """
        2026-06-02  invoice  INV-7  100.00
        2026-06-02  invoice  INV-7  100.00
    """
    compared(session, account, twins)

    lines = session.scalars(select(TheirLine.occurrence).order_by(TheirLine.occurrence)).all()

    assert lines == [1, 2]


def test_what_was_recorded_later_is_not_in_an_earlier_comparison(
    session: Session, account: CustomerAccount
) -> None:
    from datetime import timedelta

    post(session, account, "invoice", "INV-1", "2026-06-03", "100.00", at=AT)
    post(session, account, "invoice", "INV-2", "2026-06-04", "50.00", at=AT + timedelta(days=1))

    made = compared(session, account, "2026-06-03  invoice  INV-1  100.00", at=AT)

    assert made.our_balance_minor == 100_00
    assert picture(session, made).differences == ()


def test_an_opening_that_differs_stands_on_its_own(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-0", "2026-01-15", "800.00")
    post(session, account, "invoice", "INV-1", "2026-06-03", "100.00")

    made = compared(
        session, account, ledger("2026-06-04  invoice  INV-1  100.00", opening="750.00")
    )

    shown = picture(session, made)
    assert (shown.ours.plain, shown.theirs.plain) == ("900.00", "850.00")
    assert shown.opening.plain == "50.00"
    assert shown.unexplained.minor == 0
    assert not shown.ties_out
    assert ties(shown)


def test_what_they_booked_after_their_opening_is_found_in_our_earlier_days(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-0", "2026-05-10", "800.00")
    post(session, account, "invoice", "INV-1", "2026-05-30", "100.00")

    made = compared(
        session, account, ledger("2026-06-02  invoice  INV-1  100.00", opening="800.00")
    )

    shown = picture(session, made)
    assert (shown.difference.minor, shown.opening.minor, shown.matched) == (0, 0, 1)
    assert shown.differences == ()


def test_without_an_opening_what_was_open_before_is_named(
    session: Session, account: CustomerAccount
) -> None:
    paid = post(session, account, "invoice", "INV-0", "2026-01-15", "800.00")
    money = post(session, account, "payment", "PAY-0", "2026-02-15", "-800.00")
    settle(session, paid, money, "800.00")
    post(session, account, "invoice", "INV-1", "2026-03-03", "70.00")
    post(session, account, "invoice", "INV-2", "2026-06-03", "100.00")

    made = compared(session, account, "2026-06-04  invoice  INV-2  100.00")

    shown = picture(session, made)
    assert [group.main.number for group in shown.differences] == ["INV-1"]
    assert shown.opening.minor == 0
    assert ties(shown)


def test_a_list_of_open_items_is_compared_with_ours(
    session: Session, account: CustomerAccount
) -> None:
    first = post(session, account, "invoice", "INV-1", "2026-03-03", "500.00")
    paid = post(session, account, "invoice", "INV-2", "2026-04-03", "300.00")
    money = post(session, account, "payment", "PAY-1", "2026-05-03", "-400.00")
    post(session, account, "invoice", "INV-3", "2026-06-03", "200.00")
    settle(session, first, money, "100.00")
    settle(session, paid, money, "300.00")

    made = compared(
        session,
        account,
        """
        2026-03-05  invoice  INV-1  400.00
        2026-06-05  invoice  INV-3  200.00
        """,
    )

    shown = picture(session, made)
    assert (shown.difference.minor, shown.matched, shown.groups) == (0, 2, ())


def test_a_payment_that_came_after_the_cut_off_says_when(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-1", "2026-06-03", "900.00")
    post(session, account, "payment", "PAY-9", "2026-07-02", "-900.00")
    post(session, account, "invoice", "INV-2", "2026-07-01", "10.00")

    made = compared(
        session,
        account,
        """
        2026-06-04  invoice  INV-1   900.00
        2026-06-29  payment  PAY-9  -900.00
        """,
    )

    shown = picture(session, made)
    [payment] = shown.differences
    assert (shown.ours.plain, shown.theirs.plain) == ("900.00", "0.00")
    assert payment.difference is Difference.PAYMENT_IN_TRANSIT
    assert payment.cleared == date(2026, 7, 2)
    assert shown.our_adjusted.minor == shown.their_adjusted.minor == 0


def test_a_payable_account_is_compared_from_the_buyers_side(session: Session) -> None:
    factories.make_company(session)
    account = factories.make_customer(session, "S-1", kind="payable")
    post(session, account, "invoice", "R-1", "2026-06-03", "100.00")
    post(session, account, "payment", "PV-1", "2026-06-29", "-40.00")

    made = compared(
        session,
        account,
        """
        2026-06-02  invoice  R-1   100.00
        2026-06-28  invoice  R-2    70.00
        """,
    )

    shown = picture(session, made)
    assert {(group.main.number, group.acts) for group in shown.differences} == {
        ("PV-1", "itself"),
        ("R-2", "itself"),
    }
    assert shown.ties_out


def test_comparing_tells_whoever_listens(session: Session, account: CustomerAccount) -> None:
    heard: list[int] = []
    events.subscribe([(events.BookCompared, lambda _s, e: heard.append(e.reconciliation_id))])

    made = compared(session, account, "2026-06-03  invoice  INV-1  100.00")

    assert heard == [made.id]


@pytest.mark.parametrize("seed", range(12))
def test_the_books_always_tie(session: Session, account: CustomerAccount, seed: int) -> None:
    """Whatever stands in both books, the difference is named to the last cent."""
    chance = random.Random(seed)
    lines: list[str] = []
    for number in range(30):
        amount = chance.randint(100, 99_999)
        kind = chance.choice(["invoice", "invoice", "payment", "credit_note"])
        signed = amount if kind == "invoice" else -amount
        day = date(2026, chance.choice([4, 5, 6, 7]), chance.randint(1, 30))
        name = f"{kind[:3].upper()}-{1000 + number}"
        if chance.random() < 0.85:
            post(session, account, kind, name, day.isoformat(), f"{signed / 100:.2f}")
        if chance.random() < 0.85:
            changed = signed + chance.choice([0, 0, 0, 1, 90, signed])
            lines += [f"{day}  {kind}  {name}  {changed / 100:.2f}"] * chance.choice([1, 1, 1, 2])
    opening = chance.choice(["", "123.45", "-5.00"])

    made = compared(session, account, ledger("\n".join(lines), opening=opening))

    shown = picture(session, made)
    agreed = agreeing.some(session, made, most=1000)
    assert ties(shown)
    assert shown.matched == sum(len(group.theirs) for group in agreed)
    assert session.get_one(Reconciliation, made.id).unexplained_minor == shown.residual.minor
