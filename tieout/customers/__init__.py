"""Customers, their accounts, their people: `services` change them, `queries` read them."""

from tieout.customers.finding import Directory, find_customer
from tieout.customers.queries import CustomerSearch, customers, visible_to
from tieout.customers.services import (
    AccountInput,
    ContactInput,
    CustomerInput,
    add_account,
    add_contact,
    add_customer,
    change_account,
    change_contact,
    change_customer,
)
from tieout.events import Subscription

#: Customers listen to nobody.
SUBSCRIPTIONS: list[Subscription] = []

__all__ = [
    "SUBSCRIPTIONS",
    "AccountInput",
    "ContactInput",
    "CustomerInput",
    "CustomerSearch",
    "Directory",
    "add_account",
    "add_contact",
    "add_customer",
    "change_account",
    "change_contact",
    "change_customer",
    "customers",
    "find_customer",
    "visible_to",
]
