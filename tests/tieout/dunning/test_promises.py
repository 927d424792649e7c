"""Promises judged: money counts once, from the day they were given where the company is."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tieout import audit
from tieout.customers.models import CustomerAccount
from tieout.dunning import promises
from tieout.ledger import posting
from tieout.ledger.models import DocumentKind
from tieout.money import Money

CONTACT = audit.Actor("contact", 1, "Wang Min")
#: Two in the morning of 2 July in Hangzhou, noon of 1 July in Pago Pago, 8 in Kiritimati.
NIGHT = datetime.fromisoformat("2026-07-01T18:00:00+00:00")


def july(day: int) -> date:
    return date(2026, 7, day)


def post(session: Session, account: CustomerAccount, amount: str, on: date, kind: str) -> None:
    """Book a document; the amount is signed."""
    money = Money.of(amount, "CNY")
    number = f"{kind}-{amount}-{on}"
    given = posting.DocumentInput(account.id, DocumentKind(kind), number, on, money)
    posting.post(session, given, by=BY, at=AT)


def judged(
    session: Session,
    given: list[tuple[str, int]],
    paid: list[tuple[str, int]],
    *,
    zone: str = "Asia/Shanghai",
    at: datetime = NIGHT,
    on: date = date(2026, 7, 30),
) -> list[str]:
    """What becomes of promises of amounts by days of July, given at a moment, after payments."""
    make_company(session).time_zone = zone
    account = make_customer(session)
    post(session, account, "5000.00", july(1), "invoice")
    for amount, day in given:
        promises.promise(
            session,
            account,
            Money.of(amount, "CNY"),
            july(day),
            open_amount=Money.of("5000.00", "CNY"),
            by=CONTACT,
            on=july(2),
            at=at,
        )
    for amount, day in paid:
        kind = "bounced_payment" if amount.startswith("+") else "payment"
        post(session, account, amount.replace("+", "").replace("−", "-"), july(day), kind)
    return [one.state for one in promises.judge(session, on, on)]


@pytest.mark.parametrize(
    ("given", "paid", "states"),
    [
        ([("500.00", 10)], [("−500.00", 12)], ["kept"]),
        ([("500.00", 10)], [("−500.00", 13)], ["broken"]),
        ([("500.00", 10)], [("−200.00", 3), ("−300.00", 10)], ["kept"]),
        ([("500.00", 10)], [("−499.99", 10)], ["part_kept"]),
        ([("500.00", 10)], [("−500.00", 5), ("+500.00", 8)], ["broken"]),
        ([("500.00", 10)], [("−500.00", 5), ("+200.00", 8)], ["part_kept"]),
        # one payment keeps one of two promises
        ([("500.00", 5), ("500.00", 12)], [("−500.00", 4)], ["kept", "broken"]),
        ([("500.00", 5), ("500.00", 12)], [("−700.00", 4)], ["kept", "part_kept"]),
        ([("500.00", 5), ("500.00", 12)], [("−1000.00", 4)], ["kept", "kept"]),
        ([("500.00", 12), ("500.00", 5)], [("−500.00", 4)], ["broken", "kept"]),
        # what comes too late for the first keeps the second
        ([("500.00", 5), ("500.00", 12)], [("−500.00", 8)], ["broken", "kept"]),
    ],
)
def test_money_counts_once(
    session: Session, given: list[tuple[str, int]], paid: list[tuple[str, int]], states: list[str]
) -> None:
    assert judged(session, given, paid) == states


@pytest.mark.parametrize(
    ("zone", "day", "state"),
    [
        ("Asia/Shanghai", 1, "broken"),
        ("Asia/Shanghai", 2, "kept"),
        ("Pacific/Pago_Pago", 1, "kept"),
        ("Pacific/Kiritimati", 1, "broken"),
        ("Pacific/Kiritimati", 2, "kept"),
    ],
)
def test_a_payment_of_the_day_the_promise_was_given_counts_by_the_companys_calendar(
    session: Session, zone: str, day: int, state: str
) -> None:
    assert judged(session, [("500.00", 10)], [("−500.00", day)], zone=zone) == [state]


def test_a_promise_that_was_taken_back_takes_no_money(session: Session) -> None:
    account = make_customer(session)
    make_company(session)
    post(session, account, "5000.00", july(1), "invoice")
    money, owed = Money.of("500.00", "CNY"), Money.of("5000.00", "CNY")
    first, second = (
        promises.promise(
            session, account, money, july(day), open_amount=owed, by=CONTACT, on=july(2), at=NIGHT
        )
        for day in (5, 12)
    )
    promises.withdraw(session, first, by=BY, on=july(3))
    post(session, account, "-500.00", july(4), "payment")

    [one] = promises.judge(session, july(30), july(30))

    assert (one.id, one.state) == (second.id, "kept")


def test_a_third_promise_waits_until_one_of_two_is_over(session: Session) -> None:
    account = make_customer(session)
    make_company(session)
    post(session, account, "5000.00", july(1), "invoice")
    money, owed = Money.of("500.00", "CNY"), Money.of("5000.00", "CNY")
    for day in (5, 12):
        promises.promise(
            session, account, money, july(day), open_amount=owed, by=CONTACT, on=july(2), at=NIGHT
        )

    with pytest.raises(promises.PromisesStillOpen) as refused:
        promises.promise(
            session, account, money, july(13), open_amount=owed, by=CONTACT, on=july(2), at=NIGHT
        )

    assert "invoice" not in str(refused.value.sentence)
