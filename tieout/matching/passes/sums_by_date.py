"""Sums without a number in common, only where chance would not make them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import NamedTuple

import numpy as np

from tieout.matching.board import Board, Side
from tieout.matching.chance import SLIGHT, step_of
from tieout.matching.difference import Confidence
from tieout.matching.edges import classes_agree, kinds_agree
from tieout.matching.joins import near_places
from tieout.matching.kinds import Kind
from tieout.matching.passes.sums_found import FEE_STEP, Found, Parts, found_sums
from tieout.matching.text import Ints, spread

_ROUNDS = 3
#: Where there are many more ways, fewer of them may be expected by accident.
_SLIGHT_IF_WIDE = SLIGHT / 10
#: Parts looked at for one line, at most; fewer where a customer has very many free lines.
_CROWD, _LEAST_CROWD, _CROWD_OF_ALL = 128, 48, 1 << 20
#: Lines looked at together, so that a large customer needs no more memory than a small one.
_AT_ONCE = 8192
#: Of what so many free lines of a customer add up to, so large a share may be chance.
_VERY_MANY, _CHANCE = 256, 0.2
#: Several parts of one line may be so many days apart.
_APART = 7
#: Lines with more parts than this are looked at again only if their parts went to another sum.
_MANY = 44


Ranks = tuple[int, ...]


class Sum(NamedTuple):
    """One line of a book and lines of the other that add up to it."""

    #: How many such sums chance would make.
    expected: float
    #: Days between the first and the last part.
    span: int
    ranks: Ranks
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    #: How many other sums would have done as well.
    rivals: int = 0


@dataclass(frozen=True)
class SumsByDate:
    """One line of either book against several of the other within the customer's window."""

    name: str
    #: Look for payments of which a fee was kept back.
    less_fee: bool = False

    def find(self, board: Board) -> None:
        """Claim the least accidental sum first; look again at what is left.

        Only after that with credit notes taken off, and over more days: the more ways there are
        to make a sum, the less it proves.
        """
        for wide in (False, True):
            lost: list[Sum] | None = None
            for _ in range(_ROUNDS):
                found = _telling(board, self._found(board, lost, wide=wide))
                lost = [
                    each
                    for each in sorted(found)
                    if not board.claim(each.ours, each.theirs, Confidence.PROPOSED, each.rivals)
                ]
                if not lost:
                    break

    def _found(self, board: Board, lost: list[Sum] | None, *, wide: bool) -> list[Sum]:
        found = _sums(board, lost, turned=True, less_fee=self.less_fee, wide=wide)
        if not self.less_fee:
            found += _sums(board, lost, turned=False, less_fee=False, wide=wide)
        return found


def _telling(board: Board, found: list[Sum]) -> list[Sum]:
    """Those of which few are chance, among as many lines as were looked at for sums.

    Of very many lines some add up by accident: the more of a customer are free, the less
    accidental a sum must be, unless there are as many sums to speak for it.
    """
    if not found:
        return found
    expected = np.array([each.expected for each in found])
    customer = board.ours.lines.customer[np.array([each.ours[0] for each in found])]
    order = np.lexsort([expected, customer])
    customers, first, count = np.unique(customer[order], return_index=True, return_counts=True)
    lines = np.zeros(len(customers), np.int64)
    for side, _ in board.sides():
        free = np.sort(side.lines.customer[side.free])
        lines += np.searchsorted(free, customers, side="right") - np.searchsorted(free, customers)
    place = np.repeat(np.arange(len(customers)), count)
    nth = np.arange(len(order)) - first[place] + 1
    fits = (expected[order] * lines[place] <= _CHANCE * nth) | (lines[place] < _VERY_MANY)
    last = np.zeros(len(customers), np.int64)
    np.maximum.at(last, place[fits], nth[fits])
    return [found[at] for at in np.sort(order[nth <= last[place]]).tolist()]


def _sums(
    board: Board, lost: list[Sum] | None, *, turned: bool, less_fee: bool, wide: bool
) -> list[Sum]:
    """Sums of theirs that make one of ours; `turned` the other way round."""
    near, far = (board.theirs, board.ours) if turned else (board.ours, board.theirs)
    lines = near.free
    if less_fee:
        lines = lines[near.lines.kind[lines] == Kind.PAYMENT]
    fee = board.rules.max_bank_fee if less_fee else 0
    others = far.free
    # In both books customer after customer, so that each is looked at with its own lines.
    others = others[np.argsort(far.rank[others])]
    lines = lines[np.argsort(near.rank[lines])]
    customers = far.lines.customer[others]
    again = np.array(sorted({(each.theirs if turned else each.ours)[0] for each in lost or ()}))
    sums: list[Sum] = []
    for first in range(0, len(lines), _AT_ONCE):
        some = lines[first : first + _AT_ONCE]
        its = near.lines.customer[some[[0, -1]]]
        since, until = (
            np.searchsorted(customers, its[0]),
            np.searchsorted(customers, its[1], "right"),
        )
        parts = _parts(board, near, far, some, others[since:until], turned=turned, wide=wide)
        if lost is not None:
            parts = parts.only((parts.size <= _MANY) | np.isin(parts.line, again))
        found = found_sums(parts, fee, _SLIGHT_IF_WIDE if wide else SLIGHT)
        sums += _as_sums(near, far, found, turned=turned)
    return sums


