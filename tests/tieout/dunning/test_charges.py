"""What reminding costs: fee and interest, exact to the day, posted, waived, taken back."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tests.tieout.dunning.test_notices import overdue, pay, post, send
from tieout import audit
from tieout.customers import stops
from tieout.customers.models import CustomerAccount
from tieout.dunning import charges, interest, notices, policies, promises
from tieout.dunning.charges import ChargeDecided, WaivedWithoutWord
from tieout.dunning.interest import Bearing, Lowered
from tieout.dunning.models import NoticeCharge
from tieout.dunning.selection import Level, Selection
from tieout.ledger import balances, disputed, locks
from tieout.ledger.models import Document, DocumentKind
from tieout.money import Money, rounded

TODAY = date(2026, 7, 2)
TEN_PERCENT = 100_000


def somebody_pays(session: Session, on: date) -> None:
    other = make_customer(session, "X-2")
    at = datetime.combine(on, time(2), UTC)
    post(session, other, "PAY-1", "-1.00", on, kind=DocumentKind.PAYMENT, at=at)


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer whose reminders cost 10.00 and 10 % a year, posted by the policy."""
    make_company(session)
    levels = [
        Level(1, 15, fee_minor=1000, interest_ppm=TEN_PERCENT),
        Level(2, 30, interest_ppm=TEN_PERCENT),
    ]
    made = policies.add_policy(session, "Costs", levels, charges=policies.POST, by=BY)
    policies.assign(session, made, "company", 0, by=BY)
    other = make_customer(session, "X-1")
    post(session, other, "PAY-0", "-1.00", TODAY, kind=DocumentKind.PAYMENT)
    return make_customer(session)


def test_interest_of_fifteen_days_and_a_fee_are_posted_with_the_reminder(
    session: Session, account: CustomerAccount
) -> None:
    overdue(session, account, 15, "100.00")

    figures = send(session)

    assert (figures["costs"]["fee"], figures["costs"]["interest"]) == (1000, 41)
    documents = session.scalars(
        select(Document).where(Document.kind.in_(("fee", "interest"))).order_by(Document.kind)
    ).all()
    assert [(one.kind, one.amount_minor) for one in documents] == [("fee", 1000), ("interest", 41)]
    [line] = documents[1].lines
    assert line.description.endswith("100.00 × 10 % × 15 / 365")
    assert balances.balance(session, account.id, TODAY).minor == 11041


def test_charged_again_at_day_thirty_it_is_82_cents_in_all(
    session: Session, account: CustomerAccount
) -> None:
    overdue(session, account, 15, "100.00")
    send(session)
    later = TODAY + timedelta(days=15)
    somebody_pays(session, later)

    figures = send(session, later)

    assert figures["costs"]["interest"] == 41
    assert [row["days"] for row in figures["costs"]["rows"]] == [15]
    assert figures["costs"]["fee"] == 0
    paid = session.scalars(select(NoticeCharge.amount_minor).where(NoticeCharge.kind == "interest"))
    assert sum(paid) == 82


def test_a_disputed_or_promised_part_bears_nothing(
    session: Session, account: CustomerAccount
) -> None:
    document = overdue(session, account, 20, "1000.00")
    item = document.due_items[0]
    disputed.open_part(
        session, item, Money.of("400", "CNY"), dispute_ref="D-1", on=TODAY - timedelta(10), at=AT
    )
    promises.promise(
        session,
        account,
        Money.of("100", "CNY"),
        TODAY + timedelta(5),
        item=item,
        open_amount=Money.of("1000", "CNY"),
        by=BY,
        on=TODAY,
        at=AT,
    )

    figures = send(session)

    rows = [(row["amount"], row["days"]) for row in figures["costs"]["rows"]]
    assert rows == [(90000, 9), (50000, 11)]
    exact = Fraction((90000 * 9 + 50000 * 11) * TEN_PERCENT, 365 * 1_000_000)
    assert figures["costs"]["interest"] == rounded(
        Decimal(exact.numerator) / Decimal(exact.denominator)
    )


def test_credit_not_yet_applied_bears_nothing_either(
    session: Session, account: CustomerAccount
) -> None:
    overdue(session, account, 15, "100.00")
    post(session, account, "P-1", "-40.00", TODAY - timedelta(5), kind=DocumentKind.PAYMENT)

    figures = send(session)

    rows = [(row["amount"], row["days"]) for row in figures["costs"]["rows"]]
    assert rows == [(10000, 9), (6000, 6)]


