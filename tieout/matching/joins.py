"""Joins and choices over sorted columns."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tieout.matching.text import Bools, Ints, distinct, mix, spread

#: A book this many times longer than the other is looked through for what the other one has.
_MUCH_LONGER = 8
#: A row meets at most so many others where both books are crowded, so that pairs grow with the
#: lines of a customer and not with their square.
_CROWD = 32
#: Numbers that span at most so many times their count are looked up in a table.
_CLOSE = 4
#: So many numbers are looked for one by one sooner than all of them at once.
_A_FEW = 8
#: Rows whose numbers are taken to be most there are in a column.
_LOOKED_AT = 1 << 12
#: Bits of a positive number.
_BITS = 63
#: Rounds of choosing all mutually best pairs at once; what is left then is chosen one by one.
_ROUNDS = 24


@dataclass(frozen=True)
class Cells:
    """Rows brought together by what they have in common."""

    #: The rows, equal ones side by side.
    order: Ints
    #: Where each cell begins in `order`; one more entry than there are cells.
    begin: Ints
    #: The number all rows of a cell have, ascending.
    value: Ints

    @classmethod
    def of(cls, value: Ints) -> "Cells":
        """Bring equal numbers together."""
        order, ordered = _order(value)
        new = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
        begin = np.concatenate([[0], new, [len(ordered)]]) if len(ordered) else np.zeros(1, int)
        return cls(order, begin.astype(np.int64), ordered[begin[:-1]])

    @property
    def size(self) -> Ints:
        """How many rows each cell has."""
        size: Ints = np.diff(self.begin)
        return size


def _order(value: Ints) -> tuple[Ints, Ints]:
    """The rows by their numbers, and the numbers in that order.

    Numbers and rows are sorted as one, which is five times faster.
    """
    count = len(value)
    if count < 2:
        return np.arange(count), value
    low = (1 << (count - 1).bit_length()) - 1
    packed = (value & ~low) | np.arange(count)
    packed.sort()
    order: Ints = packed & low
    ordered = value[order]
    apart = ordered[1:] ^ ordered[:-1]
    # Numbers that are the same but for the bits cut off: a handful in millions.
    for place in np.flatnonzero((apart != 0) & (apart & ~low == 0)).tolist():
        first, last = place, place + 2
        high = int(ordered[place]) & ~low
        while first and int(ordered[first - 1]) & ~low == high:
            first -= 1
        while last < count and int(ordered[last]) & ~low == high:
            last += 1
        rows = order[first:last]
        order[first:last] = rows = rows[np.lexsort([rows, value[rows]])]
        ordered[first:last] = value[rows]
    return order, ordered


def meet(left: Cells, right: Cells) -> tuple[Ints, Ints]:
    """Places in both orders of pairs of rows with the same number; of crowds, of neighbours."""
    at, to = met(left, right)
    wide = right.size[to]
    crowded = (wide > _CROWD) & (left.size[at] > _CROWD)
    if crowded.any():
        one, other = _beside_one_another(left, right, at[crowded], to[crowded])
        rest = _all_of(left, right, at[~crowded], to[~crowded])
        return np.concatenate([rest[0], one]), np.concatenate([rest[1], other])
    return _all_of(left, right, at, to)


def meet_telling(left: Cells, right: Cells) -> tuple[Ints, Ints]:
    """The same, but what is common to a crowd of either book tells nothing and is left out."""
    at, to = met(left, right)
    few = (right.size[to] <= _CROWD) | (left.size[at] <= _CROWD)
    return _all_of(left, right, at[few], to[few])


def met(left: Cells, right: Cells) -> tuple[Ints, Ints]:
    """Places of the cells with the same number."""
    if not len(left.value) or not len(right.value):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    to = np.searchsorted(right.value, left.value)
    to[to == len(right.value)] = 0
    at = np.flatnonzero(right.value[to] == left.value)
    return at, to[at]


def _beside_one_another(left: Cells, right: Cells, at: Ints, to: Ints) -> tuple[Ints, Ints]:
    """Of crowded cells only rows at about the same place in their order."""
    size, wide = left.size[at], right.size[to]
    row = spread(np.zeros(len(at), np.int64), size)
    low = np.maximum(row - _CROWD // 2, 0)
    high = np.minimum(row + _CROWD // 2 + 1, np.repeat(wide, size))
    length = np.maximum(high - low, 0)
    return (
        np.repeat(np.repeat(left.begin[at], size) + row, length),
        spread(np.repeat(right.begin[to], size) + low, length),
    )


def _all_of(left: Cells, right: Cells, at: Ints, to: Ints) -> tuple[Ints, Ints]:
    """All pairs of rows of cells that go together."""
    wide = right.size[to]
    length = left.size[at] * wide
    if not (length > 1).any():
        return left.begin[at], right.begin[to]
    within = spread(np.zeros(len(at), np.int64), length)
    wide = np.repeat(wide, length)
    return (
        np.repeat(left.begin[at], length) + within // wide,
        np.repeat(right.begin[to], length) + within % wide,
    )


def equal_rows(
    left: tuple[Ints, ...], right: tuple[Ints, ...], *, telling: bool = False
) -> tuple[Ints, Ints]:
    """Pairs of rows (left, right) that are equal in every column, in no order.

    Of what a crowd on either side has in common only neighbours, or none if it must tell something.
    """
    mixed = mix(*left), mix(*right)
    kept: list[Ints | None] = [None, None]
    for one, other in ((0, 1), (1, 0)):
        if len(mixed[one]) > _MUCH_LONGER * len(mixed[other]):
            if not len(mixed[other]):
                return np.zeros(0, np.int64), np.zeros(0, np.int64)
            kept[one] = sieved(mixed[one], mixed[other])
    cells = [
        Cells.of(each if some is None else each[some])
        for each, some in zip(mixed, kept, strict=True)
    ]
    at, to = (meet_telling if telling else meet)(cells[0], cells[1])
    rows, others = (
        cell.order[places] if some is None else some[cell.order[places]]
        for cell, places, some in zip(cells, (at, to), kept, strict=True)
    )
    same = np.ones(len(rows), bool)
    for ours, theirs in zip(left, right, strict=True):
        same &= ours[rows] == theirs[others]
    return (rows, others) if same.all() else (rows[same], others[same])


def sieved(values: Ints, wanted: Ints) -> Ints:
    """Rows of a long column that may be among a few mixed numbers; most others are left out."""
    low = (1 << (len(wanted) * _MUCH_LONGER).bit_length()) - 1
    there = np.zeros(low + 1, bool)
    there[wanted & low] = True
    return np.flatnonzero(there[values & low])


def near_rows(
    left: tuple[Ints, ...], right: tuple[Ints, ...], low: Ints, high: Ints, value: Ints
) -> tuple[Ints, Ints]:
    """Pairs equal in every column, whose right `value` lies between the left's `low` and `high`."""
    rows, others, _ = _near_or_crowded(left, right, low, high, value)
    return rows, others


