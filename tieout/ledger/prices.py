"""Agreed prices: kept with their days, and which one holds for a line.

The closest holds: the customer's own, else its group's, else everybody's; of these the one for
the largest quantity that is reached, and of two the one that began later.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.catalog import Product
from tieout.customers.models import Customer, CustomerGroup
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger.beside import AgreedPrice
from tieout.ledger.rules import micro
from tieout.money import checked_currency

_MICRO = Decimal(1_000_000)
_LARGEST = Decimal(10) ** 9
_CHUNK = 5000


class PriceThere(Conflict):
    """Two prices for the same from the same day on."""

    message = N_(
        "For %(product)s a price from %(on)s on is there already: %(price)s. Correct that one, or"
        " choose another day."
    )


class PriceUnclear(InvalidInput):
    """A price that cannot hold."""

    message = N_("A price is at least 0, its quantity too, and it ends no earlier than it begins.")


class ForTwo(InvalidInput):
    """A price of a customer and of a group at once."""

    message = N_("A price is agreed with one customer, or with a group, or it is everybody’s.")


class EndsTooEarly(InvalidInput):
    """A price that would end before it began."""

    message = N_("It holds from %(begins)s on, so it cannot end on %(on)s.")


@dataclass(frozen=True)
class PriceInput:
    """A price as it is entered; without customer and group it is everybody's."""

    product_id: int
    currency: str
    price: Decimal
    valid_from: date
    valid_to: date | None = None
    from_quantity: Decimal = Decimal(0)
    customer_id: int | None = None
    group_id: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Agreed:
    """A price that holds for a line."""

    price: Decimal
    from_quantity: Decimal
    valid_from: date
    source: str


@dataclass(frozen=True)
class PriceSearch:
    """Which prices someone is looking for; everything left out matches everything."""

    keyword: str = ""
    customer_id: int | None = None
    product_id: int | None = None
    #: Only those that hold on this day.
    on: date | None = None
    #: The sales person whose customers' prices alone are seen.
    owner_id: int | None = None


@dataclass
class PriceBook:
    """The prices of some products, to ask for thousands of lines."""

    prices: dict[tuple[int, str], list[AgreedPrice]] = field(default_factory=dict)
    groups: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, product_ids: Iterable[int]) -> "PriceBook":
        """Read the prices of these products, and who is in the groups they are agreed with."""
        wanted = sorted(set(product_ids))
        found: dict[tuple[int, str], list[AgreedPrice]] = defaultdict(list)
        for start in range(0, len(wanted), _CHUNK):
            query = select(AgreedPrice).where(
                AgreedPrice.product_id.in_(wanted[start : start + _CHUNK])
            )
            for price in session.scalars(query):
                found[price.product_id, price.currency].append(price)
        groups = {one.group_id for prices in found.values() for one in prices if one.group_id}
        members = select(Customer.id, Customer.group_id).where(Customer.group_id.in_(groups))
        return cls(
            dict(found),
            {customer: group for customer, group in session.execute(members) if group}
            if groups
            else {},
        )

    def agreed(
        self, customer_id: int, product_id: int, currency: str, on: date, quantity: Decimal
    ) -> Agreed | None:
        """The price that holds for so many of a product on a day, if one was agreed."""
        reached = micro(abs(quantity)) or 0
        holding = [
            one
            for one in self.prices.get((product_id, currency), ())
            if one.valid_from <= on
            and (one.valid_to is None or on <= one.valid_to)
            and one.from_quantity_micro <= reached
            and one.customer_id in (None, customer_id)
            and (one.group_id is None or one.group_id == self.groups.get(customer_id))
        ]
        if not holding:
            return None
        best = max(holding, key=_closeness)
        return Agreed(
            Decimal(best.price_micro) / _MICRO,
            Decimal(best.from_quantity_micro) / _MICRO,
            best.valid_from,
            best.source,
        )


def _closeness(price: AgreedPrice) -> tuple[int, int, date, int]:
    side = 2 if price.customer_id else 1 if price.group_id else 0
    return (side, price.from_quantity_micro, price.valid_from, price.id)


def add(session: Session, given: PriceInput, *, by: Actor, at: datetime) -> AgreedPrice:
    """Keep a price.

    Raises:
        UnknownCurrency, PriceUnclear, ForTwo: it cannot hold.
        PriceThere: there is one from that day on.
    """
    values = _checked(given)
    _check_free(session, values, None)
    made = AgreedPrice(**values, recorded_at=at, recorded_by=by.label)
    session.add(made)
    session.flush()
    audit.record(session, by, "price.agreed", made, after=values)
    return made