def test_fees_and_interest_bear_no_interest_and_cost_no_fee_of_their_own(
    session: Session, account: CustomerAccount
) -> None:
    document = overdue(session, account, 15, "100.00")
    send(session)
    pay(session, account, document, "100.00")
    later = TODAY + timedelta(days=60)
    policy = policies.policy_for(session, account.customer)
    assert policy is not None
    policy.may_jump = True

    (worked,) = notices.preview(session, later)

    assert isinstance(worked.found, Selection)
    assert worked.costs is None


def test_what_is_asked_for_first_waits_is_waived_or_approved(
    session: Session, account: CustomerAccount
) -> None:
    policy = policies.policy_for(session, account.customer)
    assert policy is not None
    policy.charges = policies.ASK
    overdue(session, account, 15, "100.00")
    send(session)
    fee, rate = session.scalars(select(NoticeCharge).order_by(NoticeCharge.kind)).all()
    assert (fee.state, rate.state) == (charges.WAITING, charges.WAITING)
    assert balances.balance(session, account.id, TODAY).minor == 10000

    with pytest.raises(WaivedWithoutWord):
        charges.waive(session, fee, " ", by=BY, at=AT)
    charges.waive(session, fee, "first time", by=BY, at=AT)
    document = charges.approve(session, rate, on=TODAY, by=BY, at=AT)
    with pytest.raises(ChargeDecided):
        charges.approve(session, fee, on=TODAY, by=BY, at=AT)

    assert balances.balance(session, account.id, TODAY).minor == 10041
    assert document.due_items[0].due_on == date(2026, 7, 9)
    charges.take_back(session, rate, "goodwill", on=TODAY, by=BY, at=AT)
    assert balances.balance(session, account.id, TODAY).minor == 10000


def test_in_a_locked_period_a_charge_waits(session: Session, account: CustomerAccount) -> None:
    overdue(session, account, 15, "100.00")
    (number,) = notices.plan(session, on=TODAY, at=AT).notices
    assert isinstance(notices.freeze(session, number, on=TODAY, at=AT), dict)
    locks.lock(session, TODAY, hard=False, by=BY, at=AT)

    notices.mark_sent(session, number, on=TODAY, at=AT)

    assert {one.state for one in session.scalars(select(NoticeCharge))} == {charges.WAITING}


def test_the_last_step_stops_deliveries_until_it_is_paid(session: Session) -> None:
    make_company(session)
    step = Level(1, 3, final_step="stop_delivery")
    made = policies.add_policy(session, "Strict", [step], by=BY)
    policies.assign(session, made, "company", 0, by=BY)
    account = make_customer(session)
    other = make_customer(session, "X-1")
    post(session, other, "PAY-0", "-1.00", TODAY, kind=DocumentKind.PAYMENT)
    document = overdue(session, account, 5)

    send(session)

    stop = stops.in_force(session, [account.customer_id])[account.customer_id]
    assert stop.source == stops.BY_REMINDER
    pay(session, account, document, "900.00")
    notices.plan(session, on=TODAY, at=AT)
    session.flush()
    session.refresh(stop)
    assert (stop.lifted_by, stop.lifted_at) == (audit.SYSTEM.label, AT)


@given(
    st.lists(
        st.tuples(st.integers(1, 10**9), st.integers(1, 900), st.integers(0, 900)), max_size=5
    ),
    st.integers(0, 1_000_000),
)
def test_stretches_add_up_to_interest_rounded_once(
    items: list[tuple[int, int, int]], ppm: int
) -> None:
    bearing = [
        Bearing(
            at,
            f"INV-{at}",
            amount,
            TODAY - timedelta(days),
            [Lowered(amount // 2, TODAY - timedelta(paid))],
        )
        for at, (amount, days, paid) in enumerate(items)
    ]

    total, stretches = interest.charge(bearing, ppm, TODAY)

    exact = Fraction()
    for amount, days, paid in items:
        for back in range(days):
            left = amount - (amount // 2 if back <= paid else 0)
            exact += Fraction(left * ppm, 365 * 1_000_000)
    assert total == rounded(Decimal(exact.numerator) / Decimal(exact.denominator))
    assert sum(one.interest_minor for one in stretches) == total
    assert all(one.interest_minor >= 0 for one in stretches)
