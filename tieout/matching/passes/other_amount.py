"""The same document with another amount."""

from dataclasses import dataclass

import numpy as np

from tieout.matching.board import FREE, Board
from tieout.matching.difference import Confidence
from tieout.matching.edges import classes_agree, kinds_agree
from tieout.matching.joins import best_pairs, counts
from tieout.matching.naming import pair_causes
from tieout.matching.proofs import Detail
from tieout.matching.text import Bools, Ints

#: An order alone makes two lines the same document only if the cause is proven.
_UNPROVEN = 1 << 30
_GAP_DAYS = 120


@dataclass(frozen=True)
class OtherAmount:
    """A proven cause first, then the most telling number, then the nearer date."""

    name: str
    #: Also where nothing proves why the amounts differ.
    unproven: bool = False

    def find(self, board: Board) -> None:
        """Pair what is the same document in both books."""
        ours, theirs, edges = board.ours, board.theirs, board.edges
        places = np.flatnonzero((ours.group[edges.ours] == FREE) & edges.strong)
        places = places[theirs.group[edges.theirs[places]] == FREE]
        i, j = edges.ours[places], edges.theirs[places]
        keep = kinds_agree(ours.lines.kind[i], theirs.lines.kind[j]) | _on_other_side(board, places)
        keep &= board.allowed(i, j)
        i, j, places = i[keep], j[keep], places[keep]
        causes = pair_causes(ours.lines, theirs.lines, i, j, board.rules)
        proven = causes.detail != Detail.NONE
        same_side = ours.lines.amount[i] * np.sign(theirs.lines.amount[j]) >= 0
        gap = np.abs(ours.lines.day[i] - theirs.lines.day[j])
        keep = proven & (gap <= _GAP_DAYS)
        if self.unproven:
            # An order with several documents says nothing about one of them.
            alone = (counts(i) == 1) & (counts(j) == 1)
            alone &= ~ours.numbers.other_reference(i, theirs.numbers, j)
            keep |= (edges.document[places] | alone) & same_side & (gap <= _GAP_DAYS)
        i, j, places, proven, gap = i[keep], j[keep], places[keep], proven[keep], gap[keep]
        cost = (np.int64(1 << 14) - edges.worth[places]) * 4096 + np.minimum(gap, 4095)
        cost = np.where(proven, cost, cost + _UNPROVEN)
        choice = best_pairs(i, j, cost, ours.rank, theirs.rank)
        place = choice.place
        confidence = np.where(proven[place], Confidence.ACCEPTED, Confidence.LISTED)
        board.claim_pairs(i[place], j[place], confidence.astype(np.int64), choice.rivals)


def _on_other_side(board: Board, places: Ints) -> Bools:
    """Edges of one document, in debit here and in credit there: a credit note taken for a bill."""
    edges, ours, theirs = board.edges, board.ours.lines, board.theirs.lines
    i, j = edges.ours[places], edges.theirs[places]
    same: Bools = (ours.keys.cleaned[i] == theirs.keys.cleaned[j]) & (ours.keys.prefix[i] != 0)
    same |= edges.document[places]
    same &= (ours.amount[i] == -theirs.amount[j]) & classes_agree(ours.kind[i], theirs.kind[j])
    return same
