"""Whose sign a file has: both are tried against our book, and the better one is taken."""

from dataclasses import replace

import numpy as np

from tieout.matching.board import FREE, Board
from tieout.matching.engine import play, turned_rules
from tieout.matching.kinds import Kind
from tieout.matching.lines import NO_AMOUNT, Lines
from tieout.matching.rules import Rules

#: Passes that are right wherever they find something, whatever else a file says.
_SURE = ("same_number", "amount_and_date")
#: Lines that are enough to tell; of longer books some customers are looked at.
_ENOUGH = 8_000


def is_mirrored(ours: Lines, theirs: Lines, rules: Rules) -> bool:
    """Whether their amounts must be turned to stand in our sign.

    What agrees with our book decides; where nothing does, the kinds of their lines; where they
    say nothing either, the balance that is nearer to ours.
    """
    ours, theirs = _some(ours, theirs)
    the_other_way = turned(theirs)
    agreeing = _agreeing(ours, theirs, the_other_way, rules)
    if agreeing[0] != agreeing[1]:
        return agreeing[1] > agreeing[0]
    return _worth(ours, the_other_way) > _worth(ours, theirs)


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


def _agreeing(ours: Lines, theirs: Lines, turned_ones: Lines, rules: Rules) -> tuple[int, int]:
    """How many lines agree with the other book as they are, and how many turned."""
    rules = replace(rules, passes=_SURE)
    if rules.payable:
        board = Board.of(theirs, ours, turned_rules(rules))
        other = board.again(turned_ones, ours)
    else:
        board = Board.of(ours, theirs, rules)
        other = board.again(ours, turned_ones)
    return _paired(board), _paired(other)


def _paired(board: Board) -> int:
    play(board)
    in_groups = [side.group[side.group != FREE] for side, _ in board.sides()]
    return int(np.isin(in_groups[1], in_groups[0]).sum())


def _worth(ours: Lines, theirs: Lines) -> tuple[int, int]:
    raises = theirs.amount > 0
    by_kind = np.where(
        theirs.kind == Kind.INVOICE,
        np.where(raises, 1, -1),
        np.where(np.isin(theirs.kind, [Kind.CREDIT, Kind.PAYMENT]), np.where(raises, -1, 1), 0),
    )
    apart = abs(int(ours.amount.sum()) - int(theirs.amount.sum()))
    return int(by_kind.sum()), -apart
