"""The ageing of a whole company, added up by the database: no row for each customer's item.

What is open now is summed by the day it is due. Only items that are disputed, or were settled
otherwise on the day, are looked at one by one; the rule of ageing is the same for both.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from tieout.customers.models import Customer, CustomerAccount
from tieout.ledger.ageing import accounts_of
from tieout.ledger.as_of import is_disputed, settled_otherwise
from tieout.ledger.balances import open_items_among, stored_minor
from tieout.ledger.buckets import BOUNDS, Ageing, AgeingDoesNotAddUp, ageing
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


def company_total(
    session: Session,
    on: date,
    currency: str,
    *,
    kind: str = "receivable",
    bounds: Sequence[int] = BOUNDS,
    owner_id: int | None = None,
) -> Ageing:
    """The last line of the company's ageing, as `company_ageing` has it.

    Raises:
        AgeingDoesNotAddUp: an account is not its balance, or they are not the control total.
    """
    accounts = accounts_of(currency, kind, owner_id)
    mine = DueItem.account_id.in_(accounts)
    closely = open_items_among(session, mine & DueItem.id.in_(_looked_at(on)), on)
    found: dict[int, int] = defaultdict(int)
    by_account = _sums(on, currency, kind, owner_id, DueItem.account_id, DueItem.direction)
    for account_id, direction, amount in session.execute(by_account):
        found[account_id] += direction * int(amount)
    for item in closely:
        found[item.account_id] += item.signed.minor
    owed = stored_minor(session, on, accounts=accounts)
    for account_id in owed.keys() | found.keys():
        if found.get(account_id, 0) != owed.get(account_id, 0):
            raise AgeingDoesNotAddUp(
                on=on,
                sum=Money(found.get(account_id, 0), currency),
                balance=Money(owed.get(account_id, 0), currency),
            )
    by_day = _sums(
        on, currency, kind, owner_id, DueItem.due_on, DueItem.direction, DueItem.is_retention
    )
    summed = [
        OpenSum(Money(direction * int(amount), currency), due_on, direction < 0, bool(retained))
        for due_on, direction, retained, amount in session.execute(by_day)
    ]
    aged = ageing([*summed, *closely], on, currency=currency, bounds=bounds)
    return aged.checked(Money(sum(owed.values()), currency))


def _looked_at(on: date) -> CompoundSelect[int]:
    """The items whose open amount, or disputed part, is not what a sum would say."""
    otherwise = [
        select(side).where(settled_otherwise(on, None))
        for side in (Allocation.debit_item_id, Allocation.credit_item_id)
    ]
    return union(*otherwise, select(DisputedPart.due_item_id).where(is_disputed(on, None)))


def _sums(
    on: date, currency: str, kind: str, owner_id: int | None, *by: InstrumentedAttribute[Any]
) -> Select[*tuple[Any, ...]]:
    """What is open of all other items of documents that were there by a day."""
    later = select(Document.id).where(Document.issued_on > on)
    query = (
        select(*by, func.sum(DueItem.open_minor))
        .join(CustomerAccount, CustomerAccount.id == DueItem.account_id)
        .where(
            DueItem.open_minor > 0,
            CustomerAccount.currency == currency,
            CustomerAccount.kind == kind,
            DueItem.id.not_in(_looked_at(on)),
            DueItem.document_id.not_in(later),
        )
        .group_by(*by)
    )
    if owner_id is None:
        return query
    theirs = select(Customer.id).where(Customer.owner_id == owner_id)
    return query.where(CustomerAccount.customer_id.in_(theirs))
