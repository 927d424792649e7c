"""What is open on a day, added up by the database: no row for each item of each customer.

What is open now is summed by account, or by the day it is due. Only items that are disputed, or
were settled otherwise on the day, are looked at one by one.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from tieout.ledger.as_of import is_disputed, settled_otherwise
from tieout.ledger.balances import open_items_among
from tieout.ledger.items import OpenItem
from tieout.ledger.models import Allocation, DisputedPart, Document, DueItem
from tieout.money import Money


@dataclass(frozen=True, slots=True)
class OpenSum:
    """What is open of everything that is due on a day, debits or credits."""

    signed: Money
    due_on: date
    is_credit: bool
    is_retention: bool

    @property
    def issued_on(self) -> date:
        """Credit that ages would need it; here it has its own column."""
        return self.due_on

    @property
    def disputed(self) -> Money:
        """Nothing: what is disputed is looked at by itself."""
        return Money.zero(self.signed.currency)


def sums(on: date, accounts: Select[int], *by: InstrumentedAttribute[Any]) -> Select[Any]:
    """Select what is open of all items that a sum says right, of documents there by a day."""
    later = select(Document.id).where(Document.issued_on > on)
    return (
        select(*by, func.sum(DueItem.open_minor))
        .where(
            DueItem.open_minor > 0,
            DueItem.account_id.in_(accounts),
            DueItem.id.not_in(_looked_at(on)),
            DueItem.document_id.not_in(later),
        )
        .group_by(*by)
    )


def one_by_one(session: Session, on: date, accounts: Select[int]) -> list[OpenItem]:
    """The open items of some accounts that no sum holds."""
    mine = DueItem.account_id.in_(accounts)
    return open_items_among(session, mine & DueItem.id.in_(_looked_at(on)), on)


def by_account(
    session: Session, on: date, currency: str, accounts: Select[int]
) -> dict[int, list[OpenSum | OpenItem]]:
    """What is open on each account of one currency, as `ageing` takes it."""
    found: dict[int, list[OpenSum | OpenItem]] = defaultdict(list)
    query = sums(
        on, accounts, DueItem.account_id, DueItem.due_on, DueItem.direction, DueItem.is_retention
    )
    for account_id, due_on, direction, retained, amount in session.execute(query):
        signed = Money(direction * int(amount), currency)
        found[account_id].append(OpenSum(signed, due_on, direction < 0, bool(retained)))
    for item in one_by_one(session, on, accounts):
        found[item.account_id].append(item)
    return dict(found)


def _looked_at(on: date) -> CompoundSelect[int]:
    """The items whose open amount, or disputed part, is not what a sum would say."""
    otherwise = [
        select(side).where(settled_otherwise(on, None))
        for side in (Allocation.debit_item_id, Allocation.credit_item_id)
    ]
    return union(*otherwise, select(DisputedPart.due_item_id).where(is_disputed(on, None)))