def _as_sums(near: Side, far: Side, found: Found, *, turned: bool) -> list[Sum]:
    sums = []
    for line, members, expected, span, rivals in zip(
        found.line.tolist(),
        found.members.tolist(),
        found.expected.tolist(),
        found.span.tolist(),
        found.rivals.tolist(),
        strict=True,
    ):
        chosen = tuple(part for part in members if part >= 0)
        ranks = (int(near.rank[line]), *sorted(far.rank[list(chosen)].tolist()))
        ours, theirs = (chosen, (line,)) if turned else ((line,), chosen)
        sums.append(Sum(expected, span, ranks, ours, theirs, rivals))
    return sums


def _parts(
    board: Board, near: Side, far: Side, mine: Ints, others: Ints, *, turned: bool, wide: bool
) -> Parts:
    """The free lines of the other book that may be parts of some lines, by day."""
    habits = board.habits
    payment = near.lines.kind[mine] == Kind.PAYMENT
    row = habits.row(near.lines.customer[mine], payment)
    early, late, usual = habits.earliest[row], habits.latest[row], habits.usual[row]
    if turned:
        early, late, usual = -late, -early, -usual
    day = near.lines.day[mine]
    since, until = day + early, day + late
    # What was summed up has the date of its last part, what was divided that of its first.
    apart = _APART if wide else 0
    begin, length, order = near_places(
        (near.lines.customer[mine],),
        (far.lines.customer[others],),
        since - (apart if turned else 0),
        until + (0 if turned else apart),
        far.lines.day[others],
    )
    crowd = _of_customer(far, others, near.lines.customer[mine])
    most = np.clip(_CROWD_OF_ALL // np.maximum(crowd, 1), _LEAST_CROWD, _CROWD)
    crowded = np.flatnonzero(length > most)
    if len(crowded):
        # Of a crowd those nearest to the usual day.
        at_usual = (day + usual)[crowded]
        middle = near_places(
            (near.lines.customer[mine[crowded]],),
            (far.lines.customer[others],),
            at_usual,
            at_usual,
            far.lines.day[others],
        )
        most = most[crowded]
        first = middle[0] + middle[1] // 2 - most // 2
        last = begin[crowded] + length[crowded] - most
        begin[crowded] = np.clip(first, begin[crowded], last)
        length[crowded] = most
    block = np.repeat(np.arange(len(mine)), length)
    line, part = mine[block], others[order[spread(begin, length)]]
    worth = far.lines.amount[part] * np.sign(near.lines.amount[line])
    amount = np.abs(near.lines.amount[line])
    kind, its = near.lines.kind[line], far.lines.kind[part]
    # A credit note may have been taken off: it goes with invoices, never with payments.
    netted = (worth < 0) & (kind != Kind.PAYMENT) & classes_agree(kind, its)
    keep = (worth > 0) & kinds_agree(kind, its)
    if wide:
        keep |= netted & (its != Kind.PAYMENT)
    keep &= np.abs(worth) < amount * (2 if wide else 1)
    # Numbers are looked at only of what is left, which is less than half.
    block, line, part, worth = block[keep], line[keep], part[keep], worth[keep]
    keep = ~(board.numbers_differ(part, line) if turned else board.numbers_differ(line, part))
    keep &= board.allowed(part, line) if turned else board.allowed(line, part)
    block, part, worth = block[keep], part[keep], worth[keep]
    its_day = far.lines.day[part]
    return Parts.of(
        line=mine,
        amount=np.abs(near.lines.amount[mine]),
        usual=day + usual,
        crowd=crowd,
        block=block,
        part=part,
        worth=worth,
        day=its_day,
        inside=(its_day >= since[block]) & (its_day <= until[block]),
    )


def _of_customer(far: Side, others: Ints, customer: Ints) -> Ints:
    """How many of some lines, given customer after customer, each customer has."""
    ordered = far.lines.customer[others]
    count: Ints = np.searchsorted(ordered, customer, side="right") - np.searchsorted(
        ordered, customer
    )
    return count


__all__ = ["FEE_STEP", "Sum", "SumsByDate", "ranks_of", "room"]


def ranks_of(board: Board, ours: Sequence[int] | Ints, theirs: Sequence[int] | Ints) -> Ranks:
    """What decides between sums that are as good, the same whichever book is called ours."""
    left, right = (
        sorted(board.ours.rank[list(ours)].tolist()),
        sorted(board.theirs.rank[list(theirs)].tolist()),
    )
    return (left[0] + right[0], abs(left[0] - right[0]), *sorted([*left, *right]))


def room(amount: int, pieces: Ints) -> int:
    """How many different sums there could have been, as coarse as the parts are written."""
    return max(amount // step_of(gcd(amount, *pieces.tolist())), 1)
