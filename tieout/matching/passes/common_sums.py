"""Sums with amounts in them that many lines have."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import NamedTuple

import numpy as np

from tieout.matching.board import FREE, Board, Side
from tieout.matching.chance import SLIGHT, Floats, grain
from tieout.matching.difference import Confidence
from tieout.matching.joins import among, blocks, equal_rows, near_places
from tieout.matching.passes.sums_of_both import pays
from tieout.matching.passes.vouchers import Vouchers
from tieout.matching.text import Ints, mix, spread

#: Of more amounts than these no sums of two or three are looked for.
_MOST_AMOUNTS = {2: 40, 3: 12}
#: Lines looked at as parts of one sum, and how many days apart parts may be.
_MOST_PARTS, _APART = 48, 4


class Sum(NamedTuple):
    """Lines of one book, and what of the other they come to."""

    expected: float
    ranks: tuple[int, ...]
    #: Where the common amounts are best dated, and how many days they may be off.
    day: int
    days: int
    lines: tuple[int, ...]
    parts: tuple[int, ...]
    values: tuple[int, ...]
    customer: int
    paid: bool
    #: The lines are theirs.
    turned: bool


def others(side: Side, held: Ints) -> Ints:
    """Free lines that are none of the held."""
    free = side.group == FREE
    free[held] = False
    return np.flatnonzero(free)


def round_share(side: Side, held: Ints, customer: Ints, step: Ints) -> Floats:
    """The share of a customer's other lines that are written as coarsely as a step of ten."""
    rest = np.ones(len(side.lines), bool)
    rest[held] = False
    customers, of = np.unique(customer, return_inverse=True)
    at = np.searchsorted(customers, side.lines.customer)
    rest &= customers[np.minimum(at, len(customers) - 1)] == side.lines.customer
    at, grains = at[rest], grain(side.lines.amount[rest])
    total = np.bincount(at, minlength=len(customers)) + 1.0
    shares = np.ones(len(customer))
    for size in (10, 100, 1_000, 10_000):
        coarse = np.bincount(at[grains >= size], minlength=len(customers)) + 1.0
        some = step >= size
        shares[some] = np.minimum(coarse / total, 1)[of[some]]
    return shares


def sums_with(board: Board, held: tuple[Ints, Ints], once: list[Ints]) -> list[Sum]:
    """Claim sums of several of these amounts; return those of one of them and other lines.

    Which of many lines it is that such a sum lacks is told by the order of days, like all others.
    """
    found = [*_found(board, held, SLIGHT, turned=True), *_found(board, held, SLIGHT, turned=False)]
    shelves = _Shelf.of(board.ours, once[0]), _Shelf.of(board.theirs, once[1])
    heads: list[Sum] = []
    taken: set[tuple[bool, int]] = set()
    for each in sorted(found):
        near, far = (board.theirs, board.ours) if each.turned else (board.ours, board.theirs)
        lines = {(each.turned, line) for line in each.lines}
        lines |= {(not each.turned, line) for line in each.parts}
        if lines & taken:
            continue
        if len(each.values) == 1:
            heads.append(each)
            taken |= lines
            continue
        chosen = _chosen(board, near, far, shelves[0 if each.turned else 1], each)
        if chosen is None:
            continue
        several = (*each.parts, *chosen)
        both = (several, each.lines) if each.turned else (each.lines, several)
        if board.claim(*both, Confidence.PROPOSED, 0):
            taken |= lines
    return heads


class _Shelf(NamedTuple):
    """Held lines by customer, class and amount, in the order of days."""

    days: dict[tuple[int, bool, int], list[int]]
    lines: dict[tuple[int, bool, int], list[int]]

    @classmethod
    def of(cls, side: Side, held: Ints) -> "_Shelf":
        days, rows = defaultdict(list), defaultdict(list)
        held = held[np.argsort(side.rank[held])]
        lines = side.lines
        for row, customer, paid, amount, day in zip(
            held.tolist(),
            lines.customer[held].tolist(),
            pays(side, held).tolist(),
            lines.amount[held].tolist(),
            lines.day[held].tolist(),
            strict=True,
        ):
            days[customer, paid, amount].append(day)
            rows[customer, paid, amount].append(row)
        return cls(days, rows)


def _chosen(
    board: Board, near: Side, far: Side, shelf: _Shelf, each: Sum
) -> tuple[int, ...] | None:
    """The held lines nearest to the day, or nothing."""
    chosen: list[int] = []
    for value in each.values:
        key = each.customer, each.paid, value
        days, rows = shelf.days[key], shelf.lines[key]
        first, last = (
            bisect_left(days, each.day - each.days),
            bisect_right(days, each.day + each.days),
        )
        some = [
            (abs(days[at] - each.day), int(far.rank[rows[at]]), rows[at])
            for at in range(first, last)
            if far.group[rows[at]] == FREE and rows[at] not in chosen
        ]
        if not some:
            return None
        chosen.append(min(some)[2])
    one, other = np.repeat(np.array(each.lines[:1]), len(chosen)), np.array(chosen)
    pair = (other, one) if each.turned else (one, other)
    if board.numbers_differ(*pair).any():
        return None
    return tuple(chosen)


