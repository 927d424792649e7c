"""Amounts that many lines have: what they were mistaken for or put into, then in order of days.

A list price is on hundreds of lines, and nothing but the day tells these apart. They are held back
until everything else is found. Then one line that is a list price less a fee, or a sum with one in
it, is known by the amount alone: how many such amounts there are counts as chance, not how many
lines have them.
"""

import numpy as np

from tieout.matching.board import FREE, Board, Side
from tieout.matching.chance import SLIGHT, grain
from tieout.matching.difference import Confidence
from tieout.matching.joins import near_rows
from tieout.matching.passes.amount_and_date import (
    COMMON_AMOUNTS,
    entered_again,
    from_usual,
    in_order,
    pairs_by_amount,
    window,
)
from tieout.matching.passes.common_sums import Sum, others, round_share, sums_with
from tieout.matching.passes.near_amount import by_accident, near_candidates, with_causes
from tieout.matching.passes.sums_of_both import pays
from tieout.matching.proofs import Detail
from tieout.matching.text import Ints, mix

_NONE = np.zeros(0, np.int64)
#: What more than one in so many lines has is no mistake.
_MISTAKES = 5


class CommonAmounts:
    """Lines of an amount that many have."""

    name = COMMON_AMOUNTS

    def find(self, board: Board) -> None:
        """Pair them in the order of days, with what was mistaken for them or has them in it."""
        held = board.ours.held, board.theirs.held
        board.ours.held = board.theirs.held = _NONE
        if not len(held[0]):
            return
        sides = (board.ours, board.theirs)
        again = [_again(side, lines) for side, lines in zip(sides, held, strict=True)]
        once = [np.setdiff1d(lines, twice) for lines, twice in zip(held, again, strict=True)]
        heads = sums_with(board, held, once)
        spoken = [_spoken_for(name, heads) for name in ("ours", "theirs")]
        near = _near(board, held, once, spoken)
        for side, lines, its in zip(sides, again, spoken, strict=True):
            side.held = np.concatenate([lines, np.array(sorted(its), np.int64)])
        i, j = pairs_by_amount(board)
        board.ours.held = board.theirs.held = _NONE
        head = _with_heads(board, heads, once)
        i, j = np.concatenate([i, near[0], head[0]]), np.concatenate([j, near[1], head[1]])
        off, inside = from_usual(board, i, j)
        i, j, off = i[inside], j[inside], off[inside]
        choice = in_order(board, i, j, off)
        _claim(board, i[choice.place], j[choice.place], choice.rivals, heads)


def _claim(board: Board, i: Ints, j: Ints, rivals: Ints, heads: list[Sum]) -> None:
    """Pairs, and the sums that one line of a pair stands for."""
    of_head = {(each.turned, each.lines[0]): each for each in heads}
    single = np.ones(len(i), bool)
    for at, (one, other) in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
        each = of_head.get((False, one)) or of_head.get((True, other))
        if each is None:
            continue
        single[at] = False
        several = (*each.parts, one if each.turned else other)
        both = (several, each.lines) if each.turned else (each.lines, several)
        board.claim(both[0], both[1], Confidence.PROPOSED, int(rivals[at]))
    i, j, rivals = i[single], j[single], rivals[single]
    equal = board.ours.lines.amount[i] == board.theirs.lines.amount[j]
    confidence = np.where(equal, int(Confidence.LISTED), int(Confidence.PROPOSED))
    board.claim_pairs(i, j, confidence, rivals)


def _spoken_for(name: str, heads: list[Sum]) -> set[int]:
    """Lines of a book that are in sums."""
    return {
        line
        for each in heads
        for line in (each.lines if each.turned == (name == "theirs") else each.parts)
    }


