"""Subsets of amounts with a given sum, by meeting in the middle."""

import numpy as np

from tieout.matching.text import Ints

#: Beyond this many candidates a sum proves nothing and costs too much.
MOST = 22
#: Beyond this many solutions none of them proves anything.
_ENOUGH = 256


def subsets(amounts: Ints, low: int, high: int) -> list[tuple[int, ...]]:
    """Places of the subsets, of two or more, with a sum from `low` to `high`, smallest first.

    None where there are too many amounts or too many solutions to mean anything.
    """
    count = len(amounts)
    if not 2 <= count <= MOST:
        return []
    half = count // 2
    left, right = _sums(amounts[:half]), _sums(amounts[half:])
    order = np.argsort(right)
    ordered = right[order]
    begin = np.searchsorted(ordered, low - left, side="left")
    reached = ordered[np.minimum(begin, len(ordered) - 1)] + left
    hits = np.flatnonzero((reached >= low) & (reached <= high))
    if not len(hits):
        return []
    begin, end = begin[hits], np.searchsorted(ordered, high - left[hits], side="right")
    if int((end - begin).sum()) > _ENOUGH:
        return []
    masks = [
        hit | (place << half)
        for hit, first, last in zip(hits.tolist(), begin.tolist(), end.tolist(), strict=True)
        for place in order[first:last].tolist()
    ]
    found = [
        tuple(bit for bit in range(count) if mask >> bit & 1)
        for mask in masks
        if mask.bit_count() >= 2
    ]
    return sorted(found, key=lambda places: (len(places), places))


def _sums(amounts: Ints) -> Ints:
    """The sum of each subset; bit k of its place says whether amount k is in it."""
    sums = np.zeros(1, np.int64)
    for amount in amounts:
        sums = np.concatenate([sums, sums + amount])
    return sums
