"""Interest on what is overdue: a pure rule over days, exact until it is rounded once.

Source of the rule: "Reminders (dunning)" in the rules of the books. A day counts with what was
open and not disputed at its end; days that were charged are not charged again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tieout.money import rounded

#: A rate of 100 % in its own unit.
WHOLE = 1_000_000
YEAR = 365


@dataclass(frozen=True)
class Lowered:
    """By how much less an item bears interest, and while when."""

    amount_minor: int
    from_on: date
    #: The first day it no longer counts; None: it still does.
    until: date | None = None

    def counts(self, day: date) -> bool:
        """Whether it counts at the end of a day."""
        return self.from_on <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Bearing:
    """An item that bears interest."""

    due_item_id: int
    number: str
    amount_minor: int
    #: The last day that bears none: the day it was due, or was charged through.
    after: date
    #: What of it was settled.
    settled: Sequence[Lowered] = ()
    #: What of it was disputed; at most what was open.
    disputed: Sequence[Lowered] = ()

    def at(self, day: date) -> int:
        """What bears interest at the end of a day."""
        open_minor = self.amount_minor - _sum(self.settled, day)
        return max(open_minor - max(_sum(self.disputed, day), 0), 0)


@dataclass(frozen=True)
class Stretch:
    """Days on end with one amount, and their share of the interest."""

    due_item_id: int
    number: str
    amount_minor: int
    from_on: date
    through_on: date
    days: int
    interest_minor: int


def charge(items: Iterable[Bearing], ppm: int, on: date) -> tuple[int, tuple[Stretch, ...]]:
    """The interest up to and with a day at a yearly rate in millionths, and how it comes about.

    It is rounded once, in all, half away from zero; the stretches share what it came to, so that
    they add up.
    """
    stretches = [one for item in items for one in _stretches(item, on)]
    exact = [Fraction(one.amount_minor * one.days * ppm, WHOLE * YEAR) for one in stretches]
    whole = sum(exact, Fraction())
    total = rounded(Decimal(whole.numerator) / Decimal(whole.denominator)) if whole else 0
    shares = _shared(total, exact)
    return total, tuple(
        replace(one, interest_minor=share) for one, share in zip(stretches, shares, strict=True)
    )


def _stretches(item: Bearing, on: date) -> list[Stretch]:
    first = item.after + timedelta(days=1)
    if first > on:
        return []
    changes = {first}
    for one in (*item.settled, *item.disputed):
        changes.update(day for day in (one.from_on, one.until) if day and first < day <= on)
    begins = sorted(changes)
    ends = [*(day - timedelta(days=1) for day in begins[1:]), on]
    found: list[Stretch] = []
    for begin, end in zip(begins, ends, strict=True):
        amount, days = item.at(begin), (end - begin).days + 1
        if found and found[-1].amount_minor == amount:
            last = found.pop()
            begin, days = last.from_on, last.days + days
        found.append(Stretch(item.due_item_id, item.number, amount, begin, end, days, 0))
    return [one for one in found if one.amount_minor]


def _shared(total: int, exact: Sequence[Fraction]) -> list[int]:
    """Share a rounded total: each its whole units, the rest to the largest remainders."""
    shares = [int(one) for one in exact]
    order = sorted(range(len(exact)), key=lambda at: (shares[at] - exact[at], at))
    for at in order[: total - sum(shares)]:
        shares[at] += 1
    return shares


def _sum(parts: Sequence[Lowered], day: date) -> int:
    return sum(one.amount_minor for one in parts if one.counts(day))