def _with_heads(board: Board, heads: list[Sum], held: list[Ints]) -> tuple[Ints, Ints]:
    """The first line of each sum with every held line that could be the one it lacks."""
    pairs = []
    for turned in (False, True):
        near, far = (board.theirs, board.ours) if turned else (board.ours, board.theirs)
        its = held[0 if turned else 1]
        its = its[far.group[its] == FREE]
        some = [each for each in heads if each.turned == turned]
        first = np.array([each.lines[0] for each in some], np.int64)
        value = np.array([each.values[0] for each in some], np.int64)
        early, late = window(board, near, first)
        if turned:
            early, late = -late, -early
        at, to = near_rows(
            (near.lines.customer[first], value, pays(near, first).astype(np.int64)),
            (far.lines.customer[its], far.lines.amount[its], pays(far, its).astype(np.int64)),
            near.lines.day[first] + early,
            near.lines.day[first] + late,
            far.lines.day[its],
        )
        i, j = (its[to], first[at]) if turned else (first[at], its[to])
        keep = board.allowed(i, j) & ~board.numbers_differ(i, j)
        pairs.append((i[keep], j[keep]))
    return np.concatenate([pairs[0][0], pairs[1][0]]), np.concatenate([pairs[0][1], pairs[1][1]])


def _again(side: Side, held: Ints) -> Ints:
    """Held lines entered twice, by the very number: they are kept from what has one partner."""
    held = held[side.group[held] == FREE]
    again = entered_again(side, held)
    customers, at = np.unique(side.lines.customer[held], return_inverse=True)
    seldom = np.bincount(at[again], minlength=len(customers)) * _MISTAKES <= np.bincount(at)
    return held[again & seldom[at]]


def _amounts(side: Side, held: Ints) -> tuple[Ints, Ints]:
    """Customers of held lines, ascending, and how many different amounts they have there."""
    lines = side.lines
    name = mix(lines.customer[held], lines.amount[held])
    _, first = np.unique(name, return_index=True)
    return np.unique(lines.customer[held[first]], return_counts=True)


def _near(
    board: Board, held: tuple[Ints, Ints], once: list[Ints], spoken: list[set[int]]
) -> tuple[Ints, Ints]:
    """Lines that are one of these amounts but for a cause, with all that have it."""
    ours, theirs, rules = board.ours.lines, board.theirs.lines, board.rules
    pairs = []
    for turned in (False, True):
        near, far = (board.theirs, board.ours) if turned else (board.ours, board.theirs)
        own, its = held[:: -1 if turned else 1]
        some = once[0 if turned else 1]
        some = some[far.group[some] == FREE]
        rest = others(near, own)
        rest = rest[~np.isin(rest, np.array(sorted(spoken[1 if turned else 0]), np.int64))]
        i, j = near_candidates(board, some, rest) if turned else near_candidates(board, rest, some)
        i, j, cause = with_causes(board, i, j)
        caused = cause.detail != Detail.NONE
        if not caused.any():
            continue
        line, its_line = (j, i) if turned else (i, j)
        customers, many = _amounts(far, its)
        crowd = many[np.searchsorted(customers, near.lines.customer[line])]
        expected = by_accident(cause, ours.amount[i], theirs.amount[j], crowd, rules)
        step = np.minimum(grain(ours.amount[i]), grain(theirs.amount[j]))
        expected = expected * round_share(near, own, near.lines.customer[line], step)
        places = np.flatnonzero(caused & (expected <= SLIGHT))
        # Of several such amounts the least accidental one.
        worth = np.abs(far.lines.amount[its_line])
        order = places[np.lexsort([worth[places], expected[places], line[places]])]
        first = order[np.flatnonzero(np.diff(line[order], prepend=-1))]
        value = np.zeros(len(near.lines), np.int64)
        value[line[first]] = worth[first]
        places = places[worth[places] == value[line[places]]]
        pairs.append((i[places], j[places]))
    if not pairs:
        return _NONE, _NONE
    return tuple(np.concatenate(column) for column in zip(*pairs, strict=True))  # type: ignore[return-value]
