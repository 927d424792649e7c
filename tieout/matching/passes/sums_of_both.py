"""Several lines against several without a number that both books know."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb

import numpy as np

from tieout.matching.board import Board, Side
from tieout.matching.chance import SLIGHT
from tieout.matching.difference import Confidence
from tieout.matching.joins import blocks, equal_rows
from tieout.matching.keys import Form
from tieout.matching.kinds import Kind
from tieout.matching.passes.sums_by_date import Sum, ranks_of, room
from tieout.matching.subset import MOST, subsets
from tieout.matching.text import Bools, Ints, distinct, mix

#: Lines of one order settled together.
_MOST_IN_ORDER = 16
#: Lines beside one another settled together, and how many days they may span.
_MOST_BESIDE = 6
_BESIDE_DAYS = 4
#: Lines with one document's number so many days apart are one transaction.
_AT_ONCE_DAYS = 7


@dataclass(frozen=True)
class OrderAgainstSome:
    """All free lines of one order against one or several of the other book."""

    name: str
    #: How far beyond the customer's window the others may be dated.
    days_more: int = 0

    def find(self, board: Board) -> None:
        """Claim the least accidental first."""
        found = [
            each for turned in (False, True) for each in _orders(board, self.days_more, turned)
        ]
        _claim_all(board, found)


class BesideAgainstBeside:
    """Lines beside one another in either book with equal sums."""

    name = "lines_beside_one_another"

    def find(self, board: Board) -> None:
        """Claim the least accidental first."""
        ours, theirs = _runs(board.ours), _runs(board.theirs)
        at, to = equal_rows(ours.joined, theirs.joined, telling=True)
        habits = board.habits
        row = habits.row(ours.customer[at], ours.paid[at])
        gap = theirs.first[to] - ours.first[at]
        inside = (gap >= habits.earliest[row]) & (gap <= habits.latest[row])
        days = int(habits.latest[row].max(initial=1) - habits.earliest[row].min(initial=0)) + 1
        found: list[Sum] = []
        for left, right in zip(at[inside].tolist(), to[inside].tolist(), strict=True):
            mine, other = ours.lines(left), theirs.lines(right)
            if len(mine) == len(other) == 1:  # equal amounts have passes of their own
                continue
            amounts = np.concatenate(
                [board.ours.lines.amount[mine], board.theirs.lines.amount[other]]
            )
            expected = _MOST_BESIDE**2 * days / room(abs(int(ours.joined[2][left])), amounts)
            if expected <= SLIGHT:
                found.append(_sum(board, expected, mine, other))
        _claim_all(board, found)


def _claim_all(board: Board, found: list[Sum]) -> None:
    found.sort()
    for each, differ in zip(found, _differing(board, found), strict=True):
        if _names_others(differ):
            continue
        for ours, theirs in _one_by_one(board, each):
            mine, other = map(each.ours.index, ours), map(each.theirs.index, theirs)
            if not _names_others(differ[np.ix_(list(mine), list(other))]):
                board.claim(ours, theirs, Confidence.PROPOSED)


def _differing(board: Board, found: list[Sum]) -> list[Bools]:
    """For each sum which of our lines name other documents than which of theirs."""
    if not found:
        return []
    i = np.concatenate([np.repeat(each.ours, len(each.theirs)) for each in found])
    j = np.concatenate([np.tile(each.theirs, len(each.ours)) for each in found])
    ends = np.cumsum([len(each.ours) * len(each.theirs) for each in found])
    parts = np.split(board.numbers_differ(i, j), ends[:-1])
    return [
        part.reshape(len(each.ours), len(each.theirs))
        for part, each in zip(parts, found, strict=True)
    ]


def _names_others(differ: Bools) -> bool:
    """Whether a line carries a number of another document than every line of the other book."""
    return bool(differ.all(axis=0).any() or differ.all(axis=1).any())


def _one_by_one(board: Board, found: Sum) -> list[tuple[list[int], list[int]]]:
    """The lines of a sum in pairs, where the other book has each of the amounts as well."""
    ours, theirs = (
        sorted(lines, key=lambda line: (int(side.lines.amount[line]), int(side.rank[line])))
        for side, lines in ((board.ours, found.ours), (board.theirs, found.theirs))
    )
    if (
        board.ours.lines.amount[ours].tolist() == board.theirs.lines.amount[theirs].tolist()
        and board.allowed(np.array(ours), np.array(theirs)).all()
    ):
        return [([one], [other]) for one, other in zip(ours, theirs, strict=True)]
    return [(ours, theirs)]


def _sum(board: Board, expected: float, ours: Ints, theirs: Ints) -> Sum:
    days = np.concatenate([board.ours.lines.day[ours], board.theirs.lines.day[theirs]])
    ranks = ranks_of(board, ours, theirs)
    span = int(days.max() - days.min())
    return Sum(expected, span, ranks, tuple(ours.tolist()), tuple(theirs.tolist()))


def pays(side: Side, lines: Ints) -> Bools:
    """Payments; of lines of unknown kind those that lower the balance."""
    kind = side.lines.kind[lines]
    paid: Bools = (kind == Kind.PAYMENT) | ((kind == Kind.UNKNOWN) & (side.lines.amount[lines] < 0))
    return paid


def _orders(board: Board, days_more: int, turned: bool) -> Iterator[Sum]:
    near, far = (board.theirs, board.ours) if turned else (board.ours, board.theirs)
    by_class = _free_by_class(far)
    orders = list(_of_one_order(near))
    first = np.array([lines[0] for lines, _ in orders], np.int64)
    customers, paid = near.lines.customer[first], pays(near, first)
    row = board.habits.row(customers, paid)
    early, late = board.habits.earliest[row] - days_more, board.habits.latest[row] + days_more
    if turned:
        early, late = -late, -early
    for (lines, of_document), *its_class, since, until in zip(
        orders, customers.tolist(), paid.tolist(), early.tolist(), late.tolist(), strict=True
    ):
        total = int(near.lines.amount[lines].sum())
        its = by_class.get(tuple(its_class))
        if its is None or total == 0:
            continue
        days = near.lines.day[lines]
        candidates = _near_in_time(its, int(days.min()) + since, int(days.max()) + until)
        amounts = far.lines.amount[candidates]
        candidates = candidates[(np.sign(amounts) == np.sign(total)) & (abs(amounts) <= abs(total))]
        at_once = of_document and int(days.max() - days.min()) <= _AT_ONCE_DAYS
        found = _some(far, candidates, abs(total), sure=at_once)
        if found is not None:
            expected, some = found
            ours, theirs = (some, lines) if turned else (lines, some)
            yield _sum(board, expected, ours, theirs)


def _some(far: Side, candidates: Ints, total: int, *, sure: bool) -> tuple[float, Ints] | None:
    """The least accidental lines that make the total.

    Where it is `sure` that all are of one transaction, the only line of that amount is it, however
    round: it is no more accidental than two lines of one amount.
    """
    amounts, days = np.abs(far.lines.amount[candidates]), far.lines.day[candidates]
    best: tuple[float, tuple[int, ...]] | None = None
    equal = np.flatnonzero(amounts == total).tolist()
    if sure and len(equal) == 1:
        return 0.0, candidates[equal]
    for place in equal:
        expected = len(candidates) / room(total, amounts[[place]])
        best = min(best or (expected, (place,)), (expected, (place,)))
    for start in range(0, max(len(candidates) - MOST // 2, 1), MOST // 2):
        for places in subsets(amounts[start : start + MOST], total, total):
            chosen = [start + place for place in places]
            since, until = int(days[chosen].min()), int(days[chosen].max())
            crowd = int(((days >= since) & (days <= until)).sum())
            ways = comb(crowd, len(chosen)) * (1 + len(distinct(days)))
            expected = ways / room(total, amounts[chosen])
            found = (expected, tuple(chosen))
            best = found if best is None else min(best, found)
    if best is None or best[0] > SLIGHT:
        return None
    return best[0], candidates[list(best[1])]


def _of_one_order(side: Side) -> Iterator[tuple[Ints, bool]]:
    """Free lines of one customer with an order in common, all that are left of it.

    And whether what they have in common is the number of a document, a bank's or their own.
    """
    keys = side.lines.keys
    line, place = keys.places(side.free)
    wanted = keys.form[place] <= Form.PO
    line, value, form = line[wanted], keys.value[place[wanted]], keys.form[place[wanted]]
    cell = mix(side.lines.customer[line], value, pays(side, line).astype(np.int64))
    order = np.lexsort([side.rank[line], cell])
    line, cell, form = line[order], cell[order], form[order]
    seen: set[tuple[bool, tuple[int, ...]]] = set()
    begins = np.concatenate([[0], np.flatnonzero(np.diff(cell)) + 1, [len(cell)]])
    size = np.diff(begins)
    for at in np.flatnonzero((size >= 2) & (size <= _MOST_IN_ORDER)).tolist():
        group = line[begins[at] : begins[at + 1]]
        of_document = bool((form[begins[at] : begins[at + 1]] < Form.PO).all())
        together = of_document, tuple(group.tolist())
        if together not in seen:
            seen.add(together)
            yield group, of_document


def _free_by_class(side: Side) -> dict[tuple[int, bool], tuple[Ints, Ints]]:
    """The free lines of each customer and class in the order of their days, and those."""
    free = side.free
    paid = pays(side, free)
    order = np.lexsort([side.rank[free], side.lines.day[free], paid, side.lines.customer[free]])
    free, paid = free[order], paid[order]
    customers, days = side.lines.customer[free], side.lines.day[free]
    return {
        (int(customers[begin]), bool(paid[begin])): (free[begin:end], days[begin:end])
        for begin, end in blocks(customers * 2 + paid)
    }


def _near_in_time(free: tuple[Ints, Ints], since: int, until: int) -> Ints:
    """Some free lines in the order of their days: those of the days asked for."""
    candidates, day = free
    return candidates[np.searchsorted(day, since) : np.searchsorted(day, until, side="right")]


class _Runs:
    """Neighbouring free lines of one customer and class, two to six of them."""

    def __init__(self, side: Side) -> None:
        free = side.free
        paid = pays(side, free)
        lines = side.lines
        order = np.lexsort([side.rank[free], lines.day[free], paid, lines.customer[free]])
        self._free, paid = free[order], paid[order]
        free = self._free
        total = np.concatenate([np.zeros(1, np.int64), np.cumsum(lines.amount[free])])
        starts, sizes = [], []
        for size in range(1, _MOST_BESIDE + 1):
            start = np.arange(max(len(free) - size + 1, 0))
            last = start + size - 1
            fits = (lines.customer[free[start]] == lines.customer[free[last]]) & (
                paid[start] == paid[last]
            )
            fits &= lines.day[free[last]] - lines.day[free[start]] <= _BESIDE_DAYS
            starts.append(start[fits])
            sizes.append(np.full(int(fits.sum()), size))
        self._start, self._size = np.concatenate(starts), np.concatenate(sizes)
        first = free[self._start]
        self.customer: Ints = lines.customer[first]
        self.paid: Bools = paid[self._start]
        self.first: Ints = lines.day[first]
        self.joined: tuple[Ints, ...] = (
            self.customer,
            self.paid.astype(np.int64),
            total[self._start + self._size] - total[self._start],
        )

    def lines(self, place: int) -> Ints:
        start = self._start[place]
        return self._free[start : start + self._size[place]]


def _runs(side: Side) -> _Runs:
    return _Runs(side)
