"""One line for all of a period: every delivery of a fortnight or a month under one amount."""

import numpy as np

from tieout.matching.board import Board, Side
from tieout.matching.chance import SLIGHT
from tieout.matching.choices import in_range
from tieout.matching.difference import Confidence
from tieout.matching.joins import Cells
from tieout.matching.kinds import Kind
from tieout.matching.passes.sums_by_date import Sum, room
from tieout.matching.passes.sums_of_both import pays
from tieout.matching.text import Ints, mix, spread

#: Days a period has at most, and by how many more the line of all may be dated beyond it.
_PERIOD, _BEYOND = 31, 7
#: Lines of a period; two are found elsewhere.
_FEWEST, _MOST = 3, 200


class SumsByPeriod:
    """Every free line of some days, none left out, against one line dated at their end.

    Lines are left out of no day, so that there are few ways to choose, however many lines.
    """

    name = "sums_by_period"

    def find(self, board: Board) -> None:
        """Claim the least accidental first."""
        found = [*_sums(board, turned=True), *_sums(board, turned=False)]
        for each in sorted(found):
            board.claim(each.ours, each.theirs, Confidence.PROPOSED, each.rivals)


def _sums(board: Board, *, turned: bool) -> list[Sum]:
    """Periods of ours against one line of theirs; not `turned` the other way round."""
    near, far = (board.theirs, board.ours) if turned else (board.ours, board.theirs)
    parts, ones = _in_order(far), _in_order(near)
    if not len(parts) or not len(ones):
        return []
    # The days of each customer and class as places; what they come to, added up, before each.
    of = mix(far.lines.customer[parts], pays(far, parts).astype(np.int64))
    account = Cells.of(of)
    parts = parts[account.order]
    number = np.repeat(np.arange(len(account.size)), account.size)
    order = np.lexsort([far.rank[parts], far.lines.day[parts], number])
    parts, number = parts[order], number[order]
    day = far.lines.day[parts]
    first = np.flatnonzero(
        (np.diff(day, prepend=-1) != 0) | (np.diff(number, prepend=-1) != 0)
    ).astype(np.int64)
    until = np.append(first[1:], len(parts))
    total = np.concatenate([np.zeros(1, np.int64), np.cumsum(far.lines.amount[parts])])
    at = np.searchsorted(
        account.value, mix(near.lines.customer[ones], pays(near, ones).astype(np.int64))
    )
    at = np.minimum(at, len(account.value) - 1)
    known = account.value[at] == mix(near.lines.customer[ones], pays(near, ones).astype(np.int64))
    ones, at = ones[known], at[known]
    habits = board.habits
    row = habits.row(near.lines.customer[ones], pays(near, ones))
    early, late = habits.earliest[row], habits.latest[row]
    if not turned:
        early, late = -late, -early
    # Each line with the days on which its period may end.
    key = number[first] * (1 << 32) + day[first]
    dated = near.lines.day[ones]
    begin = np.searchsorted(key, at * (1 << 32) + dated - late - _BEYOND)
    length = np.searchsorted(key, at * (1 << 32) + dated - early, side="right") - begin
    length = np.maximum(length, 0)
    one = np.repeat(np.arange(len(ones)), length)
    last = spread(begin, length)
    low = total[until[last]] - near.lines.amount[ones[one]]
    # Where a period ends, and before it one that comes to less by the amount.
    place, start = in_range(number[first], total[first], number[first][last], low, low)
    one, last, start = one[place], last[place], start
    size = until[last] - first[start]
    keep = (size >= _FEWEST) & (size <= _MOST) & (start <= last)
    keep &= day[first[last]] - day[first[start]] < _PERIOD
    return [
        each
        for each in (
            _sum(near, far, ones[which], parts[first[begun] : until[ended]], turned=turned)
            for which, ended, begun in zip(
                one[keep].tolist(), last[keep].tolist(), start[keep].tolist(), strict=True
            )
        )
        if each is not None and _fits(board, each)
    ]


def _in_order(side: Side) -> Ints:
    """What is delivered, returned and paid; adjustments are nobody's deliveries."""
    free = side.free
    free = free[side.lines.kind[free] != Kind.OTHER]
    ordered: Ints = free[np.argsort(side.rank[free])]
    return ordered


def _sum(near: Side, far: Side, line: int, parts: Ints, *, turned: bool) -> Sum | None:
    amount = int(near.lines.amount[line])
    expected = _PERIOD * (_BEYOND + _PERIOD) / room(abs(amount), far.lines.amount[parts])
    if expected > SLIGHT:
        return None
    ranks = (int(near.rank[line]), *sorted(far.rank[parts].tolist()))
    span = int(far.lines.day[parts].max() - far.lines.day[parts].min())
    some = tuple(parts.tolist())
    ours, theirs = (some, (int(line),)) if turned else ((int(line),), some)
    return Sum(expected, span, ranks, ours, theirs)


def _fits(board: Board, found: Sum) -> bool:
    """No line names another document."""
    ours = np.repeat(np.array(found.ours), len(found.theirs))
    theirs = np.tile(np.array(found.theirs), len(found.ours))
    return not bool(board.numbers_differ(ours, theirs).any())
