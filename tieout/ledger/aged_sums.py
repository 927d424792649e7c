"""The last line of the ageing of a whole company, added up by the database."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from tieout.ledger.ageing import accounts_of
from tieout.ledger.balances import balances_minor
from tieout.ledger.buckets import BOUNDS, Ageing, AgeingDoesNotAddUp, ageing
from tieout.ledger.models import DueItem
from tieout.ledger.open_sums import OpenSum, one_by_one, sums
from tieout.money import Money


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
    closely = one_by_one(session, on, accounts)
    found: dict[int, int] = defaultdict(int)
    by_account = sums(on, accounts, DueItem.account_id, DueItem.direction)
    for account_id, direction, amount in session.execute(by_account):
        found[account_id] += direction * int(amount)
    for item in closely:
        found[item.account_id] += item.signed.minor
    owed = balances_minor(session, on, accounts=accounts)
    for account_id in owed.keys() | found.keys():
        if found.get(account_id, 0) != owed.get(account_id, 0):
            raise AgeingDoesNotAddUp(
                on=on,
                sum=Money(found.get(account_id, 0), currency),
                balance=Money(owed.get(account_id, 0), currency),
            )
    by_day = sums(on, accounts, DueItem.due_on, DueItem.direction, DueItem.is_retention)
    summed = [
        OpenSum(Money(direction * int(amount), currency), due_on, direction < 0, bool(retained))
        for due_on, direction, retained, amount in session.execute(by_day)
    ]
    aged = ageing([*summed, *closely], on, currency=currency, bounds=bounds)
    return aged.checked(Money(sum(owed.values()), currency))
