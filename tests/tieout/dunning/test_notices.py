"""Reminders over real books: planned, worked out again when they leave, held when in doubt."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tieout import audit
from tieout.customers.models import CustomerAccount
from tieout.dunning import holds, notices, policies, promises, stale
from tieout.dunning.models import DunningCycle, Notice, PromiseToPay
from tieout.dunning.notices import Planned
from tieout.dunning.selection import Level, Selection
from tieout.i18n import Sentence
from tieout.intake.connectors.models import Connector, ConnectorPull
from tieout.ledger import allocation, disputed, posting
from tieout.ledger.models import Document, DocumentKind
from tieout.money import Money

TODAY = date(2026, 7, 2)
CONTACT = audit.Actor("contact", 1, "Wang Min")


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer of Harbour Tools whose payments are up to date."""
    make_company(session)
    policies.standard_policy(session, by=audit.SYSTEM)
    other = make_customer(session, "X-1")
    post(session, other, "PAY-0", "-1.00", TODAY, kind=DocumentKind.PAYMENT)
    return make_customer(session)


def post(
    session: Session,
    account: CustomerAccount,
    number: str,
    amount: str,
    on: date,
    *,
    kind: DocumentKind = DocumentKind.INVOICE,
    at: datetime = AT,
) -> Document:
    money = Money.of(amount, account.currency)
    return posting.post(
        session, posting.DocumentInput(account.id, kind, number, on, money), by=BY, at=at
    )


def overdue(
    session: Session, account: CustomerAccount, days: int, amount: str = "900.00"
) -> Document:
    """An invoice that fell due so many days ago."""
    due = TODAY - timedelta(days=days)
    money = Money.of(amount, account.currency)
    return posting.post(
        session,
        posting.DocumentInput(
            account.id,
            DocumentKind.INVOICE,
            f"INV-{days}",
            due - timedelta(days=30),
            money,
            due=(posting.DuePart(due, money),),
        ),
        by=BY,
        at=AT,
    )


def plan(session: Session, on: date = TODAY) -> Planned:
    return notices.plan(session, on=on, at=AT)


def leave(session: Session, notice_id: int, on: date = TODAY) -> dict[str, Any] | Sentence:
    return notices.freeze(session, notice_id, on=on, at=AT)


def send(session: Session, on: date = TODAY) -> dict[str, Any]:
    (number,) = plan(session, on).notices
    figures = leave(session, number, on)
    assert isinstance(figures, dict), figures
    notices.mark_sent(session, number, on=on, at=AT)
    return figures


def pay(session: Session, account: CustomerAccount, document: Document, amount: str) -> None:
    payment = post(session, account, f"P{amount}", f"-{amount}", TODAY, kind=DocumentKind.PAYMENT)
    allocation.allocate(
        session,
        document.due_items[0],
        payment.due_items[0],
        Money.of(amount, account.currency),
        rule="by_hand",
        by=BY,
        at=AT,
    )


def test_an_overdue_account_gets_one_notice_with_its_items(
    session: Session, account: CustomerAccount
) -> None:
    overdue(session, account, 5)
    overdue(session, account, 4, "100.00")

    figures = send(session)

    assert (figures["level"], figures["net"], figures["currency"]) == (1, 100_000, "CNY")
    assert [item["number"] for item in figures["items"]] == ["INV-5", "INV-4"]
    assert figures["pay_by"] == "2026-07-09"
    assert plan(session).notices == ()


def test_what_is_paid_before_it_leaves_is_not_asked_for(
    session: Session, account: CustomerAccount
) -> None:
    document = overdue(session, account, 5)
    (number,) = plan(session).notices
    pay(session, account, document, "900.00")

    assert str(leave(session, number)) == "Nothing is overdue that may be reminded of."
    assert session.get_one(Notice, number).state == "cancelled"


def test_a_payment_not_yet_applied_counts_too(session: Session, account: CustomerAccount) -> None:
    overdue(session, account, 5)
    (number,) = plan(session).notices
    post(session, account, "P-1", "-900.00", TODAY, kind=DocumentKind.PAYMENT)

    assert str(leave(session, number)) == "Credit not yet applied covers what is overdue."


