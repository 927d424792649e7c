"""A pass: customers who write only the last four digits of our number."""

import numpy as np

from tieout.matching.board import Board, Side
from tieout.matching.difference import Confidence
from tieout.matching.edges import kinds_agree
from tieout.matching.joins import best_pairs, equal_rows
from tieout.matching.keys import Form
from tieout.matching.text import Ints


class LastFour:
    """Equal amounts whose numbers end alike, in one account."""

    name = "last_four"
    #: What the settings call it.
    words = "Same amount, last four digits"
    #: The pass it runs behind; without it, behind all others.
    after = "sums_by_number"

    def find(self, board: Board) -> None:
        """Claim what nobody has claimed, the nearer date first."""
        ours, theirs = board.ours, board.theirs
        mine, other = ours.free, theirs.free
        ending, its_ending = _ending(ours)[mine], _ending(theirs)[other]
        mine, ending = mine[ending > 0], ending[ending > 0]
        other, its_ending = other[its_ending > 0], its_ending[its_ending > 0]
        at, to = equal_rows(
            (ours.lines.customer[mine], ours.lines.amount[mine], ending),
            (theirs.lines.customer[other], theirs.lines.amount[other], its_ending),
        )
        i, j = mine[at], other[to]
        keep = kinds_agree(ours.lines.kind[i], theirs.lines.kind[j]) & board.allowed(i, j)
        i, j = i[keep], j[keep]
        days = np.abs(ours.lines.day[i] - theirs.lines.day[j])
        choice = best_pairs(i, j, days, ours.rank, theirs.rank)
        board.claim_pairs(i[choice.place], j[choice.place], Confidence.LISTED, choice.rivals)


def _ending(side: Side) -> Ints:
    """The last four digits of each line's reference; 0 for none."""
    keys = side.lines.keys
    ending = np.zeros(len(side.lines), np.int64)
    wanted = (keys.form == Form.JOINED) | (keys.form == Form.RUN)
    np.maximum.at(ending, keys.line[wanted], keys.value[wanted] % 10_000)
    return ending


LAST_FOUR = LastFour()
