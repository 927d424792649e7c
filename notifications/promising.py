"""A promise to pay given to the bot by buttons: how much, then by when; safe to press twice."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.figures import cash
from tieout import audit
from tieout.customers.models import Contact, CustomerAccount
from tieout.db.base import Json
from tieout.dunning import promises
from tieout.dunning.models import PromiseToPay
from tieout.errors import InvalidInput
from tieout.ledger import balances
from tieout.money import Money

#: Days from today that are offered.
OFFERED = (3, 7, 14)
#: "in 5"
_TWO = 2
#: Marks of money nobody has to leave out.
_MARKS = re.compile(r"[¥￥$€£元块圆]")
_MONTH_AND_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")
#: Commas only between thousands.
_AMOUNT = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


@dataclass(frozen=True)
class Asked:
    """What a pressed button says: promise:12:90000:2026-07-09, or its beginning."""

    account_id: int
    minor: int
    pay_on: date | None = None

    @classmethod
    def read(cls, text: str) -> "Asked | None":
        """Read what follows the word; None where it is something else."""
        account, _, rest = text.partition(":")
        minor, _, day = rest.partition(":")
        try:
            return cls(int(account), int(minor), date.fromisoformat(day) if day else None)
        except ValueError:
            return None


def typed(text: str, currency: str, on: date) -> tuple[int, date | None] | None:
    """Read "500", "1,234.50 2026-07-20", "500 in 5" or "500元 7月20日": an amount, perhaps a day.

    None where it is something else. A day without one is asked for by buttons.
    """
    plain = _MARKS.sub(" ", text.replace("，", ",").replace(currency, " "))
    first, *rest = plain.split() or [""]
    if not _AMOUNT.fullmatch(first):  # "500,50" may mean either of two amounts
        return None
    try:
        minor = Money.of(first.replace(",", ""), currency).minor
    except InvalidInput:
        return None
    if not rest:
        return minor, None
    try:
        if len(rest) == 1 and (found := _MONTH_AND_DAY.fullmatch(rest[0])):
            return minor, _next(int(found[1]), int(found[2]), on)
        if len(rest) == 1:
            return minor, date.fromisoformat(rest[0])
        if len(rest) == _TWO and rest[0].lower() == "in":
            return minor, on + timedelta(days=min(int(rest[1]), 999))
    except ValueError:
        return None
    return None


def _next(month: int, day: int, on: date) -> date:
    """The day of a month that comes next, from a day on.

    Raises:
        ValueError: there is none within a year.
    """
    this = date(on.year, month, day)
    return this if this >= on else date(on.year + 1, month, day)


def offers(session: Session, contact: Contact, on: date) -> Json:
    """What may be promised of each account: all that is overdue, or the oldest item of it."""
    found = []
    for account in _accounts(session, contact):
        free = promises.promisable(session, account, on)
        if free.minor <= 0:
            continue
        items = [one for one in balances.open_items(session, account.id, on) if one.is_overdue]
        first = min(items, key=lambda one: (one.due_on, one.due_item_id))
        part = min(first.open.minor, free.minor)
        found.append(
            {
                "account_id": account.id,
                "total": cash(free.minor, account.currency),
                "first": cash(part, account.currency) if part < free.minor else None,
                "number": first.number,
            }
        )
    return {"customer_name": contact.customer.name, "accounts": found}


def owing(session: Session, contact: Contact, on: date) -> list[CustomerAccount]:
    """The accounts of which something may be promised."""
    every = _accounts(session, contact)
    return [one for one in every if promises.promisable(session, one, on).minor > 0]


def days(session: Session, asked: Asked, account: CustomerAccount, on: date) -> Json:
    """The days offered for an amount.

    Raises:
        InvalidInput: it is for nothing, or for too much.
    """
    free = promises.promisable(session, account, on)
    if not 0 < asked.minor <= free.minor:
        raise promises.PromiseOfNothing(open=free)
    return {
        "account_id": account.id,
        "amount": cash(asked.minor, account.currency),
        "days": [(on + timedelta(days=count)).isoformat() for count in OFFERED],
    }


def account_of(session: Session, contact: Contact, account_id: int) -> CustomerAccount | None:
    """An account of the contact's own customer; of another it is not there."""
    found = [one for one in _accounts(session, contact) if one.id == account_id]
    return found[0] if found else None


def give(
    session: Session,
    account: CustomerAccount,
    contact: Contact,
    asked: Asked,
    *,
    on: date,
    at: datetime,
) -> PromiseToPay:
    """Note the promise; pressed again, the one that was noted.

    Raises:
        InvalidInput: it is for nothing, for too much, or for a day that cannot be promised.
    """
    by = audit.Actor("contact", contact.id, contact.name)
    amount = Money(asked.minor, account.currency)
    return promises.give(session, account, amount, asked.pay_on or on, by=by, on=on, at=at)


def _accounts(session: Session, contact: Contact) -> list[CustomerAccount]:
    return list(
        session.scalars(
            select(CustomerAccount)
            .where(
                CustomerAccount.customer_id == contact.customer_id,
                CustomerAccount.kind == "receivable",
            )
            .order_by(CustomerAccount.currency)
        )
    )
