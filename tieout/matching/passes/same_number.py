"""A number in common and the same amount, in one account."""

import numpy as np

from tieout.matching.board import FREE, Board
from tieout.matching.difference import Confidence
from tieout.matching.joins import best_pairs
from tieout.matching.passes.amount_and_date import FAR_DAYS


class SameNumber:
    """The most telling number first, then the nearer date."""

    name = "same_number"

    def find(self, board: Board) -> None:
        """Pair what has a key and the amount in common."""
        ours, theirs, edges = board.ours, board.theirs, board.edges
        i, j = edges.ours, edges.theirs
        keep = (ours.group[i] == FREE) & (theirs.group[j] == FREE)
        keep &= ours.lines.amount[i] == theirs.lines.amount[j]
        keep &= board.allowed(i, j)
        # Running numbers begin again: months apart they are no evidence.
        gap = np.abs(ours.lines.day[i] - theirs.lines.day[j])
        keep &= edges.document | (gap <= FAR_DAYS)
        gap = gap[keep]
        i, j, worth = edges.where(keep)
        cost = (np.int64(1 << 20) - worth) * 4096 + np.minimum(gap, 4095)
        choice = best_pairs(i, j, cost, ours.rank, theirs.rank)
        place = choice.place
        board.claim_pairs(i[place], j[place], Confidence.ACCEPTED, choice.rivals)
