"""Customers with all that belongs to them, read at once, for files."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import Contact, Customer, CustomerAccount, CustomerGroup
from tieout.customers.queries import CustomerSearch, customers
from tieout.identity.models import StaffUser


@dataclass(frozen=True)
class Whole:
    """A customer, its receivable accounts and its people, with the names of what it points at."""

    customer: Customer
    accounts: tuple[CustomerAccount, ...]
    contacts: tuple[Contact, ...]
    group: str
    parent: str
    owner: str


def whole(session: Session, search: CustomerSearch) -> list[Whole]:
    """Read the customers someone is looking for, with all that belongs to them, by code."""
    query = customers(search).where(Customer.merged_into_id.is_(None))
    found = session.scalars(query).all()
    ids = select(query.order_by(None).subquery().c.id)
    accounts: dict[int, list[CustomerAccount]] = defaultdict(list)
    wanted = select(CustomerAccount).where(
        CustomerAccount.customer_id.in_(ids), CustomerAccount.kind == "receivable"
    )
    for account in session.scalars(wanted.order_by(CustomerAccount.currency)):
        accounts[account.customer_id].append(account)
    contacts: dict[int, list[Contact]] = defaultdict(list)
    people = select(Contact).where(Contact.customer_id.in_(ids), Contact.is_active)
    for contact in session.scalars(people.order_by(Contact.id)):
        contacts[contact.customer_id].append(contact)
    groups = {
        row.id: row.name for row in session.execute(select(CustomerGroup.id, CustomerGroup.name))
    }
    owners = {row.id: row.email for row in session.execute(select(StaffUser.id, StaffUser.email))}
    codes = {row.id: row.code for row in session.execute(select(Customer.id, Customer.code))}
    return [
        Whole(
            one,
            tuple(accounts[one.id]),
            tuple(contacts[one.id]),
            groups.get(one.group_id or 0, ""),
            codes.get(one.parent_id or 0, ""),
            owners.get(one.owner_id or 0, ""),
        )
        for one in found
    ]
