"""Customers, their accounts and their people changed by the hundred.

Each change is checked and noted in the trail as if it were made alone; what is read and written is
read and written for all of them at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tieout.audit import Actor
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.customers.services import (
    AccountInput,
    CodeTaken,
    ContactInput,
    CustomerInput,
    OwnParent,
    checked_account,
    checked_contact,
    checked_customer,
    record_change,
)
from tieout.db import Base
from tieout.db.bulk import chunks

#: Customers that are held in memory at once.
CHUNK = 500


@dataclass(frozen=True)
class Change:
    """A row, and what it is to be."""

    row: Customer | CustomerAccount | Contact
    values: dict[str, Any]


def held(session: Session, ids: Iterable[int]) -> dict[int, Customer]:
    """Customers by id as they are now, nobody else changing them, with accounts and people."""
    query = (
        select(Customer)
        .where(Customer.id.in_(list(ids)))
        .options(selectinload(Customer.accounts), selectinload(Customer.contacts))
        .order_by(Customer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {one.id: one for one in session.scalars(query)}


def change_customers(
    session: Session, changes: Sequence[tuple[Customer, CustomerInput]], *, by: Actor
) -> None:
    """Change customers that are `held`.

    Raises:
        CodeTaken, OwnParent, and as `services.checked_customer`: one cannot be changed so.
    """
    wanted = [Change(customer, checked_customer(given)) for customer, given in changes]
    _check_codes(session, changes)
    _check_parents(session, changes)
    _apply(session, "customer.changed", wanted, by)


def change_accounts(
    session: Session, changes: Sequence[tuple[CustomerAccount, AccountInput]], *, by: Actor
) -> None:
    """Change terms and limits of accounts whose customers are `held`."""
    wanted = [Change(account, checked_account(given)) for account, given in changes]
    _apply(session, "account.changed", wanted, by)


def change_contacts(
    session: Session, changes: Sequence[tuple[Contact, ContactInput]], *, by: Actor
) -> None:
    """Change people whose customers are `held`.

    Raises:
        NotAnAddress, UnknownChoice, TextTooLong: one cannot be changed so.
    """
    wanted = [Change(contact, checked_contact(given)) for contact, given in changes]
    _apply(session, "contact.changed", wanted, by)


def _check_codes(session: Session, changes: Sequence[tuple[Customer, CustomerInput]]) -> None:
    renamed = {
        given.code.strip(): row.id for row, given in changes if given.code.strip() != row.code
    }
    query = select(Customer).where(Customer.code.in_(list(renamed)))
    for there in session.scalars(query) if renamed else ():
        if there.id != renamed[there.code]:
            raise CodeTaken(code=there.code, name=there.name)


def _check_parents(session: Session, changes: Sequence[tuple[Customer, CustomerInput]]) -> None:
    """See that nobody comes to belong to itself, whatever changes together."""
    moved = {row.id: given.parent_id for row, given in changes if given.parent_id != row.parent_id}
    if not any(moved.values()):
        return
    query = select(Customer.id, Customer.parent_id).where(Customer.parent_id.is_not(None))
    parents: dict[int, int | None] = {one: above for one, above in session.execute(query)}  # noqa: C416 - typed
    parents |= moved
    for row, _ in changes:
        seen, above = {row.id}, parents.get(row.id)
        while above is not None:
            if above in seen:
                raise OwnParent(name=row.name)
            seen.add(above)
            above = parents.get(above)


def _apply(session: Session, action: str, changes: Sequence[Change], by: Actor) -> None:
    for some in chunks(changes, CHUNK):
        before = [{name: getattr(one.row, name) for name in one.values} for one in some]
        for one in some:
            for name, value in one.values.items():
                setattr(one.row, name, value)
            one.row.version += 1
        session.flush()
        for one, was in zip(some, before, strict=True):
            row: Base = one.row
            record_change(session, by, action, row, was, one.values)
