"""Looking for sums among the possible parts of many lines at once, and weighing chance."""

from dataclasses import dataclass

import numpy as np

from tieout.matching.chance import Floats, step
from tieout.matching.choices import (
    LARGEST,
    NOTHING,
    Choices,
    adding_up,
    any_of,
    few_of,
    in_halves,
    in_range,
)
from tieout.matching.text import Bools, Ints, mix, spread

#: Fees are even amounts: five, ten, fifteen.
FEE_STEP = 500
#: Parts beside one another of which any may be chosen, and the step to the next such window.
_ANY, _ANY_STEP = 16, 8
#: Blocks of at most so many parts are multiplied with a table of all choices.
_SMALL = 8
#: Parts beside one another of which two or three may be chosen.
_FEW, _FEW_STEP = 20, 10
#: Where there are more parts, only the windows nearest to the usual day.
_MOST_WINDOWS, _MOST_WIDE = 5, 3
#: The more free lines a customer has, the fewer windows are looked at for each.
_WINDOWS_OF_ALL, _WIDE_OF_ALL = 30_000, 12_000
#: More sums than this for one line prove nothing.
_ENOUGH = 64
#: Parts beside one another that are taken all together: more than a few, and at most so many.
_FEWEST_OF_RUN, _LONGEST = 3, 60
_LOG_FACTORIAL: Floats = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, 4096)))])


@dataclass(frozen=True)
class Parts:
    """Lines, each with what may be parts of it: blocks of parts in the order of their days."""

    line: Ints
    amount: Ints
    #: The day at which the other book usually has the line.
    usual: Ints
    begin: Ints
    size: Ints
    #: How many free lines of the other book the customer has.
    crowd: Ints
    #: Of all blocks, one after the other.
    part: Ints
    #: In the direction of the line: what is taken off is negative.
    worth: Ints
    day: Ints
    #: Within the customer's window, not only near it.
    inside: Bools

    @classmethod
    def of(
        cls,
        *,
        line: Ints,
        amount: Ints,
        usual: Ints,
        crowd: Ints,
        block: Ints,
        part: Ints,
        worth: Ints,
        day: Ints,
        inside: Bools,
    ) -> "Parts":
        """Gather parts by the place of their line."""
        size = np.bincount(block, minlength=len(line))
        return cls(
            line, amount, usual, np.cumsum(size) - size, size, crowd, part, worth, day, inside
        )

    def only(self, keep: Bools) -> "Parts":
        """Some of the lines; the parts of the others are no longer pointed at."""
        return Parts(
            self.line[keep],
            self.amount[keep],
            self.usual[keep],
            self.begin[keep],
            self.size[keep],
            self.crowd[keep],
            self.part,
            self.worth,
            self.day,
            self.inside,
        )


@dataclass(frozen=True)
class Found:
    """The least accidental sum of each line that has one."""

    line: Ints
    #: Lines of the other book, filled up with -1.
    members: Ints
    expected: Floats
    span: Ints
    rivals: Ints


@dataclass(frozen=True)
class _Hits:
    """Parts that make an amount: the place of the line, the places of the parts, -1 for none."""

    block: Ints
    places: Ints


def found_sums(parts: Parts, fee: int, slight: float) -> Found:
    """Search every block; `fee` is what may have been kept back."""
    bearable = _bearable_ways(parts, fee, slight)
    # Not even one way to choose them would be more than chance: round amounts, many days.
    parts, bearable = parts.only(bearable >= 1), bearable[bearable >= 1]
    hits = _searched(parts, fee, bearable)
    return _chosen(parts, hits, fee, slight)


def _days(parts: Parts) -> Ints:
    """On how many days the parts of each block stand."""
    new = np.ones(len(parts.day), np.int64)
    new[1:] = parts.day[1:] != parts.day[:-1]
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(new)])
    full = parts.size > 0
    days = np.zeros(len(parts.size), np.int64)
    begin, end = parts.begin[full], parts.begin[full] + parts.size[full]
    days[full] = before[end] - before[begin + 1] + 1
    return days


