"""The same amount at about the same time, where the references do not contradict."""

import numpy as np

from tieout.matching.alignment import pairs_in_order
from tieout.matching.board import FREE, Board, Side
from tieout.matching.chance import SLIGHT, accidents
from tieout.matching.difference import Confidence
from tieout.matching.edges import kinds_agree
from tieout.matching.habits import are_payments
from tieout.matching.joins import (
    Choice,
    Dated,
    best_pairs,
    connected,
    counts,
    equal_rows,
    near_counts,
    near_from_both,
    sieved,
)
from tieout.matching.kinds import Kind
from tieout.matching.text import Bools, Ints, distinct, mix

#: Beyond the window a line is far from home.
FAR_DAYS = 100
#: How many days later a line is entered again by mistake; a month later it is the next rent.
_AGAIN_DAYS = 12
#: So many lines of one amount on either side are a crowd: nothing but the day tells them apart.
_CROWD = 3
#: More lines of one amount than this in half a year: one left on either side is no proof.
_OFTEN = 30
#: The pass that looks at crowds.
COMMON_AMOUNTS = "common_amounts"


def window(board: Board, side: Side, rows: Ints) -> tuple[Ints, Ints]:
    """From how many to how many days after ours theirs may be dated, for lines of a book."""
    kind, habits = side.lines.kind[rows], board.habits
    row = habits.row(side.lines.customer[rows], kind == Kind.PAYMENT)
    early, late = habits.earliest[row], habits.latest[row]
    # A payment may be named so in one book only, and its window counts.
    unknown = np.flatnonzero(kind == Kind.UNKNOWN)
    if len(unknown):
        row = habits.row(side.lines.customer[rows[unknown]], np.ones(len(unknown), bool))
        early[unknown] = np.minimum(early[unknown], habits.earliest[row])
        late[unknown] = np.maximum(late[unknown], habits.latest[row])
    return early, late


def same_amounts(board: Board, far: int = 0) -> tuple[Ints, Ints]:
    """Free lines of one customer with the same amount, within its window or so many days."""
    mine, other = board.ours.free, board.theirs.free
    at, to = near_from_both(
        dated(board, board.ours, mine, (board.ours.lines.amount[mine],), far),
        dated(board, board.theirs, other, (board.theirs.lines.amount[other],), far),
    )
    return mine[at], other[to]


def dated(board: Board, side: Side, rows: Ints, columns: tuple[Ints, ...], far: int = 0) -> Dated:
    """Lines of a book by their customer and some columns, within its window or so many days."""
    early, late = window(board, side, rows)
    if far:
        early, late = np.full(len(rows), -far), np.full(len(rows), far)
    if side is board.theirs:
        early, late = -late, -early
    day = side.lines.day[rows]
    return Dated(
        (side.lines.customer[rows], *columns), day, day + early, day + late, side.rank[rows]
    )


def pairs_by_amount(board: Board, far: int = 0) -> tuple[Ints, Ints]:
    """The same amount, where the references do not contradict."""
    ours, theirs = board.ours, board.theirs
    i, j = same_amounts(board, far)
    keep = kinds_agree(ours.lines.kind[i], theirs.lines.kind[j]) & board.allowed(i, j)
    keep &= ~contradict(board, i, j) & ~board.numbers_differ(i, j) & ~means_another(board, i, j)
    return i[keep], j[keep]


def contradict(board: Board, i: Ints, j: Ints) -> Bools:
    """One of the two names another document of the other book."""
    result: Bools = board.edges.ours_names[i] | board.edges.theirs_names[j]
    return result


def means_another(board: Board, i: Ints, j: Ints) -> Bools:
    """One has the very number, letters and all, of another free document of the other book.

    However short it is: whoever writes F-2403 does not mean the F-2404 of that amount.
    """
    ours, theirs = board.ours, board.theirs
    mine, other = (side.free[_has_letters(side)[side.free]] for side in (ours, theirs))
    at, to = equal_rows(
        (ours.lines.customer[mine], ours.lines.keys.cleaned[mine]),
        (theirs.lines.customer[other], theirs.lines.keys.cleaned[other]),
    )
    agree = kinds_agree(ours.lines.kind[mine[at]], theirs.lines.kind[other[to]])
    named = np.zeros(len(ours.lines), bool), np.zeros(len(theirs.lines), bool)
    named[0][mine[at[agree]]] = True
    named[1][other[to[agree]]] = True
    result: Bools = ours.lines.keys.cleaned[i] != theirs.lines.keys.cleaned[j]
    return result & (named[0][i] | named[1][j])


