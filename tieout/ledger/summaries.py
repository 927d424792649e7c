"""Accounts with what is owed on them now: balance, overdue, disputed, credit, limit."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, true
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.queries import CustomerSearch, customers
from tieout.ledger.models import AccountTotal, DisputedPart, DueItem
from tieout.ledger.queries import is_overdue
from tieout.money import Money


@dataclass(frozen=True)
class AccountSummary:
    """An account with what is owed on it now."""

    customer_id: int
    code: str
    name: str
    account_id: int
    kind: str
    balance: Money
    #: Past its day, disputed or not.
    overdue: Money
    disputed: Money
    #: Below zero: credit not yet settled with anything.
    unapplied: Money
    oldest_due_on: date | None
    credit_limit: Money | None


def account_summaries(
    search: CustomerSearch, today: date, *, with_bare: bool = False, of: int | None = None
) -> Select[*tuple[Any, ...]]:
    """Select accounts with their sums, by customer; rows become values by `as_summary`.

    With `with_bare`, customers who have no account yet have a row without one. `of` is the key of
    the only customer that is asked for: nobody else's items are looked at.
    """
    asked: ColumnElement[bool] = true()
    if of is not None:
        whose = select(CustomerAccount.id).where(CustomerAccount.customer_id == of)
        asked = DueItem.account_id.in_(whose)
    owed = (
        select(
            DueItem.account_id,
            func.sum(case((is_overdue(today), DueItem.open_minor), else_=0)).label("overdue"),
            func.sum(case((DueItem.direction < 0, DueItem.open_minor), else_=0)).label("credit"),
            func.min(case((DueItem.direction > 0, DueItem.due_on))).label("oldest"),
        )
        .where(DueItem.open_minor > 0, asked)
        .group_by(DueItem.account_id)
        .subquery()
    )
    parts = (
        select(
            DueItem.id,
            DueItem.account_id,
            DueItem.open_minor,
            func.sum(DisputedPart.amount_minor).label("held"),
        )
        .join(DisputedPart, DisputedPart.due_item_id == DueItem.id)
        .where(
            DisputedPart.ended_at.is_(None), DueItem.direction > 0, DueItem.open_minor > 0, asked
        )
        .group_by(DueItem.id, DueItem.account_id, DueItem.open_minor)
        .subquery()
    )
    at_most_open = case((parts.c.held > parts.c.open_minor, parts.c.open_minor), else_=parts.c.held)
    disputed = (
        select(parts.c.account_id, func.sum(at_most_open).label("disputed"))
        .group_by(parts.c.account_id)
        .subquery()
    )
    chosen = customers(search).order_by(None).with_only_columns(Customer.id)
    query = (
        select(
            Customer.id.label("customer_id"),
            Customer.code,
            Customer.name,
            Customer.owner_id,
            Customer.is_active,
            CustomerAccount.id.label("account_id"),
            CustomerAccount.currency,
            CustomerAccount.kind,
            CustomerAccount.credit_limit_minor,
            func.coalesce(AccountTotal.balance_minor, 0).label("balance"),
            func.coalesce(owed.c.overdue, 0).label("overdue"),
            func.coalesce(owed.c.credit, 0).label("credit"),
            func.coalesce(disputed.c.disputed, 0).label("disputed"),
            owed.c.oldest,
        )
        .join(CustomerAccount, CustomerAccount.customer_id == Customer.id, isouter=with_bare)
        .outerjoin(AccountTotal, AccountTotal.account_id == CustomerAccount.id)
        .outerjoin(owed, owed.c.account_id == CustomerAccount.id)
        .outerjoin(disputed, disputed.c.account_id == CustomerAccount.id)
        .where(Customer.id.in_(chosen))
        .order_by(Customer.code, CustomerAccount.kind.desc(), CustomerAccount.currency)
    )
    if search.currency:
        query = query.where(CustomerAccount.currency == search.currency)
    if search.kind:
        query = query.where(CustomerAccount.kind == search.kind)
    if of is not None:
        query = query.where(Customer.id == of)
    return query


def as_summary(row: Any) -> AccountSummary:
    """Turn a row of `account_summaries` into a value."""
    limit = row.credit_limit_minor
    return AccountSummary(
        customer_id=row.customer_id,
        code=row.code,
        name=row.name,
        account_id=row.account_id,
        kind=row.kind,
        balance=Money(int(row.balance), row.currency),
        overdue=Money(int(row.overdue), row.currency),
        disputed=Money(int(row.disputed), row.currency),
        unapplied=Money(-int(row.credit), row.currency),
        oldest_due_on=row.oldest,
        credit_limit=None if limit is None else Money(limit, row.currency),
    )


def summaries_of(session: Session, customer_id: int, today: date) -> list[AccountSummary]:
    """The accounts of one customer with their sums."""
    query = account_summaries(CustomerSearch(is_active=None), today, of=customer_id)
    return [as_summary(row) for row in session.execute(query)]
