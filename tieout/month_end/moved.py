"""What happened on every account in a period: opening, movements by kind, closing, and answers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.ledger import ageing, balances
from tieout.ledger.models import Document, DocumentKind
from tieout.money import Money
from tieout.month_end import facts, stages
from tieout.month_end.stages import Standing
from tieout.periods import Period

#: The columns of movements, each with its kinds; every other kind is the last one's.
GROUPS: dict[str, frozenset[str]] = {
    "sales": frozenset({DocumentKind.INVOICE}),
    "returns": frozenset({DocumentKind.CREDIT_NOTE}),
    "payments": frozenset(
        {DocumentKind.PAYMENT, DocumentKind.REFUND, DocumentKind.BOUNCED_PAYMENT}
    ),
}
OTHER = "other"


class DoesNotRollForward(Conflict):
    """Opening and movements are not the closing balance."""

    message = N_(
        "%(code)s: %(opening)s and the movements of the period are not %(closing)s. Nothing is"
        " shown; run “tieout verify”."
    )


@dataclass(frozen=True, slots=True)
class AccountMoved:
    """One account in a period."""

    standing: Standing
    opening: Money
    #: By the columns of `GROUPS`, and the rest.
    moved: dict[str, Money]
    closing: Money
    #: Under dispute on the last day.
    disputed: Money
    #: What a comparison of both books on the last day leaves; None where there was none.
    unexplained: Money | None


def accounts(
    session: Session,
    period: Period,
    currency: str,
    *,
    kind: str = "receivable",
    owner_id: int | None = None,
    customer_id: int | None = None,
    bounds: Sequence[int] = ageing.BOUNDS,
    known_at: datetime | None = None,
) -> list[AccountMoved]:
    """Every account of a currency with a balance or a movement, by customer.

    What was answered is said of the statement of the month that ends the period; the figures are
    those of the books as known at a moment, if one is given.

    Raises:
        DoesNotRollForward: an opening and its movements are not the closing balance.
    """
    last = Period.month_of(period.end)
    rows = stages.standings(session, last, currency, kind=kind, owner_id=owner_id, since=period)
    opened = balances.balances(session, period.before, known_at)
    closed = balances.balances(session, period.end, known_at)
    moved = _moved(session, period, known_at)
    compared = facts.compared(session, last)
    aged = ageing.company_ageing(
        session, period.end, currency, known_at, kind=kind, bounds=bounds, owner_id=owner_id
    )
    disputed = {row.account_id: row.ageing.disputed for row in aged.rows}
    nothing = Money.zero(currency)
    found = [
        AccountMoved(
            standing=row,
            opening=opened.get(row.account_id, nothing),
            moved={
                group: moved.get((row.account_id, group), nothing) for group in (*GROUPS, OTHER)
            },
            closing=closed.get(row.account_id, nothing),
            disputed=disputed.get(row.account_id, nothing),
            unexplained=one.unexplained if (one := compared.get(row.account_id)) else None,
        )
        for row in rows
        if customer_id in (None, row.customer_id)
    ]
    for each in found:
        _check(each)
    return found


def _check(one: AccountMoved) -> None:
    if one.opening + Money.total(one.moved.values(), one.opening.currency) != one.closing:
        raise DoesNotRollForward(code=one.standing.code, opening=one.opening, closing=one.closing)


def _moved(
    session: Session, period: Period, known_at: datetime | None
) -> dict[tuple[int, str], Money]:
    """What the documents of a period come to, by account and column."""
    group_of = {kind: group for group, kinds in GROUPS.items() for kind in kinds}
    sums: dict[tuple[int, str], int] = defaultdict(int)
    currencies: dict[int, str] = {}
    rows = session.execute(
        select(
            Document.account_id,
            Document.kind,
            Document.currency,
            func.sum(Document.amount_minor),
        )
        .where(
            Document.issued_on >= period.start,
            Document.issued_on <= period.end,
            Document.recorded_at <= known_at if known_at is not None else true(),
        )
        .group_by(Document.account_id, Document.kind, Document.currency)
    )
    for account_id, kind, currency, total in rows:
        sums[account_id, group_of.get(DocumentKind(kind), OTHER)] += int(total)
        currencies[account_id] = currency
    return {key: Money(total, currencies[key[0]]) for key, total in sums.items()}