@dataclass(frozen=True)
class _Table:
    """Sums of one to three of the amounts of a customer and class."""

    customer: Ints
    paid: Ints
    total: Ints
    values: list[tuple[int, ...]]
    size: Ints
    #: How many sums of so many the same customer and class has.
    many: Ints

    @classmethod
    def of(cls, side: Side, held: Ints) -> "_Table":
        lines = side.lines
        amounts = np.unique(
            np.stack([lines.customer[held], pays(side, held), lines.amount[held]], axis=1), axis=0
        )
        rows: list[tuple[int, int, int, int, int]] = []
        values: list[tuple[int, ...]] = []
        for first, last in blocks(mix(amounts[:, 0], amounts[:, 1], np.sign(amounts[:, 2]))):
            customer, paid = amounts[first, :2].tolist()
            its = amounts[first:last, 2].tolist()
            for size in range(1, 4):
                if size > 1 and len(its) > _MOST_AMOUNTS[size]:
                    break
                sums = list(combinations_with_replacement(its, size))
                rows += [(customer, paid, sum(each), size, len(sums)) for each in sums]
                values += sums
        columns = np.array(rows, np.int64).reshape(-1, 5)
        return cls(
            columns[:, 0], columns[:, 1], columns[:, 2], values, columns[:, 3], columns[:, 4]
        )


def _found(board: Board, held: tuple[Ints, Ints], slight: float, *, turned: bool) -> list[Sum]:
    near, far = (board.theirs, board.ours) if turned else (board.ours, board.theirs)
    names = (board.edges.ours_names, board.edges.theirs_names)[:: -1 if turned else 1]
    own, its = held[:: -1 if turned else 1]
    table = _Table.of(far, its)
    near.held = own
    targets = Vouchers.of(near)
    near.held = np.zeros(0, np.int64)
    customers = np.unique(far.lines.customer[its])
    keep = among(near.lines.customer[targets.first], customers) & ~names[0][targets.first]
    place = np.flatnonzero(keep & (targets.amount != 0))
    first, amount = targets.first[place], targets.amount[place]
    customer, paid = near.lines.customer[first], targets.paid[place]
    day = near.lines.day[first]
    row = board.habits.row(customer, paid)
    early, late, usual = (
        column[row] for column in (board.habits.earliest, board.habits.latest, board.habits.usual)
    )
    if turned:
        early, late, usual = -late, -early, -usual
    free = others(far, its)
    free = free[~names[1][free]]
    free = free[np.argsort(far.rank[free])]
    begin, length, order = near_places(
        (customer, paid.astype(np.int64), np.sign(amount)),
        (
            far.lines.customer[free],
            pays(far, free).astype(np.int64),
            np.sign(far.lines.amount[free]),
        ),
        day + early,
        day + late,
        far.lines.day[free],
    )
    most = np.minimum(length, _MOST_PARTS)
    begin = begin + (length - most) // 2
    block = np.repeat(np.arange(len(place)), most)
    part = free[order[spread(begin, most)]]
    fits = np.abs(far.lines.amount[part]) < np.abs(amount[block])
    pair = (part, first[block]) if turned else (first[block], part)
    fits &= ~board.numbers_differ(*pair)
    block, part = block[fits], part[fits]
    size = np.bincount(block, minlength=len(place))
    none = np.full(len(place), -1)
    tries = [
        (np.arange(len(place)), none, none, 3, np.ones(len(place), np.int64)),
        (block, part, np.full(len(part), -1), 2, size),
    ]
    at, to = _twos(block, size)
    days = np.abs(far.lines.day[part[at]] - far.lines.day[part[to]])
    at, to = at[days <= _APART], to[days <= _APART]
    twos = np.bincount(block[at], minlength=len(place))
    tries.append((block[at], part[at], part[to], 1, twos))
    room = np.maximum(np.abs(amount) // grain(amount), 1)
    share = round_share(near, own, customer, grain(amount)) if len(place) else room
    found = []
    for blocks_of, one, two, sizes, ways in tries:
        rest = amount[blocks_of].copy()
        for other in (one, two):
            rest -= np.where(other >= 0, far.lines.amount[other], 0)
        some = np.flatnonzero(table.size <= sizes)
        left, right = equal_rows(
            (customer[blocks_of], paid[blocks_of].astype(np.int64), rest),
            (table.customer[some], table.paid[some], table.total[some]),
        )
        right = some[right]
        target, one, two = blocks_of[left], one[left], two[left]
        expected = ways[target] * table.many[right] * share[target] / room[target]
        # One line that is one of these amounts itself is no sum.
        keep = (expected <= slight) & (
            (one >= 0) | (table.size[right] > 1) | (targets.size[place[target]] > 1)
        )
        for which, a, b, values, chance in zip(
            target[keep].tolist(),
            one[keep].tolist(),
            two[keep].tolist(),
            right[keep].tolist(),
            expected[keep].tolist(),
            strict=True,
        ):
            lines = targets.of_one(int(place[which]))
            chosen = tuple(part for part in (a, b) if part >= 0)
            ranks = (int(near.rank[lines[0]]), *sorted(far.rank[list(chosen)].tolist()))
            on, days = int(day[which] + usual[which]), int(late[which] - early[which])
            if chosen:
                on, days = int(far.lines.day[a]), _APART
            values_of = table.values[values]
            found.append(
                Sum(
                    chance, ranks, on, days, lines, chosen, values_of,
                    int(customer[which]), bool(paid[which]), turned,
                )
            )  # fmt: skip
    return found


def _twos(block: Ints, size: Ints) -> tuple[Ints, Ints]:
    """Places of any two parts of one block."""
    begin = np.cumsum(size) - size
    place = np.arange(len(block))
    behind = begin[block] + size[block] - place - 1
    return np.repeat(place, behind), spread(place + 1, behind)
