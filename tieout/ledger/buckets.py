"""The rule of ageing: pure, and it refuses to show columns that do not add up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Protocol

from tieout.errors import InvalidInput, TieoutError
from tieout.i18n import N_
from tieout.money import Money

#: Upper bounds of the buckets, both included; the last bucket is open-ended.
BOUNDS = (30, 60, 90, 120)


class AgeingDoesNotAddUp(TieoutError):
    """Columns that are not the balance: nothing is shown rather than something wrong."""

    message = N_(
        "The ageing of %(on)s adds up to %(sum)s, but the balance is %(balance)s. Nothing is shown."
        " Run: tieout verify"
    )


class BadBounds(InvalidInput):
    """Bounds of buckets that do not rise."""

    message = N_("Ageing needs rising days above zero, such as 30, 60, 90, 120; got %(bounds)s.")


@dataclass(frozen=True)
class Bucket:
    """What has been overdue for so many days."""

    first: int
    #: None: and longer.
    last: int | None
    amount: Money

    @property
    def label(self) -> str:
        """ "31-60", "121+": the same in every language."""
        return f"{self.first}+" if self.last is None else f"{self.first}-{self.last}"

    def holds(self, days: int) -> bool:
        """Whether so many days fall into it."""
        return self.first <= days and (self.last is None or days <= self.last)


@dataclass(frozen=True)
class Ageing:
    """How old a balance is; not due + buckets + disputed + unapplied = total, always."""

    on: date
    not_due: Money
    buckets: tuple[Bucket, ...]
    disputed: Money
    #: Below zero: credit that has not been settled with anything.
    unapplied: Money
    total: Money
    #: Of what is not due: money kept back until a guarantee has run out.
    retention: Money | None = None

    def __post_init__(self) -> None:
        self.checked(self.total)

    @property
    def currency(self) -> str:
        """The currency of every column."""
        return self.total.currency

    @property
    def kept_back(self) -> Money:
        """Of what is not due: retention."""
        return Money.zero(self.currency) if self.retention is None else self.retention

    @property
    def overdue(self) -> Money:
        """What is past its day and not disputed."""
        return Money.total((bucket.amount for bucket in self.buckets), self.currency)

    @property
    def columns(self) -> tuple[Money, ...]:
        """All columns, in the order they are shown."""
        amounts = (bucket.amount for bucket in self.buckets)
        return (self.not_due, *amounts, self.disputed, self.unapplied)

    def checked(self, balance: Money) -> "Ageing":
        """Hold the columns against a balance.

        Raises:
            AgeingDoesNotAddUp: they are not that balance.
        """
        total = Money.total(self.columns, self.currency)
        if not total == self.total == balance:
            raise AgeingDoesNotAddUp(on=self.on, sum=total, balance=balance)
        return self


class Aged(Protocol):
    """What ages: an open item, or many that are due on the same day."""

    @property
    def signed(self) -> Money:
        """What is open, below zero for credit."""

    @property
    def disputed(self) -> Money:
        """What of it is disputed."""

    @property
    def is_credit(self) -> bool:
        """Whether it is owed to the customer."""

    @property
    def is_retention(self) -> bool:
        """Whether it is kept back until a guarantee has run out."""

    @property
    def issued_on(self) -> date:
        """The date of its document."""

    @property
    def due_on(self) -> date:
        """The day it is due."""


def ageing(
    items: Iterable[Aged],
    on: date,
    *,
    currency: str,
    bounds: Sequence[int] = BOUNDS,
    age_credit: bool = False,
) -> Ageing:
    """Age open items: days = the day − the day due, due today is not overdue.

    What is disputed stands in its own column, out of its bucket. Unapplied credit has its own
    column, or ages from its document's date with `age_credit`; it is never dropped.

    Raises:
        BadBounds: the bounds do not rise.
    """
    check_bounds(bounds)
    limits = _limits(bounds)
    not_due = disputed = unapplied = total = retention = Money.zero(currency)
    amounts = [Money.zero(currency) for _ in limits]
    for item in items:
        total += item.signed
        if item.is_credit and not age_credit:
            unapplied += item.signed
            continue
        counted = item.signed
        days = (on - (item.issued_on if item.is_credit else item.due_on)).days
        if not item.is_credit:
            disputed += item.disputed
            counted -= item.disputed
        if days <= 0:
            not_due += counted
            if item.is_retention:
                retention += counted
            continue
        place = sum(1 for bound in bounds if days > bound)
        amounts[place] += counted
    return Ageing(
        on=on,
        not_due=not_due,
        buckets=tuple(
            Bucket(first, last, amount)
            for (first, last), amount in zip(limits, amounts, strict=True)
        ),
        disputed=disputed,
        unapplied=unapplied,
        total=total,
        retention=retention,
    )


def summed(ages: Iterable[Ageing], on: date, currency: str, bounds: Sequence[int]) -> Ageing:
    """Add ageings of one currency, column by column."""
    not_due = disputed = unapplied = total = retention = Money.zero(currency)
    limits = _limits(bounds)
    amounts = [Money.zero(currency) for _ in limits]
    for one in ages:
        not_due += one.not_due
        disputed += one.disputed
        unapplied += one.unapplied
        total += one.total
        retention += one.kept_back
        amounts = [a + b.amount for a, b in zip(amounts, one.buckets, strict=True)]
    buckets = tuple(Bucket(*limit, amount) for limit, amount in zip(limits, amounts, strict=True))
    return Ageing(on, not_due, buckets, disputed, unapplied, total, retention)


def check_bounds(bounds: Sequence[int]) -> None:
    """Refuse bounds that do not rise.

    Raises:
        BadBounds: they do not.
    """
    if not bounds or bounds[0] < 1 or any(b <= a for a, b in pairwise(bounds)):
        raise BadBounds(bounds=", ".join(str(bound) for bound in bounds))


def _limits(bounds: Sequence[int]) -> list[tuple[int, int | None]]:
    firsts = [1, *(bound + 1 for bound in bounds)]
    return list(zip(firsts, [*bounds, None], strict=True))
