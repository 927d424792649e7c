"""Nearly the same amount at the same time, without a number: only where the cause is proven."""

import numpy as np

from tieout.matching.board import Board
from tieout.matching.chance import SLIGHT, accidents
from tieout.matching.difference import Confidence
from tieout.matching.edges import kinds_agree
from tieout.matching.joins import best_pairs, near_rows
from tieout.matching.kinds import Kind
from tieout.matching.naming import common_foreign
from tieout.matching.passes.amount_and_date import contradict, from_usual
from tieout.matching.proofs import Detail, causes
from tieout.matching.text import Ints

#: Ways in which an amount can differ by each cause, for weighing chance.
_FEE_STEP = 500
_WAYS = {
    Detail.EXCHANGE: 1,
    Detail.CENTS: 10,
    Detail.SWAPPED_DIGITS: 6,
    Detail.DISCOUNT: 18,
}


class NearAmount:
    """Foreign amount equal, cents, swapped digits, an agreed discount, a fee."""

    name = "near_amount"

    def find(self, board: Board) -> None:
        """Pair what is left, the least accidental first."""
        i, j = _within_window(board)
        ours, theirs, rules = board.ours.lines, board.theirs.lines, board.rules
        keep = kinds_agree(ours.kind[i], theirs.kind[j]) & board.allowed(i, j)
        keep &= (
            ~contradict(board, i, j)
            & ~board.numbers_differ(i, j)
            & (ours.amount[i] * np.sign(theirs.amount[j]) > 0)
        )
        i, j = i[keep], j[keep]
        crowd = np.bincount(i, minlength=len(ours))[i] + np.bincount(j, minlength=len(theirs))[j]
        payment = (ours.kind[i] == Kind.PAYMENT) | (theirs.kind[j] == Kind.PAYMENT)
        found = causes(
            ours.amount[i],
            theirs.amount[j],
            payment=payment,
            foreign=common_foreign(ours, theirs, i, j),
            rules=rules,
        )
        off, _ = from_usual(board, i, j)
        ways = np.full(len(i), np.inf)
        for detail, count in _WAYS.items():
            ways[found.detail == detail] = count
        fee = found.detail == Detail.FEE
        even = fee & (found.proof[:, 0] % _FEE_STEP == 0)
        ways[even] = rules.max_bank_fee // _FEE_STEP
        ways[fee & ~even] = rules.max_bank_fee
        # The nearer to the usual day, the fewer strangers there are to be mistaken for.
        expected = accidents(ways * np.minimum(crowd, 2 * (1 + off)), ours.amount[i])
        keep = expected <= SLIGHT
        i, j, off, expected = i[keep], j[keep], off[keep], expected[keep]
        cost = np.round(np.log2(expected + 2.0**-60) * 2 + 128).astype(np.int64) + off
        choice = best_pairs(i, j, cost, board.ours.rank, board.theirs.rank)
        place = choice.place
        board.claim_pairs(i[place], j[place], Confidence.PROPOSED, choice.rivals)


def _within_window(board: Board) -> tuple[Ints, Ints]:
    """Free lines of one customer within its window."""
    ours, theirs, habits = board.ours.lines, board.theirs.lines, board.habits
    mine, other = board.ours.free, board.theirs.free
    payment = (ours.kind[mine] == Kind.PAYMENT).astype(bool)
    row = habits.row(ours.customer[mine], payment)
    at, to = near_rows(
        (ours.customer[mine],),
        (theirs.customer[other],),
        ours.day[mine] + habits.earliest[row],
        ours.day[mine] + habits.latest[row],
        theirs.day[other],
    )
    return mine[at], other[to]
