"""The same groups at earlier days: how the books stood, and since when they disagree."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from tieout.matching.bridge import bridge
from tieout.matching.difference import Actor
from tieout.matching.groups import Groups
from tieout.matching.lines import Lines
from tieout.matching.rules import Rules
from tieout.matching.text import Ints


@dataclass(frozen=True)
class Residuals:
    """ours − theirs of each group in each account, where it is not zero."""

    group: Ints
    customer: Ints
    amount: Ints


@dataclass(frozen=True)
class Agreement:
    """Until when two books agree, and what ended it."""

    #: None where they never agreed.
    last_day: date | None
    #: The first group that broke it; None where nothing has.
    broken_by: int | None


def residuals(groups: Groups, ours: Lines, theirs: Lines, rules: Rules, *, on: date) -> Residuals:
    """What the lines dated up to a day leave of each group."""
    items = bridge(groups, ours, theirs, rules, on=on).items
    left = np.flatnonzero(items.residual)
    return Residuals(items.group[left], items.customer[left], items.residual[left])


def last_day_agreed(
    groups: Groups,
    ours: Lines,
    theirs: Lines,
    rules: Rules,
    *,
    customer: int,
    opening: int = 0,
) -> Agreement:
    """The latest day up to which nothing but timing stands between the two books.

    What is in transit at the cut-off, and what the other book shows only later, is timing.
    """
    if opening:
        return Agreement(None, None)
    items = bridge(groups, ours, theirs, rules).items
    broken = [
        (int(items.day[row]), int(items.group[row]))
        for row in np.flatnonzero(items.customer == customer).tolist()
        if items.residual[row] and items.actor[row] != Actor.CLEARS_BY_ITSELF
    ]
    days = np.concatenate(
        [ours.day[ours.customer == customer], theirs.day[theirs.customer == customer]]
    )
    if not broken:
        end = rules.cutoff or (date.fromordinal(int(days.max())) if len(days) else None)
        return Agreement(end, None)
    day, group = min(broken)
    # Before the first line there was nothing to agree on.
    before = int((days < day).sum())
    return Agreement(date.fromordinal(day - 1) if before else None, group)
