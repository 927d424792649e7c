"""Lines of one voucher: one book writes several lines under one number, the other writes one."""

from dataclasses import dataclass

import numpy as np

from tieout.matching.board import Board, Side
from tieout.matching.chance import SLIGHT, accidents
from tieout.matching.difference import Confidence
from tieout.matching.joins import Cells, near_rows
from tieout.matching.kinds import Kind
from tieout.matching.passes.amount_and_date import contradict
from tieout.matching.passes.near_amount import by_accident
from tieout.matching.passes.sums_by_date import Sum
from tieout.matching.passes.sums_of_both import pays
from tieout.matching.proofs import Detail, causes
from tieout.matching.text import Bools, Ints, mix

#: Lines of one voucher; more under one number are no voucher, but a word such as "none".
_MOST = 60
#: Causes that a sum may differ by; single digits are mistyped in single lines.
_CAUSES = (Detail.FEE, Detail.DISCOUNT, Detail.WITHHELD, Detail.CENTS)


class OneVoucher:
    """All free lines of one number and day against one line, or another such voucher.

    Whoever writes net and tax, or the parts of a payment, on lines of their own writes them under
    one number, even if it is none of the other book's.
    """

    name = "one_voucher"

    def find(self, board: Board) -> None:
        """Claim the least accidental first: sums that are equal, then those with a cause."""
        ours, theirs = Vouchers.of(board.ours), Vouchers.of(board.theirs)
        for near in (False, True):
            found = [*_met(board, ours, theirs, near=near)]
            for each in sorted(found):
                board.claim(each.ours, each.theirs, Confidence.PROPOSED, each.rivals)


@dataclass(frozen=True)
class Vouchers:
    """Free lines of a book, those of one voucher together, each with what it comes to."""

    lines: Ints
    begin: Ints
    size: Ints
    #: A line that stands for all of them: the first.
    first: Ints
    amount: Ints
    paid: Bools

    @classmethod
    def of(cls, side: Side) -> "Vouchers":
        """Every free line, alone or in its voucher."""
        free = side.free
        free = free[np.argsort(side.rank[free])]
        lines = side.lines
        its_paid = pays(side, free)
        name = lines.keys.cleaned[free]
        cells = Cells.of(
            mix(lines.customer[free], name, lines.day[free], its_paid.astype(np.int64))
        )
        size = np.repeat(cells.size, cells.size)
        row = cells.order
        # Lines without a number are each for themselves.
        together = (name[row] != 0) & (size > 1) & (size <= _MOST)
        new = np.ones(len(row), bool)
        new[1:] = ~together[1:] | (np.diff(np.repeat(np.arange(len(cells.size)), cells.size)) != 0)
        begin = np.flatnonzero(new)
        ordered = free[row]
        return cls(
            ordered,
            begin,
            np.diff(np.append(begin, len(ordered))),
            ordered[begin],
            np.add.reduceat(lines.amount[ordered], begin) if len(begin) else begin,
            its_paid[row][begin],
        )

    def of_one(self, place: int) -> tuple[int, ...]:
        begin = int(self.begin[place])
        return tuple(self.lines[begin : begin + int(self.size[place])].tolist())


def _met(board: Board, ours: Vouchers, theirs: Vouchers, *, near: bool) -> list[Sum]:
    """Vouchers and lines of the other book within the customer's window."""
    at, to = _candidates(board, ours, theirs)
    if not len(at):
        return []
    i, j = ours.first[at], theirs.first[to]
    a, b = ours.amount[at], theirs.amount[to]
    crowd = np.bincount(at, minlength=len(ours.first))[at]
    crowd = np.maximum(crowd, np.bincount(to, minlength=len(theirs.first))[to])
    keep = (a != 0) & (np.sign(a) == np.sign(b)) & ~contradict(board, i, j)
    keep &= ~board.numbers_differ(i, j)
    if near:
        cause = causes(
            a,
            b,
            payment=(board.ours.lines.kind[i] == Kind.PAYMENT)
            | (board.theirs.lines.kind[j] == Kind.PAYMENT),
            foreign=np.zeros(len(a), np.int64),
            rules=board.rules,
        )
        keep &= np.isin(cause.detail, _CAUSES)
        expected = by_accident(cause, a, b, crowd, board.rules)
    else:
        keep &= a == b
        expected = accidents(crowd, a)
    keep &= expected <= SLIGHT
    rivals = np.bincount(at[keep], minlength=len(ours.first))
    found = []
    for one, other, chance in zip(
        at[keep].tolist(), to[keep].tolist(), expected[keep].tolist(), strict=True
    ):
        mine, others = ours.of_one(one), theirs.of_one(other)
        ranks = (
            *sorted(board.ours.rank[list(mine)].tolist()),
            *sorted(board.theirs.rank[list(others)].tolist()),
        )
        gap = int(board.theirs.lines.day[others[0]] - board.ours.lines.day[mine[0]])
        found.append(Sum(chance, abs(gap), ranks, mine, others, int(rivals[one]) - 1))
    return found


def _candidates(board: Board, ours: Vouchers, theirs: Vouchers) -> tuple[Ints, Ints]:
    """Places of vouchers of one customer and class, at least one of them of several lines."""
    habits, lines = board.habits, board.ours.lines
    row = habits.row(lines.customer[ours.first], ours.paid)
    day = lines.day[ours.first]
    found = []
    for several in (True, False):
        some = np.flatnonzero((ours.size > 1) == several)
        other = np.arange(len(theirs.first)) if several else np.flatnonzero(theirs.size > 1)
        at, to = near_rows(
            (lines.customer[ours.first[some]], ours.paid[some].astype(np.int64)),
            (
                board.theirs.lines.customer[theirs.first[other]],
                theirs.paid[other].astype(np.int64),
            ),
            (day + habits.earliest[row])[some],
            (day + habits.latest[row])[some],
            board.theirs.lines.day[theirs.first[other]],
        )
        found.append((some[at], other[to]))
    return np.concatenate([one for one, _ in found]), np.concatenate([two for _, two in found])
