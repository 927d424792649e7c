"""What a statement tells beside the balance: deliveries not invoiced, and retention apart."""

from dataclasses import replace

from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tests.support.books import day, given
from tieout.ledger import deliveries, posting
from tieout.ledger.deliveries import DeliveryInput
from tieout.ledger.inputs import DuePart
from tieout.money import Money
from tieout.periods import Period
from tieout.statements import freeze
from tieout.statements.prepare import prepare


def cny(text: str) -> Money:
    return Money.of(text, "CNY")


def test_deliveries_and_retention_are_told_and_change_no_balance(session: Session) -> None:
    """10,000.00 billed, 500.00 of it kept back a year; 800.00 delivered and not yet invoiced."""
    make_company(session)
    account = make_customer(session)
    bill = replace(
        given(account, "invoice", "INV-1", "2026-06-01", "10000.00"),
        due=(
            DuePart(day("2026-07-31"), cny("9500.00")),
            DuePart(day("2027-06-01"), cny("500.00"), is_retention=True),
        ),
    )
    posting.post(session, bill, by=BY, at=AT)
    out = DeliveryInput(account.id, "DN-1", day("2026-06-20"), cny("800.00"), "SO-1", "Hammers")
    deliveries.add(session, out, by=BY, at=AT)

    figures = prepare(
        session,
        account.customer_id,
        Period(day("2026-06-01"), day("2026-06-30")),
        known_at=AT,
    )

    [section] = figures.sections
    assert section.closing == cny("10000.00")
    assert (section.not_due, section.overdue) == (cny("10000.00"), cny("0.00"))
    kept = {bucket.key: bucket.amount.plain for bucket in section.ageing}
    assert (kept["not_due"], kept["retention"]) == ("9500.00", "500.00")
    assert [(one.number, one.amount.plain) for one in section.deliveries] == [("DN-1", "800.00")]
    told = freeze._section(section, None)
    assert told["deliveries"][0]["order"] == "SO-1"
    assert [item.get("retention", False) for item in told["open_items"]] == [False, True]
