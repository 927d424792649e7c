"""Which customers' records a viewer sees: all of them, or for sales their own customers'.

with transaction() as session:
    dispute = seen(session, Dispute, dispute_id)

query = within(documents(search), Document.customer_id)
"""

from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from tieout.customers.models import Customer
from tieout.errors import NotFound
from tieout.identity.permissions import sees_all_customers
from tieout.web.viewer import viewer


class OfCustomer(Protocol):
    """A row that says whose it is."""

    id: Any
    customer_id: Any


T = TypeVar("T", bound=OfCustomer)
S = TypeVar("S", bound=Select[Any])


def seen(session: Session, model: type[T], record_id: int) -> T:
    """Fetch a record of a customer the viewer sees.

    Raises:
        NotFound: there is none, or it is of a customer they do not see.
    """
    query = within(select(model).where(model.id == record_id), model.customer_id)
    record = session.execute(query).scalar_one_or_none()
    if record is None:
        raise NotFound
    return record


def customer(session: Session, customer_id: int) -> Customer:
    """Fetch a customer the viewer sees.

    Raises:
        NotFound: there is none, or they do not see it.
    """
    query = within(select(Customer).where(Customer.id == customer_id), Customer.id)
    record = session.execute(query).scalar_one_or_none()
    if record is None:
        raise NotFound
    return record


def sees(session: Session, customer_id: int) -> bool:
    """Whether the viewer sees a customer."""
    query = within(select(Customer.id).where(Customer.id == customer_id), Customer.id)
    return session.execute(query).first() is not None


def within(query: S, customer_id: InstrumentedAttribute[Any]) -> S:
    """Keep to the customers the viewer sees; `customer_id` is the column that says whose."""
    return query.where(condition(customer_id))


def condition(customer_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """What `within` adds, for queries that are put together in another way."""
    owner = owner_id()
    if owner is None:
        return true()
    return customer_id.in_(select(Customer.id).where(Customer.owner_id == owner))


def owner_id() -> int | None:
    """The sales person whose customers alone are seen; None where all are."""
    person = viewer()
    return None if sees_all_customers(person.roles) else person.person_id
