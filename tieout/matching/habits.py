"""Habits of a customer, learned from the lines whose numbers agree."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tieout.matching.joins import Numbered
from tieout.matching.kinds import Kind
from tieout.matching.lines import Lines
from tieout.matching.rules import Rules
from tieout.matching.text import Bools, Ints

#: Pairs needed before a customer's own habit is believed.
_ENOUGH = 8
#: Days allowed beyond what was seen.
_MARGIN = 3
#: No habit reaches further than a month and a week.
_FURTHEST = 40
_TO_1970 = 719_163
#: A share of the lines that is no chance, as its reciprocal.
_SOME = 5
_LAST_DAY = 31
#: Gaps are counted where the cells to count in are at most so many times the gaps, and some more.
_CELLS, _FEW_CELLS = 4, 1 << 16


@dataclass(frozen=True)
class Habits:
    """How many days after our line theirs usually is dated, per customer and payment or not."""

    #: Rows: customer × 2 + payment; beyond the table the last row counts.
    earliest: Ints
    usual: Ints
    latest: Ints
    #: Customers that book once a month.
    monthly: Bools
    #: The customers the rows stand for.
    customers: Numbered
    #: Customers that book some of their lines at the end of the month.
    at_month_end: Bools

    @classmethod
    def unknown(cls, rules: Rules) -> "Habits":
        """Before anything is known."""
        return cls(
            np.full(2, -rules.date_window),
            np.zeros(2, np.int64),
            np.full(2, rules.date_window),
            np.zeros(1, bool),
            Numbered.of(),
            np.zeros(1, bool),
        )

    @classmethod
    def learned(
        cls,
        ours: Lines,
        theirs: Lines,
        left: Ints,
        right: Ints,
        rules: Rules,
        likely: tuple[Ints, Ints] | None = None,
    ) -> "Habits":
        """From pairs of lines that are the same document beyond doubt.

        Where a customer has too few of them, its `likely` pairs count as well.
        """
        customers = Numbered.of(ours.customer, theirs.customer)
        if likely is not None:
            left, right = _with_likely(ours, theirs, customers, (left, right), likely)
        gap = theirs.day[right] - ours.day[left]
        usable = np.abs(gap) <= _FURTHEST
        left, right, gap = left[usable], right[usable], gap[usable]
        payment = are_payments(ours, theirs, left, right).astype(np.int64)
        cell = customers.places(ours.customer[left]) * 2 + payment
        low, mid, high = _quantiles(
            np.concatenate([gap, gap]),
            # The last two rows are everybody's.
            np.concatenate([cell, len(customers) * 2 + payment]),
            len(customers) * 2 + 2,
            rules,
        )
        monthly, at_month_end = _monthly(theirs, customers)
        for known in rules.habits:
            place = int(np.searchsorted(customers.known, known.customer))
            if place == len(customers) or customers.known[place] != known.customer:
                continue
            for row, column, value in (
                (place * 2, low, known.earliest),
                (place * 2, high, known.latest),
                (place * 2 + 1, low, known.payment_earliest),
                (place * 2 + 1, high, known.payment_latest),
            ):
                if value is not None:
                    column[row] = value
            if known.monthly is not None:
                monthly[place] = known.monthly
            rows = slice(place * 2, place * 2 + 2)
            mid[rows] = np.clip(mid[rows], low[rows], np.maximum(low[rows], high[rows]))
        return cls(low, mid, high, monthly, customers, at_month_end)

    def row(self, customer: Ints, payment: Bools) -> Ints:
        """Where a line's habit stands in the columns."""
        if not len(self.customers):
            return payment.astype(np.int64)
        result: Ints = self.customers.places(customer) * 2 + payment
        return result

    def books_monthly(self, customer: Ints) -> Bools:
        """For each line: its customer books once a month."""
        if not len(self.customers):
            return np.zeros(len(customer), bool)
        result: Bools = self.monthly[self.customers.places(customer)]
        return result

    def at_end_of_month(self, customer: Ints, ours: Ints, theirs: Ints) -> Bools:
        """Lines of a day booked on the last of the same month, by customers who do so often."""
        if not len(self.customers):
            return np.zeros(len(customer), bool)
        result: Bools = self.at_month_end[self.customers.places(customer)]
        months = [
            (day - _TO_1970).astype("datetime64[D]").astype("datetime64[M]")
            for day in (ours, theirs, theirs + 1)
        ]
        result &= (months[0] == months[1]) & (months[1] != months[2])
        return result


def are_payments(ours: Lines, theirs: Lines, i: Ints, j: Ints) -> Bools:
    """Pairs of lines that either book calls a payment."""
    paid: Bools = (ours.kind[i] == Kind.PAYMENT) | (theirs.kind[j] == Kind.PAYMENT)
    return paid


