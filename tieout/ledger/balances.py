"""Balances and open items, as at any day and as known at any moment.

Open items are worked out backwards from what is open now: only what is open, or was settled
otherwise then, is looked at, so the work grows with open items and not with history.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, case, func, select, union
from sqlalchemy.orm import Session

from tieout.customers.models import CustomerAccount
from tieout.ledger.as_of import is_disputed, settled_otherwise, stands
from tieout.ledger.items import OpenItem
from tieout.ledger.models import (
    AccountTotal,
    Allocation,
    DisputedPart,
    Document,
    DueItem,
)
from tieout.ledger.movements import references_of
from tieout.money import Money


def balance(session: Session, account_id: int, on: date, known_at: datetime | None = None) -> Money:
    """What is owed on an account at the end of a day."""
    query = select(func.coalesce(func.sum(Document.amount_minor), 0)).where(
        Document.account_id == account_id, stands(on, known_at)
    )
    return Money(int(session.scalar(query) or 0), _currency(session, account_id))


def balances(
    session: Session,
    on: date,
    known_at: datetime | None = None,
    *,
    accounts: Select[int] | None = None,
) -> dict[int, Money]:
    """What is owed on each account that has documents by then, or on those of a query of ids.

    As the books stand now it is worked out backwards from the stored balance of each account, so
    the work does not grow with history; as known earlier every document is read.
    """
    if known_at is not None:
        return _added_up(session, on, known_at, accounts)
    query = select(CustomerAccount.id, CustomerAccount.currency)
    if accounts is not None:
        query = query.where(CustomerAccount.id.in_(accounts))
    currencies = {row[0]: row[1] for row in session.execute(query)}
    return {
        account_id: Money(amount, currencies[account_id])
        for account_id, amount in balances_minor(session, on, accounts=accounts).items()
    }


def balances_minor(
    session: Session, on: date, *, accounts: Select[int] | None = None
) -> dict[int, int]:
    """The same as the books stand now, in minor units, of accounts whose currency is known.

    Only documents dated after the day are read.
    """
    after = select(
        Document.account_id, func.sum(Document.amount_minor), func.count(Document.id)
    ).where(Document.issued_on > on)
    stored = select(AccountTotal.account_id, AccountTotal.balance_minor, AccountTotal.documents)
    if accounts is not None:
        after = after.where(Document.account_id.in_(accounts))
        stored = stored.where(AccountTotal.account_id.in_(accounts))
    later = {
        account_id: (int(amount), count)
        for account_id, amount, count in session.execute(after.group_by(Document.account_id))
    }
    found = {}
    for account_id, balance_now, documents in session.execute(stored):
        amount, count = later.get(account_id, (0, 0))
        if documents > count:
            found[account_id] = balance_now - amount
    return found


def _added_up(
    session: Session, on: date, known_at: datetime, accounts: Select[int] | None
) -> dict[int, Money]:
    query = (
        select(Document.account_id, Document.currency, func.sum(Document.amount_minor))
        .where(stands(on, known_at))
        .group_by(Document.account_id, Document.currency)
    )
    if accounts is not None:
        query = query.where(Document.account_id.in_(accounts))
    return {
        account_id: Money(int(total), currency)
        for account_id, currency, total in session.execute(query)
    }


def balances_of(
    session: Session, account_ids: Collection[int], on: date, known_at: datetime | None = None
) -> dict[int, Money]:
    """The same of each of some accounts that has documents by then."""
    if not account_ids:
        return {}
    some = select(CustomerAccount.id).where(CustomerAccount.id.in_(list(account_ids)))
    return balances(session, on, known_at, accounts=some)


def open_items(
    session: Session, account_id: int, on: date, known_at: datetime | None = None
) -> list[OpenItem]:
    """What is open on an account at the end of a day, the earliest due first."""
    return _open_items(session, DueItem.account_id == account_id, on, known_at)


def open_by_document(
    session: Session, account_id: int, on: date, known_at: datetime | None = None
) -> dict[int, int]:
    """How much of each document of an account is open at the end of a day, in its own sign."""
    some = DueItem.account_id == account_id
    settled = _settled_otherwise(session, some, on, known_at)
    query = (
        select(DueItem.id, DueItem.document_id, DueItem.direction, DueItem.open_minor)
        .join(Document, Document.id == DueItem.document_id)
        .where(DueItem.id.in_(_candidates(some, on, known_at)), stands(on, known_at))
    )
    found: dict[int, int] = defaultdict(int)
    for item_id, document_id, direction, open_minor in session.execute(query):
        if is_open := open_minor + settled.get(item_id, 0):
            found[document_id] += direction * is_open
    return dict(found)


def open_items_of(
    session: Session, account_ids: Collection[int], on: date, known_at: datetime | None = None
) -> dict[int, list[OpenItem]]:
    """The same of each of some accounts, by as many queries as for one."""
    found: dict[int, list[OpenItem]] = {account_id: [] for account_id in account_ids}
    for item in _open_items(session, DueItem.account_id.in_(list(found)), on, known_at):
        found[item.account_id].append(item)
    return found


def open_items_by_account(
    session: Session,
    on: date,
    known_at: datetime | None = None,
    *,
    accounts: Select[int] | None = None,
) -> dict[int, list[OpenItem]]:
    """What is open on each account, or on those of a query of ids; few queries for all."""
    some = DueItem.account_id.in_(accounts) if accounts is not None else None
    found: dict[int, list[OpenItem]] = defaultdict(list)
    for item in _open_items(session, some, on, known_at):
        found[item.account_id].append(item)
    return dict(found)


def open_items_among(session: Session, some: ColumnElement[bool], on: date) -> list[OpenItem]:
    """What is open at the end of a day of the items a condition leaves."""
    return _open_items(session, some, on, None)


def _currency(session: Session, account_id: int) -> str:
    return session.get_one(CustomerAccount, account_id).currency


def _open_items(
    session: Session,
    some: ColumnElement[bool] | None,
    on: date,
    known_at: datetime | None,
) -> list[OpenItem]:
    settled = _settled_otherwise(session, some, on, known_at)
    candidates = _candidates(some, on, known_at)
    rows = session.execute(_items(candidates, on, known_at)).all()
    disputed = _disputed(session, candidates, on, known_at)
    references = references_of(session, [row.document_id for row in rows])
    found = []
    for row in rows:
        is_open = row.open_minor + settled.get(row.due_item_id, 0)
        if is_open == 0:
            continue
        found.append(
            OpenItem(
                due_item_id=row.due_item_id,
                document_id=row.document_id,
                account_id=row.account_id,
                customer_id=row.customer_id,
                kind=row.kind,
                number=row.number,
                reference=references.get(row.document_id, ""),
                description=row.description,
                issued_on=row.issued_on,
                due_on=row.due_on,
                part=row.part,
                parts=row.parts,
                direction=row.direction,
                amount=Money(row.amount_minor, row.currency),
                open=Money(is_open, row.currency),
                disputed=Money(min(is_open, disputed.get(row.due_item_id, 0)), row.currency),
                days=(on - row.due_on).days,
                is_retention=row.is_retention,
            )
        )
    return found


def _candidates(
    some: ColumnElement[bool] | None, on: date, known_at: datetime | None
) -> CompoundSelect[Any]:
    """The items that are open, or whose settling was another one then."""
    is_open = select(DueItem.id).where(DueItem.open_minor > 0)
    sides = [
        select(side).join(DueItem, DueItem.id == side).where(settled_otherwise(on, known_at))
        for side in (Allocation.debit_item_id, Allocation.credit_item_id)
    ]
    queries = [is_open, *sides]
    if some is not None:
        queries = [query.where(some) for query in queries]
    return union(*queries)


def _items(candidates: CompoundSelect[Any], on: date, known_at: datetime | None) -> Select[Any]:
    other = DueItem.__table__.alias("other_parts")
    parts = (
        select(func.count())
        .select_from(other)
        .where(other.c.document_id == DueItem.document_id)
        .scalar_subquery()
    )
    return (
        select(
            DueItem.id.label("due_item_id"),
            DueItem.document_id,
            DueItem.account_id,
            DueItem.due_on,
            DueItem.part,
            parts.label("parts"),
            DueItem.direction,
            DueItem.amount_minor,
            DueItem.open_minor,
            DueItem.is_retention,
            Document.customer_id,
            Document.kind,
            Document.number,
            Document.description,
            Document.issued_on,
            Document.currency,
        )
        .join(Document, Document.id == DueItem.document_id)
        .where(DueItem.id.in_(candidates), stands(on, known_at))
        .order_by(DueItem.due_on, Document.issued_on, DueItem.id)
    )


def _settled_otherwise(
    session: Session, some: ColumnElement[bool] | None, on: date, known_at: datetime | None
) -> dict[int, int]:
    """By how much each item was more (+) or less (−) open then than it is now."""
    change = case((Allocation.undone_at.is_(None), 1), else_=-1) * Allocation.amount_minor
    query = select(Allocation.debit_item_id, Allocation.credit_item_id, change).where(
        settled_otherwise(on, known_at)
    )
    if some is not None:
        query = query.join(DueItem, DueItem.id == Allocation.debit_item_id).where(some)
    found: dict[int, int] = defaultdict(int)
    for debit, credit, amount in session.execute(query):
        found[debit] += amount
        found[credit] += amount
    return found


def _disputed(
    session: Session,
    candidates: CompoundSelect[Any],
    on: date,
    known_at: datetime | None,
) -> dict[int, int]:
    query = (
        select(DisputedPart.due_item_id, func.sum(DisputedPart.amount_minor))
        .where(DisputedPart.due_item_id.in_(candidates), is_disputed(on, known_at))
        .group_by(DisputedPart.due_item_id)
    )
    return {item: int(amount) for item, amount in session.execute(query)}
