"""Customers by the hundred, with their accounts and their people, added at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.customers.services import (
    AccountInput,
    AccountThere,
    CodeTaken,
    ContactInput,
    CustomerInput,
    checked_account,
    checked_contact,
    checked_customer,
    note_account,
    note_contact,
    note_customer,
)
from tieout.db.bulk import chunks, new_ids

_CHUNK = 500


@dataclass(frozen=True)
class NewCustomer:
    """A customer that is not there yet, with the accounts to open and the people to add."""

    given: CustomerInput
    accounts: tuple[AccountInput, ...] = ()
    contacts: tuple[ContactInput, ...] = ()


def add_customers(
    session: Session, new: Sequence[NewCustomer], *, by: Actor, at: datetime
) -> list[Customer]:
    """Add customers; each of their rows is noted in the trail, as if added one by one.

    Raises:
        as `services.add_customer`, `add_account` and `add_contact`, for the first that cannot be.
    """
    made: list[Customer] = []
    taken: dict[str, str] = {}
    for some in chunks(new, _CHUNK):
        values = [checked_customer(one.given) for one in some]
        taken |= _taken(session, (said["code"] for said in values))
        for said in values:
            if said["code"] in taken:
                raise CodeTaken(code=said["code"], name=taken[said["code"]])
            taken[said["code"]] = said["name"]
        ids = new_ids(session, Customer, len(some))
        customers = [
            Customer(id=one, **said, created_at=at) for one, said in zip(ids, values, strict=True)
        ]
        session.add_all(customers)
        session.flush()
        for customer, said in zip(customers, values, strict=True):
            note_customer(session, customer, said, by=by)
        pairs = list(zip(customers, some, strict=True))
        open_accounts(session, [(c, a) for c, one in pairs for a in one.accounts], by=by, at=at)
        add_contacts(session, [(c, p) for c, one in pairs for p in one.contacts], by=by, at=at)
        made += customers
    return made


def _taken(session: Session, codes: Iterable[str]) -> dict[str, str]:
    query = select(Customer.code, Customer.name).where(Customer.code.in_(list(codes)))
    return {code: name for code, name in session.execute(query)}  # noqa: C416 - typed


def open_accounts(
    session: Session,
    wanted: Sequence[tuple[Customer, AccountInput]],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Open accounts that their customers do not have yet.

    Raises:
        AccountThere: one of them would be there twice.
        UnknownCurrency, CurrenciesDiffer, UnknownChoice: one cannot be opened so.
    """
    there = set[tuple[int, str, str]]()
    opened = []
    for customer, given in wanted:
        values = checked_account(given)
        key = (customer.id, values["currency"], given.kind)
        if key in there:
            raise AccountThere(name=customer.name, currency=values["currency"])
        there.add(key)
        opened.append((customer.id, values))
    ids = new_ids(session, CustomerAccount, len(opened))
    accounts = [
        CustomerAccount(id=one, customer_id=customer_id, **values, created_at=at)
        for one, (customer_id, values) in zip(ids, opened, strict=True)
    ]
    session.add_all(accounts)
    session.flush()
    for account, (_, values) in zip(accounts, opened, strict=True):
        note_account(session, account, values, by=by)


def add_contacts(
    session: Session,
    wanted: Sequence[tuple[Customer, ContactInput]],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Add people to customers.

    Raises:
        NotAnAddress, UnknownChoice, TextTooLong: one cannot be added so.
    """
    said = [(customer.id, checked_contact(given)) for customer, given in wanted]
    ids = new_ids(session, Contact, len(said))
    contacts = [
        Contact(id=one, customer_id=customer_id, **values, created_at=at)
        for one, (customer_id, values) in zip(ids, said, strict=True)
    ]
    session.add_all(contacts)
    session.flush()
    for contact, (_, values) in zip(contacts, said, strict=True):
        note_contact(session, contact, values, by=by)
