"""Two books of one account into groups, and which of our lines belong to the comparison.

What stood before their first line is an opening; what of it their book shows all the same, as an
invoice they booked days later, is a line. Our lines after the cut-off are there only where they
show that something has cleared since. So the lines and the opening of our book always add up to
its balance, and the books to one another.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from tieout.matching import Groups, Items, Lines, Rules, bridge, last_day_agreed, reconcile
from tieout.matching.replay import Agreement
from tieout.reconciliation.weighing import AS_FOUND, Weighing, sums, weighed

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
#: Our documents this many days around their book may stand in it.
REACH_DAYS = 60


@dataclass(frozen=True)
class Run:
    """Two books compared at a cut-off."""

    ours: Lines
    theirs: Lines
    groups: Groups
    rules: Rules
    as_at: date
    account_id: int
    our_opening: int
    their_opening: int
    weighing: Weighing = AS_FOUND

    @property
    def our_balance(self) -> int:
        """What our book says at the cut-off."""
        return self.our_opening + _up_to(self.ours, self.as_at, self.account_id)

    @property
    def their_balance(self) -> int:
        """What their book says at the cut-off."""
        return self.their_opening + _up_to(self.theirs, self.as_at, self.account_id)

    @property
    def opening_difference(self) -> int:
        """B: the opening of ours less that of theirs."""
        return self.our_opening - self.their_opening

    @cached_property
    def items(self) -> Items:
        """What of the groups stands between the balances at the cut-off."""
        return bridge(self.groups, self.ours, self.theirs, self.rules, on=self.as_at).items

    @cached_property
    def sums(self) -> tuple[Ints, Ints]:
        """What the lines of each group come to, ours and theirs, repeats left aside."""
        groups, count = self.groups, len(self.groups)
        return (
            sums(groups.ours, self.ours.amount, groups.our_repeats, count),
            sums(groups.theirs, self.theirs.amount, groups.their_repeats, count),
        )

    def agreement(self) -> Agreement:
        """Until when both books agreed, and what ended it."""
        return last_day_agreed(
            self.groups,
            self.ours,
            self.theirs,
            self.rules,
            customer=self.account_id,
            opening=self.opening_difference,
        )

    @property
    def apart(self) -> int:
        """How much stands between the books in all, signs left aside."""
        residual = self.items.residual[self.items.customer == self.account_id]
        return int(np.abs(residual).sum()) + abs(self.opening_difference)


def run(
    ours: Lines,
    theirs: Lines,
    rules: Rules,
    *,
    as_at: date,
    account_id: int,
    our_balance: int,
    their_opening: int,
    fold_before: date | None,
    weighing: Weighing = AS_FOUND,
) -> Run:
    """Compare two books.

    Our lines dated before `fold_before` count as opening unless their book shows them; None
    where every one of them is to be named. Lines of other accounts of ours count only where
    their book shows them.
    """
    groups = weighed(reconcile(ours, theirs, rules), weighing)
    alone = ~np.isin(groups.ours, groups.theirs)
    away = alone & ((ours.day > as_at.toordinal()) | (ours.customer != account_id))
    if fold_before is not None:
        away |= alone & (ours.day < fold_before.toordinal())
    kept = np.flatnonzero(~away)
    ours, groups = ours.take(kept), _without(groups, kept)
    return Run(
        ours=ours,
        theirs=theirs,
        groups=groups,
        rules=rules,
        as_at=as_at,
        account_id=account_id,
        our_opening=our_balance - _up_to(ours, as_at, account_id),
        their_opening=their_opening,
        weighing=weighing,
    )


def _up_to(lines: Lines, day: date, account_id: int) -> int:
    counts = (lines.day <= day.toordinal()) & (lines.customer == account_id)
    return int(lines.amount[counts].sum())


def _without(groups: Groups, kept: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Groups:
    """The groups of the lines that stay; the others stood alone."""
    left = np.concatenate([groups.ours[kept], groups.theirs])
    numbers, number = np.unique(left, return_inverse=True)
    number = number.astype(np.int64)
    return replace(
        groups,
        ours=number[: len(kept)],
        theirs=number[len(kept) :],
        our_repeats=groups.our_repeats[kept],
        type=groups.type[numbers],
        detail=groups.detail[numbers],
        proof=groups.proof[numbers],
        confidence=groups.confidence[numbers],
        found_by=groups.found_by[numbers],
        shared=groups.shared[numbers],
        gap=groups.gap[numbers],
        rivals=groups.rivals[numbers],
    )
