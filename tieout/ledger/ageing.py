"""Ageing of an account and of the whole company, checked against the balance before it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.queries import visible_to
from tieout.ledger.balances import (
    balance,
    balances,
    open_items,
    open_items_by_account,
)
from tieout.ledger.buckets import BOUNDS, Aged, Ageing, Bucket, ageing, summed
from tieout.ledger.open_sums import by_account
from tieout.money import Money

__all__ = [
    "BOUNDS",
    "AccountAgeing",
    "Ageing",
    "Bucket",
    "CompanyAgeing",
    "account_ageing",
    "accounts_of",
    "ageing",
    "bounds",
    "company_ageing",
    "owed_by_currency",
]


@dataclass(frozen=True)
class AccountAgeing:
    """One account's line of the company's ageing."""

    customer_id: int
    code: str
    name: str
    account_id: int
    ageing: Ageing


@dataclass(frozen=True)
class CompanyAgeing:
    """The ageing of every account in a currency; the lines add up to the total."""

    rows: tuple[AccountAgeing, ...]
    total: Ageing

    @property
    def has_retention(self) -> bool:
        """Whether money kept back stands in a column of its own."""
        return bool(self.total.kept_back)

    def columns(self, aged: Ageing) -> tuple[Money, ...]:
        """The columns of a line, with what is kept back and not due beside what is not due."""
        not_due, *others = aged.columns
        if not self.has_retention:
            return (not_due, *others)
        return (not_due - aged.kept_back, aged.kept_back, *others)


def bounds(session: Session) -> tuple[int, ...]:
    """The upper bounds of the buckets this company uses."""
    return tuple(settings.read(session, "ageing_bounds", list(BOUNDS)))


def account_ageing(
    session: Session,
    account_id: int,
    on: date,
    known_at: datetime | None = None,
    *,
    bounds: Sequence[int] = BOUNDS,
    age_credit: bool = False,
) -> Ageing:
    """Age an account's balance as at a day.

    Raises:
        AgeingDoesNotAddUp: the columns are not the balance.
    """
    owed = balance(session, account_id, on, known_at)
    items = open_items(session, account_id, on, known_at)
    aged = ageing(items, on, currency=owed.currency, bounds=bounds, age_credit=age_credit)
    return aged.checked(owed)


def company_ageing(
    session: Session,
    on: date,
    currency: str,
    known_at: datetime | None = None,
    *,
    kind: str = "receivable",
    bounds: Sequence[int] = BOUNDS,
    age_credit: bool = False,
    owner_id: int | None = None,
    customer_id: int | None = None,
) -> CompanyAgeing:
    """Age every account of a currency that has anything open.

    `owner_id` limits it to theirs, `customer_id` to one customer. As the books stand now, the
    database adds up what is open; as known earlier, or with credit that ages, each item is read.

    Raises:
        AgeingDoesNotAddUp: a line is not its balance, or the lines are not the control total.
    """
    chosen = accounts_of(currency, kind, owner_id)
    if customer_id is not None:
        chosen = chosen.where(CustomerAccount.customer_id == customer_id)
    owed = balances(session, on, known_at, accounts=chosen)
    items: Mapping[int, Sequence[Aged]]
    if known_at is None and not age_credit:
        items = by_account(session, on, currency, chosen)
    else:
        items = open_items_by_account(session, on, known_at, accounts=chosen)
    aged = {
        account_id: ageing(
            items.get(account_id, ()),
            on,
            currency=currency,
            bounds=bounds,
            age_credit=age_credit,
        ).checked(owed.get(account_id, Money.zero(currency)))
        for account_id in owed.keys() | items.keys()
    }
    total = summed(aged.values(), on, currency, bounds).checked(
        Money.total(owed.values(), currency)
    )
    names = (
        select(CustomerAccount.id, Customer.id, Customer.code, Customer.name)
        .join(Customer, Customer.id == CustomerAccount.customer_id)
        .where(CustomerAccount.id.in_(chosen))
        .order_by(Customer.code)
    )
    rows = tuple(
        AccountAgeing(customer_id, code, name, account_id, aged[account_id])
        for account_id, customer_id, code, name in session.execute(names)
        if account_id in items
    )
    return CompanyAgeing(rows, total)


def accounts_of(currency: str, kind: str, owner_id: int | None) -> Select[int]:
    """The accounts of a currency, of one sales person's customers or of all."""
    return visible_to(
        select(CustomerAccount.id)
        .join(Customer, Customer.id == CustomerAccount.customer_id)
        .where(CustomerAccount.currency == currency, CustomerAccount.kind == kind),
        owner_id,
    )


def owed_by_currency(
    session: Session,
    on: date,
    known_at: datetime | None = None,
    *,
    kind: str = "receivable",
    owner_id: int | None = None,
) -> list[Money]:
    """What all accounts of a kind come to as at a day, each currency by itself."""
    chosen = visible_to(
        select(CustomerAccount.id)
        .join(Customer, Customer.id == CustomerAccount.customer_id)
        .where(CustomerAccount.kind == kind),
        owner_id,
    )
    found: dict[str, Money] = {}
    for owed in balances(session, on, known_at, accounts=chosen).values():
        found[owed.currency] = found.get(owed.currency, Money.zero(owed.currency)) + owed
    return [found[currency] for currency in sorted(found)]
