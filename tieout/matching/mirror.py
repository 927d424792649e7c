"""Whose sign a file has: both are tried against our book, and the better one is taken."""

from dataclasses import replace

import numpy as np

from tieout.matching.engine import reconcile
from tieout.matching.kinds import Kind
from tieout.matching.lines import NO_AMOUNT, Lines
from tieout.matching.rules import Rules

#: Passes that are right wherever they find something, whatever else a file says.
_SURE = ("same_number", "amount_and_date")
#: Lines that are enough to tell; of longer books some customers are looked at.
_ENOUGH = 20_000


def is_mirrored(ours: Lines, theirs: Lines, rules: Rules) -> bool:
    """Whether their amounts must be turned to stand in our sign.

    What agrees with our book decides; where nothing does, the kinds of their lines; where they
    say nothing either, the balance that is nearer to ours.
    """
    ours, theirs = _some(ours, theirs)
    return _worth(ours, turned(theirs), rules) > _worth(ours, theirs, rules)


def turned(lines: Lines) -> Lines:
    """The same lines with the other sign."""
    unknown = lines.doc_amount == NO_AMOUNT
    return replace(
        lines,
        amount=-lines.amount,
        doc_amount=np.where(unknown, NO_AMOUNT, -np.where(unknown, 0, lines.doc_amount)),
    )


def _some(ours: Lines, theirs: Lines) -> tuple[Lines, Lines]:
    if len(theirs) <= _ENOUGH:
        return ours, theirs
    customers, count = np.unique(theirs.customer, return_counts=True)
    chosen = customers[np.cumsum(count) - count < _ENOUGH]
    return (
        ours.take(np.flatnonzero(np.isin(ours.customer, chosen))),
        theirs.take(np.flatnonzero(np.isin(theirs.customer, chosen))),
    )


def _worth(ours: Lines, theirs: Lines, rules: Rules) -> tuple[int, int, int]:
    groups = reconcile(ours, theirs, replace(rules, passes=_SURE))
    both = np.isin(groups.theirs, groups.ours)
    raises = theirs.amount > 0
    by_kind = np.where(
        theirs.kind == Kind.INVOICE,
        np.where(raises, 1, -1),
        np.where(np.isin(theirs.kind, [Kind.CREDIT, Kind.PAYMENT]), np.where(raises, -1, 1), 0),
    )
    apart = abs(int(ours.amount.sum()) - int(theirs.amount.sum()))
    return int(both.sum()), int(by_kind.sum()), -apart
