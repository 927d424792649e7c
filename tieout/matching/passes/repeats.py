"""A line entered twice in one book."""

from dataclasses import dataclass

import numpy as np

from tieout.matching.board import FREE, Board, Side
from tieout.matching.edges import kinds_agree
from tieout.matching.joins import among, best_pairs, equal_rows, sieved
from tieout.matching.keys import Form
from tieout.matching.text import Bools, Ints, distinct, mix

#: How far apart the same thing is still entered twice, where only the amount says so.
_DAYS = 12
#: Beyond so many a line is no longer entered again by mistake.
_ROUNDS = 4


@dataclass(frozen=True)
class Repeats:
    """Put a line that repeats a matched one of its own book into that one's group."""

    name: str
    #: Also without a common number, when nothing else is left that could explain the line.
    by_amount: bool = False

    def find(self, board: Board) -> None:
        """Look on both sides, until nothing is entered once more."""
        one_to_one = _one_to_one(board)
        # Of both books before anything is joined, so that neither is looked at first.
        found = [self._candidates(board, *sides, one_to_one) for sides in board.sides()]
        for (side, _), (line, twin, gap) in zip(board.sides(), found, strict=True):
            places = np.zeros(len(board.found_by), np.int64)
            places[side.group[twin]] = side.rank[twin]
            # What a line repeats does not change with what is found: only who is still free.
            for _ in range(_ROUNDS):
                choice = best_pairs(line, side.group[twin], gap, side.rank, places)
                self._join(side, line[choice.place], twin[choice.place])
                left = side.group[line] == FREE
                line, twin, gap = line[left], twin[left], gap[left]
                if not len(line):
                    break

    def _candidates(
        self, board: Board, side: Side, other: Side, one_to_one: Bools
    ) -> tuple[Ints, Ints, Ints]:
        """Free lines with each matched line they could repeat, and how many days lie between."""
        lines = side.lines
        # Of a crowd only neighbours are looked at: by what they say, not as rows stand.
        free, taken = (
            some[np.argsort(side.rank[some])] for some in (side.free, _twins(side, one_to_one))
        )
        at, to = equal_rows(
            (lines.customer[free], lines.amount[free]),
            (lines.customer[taken], lines.amount[taken]),
        )
        line, twin = free[at], taken[to]
        kinds = kinds_agree(lines.kind[line], lines.kind[twin])
        line, twin = line[kinds], twin[kinds]
        gap = np.abs(lines.day[line] - lines.day[twin])
        keep = _same_number(side, line, twin)
        rest = np.flatnonzero(~keep)
        keep[rest] = _named_by_other(
            board, side, line[rest], twin[rest], documents_only=not self.by_amount
        )
        if self.by_amount:
            rest = np.flatnonzero(~keep & (gap <= _DAYS))
            keep[rest] = _may_repeat(side, line[rest], twin[rest])
        keep &= _allowed(board, side, other, line, twin)
        return line[keep], twin[keep], gap[keep]

    def _join(self, side: Side, line: Ints, twin: Ints) -> None:
        side.group[line] = side.group[twin]
        side.repeat[line] = True


def _twins(side: Side, one_to_one: Bools) -> Ints:
    """Matched lines that could be what a free line repeats: of an amount that a free one has."""
    free = side.free
    taken = np.flatnonzero((side.group != FREE) & ~side.repeat)
    taken = taken[sieved(side.lines.amount[taken], side.lines.amount[free])]
    twins: Ints = taken[one_to_one[side.group[taken]]]
    return twins


def _one_to_one(board: Board) -> Bools:
    """Groups of one line of either side, repeats aside; repeats that are found change none."""
    alone = np.ones(len(board.found_by), bool)
    for side, _ in board.sides():
        rows = np.flatnonzero((side.group != FREE) & ~side.repeat)
        alone &= np.bincount(side.group[rows], minlength=len(alone)) == 1
    return alone


def _allowed(board: Board, side: Side, other: Side, line: Ints, twin: Ints) -> Bools:
    """Nobody has refused to see the line together with what its twin is matched with."""
    if not board.refused:
        return np.ones(len(line), bool)
    matched = np.flatnonzero(other.group != FREE)
    at = np.zeros(len(board.found_by), np.int64)
    at[other.group[matched]] = matched
    opposite = at[side.group[twin]]
    return board.allowed(line, opposite) if side is board.ours else board.allowed(opposite, line)


def _same_number(side: Side, line: Ints, twin: Ints) -> Bools:
    """The same reference, or the same document number in reference or description."""
    keys = side.lines.keys
    same: Bools = (keys.cleaned[line] == keys.cleaned[twin]) & (keys.cleaned[line] != 0)
    rest = np.flatnonzero(~same)
    same[rest] = _share(side, line[rest], twin[rest], Form.JOINED, Form.PAIR, Form.LONG)
    return same


def _may_repeat(side: Side, line: Ints, twin: Ints) -> Bools:
    """Of one order, of one number but for what stands behind it, or without any number."""
    written = side.lines.keys.written
    blank: Bools = (written[line] == 0) & (written[twin] == 0)
    order = _share(side, line, twin, Form.PO, Form.RUN)
    return blank | order | _one_with_suffix(side, line, twin)


def _one_with_suffix(side: Side, line: Ints, twin: Ints) -> Bools:
    """References of one series and number, one of them with something behind: V71 and V71-1."""
    prefix = side.lines.keys.prefix
    same: Bools = (prefix[line] == prefix[twin]) & (prefix[line] != 0)
    some = np.flatnonzero(same)
    same[some] = _share(side, line[some], twin[some], Form.JOINED, Form.RUN)
    return same


def _named_by_other(
    board: Board, side: Side, line: Ints, twin: Ints, *, documents_only: bool
) -> Bools:
    """The line has a number in common with what its twin is matched with."""
    edges = board.edges
    own, its, group = edges.ours, edges.theirs, board.theirs.group
    if side is board.theirs:
        own, its, group = its, own, board.ours.group
    asked = np.zeros(len(side.lines), bool)
    asked[line] = True
    some = np.flatnonzero(asked[own] & (edges.document if documents_only else edges.strong))
    at, _ = equal_rows((line, side.group[twin]), (own[some], group[its[some]]))
    named = np.zeros(len(line), bool)
    named[at] = True
    return named


def _share(side: Side, line: Ints, twin: Ints, *forms: Form) -> Bools:
    """Pairs of lines of one book that have a key of these forms in common."""
    keys = side.lines.keys
    wanted = np.isin(np.arange(len(Form)), forms)
    found = []
    for rows in (line, twin):
        pair, place = keys.places(rows, np.arange(len(rows)))
        keep = wanted[keys.form[place]]
        found.append((pair[keep], mix(pair[keep], keys.value[place[keep]])))
    (pair, left), (_, right) = found
    # Few have any: what surely has none is not sorted.
    right = right[sieved(right, left)]
    some = sieved(left, right)
    shared = np.zeros(len(line), bool)
    shared[pair[some[among(left[some], distinct(right))]]] = True
    return shared
