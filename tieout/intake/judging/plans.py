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
    clears_limit: bool = False


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
    #: Fields that are to be emptied.
    clears: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what its digest is made of."""
        said = _without_nothing_cleared(asdict(self))
        said["accounts"] = tuple(map(_without_nothing_cleared, said["accounts"]))
        return said


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
    #: Fields that are to be emptied.
    clears: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what its digest is made of."""
        return _without_nothing_cleared(asdict(self))


def _without_nothing_cleared(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value or not name.startswith("clears")}