def entered_again(side: Side, rows: Ints) -> Bools:
    """Which of some lines have the very reference and amount of one a few days before."""
    return _days_after_twin(side, rows) <= _AGAIN_DAYS


def _often(side: Side, rows: Ints) -> Bools:
    """Which of some lines have an amount that its customer has again and again in that time."""
    lines = side.lines
    some = sieved(lines.amount, lines.amount[rows])
    many: Bools = (
        near_counts(
            (lines.customer[rows], lines.amount[rows]),
            (lines.customer[some], lines.amount[some]),
            lines.day[rows] - FAR_DAYS,
            lines.day[rows] + FAR_DAYS,
            lines.day[some],
        )
        > _OFTEN
    )
    return many


def _days_after_twin(side: Side, rows: Ints) -> Ints:
    """Days since a line of the same customer, reference and amount; very many for the first."""
    lines = side.lines
    # Only lines of the same amounts can be the earlier ones.
    some = sieved(lines.amount, lines.amount[rows])
    some = some[lines.keys.cleaned[some] != 0]
    name = mix(lines.customer[some], lines.keys.cleaned[some], lines.amount[some])
    order = np.lexsort([side.rank[some], name])
    some, name = some[order], name[order]
    days = np.full(len(lines), np.iinfo(np.int64).max)
    twin = np.flatnonzero(name[1:] == name[:-1]) + 1
    days[some[twin]] = lines.day[some[twin]] - lines.day[some[twin - 1]]
    result: Ints = days[rows]
    return result


def _has_letters(side: Side) -> Bools:
    result: Bools = (side.lines.keys.prefix != 0) & (side.lines.keys.cleaned != 0)
    return result


def from_usual(board: Board, i: Ints, j: Ints) -> tuple[Ints, Bools]:
    """Days off this customer's habit, and whether within its window."""
    ours, theirs, habits = board.ours.lines, board.theirs.lines, board.habits
    gap = theirs.day[j] - ours.day[i]
    row = habits.row(ours.customer[i], are_payments(ours, theirs, i, j))
    inside: Bools = (gap >= habits.earliest[row]) & (gap <= habits.latest[row])
    return np.abs(gap - habits.usual[row]), inside


def half_window(board: Board, i: Ints, j: Ints) -> Ints:
    """How many days off the usual the two may be."""
    ours, theirs, habits = board.ours.lines, board.theirs.lines, board.habits
    row = habits.row(ours.customer[i], are_payments(ours, theirs, i, j))
    half: Ints = (habits.latest[row] - habits.earliest[row] + 1) // 2
    return half


def in_order(board: Board, i: Ints, j: Ints, off: Ints) -> Choice:
    """Of pairs so many days off the usual the best that do not cross."""
    ours, theirs = board.ours, board.theirs
    content = np.zeros(len(i), np.int64)
    for lines, rows in ((ours.lines, i), (theirs.lines, j)):
        content += mix(lines.day[rows], lines.amount[rows], lines.keys.cleaned[rows])
    half = half_window(board, i, j)
    return pairs_in_order(i, j, off, half, ours.rank, theirs.rank, content)


def _in_crowds(i: Ints, j: Ints, ours: int, theirs: int) -> Bools:
    """Pairs of lines of either book of which several could be each other's partner."""
    crowded = np.zeros(len(i), bool)
    some = np.flatnonzero((np.bincount(i)[i] > 1) | (np.bincount(j)[j] > 1))
    if not len(some):
        return crowded
    one, other = i[some], j[some]
    part = connected(one, other + ours, ours + theirs)[one]
    fewest = np.full(ours + theirs, np.iinfo(np.int64).max)
    for lines in (one, other):
        _, first = np.unique(lines, return_index=True)
        fewest = np.minimum(fewest, np.bincount(part[first], minlength=ours + theirs))
    crowded[some] = fewest[part] >= _CROWD
    return crowded


