"""Customers as a list is made of them: each account with its sums, filtered and in any order."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.queries import CustomerSearch
from tieout.identity.models import StaffUser
from tieout.ledger.summaries import AccountSummary, account_summaries, as_summary
from tieout.money import Money

#: What a list may be narrowed to.
STANDINGS = ("owing", "overdue", "disputed", "unapplied", "over_limit", "credit")
#: What it may be sorted by; a minus before it turns it round.
ORDERS = ("code", "name", "balance", "overdue", "oldest")


@dataclass(frozen=True)
class AccountList:
    """What someone wants to see of the customers' accounts, and in what order."""

    search: CustomerSearch = field(default_factory=CustomerSearch)
    #: One of `STANDINGS`, or empty for all.
    standing: str = ""
    #: The sales person whose customers are wanted; whom the viewer may see is in `search`.
    owner_id: int | None = None
    #: One of `ORDERS`, with a minus to turn it round.
    order: str = "code"


@dataclass(frozen=True)
class ListedAccount:
    """A row of the list; a customer without an account has none of the sums."""

    customer_id: int
    code: str
    name: str
    is_active: bool
    owner: str
    summary: AccountSummary | None


@dataclass(frozen=True)
class AccountSums:
    """What the accounts found add up to, of one currency and kind."""

    kind: str
    accounts: int
    balance: Money
    overdue: Money
    disputed: Money
    unapplied: Money


def accounts(wanted: AccountList, today: date) -> Select[*tuple[Any, ...]]:
    """Select accounts with their sums; customers without an account have one empty row.

    Amounts are put in order within their currency: those of two cannot be compared.
    """
    query = (
        account_summaries(wanted.search, today, with_bare=True)
        .outerjoin(StaffUser, StaffUser.id == Customer.owner_id)
        .add_columns(StaffUser.name.label("owner"))
    )
    columns = query.selected_columns
    if wanted.standing:
        query = query.where(_standing(wanted.standing, columns))
    if wanted.owner_id is not None:
        query = query.where(Customer.owner_id == wanted.owner_id)
    falling = wanted.order.startswith("-")
    key = _key(wanted.order.lstrip("-"), columns)
    turned = key.desc().nulls_last() if falling else key.asc().nulls_last()
    by_currency = [CustomerAccount.currency] if wanted.order.strip("-") in _AMOUNTS else []
    return query.order_by(None).order_by(
        *by_currency,
        turned,
        Customer.code,
        CustomerAccount.kind.desc(),
        CustomerAccount.currency,
    )


def as_listed(row: Any) -> ListedAccount:
    """Turn a row of `accounts` into a value."""
    return ListedAccount(
        customer_id=row.customer_id,
        code=row.code,
        name=row.name,
        is_active=row.is_active,
        owner=row.owner or "",
        summary=None if row.account_id is None else as_summary(row),
    )


def sums(session: Session, wanted: AccountList, today: date) -> list[AccountSums]:
    """What the accounts found add up to, each currency and kind by itself."""
    found = accounts(wanted, today).order_by(None).subquery()
    query = (
        select(
            found.c.kind,
            found.c.currency,
            func.count().label("accounts"),
            func.sum(found.c.balance).label("balance"),
            func.sum(found.c.overdue).label("overdue"),
            func.sum(found.c.disputed).label("disputed"),
            func.sum(found.c.credit).label("credit"),
        )
        .where(found.c.account_id.is_not(None))
        .group_by(found.c.kind, found.c.currency)
        .order_by(found.c.kind.desc(), found.c.currency)
    )
    return [
        AccountSums(
            kind=row.kind,
            accounts=row.accounts,
            balance=Money(int(row.balance), row.currency),
            overdue=Money(int(row.overdue), row.currency),
            disputed=Money(int(row.disputed), row.currency),
            unapplied=Money(-int(row.credit), row.currency),
        )
        for row in session.execute(query)
    ]


_AMOUNTS = ("balance", "overdue")


def _key(name: str, columns: Any) -> Any:
    if name == "name":
        return func.lower(Customer.name)
    return {
        "balance": columns.balance,
        "overdue": columns.overdue,
        "oldest": columns.oldest,
    }.get(name, Customer.code)


def _standing(name: str, columns: Any) -> ColumnElement[bool]:
    found: dict[str, ColumnElement[bool]] = {
        "owing": columns.balance > 0,
        "overdue": columns.overdue > 0,
        "disputed": columns.disputed > 0,
        "unapplied": columns.credit > 0,
        "over_limit": columns.balance > CustomerAccount.credit_limit_minor,
        "credit": columns.balance < 0,
    }
    return found[name]
