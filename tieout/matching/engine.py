"""The run: both books laid out, the passes one after the other, everything named at the end."""

from dataclasses import replace

import numpy as np

from tieout.matching.board import FREE, Board
from tieout.matching.chance import grain
from tieout.matching.difference import CODE, DIFFERENCES, MIRRORED, Confidence
from tieout.matching.edges import kinds_agree
from tieout.matching.groups import Groups
from tieout.matching.habits import Habits, unsure
from tieout.matching.joins import among, counts, equal_rows
from tieout.matching.lines import Lines
from tieout.matching.naming import named
from tieout.matching.passes import Rule, in_order
from tieout.matching.proofs import turned
from tieout.matching.rules import FixedGroup, KnownHabit, Rules
from tieout.matching.text import Ints

_LEARNED_FROM = "same_number"
#: Amounts less precise than this (as coarse as they are written) are met by chance.
_TELLING_AMOUNT = 1_000


def reconcile(ours: Lines, theirs: Lines, rules: Rules) -> Groups:
    """Put every line of both books into exactly one named group.

    The outcome depends on what the lines say, not on the order they are given in.
    """
    if rules.payable:
        return _mirrored(reconcile(theirs, ours, turned_rules(rules)), ours, theirs)
    our_order, their_order = np.argsort(ours.id), np.argsort(theirs.id)
    board = Board.of(_in_order(ours, our_order), _in_order(theirs, their_order), rules)
    passes = play(board)
    board.running = len(passes)
    for side, _ in board.sides():
        _leave(board, side.free, side is board.ours)
    return _outcome(board, our_order, their_order, passes)


def play(board: Board) -> tuple[Rule, ...]:
    """Let the passes of the board's rules run, one after the other; return all there are."""
    rules = board.rules
    _take_out_fixed(board)
    passes = in_order(rules.more_passes)
    for place, rule in enumerate(passes):
        if rules.passes and rule.name not in rules.passes:
            continue
        board.running = place
        rule.find(board)
        if rule.name == _LEARNED_FROM:
            _learn(board)
    return passes


def _in_order(lines: Lines, order: Ints) -> Lines:
    return lines if (order == np.arange(len(order))).all() else lines.take(order)


def _take_out_fixed(board: Board) -> None:
    if not board.rules.fixed:
        return
    at_ours = {int(number): row for row, number in enumerate(board.ours.lines.id)}
    at_theirs = {int(number): row for row, number in enumerate(board.theirs.lines.id)}
    for group in board.rules.fixed:
        ours = [at_ours[number] for number in group.ours if number in at_ours]
        theirs = [at_theirs[number] for number in group.theirs if number in at_theirs]
        if ours or theirs:
            board.claim(ours, theirs, Confidence.FIXED)


def _learn(board: Board) -> None:
    """What the pairs found by number say about each customer's dates."""
    ours = np.flatnonzero(board.ours.group != FREE)
    at_theirs = np.full(len(board.found_by), -1, np.int64)
    matched = np.flatnonzero(board.theirs.group != FREE)
    at_theirs[board.theirs.group[matched]] = matched
    theirs = at_theirs[board.ours.group[ours]]
    ours, theirs = ours[theirs >= 0], theirs[theirs >= 0]
    likely = _likely(board, unsure(board.ours.lines, board.theirs.lines, ours, theirs))
    board.habits = Habits.learned(
        board.ours.lines, board.theirs.lines, ours, theirs, board.rules, likely
    )