def test_a_dispute_of_the_last_second_is_left_out_and_said(
    session: Session, account: CustomerAccount
) -> None:
    document = overdue(session, account, 5)
    (number,) = plan(session).notices
    disputed.open_part(
        session,
        document.due_items[0],
        Money.of("120.00", "CNY"),
        dispute_ref="dispute:1",
        on=TODAY,
        at=AT,
    )

    figures = leave(session, number)

    assert isinstance(figures, dict)
    assert figures["net"] == 78_000
    assert figures["left_out"] == [{"number": "INV-5", "amount": 12_000, "why": "disputed"}]


def test_levels_rise_with_the_gap_and_the_cycle_ends(
    session: Session, account: CustomerAccount
) -> None:
    document = overdue(session, account, 20)
    assert send(session)["level"] == 1
    assert plan(session, TODAY + timedelta(days=6)).notices == ()
    later = TODAY + timedelta(days=7)
    post(session, account, "P-9", "-1.00", later, kind=DocumentKind.PAYMENT, at=AT + timedelta(7))
    assert send(session, later)["level"] == 2
    pay(session, account, document, "900.00")
    plan(session, later)
    assert session.query(DunningCycle).one().ended_on == later


def test_an_account_always_overdue_is_told_of_each_invoice_until_nothing_is_left(
    session: Session, account: CustomerAccount
) -> None:
    def week(number: int) -> date:
        day = TODAY + timedelta(weeks=number)
        paid = (f"P-{number}", "-1.00", day)
        post(session, account, *paid, kind=DocumentKind.PAYMENT, at=AT + timedelta(weeks=number))
        return day

    first = overdue(session, account, 30)
    assert [send(session, week(one))["level"] for one in (0, 1, 2)] == [1, 2, 3]
    assert plan(session, week(3)).notices == ()

    second = overdue(session, account, -20, "100.00")
    found = send(session, week(4))
    assert found["level"] == 3
    assert [one["number"] for one in found["items"]] == ["INV-30", "INV--20"]
    pay(session, account, first, "900.00")

    assert send(session, week(5))["level"] == 2
    assert plan(session, week(6)).notices == ()
    assert send(session, week(8))["level"] == 3
    cycles = session.query(DunningCycle).order_by(DunningCycle.id).all()
    ends = [TODAY + timedelta(weeks=one) for one in (4, 8)]
    assert [one.ended_on for one in cycles] == [*ends, None]
    assert {one.started_on for one in cycles} == {TODAY}
    pay(session, account, second, "100.00")
    plan(session, ends[-1])
    assert cycles[-1].ended_on == ends[-1]


def test_nothing_leaves_on_stale_books(session: Session, account: CustomerAccount) -> None:
    overdue(session, account, 5)
    monday_after = date(2026, 7, 7)  # Friday, Monday, Tuesday: the third working day

    assert plan(session, date(2026, 7, 6)).held is None
    planned = plan(session, monday_after)

    assert planned.held is not None
    assert "2026-07-02" in str(planned.held)


def test_nothing_leaves_where_payments_failed_to_come_until_they_are_in(
    session: Session, account: CustomerAccount
) -> None:
    overdue(session, account, 5)
    failed_at = AT + timedelta(hours=1)
    bank = Connector(
        name="Bank",
        name_key="bank",
        kind="folder",
        batch_kind="payments",
        settings={},
        scheduled_since=AT,
        failures=1,
        made_by="Chen Li",
        made_at=AT,
    )
    pull = ConnectorPull(period="1", state="failed", asked_by="", asked_at=AT)
    pull.finished_at = failed_at
    bank.pulls = [pull]
    session.add(bank)
    session.flush()

    held = plan(session).held
    assert str(held).startswith("The payments of “Bank” could not be pulled on 2026-07-02.")
    bank.is_active = False
    session.flush()
    assert stale.freshness(session, TODAY).held is None
    bank.is_active = True
    by_hand = failed_at + timedelta(hours=1)
    post(session, account, "PAY-2", "-1.00", TODAY, kind=DocumentKind.PAYMENT, at=by_hand)
    assert len(plan(session).notices) == 1


def test_a_notice_on_its_way_is_held_when_the_books_have_grown_stale(
    session: Session, account: CustomerAccount
) -> None:
    overdue(session, account, 5)
    (number,) = plan(session).notices
    assert isinstance(leave(session, number, date(2026, 7, 20)), Sentence)