class Dated(NamedTuple):
    """Rows of one side, with the days of the other side's that each may be brought together with.

    Both sides must say the same of any pair that counts.
    """

    columns: tuple[Ints, ...]
    day: Ints
    since: Ints
    until: Ints
    #: Their canonical places, unique.
    rank: Ints

    def by(self, key: Ints) -> "Dated":
        """The same with one column more."""
        return self._replace(columns=(*self.columns, key))

    def take(self, rows: Ints) -> "Dated":
        """Some of the rows."""
        columns = tuple(column[rows] for column in self.columns)
        return Dated(columns, self.day[rows], self.since[rows], self.until[rows], self.rank[rows])


def near_from_both(left: Dated, right: Dated) -> tuple[Ints, Ints]:
    """Pairs equal in every column whose days allow it.

    Of a crowd only some are looked at: those that are near as seen from either side, so that it
    does not matter which is called left, nor in which order the rows come.
    """
    rows, others, crowded = _near_or_crowded(
        left.columns, right.columns, left.since, left.until, right.day
    )
    if not crowded:
        return rows, others
    order, its_order = np.argsort(left.rank), np.argsort(right.rank)
    left, right = left.take(order), right.take(its_order)
    rows, others, _ = _near_or_crowded(
        left.columns, right.columns, left.since, left.until, right.day
    )
    also, its, _ = _near_or_crowded(right.columns, left.columns, right.since, right.until, left.day)
    wide = len(right.day)
    pairs = distinct(np.concatenate([rows * wide + others, its * wide + also]))
    return order[pairs // wide], its_order[pairs % wide]


def _near_or_crowded(
    left: tuple[Ints, ...], right: tuple[Ints, ...], low: Ints, high: Ints, value: Ints
) -> tuple[Ints, Ints, bool]:
    """The same, and whether a left row had more of them than are looked at."""
    if not len(low) or not len(value):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), False
    mixed = mix(*left), mix(*right)
    # Most rows have nothing in common with the other side: only what may have is sorted.
    its = sieved(mixed[1], mixed[0])
    some = sieved(mixed[0], mixed[1][its])
    low, high = low[some], high[some]
    begin, length, order, group = _near_mixed(mixed[0][some], mixed[1][its], low, high, value[its])
    crowded = bool((length > _CROWD).any())
    if crowded:
        begin, length = _thinned(group, low, begin, length)
    return np.repeat(some, length), its[order[spread(begin, length)]], crowded


