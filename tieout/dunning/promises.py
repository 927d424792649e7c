"""Promises to pay: given, judged once the payments up to their day are in, kept or broken."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.customers.models import CustomerAccount
from tieout.dunning.models import PromiseToPay
from tieout.dunning.spans import EVERYBODY, Span
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger import balances
from tieout.ledger.models import Document, DueItem
from tieout.money import Money

#: How far ahead a customer may promise; staff may more.
FURTHEST = timedelta(days=30)
#: Promises a customer may give for one item.
MOST = 2
#: A payment this much later still keeps a promise: banks take their time.
TOLERANCE = timedelta(days=2)


class PromiseTooFarAhead(InvalidInput):
    """A customer promised for a day too far away."""

    message = N_("A promise can be for %(latest)s at the latest. For later, please write to us.")


class PromiseInThePast(InvalidInput):
    """A day that is over was promised."""

    message = N_("%(day)s is over. Please give a day from today on.")


class PromiseOfNothing(InvalidInput):
    """Nothing, or more than is open, was promised."""

    message = N_("Please promise more than nothing and at most what is open, %(open)s.")


class PromiseJudged(Conflict):
    """A promise that is no longer open."""

    message = N_("This promise was judged or taken back already.")


class PromisedOftenEnough(InvalidInput):
    """An item has had its promises."""

    message = N_("For this invoice two dates were promised already. Please write to us.")


class PromisesStillOpen(InvalidInput):
    """An account has its promises, none of them over."""

    message = N_("Two promises of yours are still open. For another one, please write to us.")


def promise(
    session: Session,
    account: CustomerAccount,
    amount: Money,
    pay_on: date,
    *,
    item: DueItem | None = None,
    open_amount: Money,
    by: audit.Actor,
    on: date,
    at: datetime,
) -> PromiseToPay:
    """Take a customer's word; reminders for that part pause until the day is judged.

    Raises:
        PromiseInThePast, PromiseTooFarAhead, PromiseOfNothing, PromisedOftenEnough,
        PromisesStillOpen
    """
    if pay_on < on:
        raise PromiseInThePast(day=pay_on)
    if by.kind == "contact" and pay_on > on + FURTHEST:
        raise PromiseTooFarAhead(latest=on + FURTHEST)
    if not 0 < amount.minor <= open_amount.minor:
        raise PromiseOfNothing(open=open_amount)
    if by.kind == "contact" and _given(session, account.id, item) >= MOST:
        raise PromisedOftenEnough if item is not None else PromisesStillOpen
    made = PromiseToPay(
        customer_id=account.customer_id,
        account_id=account.id,
        due_item_id=item.id if item else None,
        amount_minor=amount.minor,
        pay_on=pay_on,
        given_by=by.label,
        given_at=at,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "promise.given",
        made,
        after={"amount": amount.plain, "currency": amount.currency, "pay_on": pay_on.isoformat()},
    )
    giver = by.id if by.kind == "contact" else None
    events.publish(session, events.PromiseGiven(made.id, giver))
    return made


def reference(made: PromiseToPay) -> str:
    """The number a promise is known by."""
    return f"P-{made.id:05d}"


def promisable(session: Session, account: CustomerAccount, on: date) -> Money:
    """What is overdue of an account, as a reminder asks for it.

    Not what is disputed, promised already, or covered by credit not yet applied.
    """
    items = balances.open_items(session, account.id, on)
    owed = sum(one.open.minor - one.disputed.minor for one in items if one.is_overdue)
    owed += sum(one.signed.minor for one in items if one.signed.minor < 0)
    promised = session.scalar(
        select(func.coalesce(func.sum(PromiseToPay.amount_minor), 0)).where(
            PromiseToPay.account_id == account.id, PromiseToPay.state == "open"
        )
    )
    return Money(owed - int(promised or 0), account.currency)


def give(
    session: Session,
    account: CustomerAccount,
    amount: Money,
    pay_on: date,
    *,
    by: audit.Actor,
    on: date,
    at: datetime,
) -> PromiseToPay:
    """Take a customer's word for what is overdue; sent twice, the one that was noted.

    Raises:
        PromiseInThePast, PromiseTooFarAhead, PromiseOfNothing, PromisesStillOpen
    """
    there = session.scalar(
        select(PromiseToPay).where(
            PromiseToPay.account_id == account.id,
            PromiseToPay.state == "open",
            PromiseToPay.amount_minor == amount.minor,
            PromiseToPay.pay_on == pay_on,
        )
    )
    if there is not None:
        return there
    free = promisable(session, account, on)
    return promise(session, account, amount, pay_on, open_amount=free, by=by, on=on, at=at)


def withdraw(session: Session, made: PromiseToPay, *, by: audit.Actor, on: date) -> None:
    """Take a promise back; reminders for its part go on.

    Raises:
        PromiseJudged: it was judged or taken back before.
    """
    session.refresh(made, with_for_update=True)
    if made.state != "open":
        raise PromiseJudged
    made.state, made.judged_on = "withdrawn", on
    audit.record(session, by, "promise.withdrawn", made)


def _given(session: Session, account_id: int, item: DueItem | None) -> int:
    query = select(func.count()).where(
        PromiseToPay.account_id == account_id,
        PromiseToPay.due_item_id == (item.id if item else None),
    )
    if item is None:  # for the account: those still open count
        query = query.where(PromiseToPay.state == "open")
    return session.execute(query).scalar_one()


def open_promises(session: Session, account_id: int) -> list[PromiseToPay]:
    """Promises of an account that are not judged yet, the earliest first."""
    return list(
        session.execute(
            select(PromiseToPay)
            .where(PromiseToPay.account_id == account_id, PromiseToPay.state == "open")
            .order_by(PromiseToPay.pay_on, PromiseToPay.id)
        ).scalars()
    )


def is_over(on: date, payments_known_through: date) -> ColumnElement[bool]:
    """The condition that a promise is judged on a day, with payments known up to one."""
    return and_(PromiseToPay.pay_on < on - TOLERANCE, PromiseToPay.pay_on <= payments_known_through)


def judge(
    session: Session, on: date, payments_known_through: date | None, within: Span = EVERYBODY
) -> list[PromiseToPay]:
    """Judge the promises whose day is over, once the payments up to it are in."""
    if payments_known_through is None:
        return []
    due = session.execute(
        select(PromiseToPay)
        .where(
            PromiseToPay.state == "open",
            is_over(on, payments_known_through),
            within.holds(PromiseToPay.account_id),
        )
        .order_by(PromiseToPay.id)
    ).scalars()
    judged = list(due)
    for one in judged:
        paid = _paid(session, one)
        one.state = "kept" if paid >= one.amount_minor else "part_kept" if paid > 0 else "broken"
        one.judged_on = on
        audit.record(session, audit.SYSTEM, f"promise.{one.state}", one, after={"paid_minor": paid})
    return judged


def _paid(session: Session, one: PromiseToPay) -> int:
    """What has arrived for a promise by its day and tolerance, since the day it was given.

    Money counts once: what came for a promise of an earlier day keeps no later one.
    """
    zone = ZoneInfo(settings.company(session).time_zone)
    made = session.scalars(
        select(PromiseToPay)
        .where(
            PromiseToPay.account_id == one.account_id,
            PromiseToPay.state != "withdrawn",
            tuple_(PromiseToPay.pay_on, PromiseToPay.id) <= (one.pay_on, one.id),
        )
        .order_by(PromiseToPay.pay_on, PromiseToPay.id)
    ).all()
    first = min(_given_on(each, zone) for each in made)
    left = _arrived(session, one.account_id, first, one.pay_on + TOLERANCE)
    taken = 0
    for each in made:
        taken, still = 0, each.amount_minor if each.id != one.id else None
        for day in sorted(left):
            if _given_on(each, zone) <= day <= each.pay_on + TOLERANCE:
                part = left[day] if still is None else min(left[day], still - taken)
                left[day] -= part
                taken += part
    return taken


def _given_on(one: PromiseToPay, zone: ZoneInfo) -> date:
    """The day a promise was given, where the company is."""
    return one.given_at.astimezone(zone).date()


def _arrived(session: Session, account_id: int, first: date, last: date) -> dict[date, int]:
    """What was paid on each day, less what bounced."""
    rows = session.execute(
        select(Document.issued_on, func.sum(-Document.amount_minor))
        .where(
            Document.account_id == account_id,
            Document.kind.in_(("payment", "bounced_payment")),
            Document.issued_on.between(first, last),
        )
        .group_by(Document.issued_on)
    )
    return {day: int(minor) for day, minor in rows}
