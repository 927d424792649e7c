"""The only document left of its days in either book, with another amount: perhaps the same one."""

import numpy as np

from tieout.matching.board import FREE, Board, Side
from tieout.matching.chance import Floats
from tieout.matching.difference import Confidence
from tieout.matching.edges import kinds_agree
from tieout.matching.joins import (
    Dated,
    among,
    best_pairs,
    counts,
    near_counts,
    near_from_both,
)
from tieout.matching.kinds import Kind
from tieout.matching.passes.amount_and_date import contradict, dated, from_usual, means_another
from tieout.matching.passes.sums_of_both import pays
from tieout.matching.text import Bools, Ints

#: Days before and behind in which what else is left of a customer is counted.
_AROUND = 60
#: So many others of any amount may be expected on the days between two lines.
_EXPECTED = 0.1
#: The larger amount is at most so many times the smaller.
_TIMES = 2
#: Lines a customer must have in either book, and of how many one may be left.
_ENOUGH, _LEFT = 24, 8


class OnlyOnesLeft:
    """An invoice or credit note of either book that nothing explains, at about the same day.

    Only of customers whose books agree otherwise, and where a stranger would hardly be met: that
    both are one document is not proved. Somebody has to look.
    """

    name = "only_ones_left"

    def find(self, board: Board) -> None:
        """Propose pairs of which each is the only partner of the other."""
        ours, theirs = board.ours, board.theirs
        mine, other = _documents(ours), _documents(theirs)
        left, right = _by_sign(board, ours, mine), _by_sign(board, theirs, other)
        at, to = near_from_both(left, right)
        i, j = mine[at], other[to]
        a, b = np.abs(ours.lines.amount[i]), np.abs(theirs.lines.amount[j])
        off, keep = from_usual(board, i, j)
        keep &= np.maximum(a, b) <= _TIMES * np.minimum(a, b)
        keep &= kinds_agree(ours.lines.kind[i], theirs.lines.kind[j]) & board.allowed(i, j)
        keep &= ~contradict(board, i, j) & ~board.numbers_differ(i, j) & ~means_another(board, i, j)
        i, j, off, at, to = i[keep], j[keep], off[keep], at[keep], to[keep]
        strangers = np.maximum(_around(left, right)[at], _around(right, left)[to])
        expected: Floats = strangers / (2 * _AROUND) * (2 * off + 1)
        keep = (counts(i) == 1) & (counts(j) == 1) & (expected <= _EXPECTED)
        keep &= _agrees(ours, i) & _agrees(theirs, j)
        i, j, off = i[keep], j[keep], off[keep]
        choice = best_pairs(i, j, off, ours.rank, theirs.rank)
        place = choice.place
        board.claim_pairs(i[place], j[place], Confidence.PROPOSED, choice.rivals)


def _documents(side: Side) -> Ints:
    """Free lines that are invoices or credit notes, as far as their book says so."""
    free = side.free
    documents: Ints = free[~pays(side, free) & (side.lines.kind[free] != Kind.OTHER)]
    return documents


def _by_sign(board: Board, side: Side, rows: Ints) -> Dated:
    return dated(board, side, rows, (np.sign(side.lines.amount[rows]),))


def _around(near: Dated, far: Dated) -> Ints:
    """How many lines of the other book each has around it, whatever their amounts."""
    return near_counts(near.columns, far.columns, near.day - _AROUND, near.day + _AROUND, far.day)


def _agrees(side: Side, rows: Ints) -> Bools:
    """Lines of customers of whom few are left."""
    customers, at = np.unique(side.lines.customer[rows], return_inverse=True)
    its = np.flatnonzero(among(side.lines.customer, customers))
    place = np.searchsorted(customers, side.lines.customer[its])
    total = np.bincount(place, minlength=len(customers))
    left = np.bincount(place[side.group[its] == FREE], minlength=len(customers))
    agrees: Bools = ((total >= _ENOUGH) & (left * _LEFT <= total))[at]
    return agrees
