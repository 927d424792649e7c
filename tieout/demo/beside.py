"""What stands beside the sample company's books: agreed prices, deliveries, the allowance."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from tieout import catalog
from tieout.demo import cast
from tieout.demo.chapters import Chapter
from tieout.demo.dates import Dates
from tieout.demo.setting_up import Cast
from tieout.ledger import allowance, deliveries, prices
from tieout.ledger.deliveries import DeliveryInput
from tieout.ledger.prices import PriceInput
from tieout.money import Money

#: Percent set aside: not due, 1-30, 31-60, 61-90, 91-120, 121+, disputed.
_RATES = ("0.5", "3", "10", "20", "50", "100", "20")
#: Product, price, from how many on.
_PRICES = (("HT-1010", "26.50", 1), ("HT-1010", "25.20", 500), ("HT-2044", "159.00", 1))
#: Days after the beginning of the last month, number, amount, what.
_DELIVERIES = (
    (24, "DN-0871", "3360.00", "Socket sets, 20"),
    (26, "DN-0874", "1265.00", "Claw hammers, 50"),
)


class Beside:
    """Everything that waits for an invoice, was agreed on, or is set aside."""

    def __init__(self, dates: Dates, people: Cast) -> None:
        self.dates, self.cast = dates, people

    def chapters(self) -> Iterator[Chapter]:
        """Prices at the start of the year, deliveries late last month, rates of the allowance."""
        first = self.dates.at(self.dates.first, 9)
        yield Chapter(first, lambda session: self._agree(session, at=first))
        for back, number, amount, words in _DELIVERIES:
            at = self.dates.at(self.dates.day(1, back), 17)

            def deliver(
                session: Session,
                number: str = number,
                amount: str = amount,
                words: str = words,
                at: datetime = at,
            ) -> None:
                account_id = self.cast.accounts[cast.MINGYUAN.code, "CNY"]
                given = DeliveryInput(
                    account_id, number, at.date(), Money.of(amount, "CNY"), "", words
                )
                deliveries.add(session, given, by=self.cast.chen, at=at)

            yield Chapter(at, deliver)

    def _agree(self, session: Session, *, at: datetime) -> None:
        buyer = self.cast.customers[cast.MINGYUAN.code]
        for code, price, quantity in _PRICES:
            given = PriceInput(
                product_id=catalog.find_product(session, code).id,
                currency="CNY",
                price=Decimal(price),
                valid_from=self.dates.first,
                from_quantity=Decimal(quantity),
                customer_id=buyer.id,
                source="Frame contract",
            )
            prices.add(session, given, by=self.cast.chen, at=at)
        allowance.set_rates(session, _RATES, valid_from=self.dates.first, by=self.cast.zhou)
