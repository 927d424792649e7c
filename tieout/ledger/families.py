"""A customer with those that are part of it: what they owe together, currency by currency."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.queries import visible_to
from tieout.ledger.balances import balances
from tieout.money import Money


@dataclass(frozen=True)
class Member:
    """One of a family, and what it owes in each currency."""

    customer: Customer
    #: Steps below the head; 0 for it.
    depth: int
    owed: dict[str, Money]


@dataclass(frozen=True)
class Family:
    """A customer and all below it; amounts of two currencies are never added."""

    members: tuple[Member, ...]
    currencies: tuple[str, ...]
    total: dict[str, Money]


def family(
    session: Session, head: Customer, on: date, *, owner_id: int | None = None
) -> Family | None:
    """What a customer and those below it owe on a day; None where there is nobody below.

    Sales people see their own customers among them alone.
    """
    members = _members(session, head, owner_id)
    if len(members) == 1:
        return None
    ids = [one.id for one, _ in members]
    accounts = select(CustomerAccount.id, CustomerAccount.customer_id).where(
        CustomerAccount.customer_id.in_(ids), CustomerAccount.kind == "receivable"
    )
    whose = {row.id: row.customer_id for row in session.execute(accounts)}
    chosen = select(CustomerAccount.id).where(CustomerAccount.id.in_(list(whose)))
    owed: dict[int, dict[str, Money]] = defaultdict(dict)
    total: dict[str, Money] = {}
    for account_id, amount in balances(session, on, accounts=chosen).items():
        currency = amount.currency
        owed[whose[account_id]][currency] = amount
        total[currency] = total.get(currency, Money.zero(currency)) + amount
    return Family(
        tuple(Member(one, depth, owed.get(one.id, {})) for one, depth in members),
        tuple(sorted(total)),
        total,
    )


def _members(session: Session, head: Customer, owner_id: int | None) -> list[tuple[Customer, int]]:
    """The head and everybody below, each below its own, by code."""
    found = [(head, 0)]
    below = visible_to(
        select(Customer).where(Customer.parent_id == head.id, Customer.merged_into_id.is_(None)),
        owner_id,
    ).order_by(Customer.code)
    for child in session.scalars(below):
        found += [(one, depth + 1) for one, depth in _members(session, child, owner_id)]
    return found