def _thinned(group: Ints, low: Ints, begin: Ints, length: Ints) -> tuple[Ints, Ints]:
    """Of crowds only those around the one a row would get if everybody were served in turn."""
    some = np.flatnonzero(length > _CROWD)
    some = some[np.lexsort([some, low[some], group[some]])]
    turn = np.empty(len(some), np.int64)
    served, of = -1, -1
    for place, (its, first, many) in enumerate(
        zip(
            group[some].tolist(),
            begin[some].tolist(),
            length[some].tolist(),
            strict=True,
        )
    ):
        if its != of:
            served, of = -1, its
        turn[place] = min(max(served + 1, first), first + many - 1)
        served = max(served, int(turn[place]))
    begin, length, end = begin.copy(), length.copy(), begin + length
    begin[some] = np.clip(turn - _CROWD // 2, begin[some], end[some] - _CROWD)
    length[some] = _CROWD
    return begin, length


def near_counts(
    left: tuple[Ints, ...], right: tuple[Ints, ...], low: Ints, high: Ints, value: Ints
) -> Ints:
    """How many pairs `near_rows` finds for each left row, without making them."""
    return _near(left, right, low, high, value)[1]


def near_places(
    left: tuple[Ints, ...], right: tuple[Ints, ...], low: Ints, high: Ints, value: Ints
) -> tuple[Ints, Ints, Ints]:
    """Where the pairs of each left row begin in an order of the right rows, and how many."""
    return _near(left, right, low, high, value)[:3]


def _near(
    left: tuple[Ints, ...], right: tuple[Ints, ...], low: Ints, high: Ints, value: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    return _near_mixed(mix(*left), mix(*right), low, high, value)


def _near_mixed(
    left: Ints, right: Ints, low: Ints, high: Ints, value: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    cells = Cells.of(np.concatenate([left, right]))
    group = np.empty(len(cells.order), np.int64)
    group[cells.order] = np.repeat(np.arange(len(cells.value)), cells.size)
    left_group, right_group = group[: len(low)], group[len(low) :]
    base = int(min(value.min(initial=0), low.min(initial=0))) - 1
    span = int(max(value.max(initial=0), high.max(initial=0))) - base + 2
    order, ordered = ascending(right_group * span + (value - base))
    # Looked for group after group, so that one search begins where the last one ended.
    rows = cells.order[cells.order < len(low)]
    begin, end = np.empty(len(low), np.int64), np.empty(len(low), np.int64)
    first = left_group[rows] * span - base
    begin[rows] = np.searchsorted(ordered, first + low[rows], side="left")
    end[rows] = np.searchsorted(ordered, first + high[rows], side="right")
    return begin, np.maximum(end - begin, 0), order, left_group


def ascending(places: Ints) -> tuple[Ints, Ints]:
    """Rows by their places, equal ones as they stand, and the places in that order."""
    bits = max(len(places) - 1, 1).bit_length()
    if int(places.max(initial=0)).bit_length() + bits > _BITS:
        order = np.argsort(places, kind="stable")
        return order, places[order]
    packed = (places << bits) | np.arange(len(places))
    packed.sort()
    return packed & ((1 << bits) - 1), packed >> bits


def blocks(column: Ints) -> list[tuple[int, int]]:
    """Begin and end of each run of equal numbers."""
    if not len(column):
        return []
    cuts = (np.flatnonzero(np.diff(column)) + 1).tolist()
    return list(zip([0, *cuts], [*cuts, len(column)], strict=True))


def few_distinct(values: Ints) -> Ints:
    """The different numbers of a column that has few of them, ascending."""
    known = distinct(values[:_LOOKED_AT])
    strange = values[~among(values, known)]
    return distinct(np.concatenate([known, strange])) if len(strange) else known


def among(values: Ints, some: Ints) -> Bools:
    """Which of the values are among some others, given ascending."""
    if len(some) <= _A_FEW:
        found = np.zeros(len(values), bool)
        for each in some.tolist():
            found |= values == each
        return found
    place = np.searchsorted(some, values)
    place[place == len(some)] = 0
    result: Bools = some[place] == values
    return result


@dataclass(frozen=True)
class Numbered:
    """The places of numbers in an ascending column of different ones; all of them are there."""

    known: Ints
    #: The place of each number from the lowest on, where they lie close enough together.
    table: Ints

    @classmethod
    def of(cls, *columns: Ints) -> "Numbered":
        """All numbers of some columns."""
        full = [column for column in columns if len(column)]
        if not full:
            return cls(np.zeros(0, np.int64), np.zeros(0, np.int64))
        low = min(int(column.min()) for column in full)
        span = max(int(column.max()) for column in full) - low + 1
        if span > _CLOSE * sum(len(column) for column in full) + _LOOKED_AT:
            return cls(distinct(np.concatenate(full)), np.zeros(0, np.int64))
        there = np.zeros(span, bool)
        for column in full:
            there[column - low] = True
        return cls(np.flatnonzero(there) + low, np.cumsum(there) - 1)

    def __len__(self) -> int:
        return len(self.known)

    def places(self, values: Ints) -> Ints:
        """Where each of the numbers stands among the known ones."""
        if not len(self.table):
            return np.searchsorted(self.known, values)
        places: Ints = self.table[values - self.known[0]]
        return places


def counts(*columns: Ints) -> Ints:
    """How often each row occurs."""
    cells = Cells.of(mix(*columns))
    result = np.empty(len(cells.order), np.int64)
    result[cells.order] = np.repeat(cells.size, cells.size)
    return result


@dataclass(frozen=True)
class Choice:
    """Chosen pairs, as places in the candidates, with how many others were as good."""

    place: Ints
    rivals: Ints


def best_pairs(left: Ints, right: Ints, cost: Ints, left_rank: Ints, right_rank: Ints) -> Choice:
    """Take the cheapest pair, then the cheapest of what is left, and so on; no row twice.

    Ranks are unique on their side, so equal costs are decided the same way whatever the order
    of rows and whichever side is called left.
    """
    alone = (np.bincount(left)[left] == 1) & (np.bincount(right)[right] == 1)
    crowd = np.flatnonzero(~alone)
    if not len(crowd):
        return Choice(np.arange(len(left)), np.zeros(len(left), np.int64))
    left, right, cost = left[crowd], right[crowd], cost[crowd]
    rank_l, rank_r = left_rank[left], right_rank[right]
    order = np.lexsort([np.abs(rank_l - rank_r), rank_l + rank_r, cost])
    rivals = np.zeros(len(alone), np.int64)
    rivals[crowd] = counts(left, cost) + counts(right, cost) - 2
    chosen = [np.flatnonzero(alone)]
    first_left = np.empty(int(left.max()) + 1, np.int64)
    first_right = np.empty(int(right.max()) + 1, np.int64)
    for _ in range(_ROUNDS):
        if not len(order):
            break
        backwards = np.arange(len(order))[::-1]
        first_left[left[order][::-1]] = backwards
        first_right[right[order][::-1]] = backwards
        place = np.arange(len(order))
        best = (first_left[left[order]] == place) & (first_right[right[order]] == place)
        taken = order[best]
        chosen.append(crowd[taken])
        # Marked by a place no candidate has.
        first_left[left[taken]], first_right[right[taken]] = -1, -1
        order = order[(first_left[left[order]] >= 0) & (first_right[right[order]] >= 0)]
    if len(order):
        chosen.append(crowd[order[_one_by_one(left[order], right[order])]])
    places = np.concatenate(chosen)
    return Choice(places, rivals[places])


def _one_by_one(left: Ints, right: Ints) -> Ints:
    """Places of the pairs that come first for both, in the order given."""
    taken_left, taken_right = set[int](), set[int]()
    places = []
    for place, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        if one not in taken_left and other not in taken_right:
            taken_left.add(one)
            taken_right.add(other)
            places.append(place)
    return np.array(places, np.int64)


def connected(left: Ints, right: Ints, count: int) -> Ints:
    """For each node the smallest node it is connected with."""
    label = np.arange(count)
    while len(left):
        low = np.minimum(label[left], label[right])
        before = label.copy()
        np.minimum.at(label, left, low)
        np.minimum.at(label, right, low)
        label = label[label]
        if (label == before).all():
            break
    return label
