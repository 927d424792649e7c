"""Lines of one voucher: one book writes several lines under one number, the other writes one."""

from dataclasses import dataclass

import numpy as np

from tieout.matching.board import Board, Side
from tieout.matching.chance import SLIGHT, accidents
from tieout.matching.difference import Confidence
from tieout.matching.habits import are_payments
from tieout.matching.joins import Cells, Dated, near_counts, near_from_both
from tieout.matching.passes.amount_and_date import contradict, dated
from tieout.matching.passes.near_amount import by_accident, kept_back, near_sizes
from tieout.matching.passes.sums_by_date import Sum, ranks_of
from tieout.matching.passes.sums_of_both import pays
from tieout.matching.proofs import Detail, causes
from tieout.matching.rules import Rules
from tieout.matching.text import Bools, Ints, distinct, mix

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
    left, right = _dated(board, board.ours, ours), _dated(board, board.theirs, theirs)
    at, to = _candidates(ours, theirs, left, right, board.rules if near else None)
    if not len(at):
        return []
    i, j = ours.first[at], theirs.first[to]
    a, b = ours.amount[at], theirs.amount[to]
    crowd = np.maximum(
        _strangers(left, right, ours, theirs)[at], _strangers(right, left, theirs, ours)[to]
    )
    keep = (a != 0) & (np.sign(a) == np.sign(b)) & ~contradict(board, i, j)
    keep &= ~board.numbers_differ(i, j)
    if near:
        cause = causes(
            a,
            b,
            payment=are_payments(board.ours.lines, board.theirs.lines, i, j),
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
        ranks = ranks_of(board, mine, others)
        gap = int(board.theirs.lines.day[others[0]] - board.ours.lines.day[mine[0]])
        found.append(Sum(chance, abs(gap), ranks, mine, others, int(rivals[one]) - 1))
    return found


def _dated(board: Board, side: Side, vouchers: Vouchers) -> Dated:
    """Vouchers by customer and class, with the days on which the other book may have them."""
    return dated(board, side, vouchers.first, (vouchers.paid.astype(np.int64),))


def _candidates(
    ours: Vouchers, theirs: Vouchers, left: Dated, right: Dated, near: Rules | None
) -> tuple[Ints, Ints]:
    """Places of vouchers of equal amounts, at least one of them of several lines.

    With the rules of what is `near`, those that one of the causes could join.
    """
    all_ours, all_theirs = np.arange(len(ours.first)), np.arange(len(theirs.first))
    a, b = np.abs(ours.amount), np.abs(theirs.amount)
    joins = [(all_ours, all_theirs, a, b)]
    if near is not None:
        size = max(near.max_bank_fee, near.tax_rounding_max) + 1
        paid, its_paid = np.flatnonzero(ours.paid), np.flatnonzero(theirs.paid)
        joins = [
            *near_sizes(all_ours, all_theirs, a, b, size),
            *kept_back(paid, its_paid, a, b, near),
        ]
    wide = max(len(theirs.first), 1)
    found = [np.zeros(0, np.int64)]
    for some, its, key, its_key in joins:
        for one, other in _with_several(ours, theirs, some, its):
            at, to = near_from_both(
                left.take(some[one]).by(key[one]), right.take(its[other]).by(its_key[other])
            )
            found.append(some[one[at]] * wide + its[other[to]])
    pairs = distinct(np.concatenate(found))
    return pairs // wide, pairs % wide


def _strangers(near: Dated, far: Dated, its: Vouchers, others: Vouchers) -> Ints:
    """How many of the other book each voucher could have been mistaken for."""
    count = np.zeros(len(its.first), np.int64)
    for some, rest in _with_several(
        its, others, np.arange(len(its.first)), np.arange(len(others.first))
    ):
        left, right = near.take(some), far.take(rest)
        count[some] = near_counts(left.columns, right.columns, left.since, left.until, right.day)
    return count


def _with_several(
    ours: Vouchers, theirs: Vouchers, some: Ints, its: Ints
) -> list[tuple[Ints, Ints]]:
    """Places in some of ours and in some of theirs that go together: one has several lines."""
    several, its_several = ours.size[some] > 1, theirs.size[its] > 1
    return [
        (np.flatnonzero(several), np.arange(len(its))),
        (np.flatnonzero(~several), np.flatnonzero(its_several)),
    ]
