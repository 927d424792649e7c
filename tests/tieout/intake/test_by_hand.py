"""Entering by hand: the same checks as a file, with prices held against what was agreed."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tests.support.books import day, given
from tests.support.imports import rows, upload
from tieout import settings
from tieout.catalog import Product, ProductInput, add_product
from tieout.customers.models import CustomerAccount
from tieout.intake import by_hand
from tieout.intake.judging import chosen
from tieout.ledger import locks, prices
from tieout.ledger.inputs import DocumentInput, LineInput
from tieout.ledger.models import Document
from tieout.ledger.prices import PriceInput
from tieout.money import Money

TODAY = day("2026-07-02")


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer to whom the hammer costs 10.00, in a company where one person enters."""
    make_company(session, two_people=())
    made = make_customer(session)
    product = add_product(session, ProductInput("HT-1", "Hammer", unit="pcs"), by=BY)
    price = PriceInput(
        product.id,
        "CNY",
        Decimal(10),
        day("2026-01-01"),
        customer_id=made.customer_id,
        source="Contract K-17",
    )
    prices.add(session, price, by=BY, at=AT)
    return made


def invoice(session: Session, account: CustomerAccount, price: str) -> DocumentInput:
    hammer = session.scalars(select(Product)).one()
    amount = Money.of(Decimal(price) * 5, "CNY")
    line = LineInput(
        amount, "HT-1", "Hammer", "pcs", Decimal(5), Decimal(price), product_id=hammer.id
    )
    return given(account, "invoice", "INV-1", "2026-06-30", amount.plain, lines=(line,))


def test_a_price_that_was_not_agreed_asks(session: Session, account: CustomerAccount) -> None:
    """Five hammers at 11.00 instead of 10.00: 5.00 too much."""
    wrong = invoice(session, account, "11")

    with pytest.raises(by_hand.DecisionNeeded) as asked:
        by_hand.enter(session, wrong, on=TODAY, by=BY, at=AT)
    assert [one.check for one in asked.value.questions] == ["agreed_price"]
    facts = asked.value.questions[0].sentence.facts
    assert (facts["invoiced"], facts["agreed"], str(facts["difference"])) == (
        "11",
        "10",
        str(Money.of("5.00", "CNY")),
    )

    made, _ = by_hand.enter(session, wrong, taken=["agreed_price"], on=TODAY, by=BY, at=AT)
    assert isinstance(made, Document)


def test_the_agreed_price_passes(session: Session, account: CustomerAccount) -> None:
    made, warnings = by_hand.enter(session, invoice(session, account, "10"), on=TODAY, by=BY, at=AT)
    assert isinstance(made, Document)
    assert warnings == []


def test_what_the_company_switched_off_is_silent(
    session: Session, account: CustomerAccount
) -> None:
    chosen.choose(session, "agreed_price", "warn", "0", by=BY)
    _, warnings = by_hand.enter(session, invoice(session, account, "11"), on=TODAY, by=BY, at=AT)
    assert len(warnings) == 1
    assert settings.company(session).two_people == []


def test_a_locked_period_is_refused_by_hand_too(session: Session, account: CustomerAccount) -> None:
    locks.lock(session, day("2026-06-30"), by=BY, at=AT)
    with pytest.raises(by_hand.EntryRefused):
        by_hand.enter(session, invoice(session, account, "10"), on=TODAY, by=BY, at=AT)


def test_a_file_is_held_against_the_same_prices(session: Session, account: CustomerAccount) -> None:
    batch = upload(
        session,
        "Customer,Invoice No,Date,Currency,Amount,Product code,Quantity,Unit price,Line amount\n"
        "M-0217,INV-1,2026-06-30,CNY,55.00,HT-1,5,11.00,55.00\n"
        "M-0217,INV-2,2026-06-30,CNY,50.00,HT-1,5,10.00,50.00\n",
    )
    first, second = rows(session, batch)
    assert (first.state, first.cause) == ("decision", "agreed_price")
    assert second.state == "ready"
