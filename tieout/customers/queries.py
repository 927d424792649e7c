"""Reading customers: whom somebody may see, and what they are looking for."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerAccount, CustomerGroup
from tieout.customers.names import folded
from tieout.errors import NotFound
from tieout.i18n import N_

Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class CustomerSearch:
    """What someone is looking for; everything left out matches everything."""

    keyword: str = ""
    group_id: int | None = None
    tag: str = ""
    currency: str = ""
    #: receivable or payable.
    kind: str = ""
    #: None: both those we trade with and those we no longer do.
    is_active: bool | None = True
    #: Whose customers; None: everybody's. See `visible_to`.
    owner_id: int | None = None


class NoAccountIn(NotFound):
    """A customer without an account in a currency."""

    message = N_("%(customer)s has no account in %(currency)s. Open one first.")


def visible_to(query: Q, owner_id: int | None) -> Q:
    """Leave only the customers of one sales person; None leaves all.

    The query must select from `Customer`, or join it.
    """
    return query if owner_id is None else query.where(Customer.owner_id == owner_id)


def group_names(session: Session) -> list[str]:
    """What the groups of customers are called, by name."""
    return list(session.scalars(select(CustomerGroup.name).order_by(CustomerGroup.name)))


def groups(session: Session) -> list[CustomerGroup]:
    """The groups of customers, by name."""
    return list(session.scalars(select(CustomerGroup).order_by(CustomerGroup.name)))


def names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """What these customers are called."""
    query = select(Customer.id, Customer.name).where(Customer.id.in_(ids))
    return {row.id: row.name for row in session.execute(query)}


def customers(search: CustomerSearch) -> Select[Customer]:
    """Select the customers someone is looking for, by code."""
    query = visible_to(select(Customer), search.owner_id)
    if search.keyword.strip():
        query = query.where(Customer.search_key.contains(folded(search.keyword), autoescape=True))
    if search.group_id is not None:
        query = query.where(Customer.group_id == search.group_id)
    if search.is_active is not None:
        query = query.where(Customer.is_active == search.is_active)
    if search.currency or search.kind:
        accounts = select(CustomerAccount.customer_id)
        if search.currency:
            accounts = accounts.where(CustomerAccount.currency == search.currency)
        if search.kind:
            accounts = accounts.where(CustomerAccount.kind == search.kind)
        query = query.where(Customer.id.in_(accounts))
    return query.order_by(Customer.code)


def children(customer_id: int, currency: str = "") -> Select[Customer]:
    """Select the customers that are part of one, by code; those with an account in a currency."""
    query = select(Customer).where(
        Customer.parent_id == customer_id, Customer.merged_into_id.is_(None)
    )
    if currency:
        accounts = select(CustomerAccount.customer_id).where(CustomerAccount.currency == currency)
        query = query.where(Customer.id.in_(accounts))
    return query.order_by(Customer.code)


def receivable(session: Session, customer: Customer, currency: str) -> CustomerAccount:
    """The account on which a customer owes us in a currency.

    Raises:
        NoAccountIn: it has none.
    """
    found = session.scalars(
        select(CustomerAccount).where(
            CustomerAccount.customer_id == customer.id,
            CustomerAccount.currency == currency,
            CustomerAccount.kind == "receivable",
        )
    ).first()
    if found is None:
        raise NoAccountIn(customer=customer.code, currency=currency)
    return found


def currencies_of_accounts(session: Session, kind: str = "receivable") -> list[str]:
    """The currencies accounts of a kind are kept in."""
    query = select(CustomerAccount.currency).where(CustomerAccount.kind == kind).distinct()
    return list(session.scalars(query.order_by(CustomerAccount.currency)))


def currencies_of(session: Session, customer_id: int, kind: str = "receivable") -> list[str]:
    """The currencies a customer has accounts of a kind in."""
    query = select(CustomerAccount.currency).where(
        CustomerAccount.customer_id == customer_id, CustomerAccount.kind == kind
    )
    return list(session.scalars(query.order_by(CustomerAccount.currency)))