def test_a_hold_ends_by_itself(session: Session, account: CustomerAccount) -> None:
    overdue(session, account, 5)
    holds.hold(
        session,
        "customer",
        account.customer_id,
        "new buyer",
        on=TODAY,
        until=TODAY,
        by=BY,
        at=AT,
    )
    planned = plan(session)
    assert [str(reason) for _, reason in planned.left_out] == ["Held: new buyer"]
    assert plan(session, TODAY + timedelta(days=1)).notices


def test_a_promise_pauses_its_part_and_breaks(session: Session, account: CustomerAccount) -> None:
    document = overdue(session, account, 5)
    made = promises.promise(
        session,
        account,
        Money.of("900.00", "CNY"),
        TODAY + timedelta(days=3),
        item=document.due_items[0],
        open_amount=Money.of("900.00", "CNY"),
        by=CONTACT,
        on=TODAY,
        at=AT,
    )
    assert plan(session).notices == ()

    later = TODAY + timedelta(days=6)
    post(session, account, "P-8", "-1.00", later, kind=DocumentKind.PAYMENT, at=AT + timedelta(6))
    planned = plan(session, later)

    assert session.get_one(PromiseToPay, made.id).state == "broken"
    assert len(planned.notices) == 1


def test_the_preview_of_a_day_counts_promises_that_are_over_by_then(
    session: Session, account: CustomerAccount
) -> None:
    overdue(session, account, 5)
    promises.promise(
        session,
        account,
        Money.of("900.00", "CNY"),
        TODAY,
        open_amount=Money.of("900.00", "CNY"),
        by=CONTACT,
        on=TODAY,
        at=AT,
    )
    days = [TODAY + timedelta(days=number) for number in (2, 3)]
    found = [notices.preview(session, on)[0].found for on in days]
    assert [isinstance(one, Selection) for one in found] == [False, True]
    assert [len(plan(session, on).notices) for on in days] == [0, 1]


def test_a_promise_is_kept_by_a_payment_in_time(session: Session, account: CustomerAccount) -> None:
    document = overdue(session, account, 5)
    promises.promise(
        session,
        account,
        Money.of("900.00", "CNY"),
        TODAY,
        item=document.due_items[0],
        open_amount=Money.of("900.00", "CNY"),
        by=CONTACT,
        on=TODAY,
        at=AT,
    )
    pay(session, account, document, "900.00")
    (judged,) = promises.judge(session, TODAY + timedelta(days=3), TODAY)
    assert judged.state == "kept"


@pytest.mark.parametrize(
    ("amount", "day", "wrong"),
    [
        ("900.01", TODAY, promises.PromiseOfNothing),
        ("0.00", TODAY, promises.PromiseOfNothing),
        ("1.00", TODAY - timedelta(days=1), promises.PromiseInThePast),
        ("1.00", TODAY + timedelta(days=31), promises.PromiseTooFarAhead),
    ],
)
def test_a_promise_that_cannot_be(
    session: Session,
    account: CustomerAccount,
    amount: str,
    day: date,
    wrong: type[Exception],
) -> None:
    with pytest.raises(wrong):
        promises.promise(
            session,
            account,
            Money.of(amount, "CNY"),
            day,
            open_amount=Money.of("900.00", "CNY"),
            by=CONTACT,
            on=TODAY,
            at=AT,
        )


def test_a_customers_own_policy_comes_before_the_companys(
    session: Session, account: CustomerAccount
) -> None:
    overdue(session, account, 5)
    patient = policies.add_policy(session, "Patient", [Level(1, 60)], by=BY)
    policies.assign(session, patient, "customer", account.customer_id, by=BY)

    assert plan(session).notices == ()


def test_each_currency_gets_its_own_message(session: Session, account: CustomerAccount) -> None:
    overdue(session, account, 5)
    dollars = CustomerAccount(customer_id=account.customer_id, currency="USD", created_at=AT)
    session.add(dollars)
    session.flush()
    overdue(session, dollars, 8, "50.00")

    planned = [leave(session, number) for number in plan(session).notices]

    assert [(f["currency"], f["net"]) for f in planned if isinstance(f, dict)] == [
        ("CNY", 90_000),
        ("USD", 5_000),
    ]


def test_a_preview_changes_nothing(session: Session, account: CustomerAccount) -> None:
    overdue(session, account, 5)
    (worked,) = notices.preview(session, TODAY)
    assert worked.account.id == account.id
    assert session.query(Notice).count() == 0