def _likely(board: Board, customers: Ints) -> tuple[Ints, Ints]:
    """Free lines of some customers with an amount that is the only one of its kind on its side."""
    sides = []
    for side, _ in board.sides():
        free = side.free
        free = free[among(side.lines.customer[free], customers)]
        amount = side.lines.amount[free]
        free = free[np.abs(amount) // grain(amount) >= _TELLING_AMOUNT]
        sides.append(free[counts(side.lines.customer[free], side.lines.amount[free]) == 1])
    mine, other = sides
    ours, theirs = board.ours.lines, board.theirs.lines
    at, to = equal_rows(
        (ours.customer[mine], ours.amount[mine]), (theirs.customer[other], theirs.amount[other])
    )
    i, j = mine[at], other[to]
    keep = kinds_agree(ours.kind[i], theirs.kind[j]) & ~board.numbers_differ(i, j)
    return i[keep], j[keep]


def _leave(board: Board, free: Ints, is_ours: bool) -> None:
    """What nothing was found for stands alone."""
    side = board.ours if is_ours else board.theirs
    side.group[free] = board.add(len(free), Confidence.ACCEPTED) + np.arange(len(free))


def _outcome(board: Board, our_order: Ints, their_order: Ints, passes: tuple[Rule, ...]) -> Groups:
    for side, _ in board.sides():
        side.forget()
    names = named(board)
    count = len(board.found_by)
    order, number = _numbered(board.ours.group, board.theirs.group, count)
    ours, theirs = np.empty_like(board.ours.group), np.empty_like(board.theirs.group)
    our_repeats, their_repeats = np.empty(len(ours), bool), np.empty(len(theirs), bool)
    ours[our_order], theirs[their_order] = number[board.ours.group], number[board.theirs.group]
    our_repeats[our_order] = board.ours.repeat
    their_repeats[their_order] = board.theirs.repeat
    # One after the other, so that no two columns stand there twice.
    for column in (names.type, names.detail, names.proof, names.shared, names.gap):
        column[:] = column[order]
    return Groups(
        ours=ours,
        theirs=theirs,
        our_repeats=our_repeats,
        their_repeats=their_repeats,
        type=names.type,
        detail=names.detail,
        proof=names.proof,
        confidence=np.array(board.confidence, np.int64)[order],
        found_by=np.array(board.found_by, np.int64)[order],
        shared=names.shared,
        gap=names.gap,
        rivals=np.array(board.rivals, np.int64)[order],
        passes=tuple(rule.name for rule in passes),
    )


def _numbered(ours: Ints, theirs: Ints, count: int) -> tuple[Ints, Ints]:
    """Groups by their first line, ours before theirs, so that numbers too follow from content.

    Lines are given in the order of their ids.
    """
    number = np.full(count, -1, np.int64)
    order = []
    for group in (ours, theirs):
        rows = np.arange(len(group))
        first = np.empty(count, np.int64)
        first[group[::-1]] = rows[::-1]
        begun = group[first[group] == rows]
        order.append(begun[number[begun] < 0])
        number[order[-1]] = len(order[0]) * (len(order) - 1) + np.arange(len(order[-1]))
    return np.concatenate(order), number


def turned_rules(rules: Rules) -> Rules:
    """The same rules with the two books changed over."""
    return replace(
        rules,
        payable=False,
        rejected=frozenset((theirs, ours) for ours, theirs in rules.rejected),
        fixed=tuple(FixedGroup(group.theirs, group.ours) for group in rules.fixed),
        tolerance_direction={"less": "more", "more": "less"}.get(
            rules.tolerance_direction, rules.tolerance_direction
        ),
        habits=tuple(_turned_habit(habit) for habit in rules.habits),
    )


def _turned_habit(habit: KnownHabit) -> KnownHabit:
    """Days from our line to theirs, counted the other way."""

    def turned(days: int | None) -> int | None:
        return None if days is None else -days

    return habit._replace(
        earliest=turned(habit.latest),
        latest=turned(habit.earliest),
        payment_earliest=turned(habit.payment_latest),
        payment_latest=turned(habit.payment_earliest),
    )


#: In transit stays what it is: what the seller has sent, and what the buyer has paid.
_TURNED_TYPE: Ints = np.array(
    [CODE[MIRRORED.get(difference, difference)] for difference in DIFFERENCES]
)


def _mirrored(groups: Groups, ours: Lines, theirs: Lines) -> Groups:
    """The outcome seen from the other book."""
    order, number = _numbered(
        groups.theirs[np.argsort(ours.id)], groups.ours[np.argsort(theirs.id)], len(groups)
    )
    return replace(
        groups,
        ours=number[groups.theirs],
        theirs=number[groups.ours],
        our_repeats=groups.their_repeats,
        their_repeats=groups.our_repeats,
        type=_TURNED_TYPE[groups.type][order],
        detail=groups.detail[order],
        proof=turned(groups.detail, groups.proof)[order],
        confidence=groups.confidence[order],
        found_by=groups.found_by[order],
        shared=groups.shared[order],
        gap=-groups.gap[order],
        rivals=groups.rivals[order],
    )