class AmountAndDate:
    """Within the customer's habit; what only the day tells apart in the order of days."""

    name = "amount_and_date"

    def find(self, board: Board) -> None:
        """Pair what has the same amount within the window."""
        i, j = pairs_by_amount(board)
        off, inside = from_usual(board, i, j)
        i, j, off = i[inside], j[inside], off[inside]
        if self._holds_back(board):
            many = _in_crowds(i, j, len(board.ours.lines), len(board.theirs.lines))
            board.ours.held, board.theirs.held = distinct(i[many]), distinct(j[many])
            i, j, off = i[~many], j[~many], off[~many]
        choice = in_order(board, i, j, off)
        place = choice.place
        board.claim_pairs(i[place], j[place], Confidence.LISTED, choice.rivals)

    def _holds_back(self, board: Board) -> bool:
        """Whether a pass comes that looks at amounts of many lines."""
        return not board.rules.passes or COMMON_AMOUNTS in board.rules.passes


class SettledElsewhere:
    """Within the window, where the document a reference names has a partner of its own amount."""

    name = "amount_and_date_again"

    def find(self, board: Board) -> None:
        """Pair what a mistyped reference has kept apart."""
        ours, theirs = board.ours, board.theirs
        i, j = same_amounts(board)
        keep = kinds_agree(ours.lines.kind[i], theirs.lines.kind[j]) & board.allowed(i, j)
        keep &= ~board.numbers_differ(i, j)
        i, j = i[keep], j[keep]
        off, inside = from_usual(board, i, j)
        inside &= accidents(counts(i) + counts(j), ours.lines.amount[i]) <= SLIGHT
        i, j, off = i[inside], j[inside], off[inside]
        keep = contradict(board, i, j) & ~_held_back(board, i, j)
        i, j, off = i[keep], j[keep], off[keep]
        choice = best_pairs(i, j, off, ours.rank, theirs.rank)
        place = choice.place
        board.claim_pairs(i[place], j[place], Confidence.PROPOSED, choice.rivals)


def _held_back(board: Board, i: Ints, j: Ints) -> Bools:
    """One of the two names a document that is free, and not both have an equal amount elsewhere."""
    ours, theirs, edges = board.ours, board.theirs, board.edges
    keep = edges.document & (ours.group[edges.ours] == FREE) & (theirs.group[edges.theirs] == FREE)
    mine, other = edges.ours[keep], edges.theirs[keep]
    found = np.zeros(len(ours.lines), bool), np.zeros(len(theirs.lines), bool)
    found[0][i] = True
    found[1][j] = True
    holds = kinds_agree(ours.lines.kind[mine], theirs.lines.kind[other])
    holds &= ~(found[0][mine] & found[1][other])
    named = np.zeros(len(ours.lines), bool), np.zeros(len(theirs.lines), bool)
    named[0][mine[holds]] = True
    named[1][other[holds]] = True
    result: Bools = named[0][i] | named[1][j]
    return result


class FarDates:
    """The same amount, far apart; one only, or nothing is said."""

    name = "amount_and_far_date"

    def find(self, board: Board) -> None:
        """Pair what is left, each amount occurring once on either side."""
        i, j = pairs_by_amount(board, FAR_DAYS)
        keep = ~(entered_again(board.ours, i) | entered_again(board.theirs, j))
        i, j = i[keep], j[keep]
        keep = ~(_often(board.ours, i) | _often(board.theirs, j))
        i, j = i[keep], j[keep]
        gap = np.abs(board.ours.lines.day[i] - board.theirs.lines.day[j])
        choice = best_pairs(i, j, gap, board.ours.rank, board.theirs.rank)
        place = choice.place
        board.claim_pairs(i[place], j[place], Confidence.PROPOSED, choice.rivals)
