"""What is owed, as the first figure of a page: on a statement, or in the books as of today.

Amounts are turned for the reader: + is what the customer owes, also on an account where we buy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tieout.ledger import ageing, balances
from tieout.ledger.summaries import summaries_of
from tieout.money import Money
from tieout.rendering import formats
from tieout.rendering.translation import gettext, in_a_row, reader
from tieout.reports.data import SectionData


@dataclass(frozen=True)
class Item:
    """A document of which something is open, as far as the facts name it."""

    document_id: int
    number: str
    due_on: date | None
    #: What is owed of it and not disputed.
    owed: Money
    is_disputed: bool
    days: int


@dataclass(frozen=True)
class Fact:
    """A part of what is owed, and which document is behind it."""

    #: overdue, not_due, disputed, unapplied.
    kind: str
    amount: Money
    note: str


@dataclass(frozen=True)
class Owed:
    """What is owed in one currency, and what it consists of."""

    amount: Money
    as_at: date
    facts: tuple[Fact, ...]
    #: The oldest document that is overdue, if any is.
    oldest: Item | None = None

    @property
    def overdue(self) -> Money:
        """What is past its day and not disputed."""
        return self.part("overdue")

    def part(self, kind: str) -> Money:
        """One part of it; nothing where it is left out."""
        found = (fact.amount for fact in self.facts if fact.kind == kind)
        return next(found, Money.zero(self.amount.currency))


def today(session: Session, customer_id: int, on: date) -> list[Owed]:
    """What a customer owes by the books of today, an account at a time."""
    bounds = ageing.bounds(session)
    found = []
    for account in summaries_of(session, customer_id, on):
        items = balances.open_items(session, account.account_id, on)
        aged = ageing.ageing(items, on, currency=account.balance.currency, bounds=bounds)
        sign = 1 if account.kind == "receivable" else -1
        if not items and not account.balance and sign < 0:
            continue
        named = [
            Item(
                one.document_id,
                one.number,
                one.due_on,
                one.open - one.disputed,
                bool(one.disputed),
                one.days,
            )
            for one in items
            if not one.is_credit
        ]
        parts = {
            "overdue": aged.overdue,
            "not_due": aged.not_due,
            "disputed": aged.disputed,
            "unapplied": aged.unapplied,
        }
        found.append(_owed(aged.total if sign > 0 else -aged.total, on, parts, named))
    return found


def on_statement(section: SectionData, kind: str, as_at: date) -> Owed:
    """What was owed by a statement."""
    currency = section["currency"]
    closing = Money(section["closing"], currency)
    named = [
        Item(
            item["document_id"],
            item["number"],
            date.fromisoformat(item["due_on"]) if item["due_on"] else None,
            Money(item["open"] - item["disputed"], currency),
            bool(item["disputed"]),
            item["days"],
        )
        for item in section["open_items"]
        if item["open"] > 0 and item["due_on"]
    ]
    names = ("overdue", "not_due", "disputed", "unapplied")
    sums: Mapping[str, Any] = section
    parts = {name: Money(sums[name], currency) for name in names}
    return _owed(closing if kind == "receivable" else -closing, as_at, parts, named)


def disputed_since(made: Owed, disputed_now: Money) -> Owed:
    """The same where another amount is disputed by now: that stands in a note."""
    if disputed_now == made.part("disputed"):
        return made
    facts = tuple(
        Fact(fact.kind, fact.amount, gettext("today %(amount)s", amount=_figure(disputed_now)))
        if fact.kind == "disputed"
        else fact
        for fact in made.facts
    )
    return replace(made, facts=facts)


def _owed(amount: Money, as_at: date, parts: Mapping[str, Money], items: Iterable[Item]) -> Owed:
    items = list(items)
    late = sorted(
        (item for item in items if item.days > 0 and item.owed.minor > 0),
        key=lambda item: -item.days,
    )
    coming = sorted(
        (item for item in items if item.days <= 0 and item.owed.minor > 0),
        key=lambda item: -item.days,
    )
    notes = {
        "overdue": _late(late),
        "not_due": _coming(coming),
        "disputed": in_a_row(*(item.number for item in items if item.is_disputed)),
        "unapplied": "",
    }
    facts = tuple(
        Fact(kind, part, notes[kind] if part else "")
        for kind, part in parts.items()
        if kind != "unapplied" or part
    )
    return Owed(amount, as_at, facts, late[0] if late else None)


def _late(items: list[Item]) -> str:
    """Name the oldest, and how many more there are."""
    if not items or items[0].due_on is None:
        return ""
    number, day = items[0].number, _day(items[0].due_on)
    if len(items) == 1:
        return gettext("%(number)s, due %(day)s", number=number, day=day)
    return gettext(
        "%(number)s, due %(day)s, and %(more)s more", number=number, day=day, more=len(items) - 1
    )


def _coming(items: list[Item]) -> str:
    """Say what falls due next."""
    if not items or items[0].due_on is None:
        return ""
    day = items[0].due_on
    due = Money.total((one.owed for one in items if one.due_on == day), items[0].owed.currency)
    return gettext("next: %(amount)s on %(day)s", amount=_figure(due), day=_day(day))


def _figure(amount: Money) -> str:
    return formats.money(amount, reader.get().language)


def _day(day: date) -> str:
    return formats.monthday(day, reader.get().language)
