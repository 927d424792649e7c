"""The same document in another customer's account."""

from dataclasses import dataclass

import numpy as np

from tieout.matching.board import Board, Side
from tieout.matching.chance import SLIGHT, accidents
from tieout.matching.difference import Confidence
from tieout.matching.edges import Series, kinds_agree
from tieout.matching.joins import best_pairs, counts, equal_rows
from tieout.matching.keys import Form
from tieout.matching.passes.amount_and_date import contradict, entered_again, from_usual
from tieout.matching.text import Ints, distinct

#: Days of a year in which a stranger may be met.
_DAYS = 300
#: A short number further away than this is another one.
_GAP_DAYS = 120


@dataclass(frozen=True)
class OtherAccount:
    """The same number and the same amount, under another customer."""

    name: str

    def find(self, board: Board) -> None:
        """Pair across accounts."""
        ours, theirs = board.ours, board.theirs
        left, right = _numbered(ours), _numbered(theirs)
        at, to = equal_rows(
            (left[1], ours.lines.amount[left[0]]), (right[1], theirs.lines.amount[right[0]])
        )
        mine, other = _same_written(ours, theirs)
        i = np.concatenate([left[0][at], mine])
        j = np.concatenate([right[0][to], other])
        keep = ours.lines.customer[i] != theirs.lines.customer[j]
        keep &= kinds_agree(ours.lines.kind[i], theirs.lines.kind[j])
        keep &= Series.of(ours.lines.keys, theirs.lines.keys).agree(i, j)
        keep &= board.allowed(i, j)
        i, j = i[keep], j[keep]
        gap = np.abs(ours.lines.day[i] - theirs.lines.day[j])
        ranks = _by_content(ours, i), _by_content(theirs, j)
        choice = best_pairs(i, j, gap - 16 * counts(i, j), *ranks)
        place = choice.place
        board.claim_pairs(i[place], j[place], Confidence.ACCEPTED, choice.rivals)


class OtherAccountByAmount:
    """The same amount at the same time under another customer, each of them only once."""

    name = "amount_in_other_account"

    def find(self, board: Board) -> None:
        """Pair what nothing in its own account explains."""
        ours, theirs = board.ours, board.theirs
        # Of a crowd only neighbours are looked at: by what they say, not as rows stand.
        mine, other = (side.free[np.argsort(side.rank[side.free])] for side in (ours, theirs))
        at, to = equal_rows((ours.lines.amount[mine],), (theirs.lines.amount[other],))
        i, j = mine[at], other[to]
        # By the habit of the customer whose document it is by our book.
        off, inside = from_usual(board, i, j)
        keep = inside & (ours.lines.customer[i] != theirs.lines.customer[j])
        keep &= kinds_agree(ours.lines.kind[i], theirs.lines.kind[j]) & board.allowed(i, j)
        keep &= ~contradict(board, i, j) & ~board.numbers_differ(i, j)
        keep &= ~(entered_again(ours, i) | entered_again(theirs, j))
        i, j, off = i[keep], j[keep], off[keep]
        # Whoever looks through all accounts meets many strangers.
        strangers = np.minimum(len(mine), len(other)) * (1 + np.minimum(off, _DAYS)) // _DAYS
        alone = (counts(i) == 1) & (counts(j) == 1)
        keep = alone & (accidents(strangers, ours.lines.amount[i]) <= 10 * SLIGHT)
        i, j, off = i[keep], j[keep], off[keep]
        choice = best_pairs(i, j, off, ours.rank, theirs.rank)
        place = choice.place
        board.claim_pairs(i[place], j[place], Confidence.PROPOSED, choice.rivals)


def _by_content(side: Side, rows: Ints) -> Ints:
    """Places of some lines by day, size and what they say, whatever number their customer has."""
    lines, some = side.lines, distinct(rows)
    order = np.lexsort(
        [side.rank[some], lines.keys.cleaned[some], np.abs(lines.amount[some]), lines.day[some]]
    )
    rank = np.zeros(len(lines), np.int64)
    rank[some[order]] = np.arange(len(some))
    return rank


def _same_written(ours: Side, theirs: Side) -> tuple[Ints, Ints]:
    """Free lines with the same amount and reference, however short, where it is no chance."""
    sides = []
    for side in (ours, theirs):
        free = side.free
        sides.append(free[side.lines.keys.cleaned[free] != 0])
    mine, other = sides
    cleaned = [side.lines.keys.cleaned for side in (ours, theirs)]
    at, to = equal_rows(
        (cleaned[0][mine], ours.lines.amount[mine]),
        (cleaned[1][other], theirs.lines.amount[other]),
        telling=True,
    )
    i, j = mine[at], other[to]
    namesakes = np.zeros(len(ours.lines), np.int64), np.zeros(len(theirs.lines), np.int64)
    namesakes[0][mine] = counts(cleaned[0][mine])
    namesakes[1][other] = counts(cleaned[1][other])
    strangers = np.maximum(namesakes[0][i], namesakes[1][j])
    telling = accidents(strangers, ours.lines.amount[i]) <= SLIGHT
    telling &= np.abs(ours.lines.day[i] - theirs.lines.day[j]) <= _GAP_DAYS
    return i[telling], j[telling]


def _numbered(side: Side) -> tuple[Ints, Ints]:
    """Free lines and their document numbers and orders."""
    line, place = side.lines.keys.places(side.free)
    wanted = side.lines.keys.form[place] <= Form.PO
    return line[wanted], side.lines.keys.value[place[wanted]]
