"""Sums without a number in common, only where chance would not make them."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb
from typing import NamedTuple

import numpy as np

from tieout.matching.board import Board, Side
from tieout.matching.chance import SLIGHT
from tieout.matching.difference import Confidence
from tieout.matching.edges import kinds_agree
from tieout.matching.joins import blocks, near_places
from tieout.matching.kinds import Kind
from tieout.matching.subset import MOST, subsets
from tieout.matching.text import Ints, spread

_ROUNDS = 3
#: Fees are even amounts: five, ten, fifteen.
_FEE_STEP = 500
#: Sums looked for in windows of this many lines, each half a window after the one before.
_STRIDE = MOST // 2
#: Where there are many parts: smaller windows, and only those nearest to the usual day.
_DENSE = 2 * MOST
_DENSE_WINDOW, _MOST_WINDOWS = 14, 2
#: Parts looked at for one line, at most.
_CROWD = 256
#: More pairs than this with one sum are chance.
_MOST_PAIRS = 16


class Sum(NamedTuple):
    """One line of a book and lines of the other that add up to it."""

    #: How many such sums chance would make.
    expected: float
    #: Days between the first and the last part.
    span: int
    ranks: tuple[int, ...]
    ours: tuple[int, ...]
    theirs: tuple[int, ...]


@dataclass(frozen=True)
class SumsByDate:
    """One line of either book against several of the other within the customer's window."""

    name: str
    #: Look for payments of which a fee was kept back.
    less_fee: bool = False

    def find(self, board: Board) -> None:
        """Claim the least accidental sum first; look again at what is left."""
        lost: list[Sum] | None = None
        for _ in range(_ROUNDS):
            found = list(_sums(board, lost, turned=True, less_fee=self.less_fee))
            if not self.less_fee:
                found += _sums(board, lost, turned=False, less_fee=False)
            lost = [
                each
                for each in sorted(found)
                if not board.claim(each.ours, each.theirs, Confidence.PROPOSED)
            ]
            if len(lost) == len(found):
                break


def _sums(board: Board, lost: list[Sum] | None, *, turned: bool, less_fee: bool) -> Iterator[Sum]:
    """Sums of theirs that make one of ours; `turned` the other way round.

    Where one look does not take in all parts, only what lost its parts to another sum is looked
    at again.
    """
    again = {(each.theirs if turned else each.ours)[0] for each in lost or ()}
    near, far = (board.theirs, board.ours) if turned else (board.ours, board.theirs)
    line, part = _candidates(board, near, far, turned=turned)
    if less_fee:
        paid = near.lines.kind[line] == Kind.PAYMENT
        line, part = line[paid], part[paid]
    order = np.lexsort([far.rank[part], far.lines.day[part], line])
    line, part = line[order], part[order]
    fee = board.rules.max_bank_fee if less_fee else 0
    usual = _usual_days(board, near, line, turned=turned).tolist()
    for first, last in blocks(line):
        centre = int(line[first])
        if last - first < 2:
            continue
        if lost is not None and last - first > MOST and centre not in again:
            continue
        parts = part[first:last]
        best = _best(far, parts, abs(int(near.lines.amount[centre])), fee, usual[first])
        if best is None:
            continue
        expected, span, chosen = best
        ranks = (int(near.rank[centre]), *sorted(far.rank[list(chosen)].tolist()))
        ours, theirs = (chosen, (centre,)) if turned else ((centre,), chosen)
        yield Sum(expected, span, ranks, ours, theirs)


def _candidates(board: Board, near: Side, far: Side, *, turned: bool) -> tuple[Ints, Ints]:
    """Free lines with the free lines of the other book that may be parts of them."""
    habits = board.habits
    mine, other = near.free, far.free
    payment = near.lines.kind[mine] == Kind.PAYMENT
    row = habits.row(near.lines.customer[mine], payment)
    early, late = habits.earliest[row], habits.latest[row]
    if turned:
        early, late = -late, -early
    day = near.lines.day[mine]
    begin, length, order = near_places(
        (near.lines.customer[mine],),
        (far.lines.customer[other],),
        day + early,
        day + late,
        far.lines.day[other],
    )
    crowded = np.flatnonzero(length > _CROWD)
    if len(crowded):
        # Of a crowd those nearest to the usual day.
        usual = habits.usual[row[crowded]]
        at_usual = day[crowded] + np.where(turned, -usual, usual)
        middle = near_places(
            (near.lines.customer[mine[crowded]],),
            (far.lines.customer[other],),
            at_usual,
            at_usual,
            far.lines.day[other],
        )
        first = middle[0] + middle[1] // 2 - _CROWD // 2
        last = begin[crowded] + length[crowded] - _CROWD
        begin[crowded] = np.clip(first, begin[crowded], last)
        length[crowded] = _CROWD
    line, part = np.repeat(mine, length), other[order[spread(begin, length)]]
    amount, piece = near.lines.amount[line], far.lines.amount[part]
    keep = (np.sign(amount) == np.sign(piece)) & (np.abs(piece) < np.abs(amount))
    keep &= kinds_agree(near.lines.kind[line], far.lines.kind[part])
    line, part = line[keep], part[keep]
    keep = ~(board.numbers_differ(part, line) if turned else board.numbers_differ(line, part))
    keep &= board.allowed(part, line) if turned else board.allowed(line, part)
    return line[keep], part[keep]


