"""Pairs that do not cross: what nothing tells apart but the day is settled in the order of days.

Where ten fees of one amount stand in either book, the nearest first leaves some alone that would
all have found a partner, and is right less often than the order in which they were entered.
"""

import numpy as np

from tieout.matching.joins import Choice, best_pairs, connected, counts
from tieout.matching.text import Ints, mix

#: More lines of one amount than these are paired nearest first, as many as that cost too much.
_MOST = 512
#: Cells worked on together.
_AT_ONCE = 1 << 20
#: Below the square of the days: what decides between equally good ways, the same for either book.
_TIE = 26
_NEVER = np.int64(1 << 56)
#: What a pair as far off as may be costs is the square of this; and what a line left alone costs.
_HALF, _ALONE = 16, 128


def pairs_in_order(
    left: Ints,
    right: Ints,
    off: Ints,
    half: Ints,
    left_rank: Ints,
    right_rank: Ints,
    content: Ints,
) -> Choice:
    """Of pairs so many days off the usual as many as can be, with the fewest days in all.

    `half` is how many days off they may be; a line is left alone rather than that all others are
    paired so far off. Ranks go by day, and are unique on their side. `content` is a number for
    what the two lines of a pair say: it decides between ways that are as good, the same whichever
    book is called left and however many lines stand before.
    """
    alone = (np.bincount(left)[left] == 1) & (np.bincount(right)[right] == 1)
    crowd = np.flatnonzero(~alone)
    if not len(crowd):
        return Choice(np.arange(len(left)), np.zeros(len(left), np.int64))
    one, other, days = left[crowd], right[crowd], off[crowd]
    rivals = np.zeros(len(left), np.int64)
    rivals[crowd] = counts(one, days) + counts(other, days) - 2
    part = connected(one, other + len(left_rank), len(left_rank) + len(right_rank))[one]
    tables = _Tables.of(part, left_rank[one], right_rank[other])
    chosen = [np.flatnonzero(alone)]
    large = np.maximum(tables.rows, tables.columns)[tables.part] > _MOST
    if large.any():
        some = crowd[large]
        nearest = best_pairs(left[some], right[some], off[some], left_rank, right_rank)
        chosen.append(some[nearest.place])
    tie = mix(content[crowd]) & 0xFFFF
    share = days * _HALF // np.maximum(half[crowd], 1)
    cost = (np.minimum(share, 1 << 8) ** 2 << _TIE) + tie
    chosen += [crowd[places] for places in tables.aligned(cost)]
    places = np.concatenate(chosen)
    return Choice(places, rivals[places])


class _Tables:
    """Candidates as tables, one for each part of them that hangs together."""

    def __init__(self, part: Ints, row: Ints, column: Ints, rows: Ints, columns: Ints) -> None:
        #: Of each candidate its table, and its place there.
        self.part, self.row, self.column = part, row, column
        #: Of each table.
        self.rows, self.columns = rows, columns

    @classmethod
    def of(cls, part: Ints, left: Ints, right: Ints) -> "_Tables":
        """Lines stand in the order of their ranks."""
        row, column = _places(part, left), _places(part, right)
        order = np.argsort(part, kind="stable")
        number = np.empty(len(part), np.int64)
        number[order] = np.cumsum(np.diff(part[order], prepend=-1) != 0) - 1
        sizes = []
        for place in (row, column):
            size = np.zeros(int(number.max()) + 1, np.int64)
            np.maximum.at(size, number, place + 1)
            sizes.append(size)
        return cls(number, row, column, sizes[0], sizes[1])

    def aligned(self, cost: Ints) -> list[Ints]:
        """The places of the chosen candidates; tables of about one size are worked on together."""
        found = []
        small = np.maximum(self.rows, self.columns) <= _MOST
        bits = [
            np.ceil(np.log2(np.maximum(size, 1))).astype(np.int64)
            for size in (self.rows, self.columns)
        ]
        shape = np.where(small, bits[0] * 16 + bits[1], -1)
        for each in sorted(set(shape[small].tolist())):
            tables = np.flatnonzero(shape == each)
            wide = 1 << (each // 16), 1 << (each % 16)
            at_once = max(_AT_ONCE // (wide[0] * wide[1]), 1)
            for first in range(0, len(tables), at_once):
                found.append(self._together(tables[first : first + at_once], wide, cost))
        return found

    def _together(self, tables: Ints, wide: tuple[int, int], cost: Ints) -> Ints:
        number = np.full(len(self.rows), -1, np.int64)
        number[tables] = np.arange(len(tables))
        some = np.flatnonzero(number[self.part] >= 0)
        table, row, column = number[self.part[some]], self.row[some], self.column[some]
        price = np.full((len(tables), *wide), _NEVER)
        price[table, row, column] = cost[some]
        place = np.full(price.shape, -1, np.int64)
        place[table, row, column] = some
        best = _best(price, np.int64(_ALONE << _TIE) + 1)
        chosen = _traced(best, price, self.rows[tables], self.columns[tables])
        return place[chosen]


def _places(part: Ints, rank: Ints) -> Ints:
    """The place of each line among those of its part."""
    order = np.lexsort([rank, part])
    fresh = np.ones(len(order), bool)
    fresh[1:] = (np.diff(part[order]) != 0) | (np.diff(rank[order]) != 0)
    begun = np.ones(len(order), bool)
    begun[1:] = np.diff(part[order]) != 0
    count = np.cumsum(fresh)
    place = np.empty(len(order), np.int64)
    place[order] = count - np.maximum.accumulate(np.where(begun, count, 0))
    return place


def _best(price: Ints, alone: np.int64) -> Ints:
    """The least any first rows and columns cost, each line left alone costing something."""
    tables, rows, columns = price.shape
    best = np.zeros((tables, rows + 1, columns + 1), np.int64)
    steps = np.arange(columns + 1) * alone
    best[:, 0] = steps
    for row in range(rows):
        reached = best[:, row] + alone
        np.minimum(reached[:, 1:], best[:, row, :-1] + price[:, row], out=reached[:, 1:])
        best[:, row + 1] = np.minimum.accumulate(reached - steps, axis=1) + steps
    return best


def _traced(best: Ints, price: Ints, rows: Ints, columns: Ints) -> tuple[Ints, Ints, Ints]:
    """Tables, rows and columns of the pairs that lead to the least."""
    table, row, column = np.arange(len(rows)), rows.copy(), columns.copy()
    found: list[tuple[Ints, Ints, Ints]] = []
    while len(table):
        here, before = best[table, row, column], best[table, row - 1, column - 1]
        paired = here == before + price[table, row - 1, column - 1]
        found.append((table[paired], row[paired] - 1, column[paired] - 1))
        up = ~paired & (here - best[table, row - 1, column] == best[0, 1, 0])
        row = row - (paired | up)
        column = column - (paired | (~paired & ~up))
        going = (row > 0) & (column > 0)
        table, row, column = table[going], row[going], column[going]
    columns_of = list(zip(*found, strict=True))
    return tuple(np.concatenate(column) for column in columns_of)  # type: ignore[return-value]
