"""Which of a few amounts add up to a given one, for thousands of lines at once.

Small windows are multiplied with a table of all choices; in larger ones the sums of one half are
looked up among those of the other.
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from tieout.matching.text import Ints, spread

_Table = npt.NDArray[np.float64]

#: Stands where a window has no amount; no sum with it is an amount. Sums of so many stay exact.
NOTHING = 1 << 49
#: Amounts beyond this are not looked for: a sum of them would not be exact in floating point.
LARGEST = 1 << 44
#: Windows looked at together: a few megabytes.
_AT_ONCE, _HALVES_AT_ONCE = 512, 128
#: Beyond so many meetings, what meets more than a few others is chance, and left out.
_MOST_MEETINGS, _FEW = 1 << 20, 64


@dataclass(frozen=True)
class Choices:
    """Ways to choose some of the places of a window."""

    #: 1 where a place (row) is in a choice (column).
    table: _Table
    #: The places of each choice, filled up with -1.
    places: Ints

    @classmethod
    def of(cls, width: int, chosen: list[tuple[int, ...]], most: int) -> "Choices":
        """Some choices, each of at most so many places."""
        table = np.zeros((width, len(chosen)))
        places = np.full((len(chosen), most), -1, np.int64)
        for column, some in enumerate(chosen):
            table[list(some), column] = 1
            places[column, : len(some)] = some
        return cls(table, places)


@cache
def any_of(width: int) -> Choices:
    """Every choice of two or more."""
    chosen = [some for size in range(2, width + 1) for some in combinations(range(width), size)]
    return Choices.of(width, chosen, width)


@cache
def few_of(width: int, most: int) -> Choices:
    """Every choice of two and more, up to so many."""
    chosen = [some for size in range(2, most + 1) for some in combinations(range(width), size)]
    return Choices.of(width, chosen, most)


def adding_up(windows: Ints, low: Ints, high: Ints, choices: Choices) -> tuple[Ints, Ints]:
    """Windows (rows of amounts) and their choices with a sum from `low` to `high`."""
    rows, columns = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for first in range(0, len(windows), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        sums = windows[some].astype(np.float64) @ choices.table
        if (low[some] == high[some]).all():
            hits = sums == low[some, None]
        else:
            hits = (sums >= low[some, None]) & (sums <= high[some, None])
        place = np.flatnonzero(hits)
        rows.append(place // sums.shape[1] + first)
        columns.append(place % sums.shape[1])
    return np.concatenate(rows), np.concatenate(columns)


def in_halves(windows: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Windows and their choices, any of two or more, one bit for each place."""
    half = windows.shape[1] // 2
    table = (np.arange(1 << half)[None, :] >> np.arange(half)[:, None] & 1).astype(np.float64)
    rows, masks = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for first in range(0, len(windows), _HALVES_AT_ONCE):
        some = slice(first, first + _HALVES_AT_ONCE)
        values = windows[some].astype(np.float64)
        row, mask = _met_in_the_middle(
            values[:, :half] @ table, values[:, half:] @ table, low[some], high[some], half
        )
        several = mask & (mask - 1) != 0
        rows.append(row[several] + first)
        masks.append(mask[several])
    return np.concatenate(rows), np.concatenate(masks)


def _met_in_the_middle(
    left: _Table, right: _Table, low: Ints, high: Ints, bits: int
) -> tuple[Ints, Ints]:
    """Rows and choices whose two halves add up.

    Sum, choice and row are packed into one number each, so that sorting both halves brings
    everything together.
    """
    none = np.zeros(0, np.int64), np.zeros(0, np.int64)
    # What has no amount in it is moved out of reach of every sum that is looked for.
    reach = 2 + int(max(np.abs(part[np.abs(part) < NOTHING // 2]).max() for part in (left, right)))
    reach += int(high.max(initial=0))
    if (2 * reach + 2).bit_length() + bits + len(left).bit_length() > 62:
        return none
    row = np.arange(len(left))[:, None] * (2 * reach + 2)
    choice = np.arange(1 << bits)
    ours = np.clip(low[:, None] - left, -reach, reach).astype(np.int64) + reach + row
    ours[np.abs(left) >= NOTHING // 2] = -1
    theirs = np.minimum(right, reach + 1).astype(np.int64) + reach + row
    ours, theirs = (np.sort((part << bits) | choice, axis=1).ravel() for part in (ours, theirs))
    ours = ours[ours >= 0]
    value, choice = ours >> bits, ours & ((1 << bits) - 1)
    wide = (high - low)[value // (2 * reach + 2)]
    begin = np.searchsorted(theirs, value << bits)
    reached = theirs[np.minimum(begin, len(theirs) - 1)] >> bits
    hits = np.flatnonzero((reached >= value) & (reached <= value + wide))
    begin, value, choice, wide = begin[hits], value[hits], choice[hits], wide[hits]
    length = np.searchsorted(theirs, (value + wide + 1) << bits) - begin
    if int(length.sum()) > _MOST_MEETINGS:
        length[length > _FEW] = 0
    meeting = theirs[spread(begin, length)]
    mask = np.repeat(choice, length) | ((meeting & ((1 << bits) - 1)) << bits)
    return np.repeat(value // (2 * reach + 2), length), mask


def in_range(group: Ints, value: Ints, wanted: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Places of wanted ranges, and of the values of the same group that lie in them."""
    none = np.zeros(0, np.int64)
    if not len(value) or not len(wanted):
        return none, none
    least = int(value.min())
    span = int(value.max()) - least + 3
    if (int(group.max()) + 1) * span >= 1 << 62:
        return none, none
    key = group * span + (value - least + 1)
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    # Beyond the smallest and the largest value there is nothing in any group.
    begin = np.searchsorted(ordered, wanted * span + np.clip(low - least + 1, 0, span - 1))
    if (low == high).all():
        hits = np.flatnonzero(
            ordered[np.minimum(begin, len(ordered) - 1)] == wanted * span + (low - least + 1)
        )
        hits = hits[(low[hits] >= least) & (low[hits] < least + span - 2)]
        begin, wanted, low, high, place = begin[hits], wanted[hits], low[hits], high[hits], hits
    else:
        place = np.arange(len(wanted))
    end = np.searchsorted(
        ordered, wanted * span + np.clip(high - least + 1, 0, span - 1), side="right"
    )
    length = np.maximum(end - begin, 0)
    if int(length.sum()) > _MOST_MEETINGS:
        length[length > _FEW] = 0
    return np.repeat(place, length), order[spread(begin, length)]
