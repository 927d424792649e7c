"""What stands beside the books: agreed prices, deliveries not yet invoiced, the allowance."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_customer
from tests.support.books import day, post
from tieout.audit import Actor
from tieout.catalog import ProductInput, add_product
from tieout.customers.models import CustomerAccount
from tieout.customers.services import group_named
from tieout.ledger import allowance, balances, deliveries, prices, reversing
from tieout.ledger.deliveries import DeliveryInput
from tieout.ledger.inputs import ReferenceInput
from tieout.ledger.prices import PriceBook, PriceInput
from tieout.money import Money

JUNE_30 = day("2026-06-30")


def cny(text: str) -> Money:
    return Money.of(text, "CNY")


def test_the_closest_price_holds(session: Session, account: CustomerAccount) -> None:
    """12.00 for everybody, 11.00 for dealers, 10.50 for this one, 9.80 from 100 on."""
    product = add_product(session, ProductInput("HT-1", "Hammer"), by=BY)
    dealers = group_named(session, "Dealers", by=BY)
    assert dealers is not None
    dealer = make_customer(session, "D-1")
    dealer.customer.group_id = dealers.id
    session.flush()
    everybody = PriceInput(product.id, "CNY", Decimal("12"), day("2026-01-01"))
    own = replace(everybody, price=Decimal("10.5"), customer_id=account.customer_id, source="K-17")
    for given in (
        everybody,
        replace(everybody, price=Decimal("11"), group_id=dealers.id),
        replace(own, valid_to=day("2026-06-30")),
        replace(own, price=Decimal("9.8"), from_quantity=Decimal(100)),
    ):
        prices.add(session, given, by=BY, at=AT)

    book = PriceBook.of(session, [product.id])

    def price(of: CustomerAccount, on: str, quantity: int) -> str:
        found = book.agreed(of.customer_id, product.id, "CNY", day(on), Decimal(quantity))
        return "" if found is None else f"{found.price.normalize():f}"

    assert price(account, "2026-06-30", 10) == "10.5"
    assert price(account, "2026-06-30", -100) == "9.8"
    assert price(account, "2026-07-01", 10) == "12"
    assert price(dealer, "2026-07-01", 100) == "11"
    assert price(dealer, "2025-12-31", 100) == ""
    assert book.agreed(1, product.id, "EUR", JUNE_30, Decimal(1)) is None
    with pytest.raises(prices.PriceThere):
        prices.add(session, replace(everybody, price=Decimal("13")), by=BY, at=AT)
    with pytest.raises(prices.PriceUnclear):
        prices.add(session, replace(everybody, valid_to=day("2025-01-01")), by=BY, at=AT)
    assert prices.take_over(
        session,
        [everybody, replace(everybody, valid_from=day("2026-08-01"), price=Decimal("13"))],
        source="list",
        by=BY,
        at=AT,
    ) == (1, 0, 1)


def test_a_delivery_waits_until_its_invoice_quotes_it(
    session: Session, account: CustomerAccount
) -> None:
    given = DeliveryInput(account.id, "DN-0042", day("2026-06-20"), cny("800.00"))
    deliveries.add(session, given, by=BY, at=AT)

    def waits(on: str) -> list[str]:
        return [one.number for one in deliveries.waiting(session, account.id, day(on))]

    assert waits("2026-06-19") == []
    assert waits("2026-06-30") == ["DN-0042"]
    assert balances.balance(session, account.id, JUNE_30).minor == 0
    with pytest.raises(deliveries.DeliveryThere):
        deliveries.add(session, replace(given, number="dn 0042"), by=BY, at=AT)

    quoted = (ReferenceInput("delivery", "DN-0042"),)
    invoice = post(session, account, "invoice", "INV-1", "2026-07-01", "790.00", references=quoted)

    assert (waits("2026-06-30"), waits("2026-07-01")) == (["DN-0042"], [])
    reversing.reverse(session, invoice, on=day("2026-07-05"), by=BY, at=AT)
    assert (waits("2026-07-04"), waits("2026-07-05")) == ([], ["DN-0042"])


def test_a_withdrawn_delivery_waits_no_longer(session: Session, account: CustomerAccount) -> None:
    given = DeliveryInput(account.id, "DN-1", day("2026-06-20"), cny("800.00"))
    made = deliveries.add(session, given, by=BY, at=AT)
    with pytest.raises(deliveries.ReasonMissing):
        deliveries.withdraw(session, made, why=" ", on=JUNE_30, by=BY, at=AT)
    deliveries.withdraw(session, made, why="Came back.", on=JUNE_30, by=BY, at=AT)
    assert deliveries.waiting(session, account.id, day("2026-06-29"))
    assert not deliveries.waiting(session, account.id, JUNE_30)
    with pytest.raises(deliveries.WithdrawnAlready):
        deliveries.withdraw(session, made, why="Again.", on=JUNE_30, by=BY, at=AT)
    assert deliveries.take_over(session, [given, given], source="list", by=BY, at=AT) == (1, 0, 1)


def test_allowance_by_age_by_customer_and_its_movement(
    session: Session, account: CustomerAccount
) -> None:
    """On 31 May 1,000.00 not due at 1 %; on 30 June 30 days late at 5 %, another at 40 %."""
    shaky = make_customer(session, "S-1")
    rates = ["1", "5", "10", "20", "50", "100", "30"]
    allowance.set_rates(session, rates, valid_from=day("2026-01-01"), by=BY)
    post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00", due="2026-05-31")
    post(session, shaky, "invoice", "INV-2", "2026-05-01", "250.00", due="2026-07-31")
    allowance.set_own_rate(
        session, shaky.customer, "40", valid_from=day("2026-06-15"), why="Insolvent.", by=BY
    )
    by = Actor("staff", 3, "He Ping")
    post(session, shaky, "write_off", "WO-1", "2026-06-20", "-50.00")
    post(session, shaky, "recovery", "RC-1", "2026-06-25", "20.00")

    moved = allowance.movement(session, day("2026-06-01"), JUNE_30, "CNY")

    assert moved.opening.total.plain == "12.50"
    assert [row.allowance.plain for row in moved.closing.rows] == ["50.00", "108.00"]
    assert (moved.written_off.plain, moved.recovered.plain) == ("50.00", "20.00")
    assert moved.charge.plain == "175.50"
    closing = moved.opening.total + moved.charge - moved.written_off + moved.recovered
    assert closing == moved.closing.total
    assert moved.closing.ageing.total.total.plain == "1220.00"
    with pytest.raises(allowance.NotAPercentage):
        allowance.set_rates(session, [*rates[:-1], "101"], valid_from=JUNE_30, by=by)
    with pytest.raises(allowance.RatesMissing):
        allowance.set_rates(session, ["1"], valid_from=JUNE_30, by=by)
    assert allowance.rates_on(session, day("2025-12-31")).of(0) == 0