def end(session: Session, price: AgreedPrice, *, on: date, by: Actor) -> None:
    """Let a price hold until a day, and no longer.

    Raises:
        EndsTooEarly: it had not begun by then.
    """
    if on < price.valid_from - timedelta(days=1):
        raise EndsTooEarly(begins=price.valid_from, on=on)
    before = price.valid_to
    price.valid_to = on
    price.version += 1
    session.flush()
    audit.record(
        session, by, "price.ended", price, before={"valid_to": before}, after={"valid_to": on}
    )


def take_over(
    session: Session, given: Sequence[PriceInput], *, source: str, by: Actor, at: datetime
) -> tuple[int, int, int]:
    """Take a price list over: added, changed, the same as before; one audit entry.

    Raises:
        as `add`, for the first price that cannot hold.
    """
    added = changed = same = 0
    for one in given:
        values = _checked(one)
        there = _standing(session, values)
        if there is None:
            session.add(AgreedPrice(**values, recorded_at=at, recorded_by=by.label))
            added += 1
        elif any(getattr(there, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(there, name, value)
            there.version += 1
            changed += 1
        else:
            same += 1
        session.flush()
    if added or changed:
        audit.record(
            session,
            by,
            "prices.imported",
            ("AgreedPrice", source),
            after={
                "added": added,
                "changed": changed,
                "rows": audit.digest_of_rows(
                    [str(value) for value in _checked(one).values()] for one in given
                ),
            },
        )
    return added, changed, same


def listed(search: PriceSearch) -> Select[AgreedPrice, Product, Customer | None, str | None]:
    """Select prices with their product and whose they are, by product, the latest first."""
    query = (
        select(AgreedPrice, Product, Customer, CustomerGroup.name)
        .join(Product, Product.id == AgreedPrice.product_id)
        .outerjoin(Customer, Customer.id == AgreedPrice.customer_id)
        .outerjoin(CustomerGroup, CustomerGroup.id == AgreedPrice.group_id)
    )
    if search.owner_id is not None:
        query = query.where(
            or_(AgreedPrice.customer_id.is_(None), Customer.owner_id == search.owner_id)
        )
    if search.customer_id is not None:
        query = query.where(AgreedPrice.customer_id == search.customer_id)
    if search.product_id is not None:
        query = query.where(AgreedPrice.product_id == search.product_id)
    if word := search.keyword.strip():
        columns = (Product.code, Product.name, Customer.code, Customer.name, CustomerGroup.name)
        query = query.where(or_(*(one.icontains(word, autoescape=True) for one in columns)))
    if search.on is not None:
        query = query.where(
            AgreedPrice.valid_from <= search.on,
            or_(AgreedPrice.valid_to.is_(None), AgreedPrice.valid_to >= search.on),
        )
    return query.order_by(
        Product.code,
        AgreedPrice.currency,
        Customer.code,
        CustomerGroup.name,
        AgreedPrice.from_quantity_micro,
        AgreedPrice.valid_from.desc(),
        AgreedPrice.id,
    )


def check(given: PriceInput) -> None:
    """See that a price can hold.

    Raises:
        UnknownCurrency, PriceUnclear, ForTwo: it cannot.
    """
    _checked(given)


def _checked(given: PriceInput) -> dict[str, Any]:
    if given.customer_id is not None and given.group_id is not None:
        raise ForTwo
    ends_before = given.valid_to is not None and given.valid_to < given.valid_from
    if ends_before or not (0 <= given.price < _LARGEST and 0 <= given.from_quantity < _LARGEST):
        raise PriceUnclear
    return {
        "product_id": given.product_id,
        "customer_id": given.customer_id,
        "group_id": given.group_id,
        "currency": checked_currency(given.currency),
        "price_micro": micro(given.price),
        "from_quantity_micro": micro(given.from_quantity),
        "valid_from": given.valid_from,
        "valid_to": given.valid_to,
        "source": given.source.strip()[:200],
    }


def _check_free(session: Session, values: dict[str, Any], there: AgreedPrice | None) -> None:
    standing = _standing(session, values)
    if standing is not None and standing is not there:
        product = session.get_one(Product, standing.product_id)
        raise PriceThere(
            product=product.code,
            on=standing.valid_from,
            price=f"{(Decimal(standing.price_micro) / _MICRO).normalize():f}",
        )


def _standing(session: Session, values: dict[str, Any]) -> AgreedPrice | None:
    """The price of the same product, side, currency and quantity from the same day on."""
    same = ("product_id", "customer_id", "group_id", "currency", "from_quantity_micro")
    query = select(AgreedPrice).where(
        AgreedPrice.valid_from == values["valid_from"],
        *(getattr(AgreedPrice, name).is_not_distinct_from(values[name]) for name in same),
    )
    return session.scalars(query).first()
