"""Joins and choices over sorted columns."""

from dataclasses import dataclass

import numpy as np

from tieout.matching.text import Ints, mix


def equal_rows(left: tuple[Ints, ...], right: tuple[Ints, ...]) -> tuple[Ints, Ints]:
    """All pairs of rows (left, right) that are equal in every column."""
    left_hash, right_hash = mix(*left), mix(*right)
    order = np.argsort(right_hash, kind="stable")
    ordered = right_hash[order]
    begin = np.searchsorted(ordered, left_hash, side="left")
    length = np.searchsorted(ordered, left_hash, side="right") - begin
    rows = np.repeat(np.arange(len(left_hash)), length)
    others = order[spread(begin, length)]
    same = np.ones(len(rows), bool)
    for ours, theirs in zip(left, right, strict=True):
        same &= ours[rows] == theirs[others]
    return rows[same], others[same]


def near_rows(
    left: tuple[Ints, ...], right: tuple[Ints, ...], low: Ints, high: Ints, value: Ints
) -> tuple[Ints, Ints]:
    """Pairs equal in every column, whose right `value` lies between the left's `low` and `high`."""
    groups = mix(*(np.concatenate(pair) for pair in zip(left, right, strict=True)))
    _, group = np.unique(groups, return_inverse=True)
    left_group, right_group = group[: len(low)], group[len(low) :]
    base = int(min(value.min(initial=0), low.min(initial=0))) - 1
    span = int(max(value.max(initial=0), high.max(initial=0))) - base + 2
    order = np.lexsort([value, right_group])
    ordered = right_group[order] * span + (value[order] - base)
    begin = np.searchsorted(ordered, left_group * span + (low - base), side="left")
    end = np.searchsorted(ordered, left_group * span + (high - base), side="right")
    length = np.maximum(end - begin, 0)
    return np.repeat(np.arange(len(low)), length), order[spread(begin, length)]


def spread(begin: Ints, length: Ints) -> Ints:
    """begin[0], begin[0] + 1, … `length[0]` times, then begin[1], …"""
    ends = np.cumsum(length)
    total = int(ends[-1]) if len(ends) else 0
    result: Ints = np.arange(total) + np.repeat(begin - (ends - length), length)
    return result


def blocks(column: Ints) -> list[tuple[int, int]]:
    """Begin and end of each run of equal numbers."""
    if not len(column):
        return []
    cuts = (np.flatnonzero(np.diff(column)) + 1).tolist()
    return list(zip([0, *cuts], [*cuts, len(column)], strict=True))


def counts(*columns: Ints) -> Ints:
    """How often each row occurs."""
    _, inverse, count = np.unique(mix(*columns), return_inverse=True, return_counts=True)
    result: Ints = count[inverse]
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
    rank_l, rank_r = left_rank[left], right_rank[right]
    order = np.lexsort([np.abs(rank_l - rank_r), rank_l + rank_r, cost])
    as_good = np.minimum(counts(left, cost), 1 << 30) + counts(right, cost) - 2
    chosen: list[Ints] = []
    _, lefts = np.unique(left, return_inverse=True)
    _, rights = np.unique(right, return_inverse=True)
    first_left = np.empty(len(left), np.int64)
    first_right = np.empty(len(left), np.int64)
    while len(order):
        backwards = np.arange(len(order))[::-1]
        first_left[lefts[order][::-1]] = backwards
        first_right[rights[order][::-1]] = backwards
        place = np.arange(len(order))
        best = (first_left[lefts[order]] == place) & (first_right[rights[order]] == place)
        taken = order[best]
        chosen.append(taken)
        gone_left, gone_right = np.zeros(len(left), bool), np.zeros(len(left), bool)
        gone_left[lefts[taken]] = True
        gone_right[rights[taken]] = True
        order = order[~(gone_left[lefts[order]] | gone_right[rights[order]])]
    places = np.concatenate(chosen) if chosen else np.zeros(0, np.int64)
    return Choice(places, as_good[places])