def unsure(ours: Lines, theirs: Lines, i: Ints, j: Ints) -> Ints:
    """Customers, ascending, of whom some pairs are too few to tell the habits."""
    customers = Numbered.of(ours.customer)
    cells = customers.places(ours.customer[i]) * 2 + are_payments(ours, theirs, i, j)
    known = np.bincount(cells, minlength=2 * len(customers)).reshape(-1, 2)
    few: Ints = customers.known[known.min(axis=1) < _ENOUGH]
    return few


def _with_likely(
    ours: Lines,
    theirs: Lines,
    customers: Numbered,
    sure: tuple[Ints, Ints],
    likely: tuple[Ints, Ints],
) -> tuple[Ints, Ints]:
    """The sure pairs, and the likely ones of those customers who have too few."""

    def cell(i: Ints, j: Ints) -> Ints:
        cells: Ints = customers.places(ours.customer[i]) * 2 + are_payments(ours, theirs, i, j)
        return cells

    known = np.bincount(cell(*sure), minlength=2 * len(customers))
    few = known[cell(*likely)] < _ENOUGH
    return (
        np.concatenate([sure[0], likely[0][few]]),
        np.concatenate([sure[1], likely[1][few]]),
    )


def _quantiles(gap: Ints, row: Ints, count: int, rules: Rules) -> tuple[Ints, Ints, Ints]:
    """The usual gap of each row, and from where to where gaps go but for strays.

    A row of too few pairs has what the last but one or the last row has, as it is even or odd.
    """
    gap_at = _in_order(row, gap, count)
    size = np.bincount(row, minlength=count)
    begin = np.cumsum(size) - size
    low = np.full(count, -rules.date_window)
    mid, high = np.zeros(count, np.int64), np.full(count, rules.date_window)
    known = np.flatnonzero(size >= _ENOUGH)
    begin, size = begin[known], size[known]
    # The outermost fortieths are strays and errors of their own kind.
    cut = size // 40
    low[known] = np.maximum(gap_at(begin + cut) - _MARGIN, -_FURTHEST)
    # Between the two in the middle, rounded towards the same day: the same for either book.
    middle = gap_at(begin + (size - 1) // 2) + gap_at(begin + size // 2)
    mid[known] = np.sign(middle) * (np.abs(middle) // 2)
    high[known] = np.minimum(gap_at(begin + size - 1 - cut) + _MARGIN, _FURTHEST)
    others = np.ones(count, bool)
    others[known] = False
    others[-2:] = False
    few = np.flatnonzero(others)
    for column in (low, mid, high):
        column[few] = column[-2 + few % 2]
    return low, mid, high


def _in_order(row: Ints, gap: Ints, count: int) -> Callable[[Ints], Ints]:
    """The gap at each place, once all of them stand in the order of rows and gaps."""
    span = 2 * _FURTHEST + 1
    places = row * span + gap + _FURTHEST
    if count * span > _CELLS * len(gap) + _FEW_CELLS:
        order = np.argsort(places, kind="stable")
        return lambda at: gap[order[at]]
    # There are few different gaps: they are counted instead of sorted.
    ends = np.cumsum(np.bincount(places, minlength=count * span))
    return lambda at: np.searchsorted(ends, at, side="right") % span - _FURTHEST


def _monthly(theirs: Lines, customers: Numbered) -> tuple[Bools, Bools]:
    """Most of what is not a payment is dated on one day of the month; a fifth on its last."""
    goods = theirs.kind != Kind.PAYMENT
    day = theirs.day[goods]
    place = customers.places(theirs.customer[goods])
    total = np.bincount(place, minlength=len(customers))
    slot = _days_of_month(day)
    table = np.bincount(place * 32 + slot, minlength=len(customers) * 32).reshape(-1, 32)
    best = table.max(axis=1)
    enough = total >= _ENOUGH
    return enough & (best * 2 > total), enough & (table[:, _LAST_DAY] * _SOME > total)


def _days_of_month(day: Ints) -> Ints:
    """Days of the month from 0 on; its last day is the 31st, so that the 28th to 31st are one."""
    if not len(day):
        return day
    first = int(day.min())
    # Worked out once for each day of the calendar.
    every = (np.arange(first, int(day.max()) + 2) - _TO_1970).astype("datetime64[D]")
    month = every.astype("datetime64[M]")
    of_month = (every - month.astype("datetime64[D]")).astype(np.int64)
    of_month[:-1][month[1:] != month[:-1]] = _LAST_DAY
    result: Ints = of_month[day - first]
    return result
