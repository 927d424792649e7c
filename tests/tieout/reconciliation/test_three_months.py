"""A customer over three months: what was on its way arrives, what is wrong ages."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import AT, BY
from tests.support.books import post
from tests.tieout.reconciliation.books import compared, hand_in, ledger
from tieout.customers.models import CustomerAccount
from tieout.money import Money
from tieout.reconciliation import comparing, decisions, habits, over_time
from tieout.reconciliation.over_time import CARRIED, CLOSED, OPEN
from tieout.reconciliation.picture import picture
from tieout.reconciliation.shown import Picture, ShownGroup

MONTH = timedelta(days=31)
JUNE, JULY, AUGUST = date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31)
#: Ten invoices of May, each booked three days after ours: how this customer books.
MAY = [(f"INV-90{day:02}", f"2026-05-{day:02}", f"{900 + 41 * day}.00") for day in range(1, 11)]
THEIR_MAY = "\n".join(
    f"2026-05-{int(day[-2:]) + 3:02}  invoice  {number}  {amount}" for number, day, amount in MAY
)
THEIR_JUNE = f"""{THEIR_MAY}
    2026-06-06  invoice  INV-2001   1000.00
    2026-06-15  invoice  INV-2002   4530.00
    2026-06-19  payment  TT-551    -3000.00
"""
THEIR_JULY = f"""{THEIR_JUNE}
    2026-07-02  invoice  INV-2003    250.00
    2026-07-09  invoice  INV-2004    800.00
"""


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """Our book from May to July: INV-2003 leaves on the last day but one of June."""
    factories.make_company(session)
    account = factories.make_customer(session)
    for number, day, amount in MAY:
        post(session, account, "invoice", number, day, amount)
    post(session, account, "invoice", "INV-2001", "2026-06-03", "1000.00")
    post(session, account, "invoice", "INV-2002", "2026-06-12", "5430.00")
    post(session, account, "payment", "RCP-31", "2026-06-18", "-2985.00")
    post(session, account, "invoice", "INV-2003", "2026-06-29", "250.00")
    post(session, account, "invoice", "INV-2004", "2026-07-06", "800.00")
    return account


def of(shown: Picture, number: str) -> ShownGroup:
    """The group with a line of ours."""
    return next(one for one in shown.groups if any(line.number == number for line in one.ours))


def test_three_months(session: Session, account: CustomerAccount) -> None:
    # June: one invoice is on its way, one was typed wrongly, a payment came 15.00 short.
    june = compared(session, account, THEIR_JUNE, as_at=JUNE, at=AT)
    shown = picture(session, june)
    assert of(shown, "INV-2003").acts == "itself"
    assert of(shown, "INV-2002").acts == "you"
    assert june.last_agreed_on == date(2026, 6, 14)
    proposal = of(shown, "RCP-31")
    assert proposal.is_proposed

    # The proposal is wrong: it was another payment. That is remembered.
    decisions.reject(
        session, june, proposal.no, proposal.seen, reason="another payment", by=BY, at=AT
    )
    assert of(picture(session, june), "RCP-31").theirs == ()

    # What this customer does has been learned, and a person may know better.
    known = habits.known(session, account.id)
    assert (known.lag, known.own_numbers) == (3, False)
    learned = habits.of(session, account.id)
    assert learned is not None
    habits.choose(session, account, {"lag": 4}, is_used=True, version=learned.version, by=BY)

    # July: the invoice has arrived and is gone by itself; the wrong one stays, a month older.
    july = compared(session, account, THEIR_JULY, as_at=JULY, at=AT + MONTH)
    shown = picture(session, july)
    assert not any(line.number == "INV-2003" for one in shown.groups for line in one.ours)
    assert of(shown, "RCP-31").theirs == ()
    assert habits.known(session, account.id).lag == 4
    earlier = over_time.before(session, july)
    assert earlier is not None
    states = {one.group.main.number: one.state for one in earlier.became}
    assert (states["INV-2002"], states["INV-2003"]) == (OPEN, CLOSED)
    ages = {one.group.main.number: one.days for one in over_time.aged(shown, today=JULY)}
    assert ages["INV-2002"] == (JULY - date(2026, 6, 12)).days
    assert july.last_agreed_on == june.last_agreed_on
    between = july.our_balance_minor - july.their_balance_minor

    # August: their book begins with a balance. What stood between both books is carried, not new.
    opening = Money(july.their_balance_minor, "CNY")
    post(session, account, "invoice", "INV-2005", "2026-08-05", "60.00")
    book = hand_in(
        session,
        account,
        ledger("2026-08-08  invoice  INV-2005  60.00", opening=opening.plain),
        as_at=AUGUST,
        at=AT + 2 * MONTH,
    )
    august = comparing.compare(session, book, as_at=AUGUST, by=BY, at=AT + 2 * MONTH)
    earlier = over_time.before(session, august)
    assert earlier is not None
    assert august.opening_difference_minor == between
    assert over_time.carried(session, august, earlier)
    assert {one.state for one in earlier.became} == {CARRIED}
    shown = picture(session, august)
    assert shown.residual == Money(0, "CNY")
    assert shown.our_adjusted - shown.their_adjusted == shown.opening
