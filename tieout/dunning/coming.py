"""Notes before something falls due: what of an account is due on a day and still to be paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import CustomerAccount
from tieout.dunning import stale, standing
from tieout.dunning.spans import EVERYBODY, Span
from tieout.i18n import N_, Sentence
from tieout.ledger.models import DueItem

#: Days before the day something is due; none: no notes.
BEFORE = "reminders_before_days"


@dataclass(frozen=True)
class Part:
    """An item and what of it is to be paid, without what is disputed or promised."""

    due_item_id: int
    number: str
    amount_minor: int


@dataclass(frozen=True)
class Coming:
    """What an account has to pay by a day."""

    account: CustomerAccount
    due_on: date
    total_minor: int
    parts: tuple[Part, ...]


def days_ahead(
    session: Session, on: date, days: int, within: Span = EVERYBODY
) -> Sequence[tuple[CustomerAccount, date]]:
    """The accounts with something due after a day and within so many, and each of the days."""
    rows = session.execute(
        select(CustomerAccount, DueItem.due_on)
        .join(DueItem, DueItem.account_id == CustomerAccount.id)
        .where(
            CustomerAccount.kind == "receivable",
            within.holds(CustomerAccount.id),
            DueItem.direction > 0,
            DueItem.open_minor > 0,
            DueItem.due_on > on,
            DueItem.due_on <= on + timedelta(days=days),
        )
        .distinct()
        .order_by(CustomerAccount.id, DueItem.due_on)
    )
    return [(row[0], row[1]) for row in rows]


def work_out(
    session: Session, account: CustomerAccount, due_on: date, on: date
) -> Coming | Sentence:
    """What is to be paid by a day as the books stand now, or why nothing is said."""
    held = stale.freshness(session, on).held
    if held is not None:
        return held
    if due_on <= on:
        return Sentence(N_("It has fallen due meanwhile."))
    this = select(CustomerAccount.id).where(CustomerAccount.id == account.id)
    stand = standing.fetch(session, this, on)
    reason = stand.holds.get(("customer", account.customer_id), "")
    if reason:
        return Sentence(N_("Held: %(reason)s"), {"reason": reason})
    items = stand.items_of(account.id)
    parts = tuple(
        Part(item.due_item_id, item.number, left)
        for item in items
        if item.due_on == due_on
        and item.open_minor > 0
        and not item.held
        and (left := item.open_minor - item.disputed_minor - item.promised_minor) > 0
    )
    total = sum(part.amount_minor for part in parts)
    credit = -sum(item.open_minor for item in items if item.open_minor < 0)
    if total <= credit:
        return Sentence(N_("Nothing falls due that is to be paid."))
    if total < stand.rule_of(account.customer_id).minimum_minor:
        return Sentence(N_("What falls due is below the minimum."))
    return Coming(account, due_on, total, parts)