def _best(
    far: Side, parts: Ints, amount: int, fee: int, usual: int
) -> tuple[float, int, tuple[int, ...]] | None:
    """The least accidental way to make an amount of the parts, if chance would not do it."""
    amounts, days = np.abs(far.lines.amount[parts]), far.lines.day[parts]
    if int(amounts.sum()) < amount - fee:
        return None
    best: tuple[float, int, tuple[int, ...]] | None = None
    span = len(np.unique(days))
    if len(parts) > _DENSE:
        span = max(span, int(days[-1] - days[0]) + 1)
    accidents = (1 + span) * (fee // _FEE_STEP or 1)
    if accidents / room(amount, amounts) > SLIGHT:
        return None  # not even two lines of one day would be more than chance
    for chosen in _ways(amounts, days, amount, fee, usual, span):
        kept_back = amount - int(amounts[chosen].sum())
        if kept_back % _FEE_STEP:
            continue
        since, until = int(days[chosen].min()), int(days[chosen].max())
        crowd = int(((days >= since) & (days <= until)).sum())
        expected = comb(crowd, len(chosen)) * accidents / room(amount, amounts[chosen])
        found = (expected, until - since, tuple(parts[chosen].tolist()))
        if expected <= SLIGHT and (best is None or found < best):
            best = found
    return best


def _ways(
    amounts: Ints, days: Ints, amount: int, fee: int, usual: int, span: int
) -> Iterator[list[int]]:
    """Places of parts that make an amount; where there are many parts only what could be proven."""
    low, high = amount - fee, amount - (fee > 0)
    dense = len(amounts) > _DENSE
    if dense:
        largest_room = room(amount, amounts)
        a_day = len(amounts) // span
        if comb(max(a_day, 2), 2) * (1 + span) > SLIGHT * largest_room:
            return
        yield from _pairs(amounts, low, high)
        if comb(max(a_day, 3), 3) * (1 + span) > SLIGHT * largest_room:
            return
    for window in _windows(days, usual):
        if int(amounts[window].sum()) < low:
            continue
        for places in subsets(amounts[window], low, high):
            yield [window.start + place for place in places]


def _pairs(amounts: Ints, low: int, high: int) -> Iterator[list[int]]:
    """Places of two parts that make an amount."""
    order = np.argsort(amounts, kind="stable")
    ordered = amounts[order]
    begin = np.searchsorted(ordered, low - ordered, side="left")
    end = np.searchsorted(ordered, high - ordered, side="right")
    begin = np.maximum(begin, np.arange(len(order)) + 1)
    hits = np.flatnonzero(end > begin)
    if int((end - begin)[hits].sum()) > _MOST_PAIRS:
        return
    for hit, first, last in zip(
        hits.tolist(), begin[hits].tolist(), end[hits].tolist(), strict=True
    ):
        for other in range(first, last):
            yield sorted((int(order[hit]), int(order[other])))


def _usual_days(board: Board, near: Side, line: Ints, *, turned: bool) -> Ints:
    """The day at which the other book usually has each line."""
    habits = board.habits
    payment = near.lines.kind[line] == Kind.PAYMENT
    usual = habits.usual[habits.row(near.lines.customer[line], payment)]
    day: Ints = near.lines.day[line] + (-usual if turned else usual)
    return day


def _windows(days: Ints, usual: int) -> list[slice]:
    """Parts beside one another, by day; each window half a window after the one before."""
    if len(days) <= _DENSE:
        return [
            slice(start, start + MOST) for start in range(0, max(len(days) - _STRIDE, 1), _STRIDE)
        ]
    starts = np.arange(0, len(days) - _DENSE_WINDOW // 2, _DENSE_WINDOW // 2)
    middle = days[np.minimum(starts + _DENSE_WINDOW // 2, len(days) - 1)]
    nearest = np.argsort(np.abs(middle - usual), kind="stable")[:_MOST_WINDOWS]
    return [slice(start, start + _DENSE_WINDOW) for start in np.sort(starts[nearest]).tolist()]


def room(amount: int, pieces: Ints) -> int:
    """How many different sums there could have been, as coarse as the parts are written."""
    unit = int(np.gcd.reduce(np.append(pieces, amount)))
    return max(amount // max(unit, 1), 1)
