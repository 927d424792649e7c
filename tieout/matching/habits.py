"""Habits of a customer, learned from the lines whose numbers agree."""

from dataclasses import dataclass

import numpy as np

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


@dataclass(frozen=True)
class Habits:
    """How many days after our line theirs usually is dated, per customer and payment or not."""

    #: Rows: customer × 2 + payment; beyond the table the last row counts.
    earliest: Ints
    usual: Ints
    latest: Ints
    #: Customers that book once a month.
    monthly: Bools
    #: The customer numbers the rows stand for, sorted.
    customers: Ints

    @classmethod
    def unknown(cls, rules: Rules) -> "Habits":
        """Before anything is known."""
        return cls(
            np.full(2, -rules.date_window),
            np.zeros(2, np.int64),
            np.full(2, rules.date_window),
            np.zeros(1, bool),
            np.zeros(0, np.int64),
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
        customers = np.unique(np.concatenate([ours.customer, theirs.customer]))
        if likely is not None:
            left, right = _with_likely(ours, customers, (left, right), likely)
        gap = theirs.day[right] - ours.day[left]
        usable = np.abs(gap) <= _FURTHEST
        left, right, gap = left[usable], right[usable], gap[usable]
        payment = (ours.kind[left] == Kind.PAYMENT).astype(np.int64)
        cell = np.searchsorted(customers, ours.customer[left]) * 2 + payment
        low, mid, high = (np.zeros(len(customers) * 2 + 2, np.int64) for _ in range(3))
        for row, gaps in ((-2, gap[payment == 0]), (-1, gap[payment == 1])):
            low[row], mid[row], high[row] = _quantiles(gaps, rules)
        order = np.lexsort([gap, cell])
        cell, gap = cell[order], gap[order]
        begin = np.searchsorted(cell, np.arange(len(customers) * 2 + 1))
        for row in range(len(customers) * 2):
            gaps = gap[begin[row] : begin[row + 1]]
            if len(gaps) >= _ENOUGH:
                low[row], mid[row], high[row] = _quantiles(gaps, rules)
            else:
                low[row], mid[row], high[row] = (side[-2 + row % 2] for side in (low, mid, high))
        monthly = _monthly(theirs, customers)
        for known in rules.habits:
            place = int(np.searchsorted(customers, known.customer))
            if place == len(customers) or customers[place] != known.customer:
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
        return cls(low, mid, high, monthly, customers)

    def row(self, customer: Ints, payment: Bools) -> Ints:
        """Where a line's habit stands in the columns."""
        if not len(self.customers):
            return payment.astype(np.int64)
        place = np.searchsorted(self.customers, customer)
        result: Ints = place * 2 + payment
        return result

    def books_monthly(self, customer: Ints) -> Bools:
        """For each line: its customer books once a month."""
        if not len(self.customers):
            return np.zeros(len(customer), bool)
        result: Bools = self.monthly[np.searchsorted(self.customers, customer)]
        return result


def _with_likely(
    ours: Lines, customers: Ints, sure: tuple[Ints, Ints], likely: tuple[Ints, Ints]
) -> tuple[Ints, Ints]:
    """The sure pairs, and the likely ones of those customers who have too few."""

    def cell(rows: Ints) -> Ints:
        payment = (ours.kind[rows] == Kind.PAYMENT).astype(np.int64)
        cells: Ints = np.searchsorted(customers, ours.customer[rows]) * 2 + payment
        return cells

    known = np.bincount(cell(sure[0]), minlength=2 * len(customers))
    few = known[cell(likely[0])] < _ENOUGH
    return (
        np.concatenate([sure[0], likely[0][few]]),
        np.concatenate([sure[1], likely[1][few]]),
    )


def _quantiles(gaps: Ints, rules: Rules) -> tuple[int, int, int]:
    if len(gaps) < _ENOUGH:
        return -rules.date_window, 0, rules.date_window
    ordered = np.sort(gaps)
    # The outermost fortieths are strays and errors of their own kind.
    cut = len(ordered) // 40
    return (
        max(int(ordered[cut]) - _MARGIN, -_FURTHEST),
        int(ordered[len(ordered) // 2]),
        min(int(ordered[-1 - cut]) + _MARGIN, _FURTHEST),
    )


def _monthly(theirs: Lines, customers: Ints) -> Bools:
    """Most of what is not a payment is dated on the last or first days of a month."""
    goods = theirs.kind != Kind.PAYMENT
    day = theirs.day[goods]
    place = np.searchsorted(customers, theirs.customer[goods])
    month_day = (
        (day - 719163).astype("datetime64[D]")
        - (day - 719163).astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]")
    ).astype(np.int64)
    best = np.zeros(len(customers), np.int64)
    total = np.bincount(place, minlength=len(customers))
    # Days of the month counted from its end, so that the 28th to the 31st are one.
    tomorrow = (day - 719163 + 1).astype("datetime64[D]")
    last = tomorrow.astype("datetime64[M]").astype("datetime64[D]") == tomorrow
    slot = np.where(last, 31, month_day)
    table = np.bincount(place * 32 + slot, minlength=len(customers) * 32).reshape(-1, 32)
    best = table.max(axis=1)
    result: Bools = (total >= _ENOUGH) & (best * 2 > total)
    return result
