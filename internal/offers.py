"""Products as they are offered while somebody types: with the price that holds for a customer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from tieout import settings
from tieout.catalog import Product, products
from tieout.customers.models import CustomerAccount
from tieout.ledger.prices import PriceBook

#: Products offered at once; more are found as one types.
_MOST = 200


@dataclass(frozen=True)
class Offered:
    """A product, and what one costs this customer today; empty where nobody knows."""

    product: Product
    price: str


def offered(session: Session, account: CustomerAccount, text: str, on: date) -> list[Offered]:
    """The products a text finds, by code, each with its price for an account."""
    found = session.scalars(products(text).limit(_MOST)).all()
    book = PriceBook.of(session, [one.id for one in found])
    is_base = account.currency == settings.company(session).base_currency
    made = []
    for one in found:
        agreed = book.agreed(account.customer_id, one.id, account.currency, on, Decimal(1))
        price = agreed.price if agreed else None
        if price is None and is_base and one.price_micro is not None:
            price = Decimal(one.price_micro).scaleb(-6)
        made.append(Offered(one, "" if price is None else f"{price.normalize():f}"))
    return made
