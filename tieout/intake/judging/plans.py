"""Customers and products as a file would have them."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from tieout.money import Money


@dataclass(frozen=True)
class AccountPlan:
    """An account as the file would have it; None keeps what is there."""

    currency: str
    terms_days: int | None = None
    credit_limit: Money | None = None


@dataclass(frozen=True)
class ContactPlan:
    """A person as the file would have it."""

    name: str
    email: str = ""
    phone: str = ""
    position: str = ""


@dataclass(frozen=True)
class CustomerPlan:
    """A customer as the file would have it; empty keeps what is there."""

    #: 0 for a new one.
    customer_id: int
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    tax_id: str = ""
    address: str = ""
    language: str = ""
    group: str = ""
    parent: str = ""
    delivery_address: str = ""
    time_zone: str = ""
    #: The id of the colleague; None keeps who it is.
    owner_id: int | None = None
    tags: tuple[str, ...] = ()
    #: None keeps what it is.
    is_active: bool | None = None
    accounts: tuple[AccountPlan, ...] = ()
    contacts: tuple[ContactPlan, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what its digest is made of."""
        return asdict(self)


@dataclass(frozen=True)
class ProductPlan:
    """A product as the file would have it; empty keeps what is there."""

    #: 0 for a new one.
    product_id: int
    code: str
    name: str
    specification: str = ""
    unit: str = ""
    price: Decimal | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what its digest is made of."""
        return asdict(self)