def _bearable_ways(parts: Parts, fee: int, slight: float) -> Floats:
    """How many ways there may be to choose the parts of each line, so that a sum is no chance."""
    full = np.flatnonzero((parts.size >= 2) & (parts.amount <= LARGEST) & (parts.amount > 0))
    ways = np.zeros(len(parts.size))
    if not len(full):
        return ways
    some = parts.only(np.isin(np.arange(len(parts.size)), full))
    place = spread(some.begin, some.size)
    first = np.cumsum(some.size) - some.size
    most = np.add.reduceat(np.maximum(parts.worth[place], 0), first)
    unit = step(np.gcd(np.gcd.reduceat(parts.worth[place], first), some.amount))
    room = np.maximum(some.amount // unit, 1)
    accidents = (1 + _days(some)) * max(fee // FEE_STEP, 1)
    ways[full] = np.where(most >= some.amount - fee, slight * room / accidents, 0)
    return ways


def _ways_of_a_day(parts: Parts) -> Floats:
    """For each part: how many ways there are to choose three from its day.

    Whatever is chosen from several days can be chosen in at least as many ways as from the
    emptiest of them, unless it is nearly all there is, which is looked for by itself.
    """
    new = np.zeros(len(parts.day) + 1, bool)
    new[1:-1] = parts.day[1:] != parts.day[:-1]
    new[0] = new[parts.begin] = new[parts.begin + parts.size] = True
    day = np.cumsum(new[:-1]) - 1
    crowd = np.bincount(day, weights=parts.worth > 0)[day] if len(day) else np.zeros(0)
    ways: Floats = crowd * (crowd - 1) * (crowd - 2) / 6
    return ways


def _searched(parts: Parts, fee: int, bearable: Floats) -> _Hits:
    """Any of a few beside one another, two or three of more, two of all."""
    blocks, places = [], []
    ways = _ways_of_a_day(parts)
    for block, start, width, choices in _windows(parts):
        at = (parts.begin[block] + start)[:, None] + np.arange(width)
        inside = at < (parts.begin[block] + parts.size[block])[:, None]
        at = np.where(inside, at, 0)
        worth = np.where(inside, parts.worth[at], NOTHING)
        low = parts.amount[block] - fee
        enough = np.where(inside, np.maximum(worth, 0), 0).sum(axis=1) >= low
        if width > _SMALL:
            fewest = np.where(inside, ways[at], np.inf).min(axis=1, initial=np.inf)
            enough &= fewest <= bearable[block]
        block, at, worth, low = block[enough], at[enough], worth[enough], low[enough]
        high = low + max(fee - 1, 0)
        if choices is None:
            row, mask = in_halves(worth, low, high)
            chosen = np.where(mask[:, None] >> np.arange(width) & 1 > 0, np.arange(width), -1)
        else:
            row, column = adding_up(worth, low, high, choices)
            chosen = choices.places[column]
        found = np.where(chosen >= 0, at[row[:, None], np.maximum(chosen, 0)], -1)
        blocks.append(block[row])
        places.append(found)
    for found_here in (_pairs(parts, fee), _runs(parts, fee)):
        blocks.append(found_here.block)
        places.append(found_here.places)
    wide = max(found.shape[1] for found in places)
    filled = [
        np.pad(found, ((0, 0), (0, wide - found.shape[1])), constant_values=-1) for found in places
    ]
    return _different(np.concatenate(blocks), np.concatenate(filled))


def _windows(parts: Parts) -> list[tuple[Ints, Ints, int, Choices | None]]:
    """Blocks, where in them a window begins, how wide it is, and what is chosen from it."""
    windows: list[tuple[Ints, Ints, int, Choices | None]] = []
    narrow = 2
    for width in (4, 6, _SMALL):
        some = np.flatnonzero((parts.size >= narrow) & (parts.size <= width))
        windows.append((some, np.zeros(len(some), np.int64), width, any_of(width)))
        narrow = width + 1
    wide = np.flatnonzero(parts.size > _SMALL)
    crowd = np.maximum(parts.crowd[wide], 1)
    most = np.clip(_WINDOWS_OF_ALL // crowd, 1, _MOST_WINDOWS)
    block, start = _steps(parts, wide, _ANY, _ANY_STEP, most)
    windows.append((block, start, _ANY, None))
    most = np.minimum(_WIDE_OF_ALL // crowd, _MOST_WIDE) * (parts.size[wide] > _ANY)
    block, start = _steps(parts, wide[most > 0], _FEW, _FEW_STEP, most[most > 0])
    windows.append((block, start, _FEW, few_of(_FEW, 3)))
    return windows


def _steps(parts: Parts, some: Ints, width: int, step: int, most: Ints) -> tuple[Ints, Ints]:
    """Windows over each block, one step after the other; of many those nearest to usual."""
    count = np.maximum(-(-(parts.size[some] - width) // step), 0) + 1
    block = np.repeat(some, count)
    start = spread(np.zeros(len(some), np.int64), count) * step
    if (count > most).any():
        middle = np.minimum(start + width // 2, parts.size[block] - 1)
        off = np.abs(parts.day[parts.begin[block] + middle] - parts.usual[block])
        order = np.lexsort([start, off, block])
        place = spread(np.zeros(len(some), np.int64), count)
        chosen = np.sort(order[place < np.repeat(most, count)])
        block, start = block[chosen], start[chosen]
    return block, start


def _pairs(parts: Parts, fee: int) -> _Hits:
    """Two parts, however far apart, in blocks too large for a window."""
    some = np.flatnonzero(parts.size > _FEW)
    number = np.repeat(np.arange(len(some)), parts.size[some])
    at = spread(parts.begin[some], parts.size[some])
    block = some[number]
    other = parts.amount[block] - parts.worth[at]
    one, two = in_range(number, parts.worth[at], number, other - fee, other - (fee > 0))
    keep = two > one
    one, two = one[keep], two[keep]
    return _Hits(block[one], np.stack([at[one], at[two]], axis=1))


def _runs(parts: Parts, fee: int) -> _Hits:
    """Many parts beside one another, in blocks too large for a window."""
    some = np.flatnonzero(parts.size > _ANY)
    size = parts.size[some]
    # What stands before each part, and at last before the end.
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(parts.worth)])
    number = np.repeat(np.arange(len(some)), size + 1)
    edge = spread(parts.begin[some], size + 1)
    total = before[edge]
    target = total + parts.amount[some[number]]
    start, end = in_range(number, total, number, target - fee, target - (fee > 0))
    first, last = edge[start], edge[end]
    keep = (last - first > _FEWEST_OF_RUN) & (last - first <= _LONGEST)
    first, last, start = first[keep], last[keep], start[keep]
    places = first[:, None] + np.arange(int((last - first).max(initial=0)))
    return _Hits(some[number[start]], np.where(places < last[:, None], places, -1))


def _different(block: Ints, places: Ints) -> _Hits:
    """Each sum once; none of a line that has too many."""
    if not len(block):
        return _Hits(block, places)
    name = mix(block, *places.T)
    _, first = np.unique(name, return_index=True)
    block, places = block[first], places[first]
    many = np.bincount(block)[block] > _ENOUGH
    return _Hits(block[~many], places[~many])


def _chosen(parts: Parts, hits: _Hits, fee: int, slight: float) -> Found:
    """Of each line the least accidental sum, if chance would not make it."""
    block, places = hits.block, hits.places
    member = places >= 0
    at = np.maximum(places, 0)
    worth = np.where(member, parts.worth[at], 0)
    kept_back = parts.amount[block] - worth.sum(axis=1)
    fits = (kept_back % FEE_STEP == 0) & (member & parts.inside[at]).any(axis=1)
    block, at, member, worth = block[fits], at[fits], member[fits], worth[fits]
    day = parts.day[at]
    since = np.where(member, day, np.iinfo(np.int64).max).min(axis=1, initial=1 << 60)
    until = np.where(member, day, -1).max(axis=1, initial=-1)
    expected = (
        _ways(parts, block, since, until, member.sum(axis=1), (worth < 0).any(axis=1))
        * (1 + _days(parts))[block]
        * max(fee // FEE_STEP, 1)
    )
    unit = step(np.gcd(np.gcd.reduce(worth, axis=1), parts.amount[block]))
    expected = expected / np.maximum(parts.amount[block] // unit, 1)
    keep = expected <= slight
    block, at, member, expected = block[keep], at[keep], member[keep], expected[keep]
    span = (until - since)[keep]
    chosen = np.where(member, at, -1)
    order = np.lexsort([*chosen.T[::-1], span, expected, block])
    first = order[np.flatnonzero(np.diff(block[order], prepend=-1))]
    rivals = np.bincount(block)[block[first]] - 1 if len(block) else block[first]
    members = np.where(member[first], parts.part[at[first]], -1)
    return Found(parts.line[block[first]], members, expected[first], span[first], rivals)


def _ways(parts: Parts, block: Ints, since: Ints, until: Ints, size: Ints, netted: Bools) -> Floats:
    """How many sums of so many parts there were to find within the days of one."""
    number = np.repeat(np.arange(len(parts.size)), parts.size)
    at = spread(parts.begin, parts.size)
    first = int(parts.day.min(initial=0))
    width = int(parts.day.max(initial=0)) - first + 2
    key = number * width + (parts.day[at] - first)
    begin = np.searchsorted(key, block * width + (since - first), side="left")
    end = np.searchsorted(key, block * width + (until - first), side="right")
    added = np.concatenate([np.zeros(1, np.int64), np.cumsum(parts.worth[at] > 0)])
    crowd = np.where(netted, end - begin, added[end] - added[begin])
    crowd = np.maximum(crowd, size)
    log = _LOG_FACTORIAL[crowd] - _LOG_FACTORIAL[size] - _LOG_FACTORIAL[crowd - size]
    ways: Floats = np.exp(log)
    return ways
