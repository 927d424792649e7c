"""Documents of other accounts of ours that may be what a customer's book shows alone.

Only for the company's people: what belongs to another customer is never shown to one.
"""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tieout.customers.models import CustomerAccount
from tieout.ledger.as_of import stands
from tieout.ledger.models import Document
from tieout.matching import CODE, Difference, Lines
from tieout.reconciliation import columns
from tieout.reconciliation.run import REACH_DAYS, Run

#: Amounts looked for in one go: databases limit how many values a statement may carry.
_CHUNK = 400
#: What a line may be called that our book of the account does not have.
_ONLY_THEIRS = (
    CODE[Difference.MISSING_IN_OURS],
    CODE[Difference.INVOICE_IN_TRANSIT],
    CODE[Difference.PAYMENT_IN_TRANSIT],
)


def lines(session: Session, account: CustomerAccount, done: Run, *, known_at: datetime) -> Lines:
    """Our documents in other accounts with an amount that stands alone in their book."""
    alone = np.isin(done.groups.type[done.groups.theirs], _ONLY_THEIRS)
    alone &= ~np.isin(done.groups.theirs, done.groups.ours)
    amounts = sorted({int(amount) for amount in done.theirs.amount[alone]} - {0})
    if not amounts:
        return columns.of_accounts(session, [])
    days = done.theirs.day[alone]
    first = date.fromordinal(int(days.min())) - timedelta(days=REACH_DAYS)
    last = min(done.as_at, date.fromordinal(int(days.max())) + timedelta(days=REACH_DAYS))
    found: list[Row[Any]] = []
    for start in range(0, len(amounts), _CHUNK):
        query = (
            columns.documents()
            .join(CustomerAccount, CustomerAccount.id == Document.account_id)
            .where(
                Document.account_id != account.id,
                CustomerAccount.kind == account.kind,
                CustomerAccount.currency == account.currency,
                Document.amount_minor.in_(amounts[start : start + _CHUNK]),
                Document.issued_on >= first,
                stands(last, known_at),
                Document.id.not_in(
                    select(Document.reverses_id).where(Document.reverses_id.is_not(None))
                ),
            )
        )
        found += session.execute(query).all()
    return columns.of_accounts(session, found)
