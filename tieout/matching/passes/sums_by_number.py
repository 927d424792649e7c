"""Several lines against one or several, held together by numbers in common: 1:n, n:1, n:m."""

from collections.abc import Iterable

import numpy as np

from tieout.matching.board import FREE, Board
from tieout.matching.difference import Confidence
from tieout.matching.edges import classes_agree
from tieout.matching.joins import blocks
from tieout.matching.keys import Form
from tieout.matching.kinds import Kind
from tieout.matching.lines import Lines
from tieout.matching.proofs import Detail, causes
from tieout.matching.subset import MOST, subsets
from tieout.matching.text import Bools, Ints, mix, spread

_MOST_TOGETHER = 60


class SumsByNumber:
    """All lines with one key; one line and all it shares keys with; everything connected."""

    name = "sums_by_number"

    def find(self, board: Board) -> None:
        """Claim what adds up exactly first, then what adds up but for a fee or a discount."""
        _by_key(board, one_to_many=True)
        for strong in (True, False):
            _by_star(board, strong=strong)
        _by_part_of_star(board)
        _by_key(board, one_to_many=False)
        _by_connection(board, exact=True)
        _by_connection(board, exact=False)
        # What is left of an order once its parts are found may be whole now.
        _by_key(board, one_to_many=False)


def _claim_all(board: Board, found: Iterable[tuple[Ints, Ints]]) -> None:
    """Fewest lines first, then by content, so that the order of rows does not matter."""
    ranked = []
    for ours, theirs in found:
        left = sorted(board.ours.rank[ours].tolist())
        right = sorted(board.theirs.rank[theirs].tolist())
        size = len(left) + len(right)
        ranked.append((size, left[0] + right[0], left, right, ours.tolist(), theirs.tolist()))
    for *_, some, others in sorted(ranked):
        board.claim(some, others, Confidence.ACCEPTED)


def _by_key(board: Board, *, one_to_many: bool) -> None:
    """All free lines with one key, payments apart from the rest."""
    edges = board.edges
    ours = _rows(edges.our_usable, board.ours.lines, board.ours.group == FREE)
    theirs = _rows(edges.their_usable, board.theirs.lines, board.theirs.group == FREE)
    keys, cell = np.unique(np.concatenate([ours[1], theirs[1]]), return_inverse=True)
    cells = cell[: len(ours[1])], cell[len(ours[1]) :]
    totals, sizes, orders = [], [], []
    for (line, _), at, lines in zip(
        (ours, theirs), cells, (board.ours.lines, board.theirs.lines), strict=True
    ):
        total = np.zeros(len(keys), np.int64)
        np.add.at(total, at, lines.amount[line])
        totals.append(total)
        sizes.append(np.bincount(at, minlength=len(keys)))
        orders.append(line[np.argsort(at, kind="stable")])
    begins = [np.concatenate([np.zeros(1, np.int64), np.cumsum(size)]) for size in sizes]
    hit = (sizes[0] > 0) & (sizes[1] > 0) & (sizes[0] + sizes[1] > 2) & (totals[0] == totals[1])
    if one_to_many:
        hit &= (sizes[0] == 1) | (sizes[1] == 1)
    _claim_all(
        board,
        (
            (
                orders[0][begins[0][key] : begins[0][key + 1]],
                orders[1][begins[1][key] : begins[1][key + 1]],
            )
            for key in np.flatnonzero(hit).tolist()
        ),
    )


def _rows(usable: Bools, lines: Lines, free: Bools) -> tuple[Ints, Ints]:
    """Free lines with the number of their customer, class and key; doubtful ones in both."""
    keys = lines.keys
    rows = np.flatnonzero(free)
    length = np.diff(keys.start)[rows]
    place = spread(keys.start[rows], length)
    keep = usable[place] & (keys.form[place] <= Form.PO)
    line, value = np.repeat(rows, length)[keep], keys.value[place[keep]]
    customer = lines.customer[line]
    kind = lines.kind[line]
    either = kind == Kind.UNKNOWN
    line = np.concatenate([line, line[either]])
    paid = np.concatenate([kind == Kind.PAYMENT, np.ones(int(either.sum()), bool)])
    cell = mix(
        np.concatenate([customer, customer[either]]),
        np.concatenate([value, value[either]]),
        paid.astype(np.int64),
    )
    return line, cell


def _edges(board: Board, *, strong: bool) -> tuple[Ints, Ints]:
    edges = board.edges
    keep = (board.ours.group[edges.ours] == FREE) & (board.theirs.group[edges.theirs] == FREE)
    keep &= classes_agree(board.ours.lines.kind[edges.ours], board.theirs.lines.kind[edges.theirs])
    keep &= board.allowed(edges.ours, edges.theirs)
    if strong:
        keep &= edges.strong
    return edges.ours[keep], edges.theirs[keep]


def _by_star(board: Board, *, strong: bool) -> None:
    """One line against all lines it shares a key with."""
    i, j = _edges(board, strong=strong)
    found: list[tuple[Ints, Ints]] = []
    for centre, partner, turned in ((i, j, False), (j, i, True)):
        near, far = _turn(board, turned)
        begin, size, ordered = _grouped(centre, partner, len(near))
        total = np.zeros(len(near), np.int64)
        np.add.at(total, centre, far.amount[partner])
        for line in np.flatnonzero((size > 1) & (total == near.amount)).tolist():
            partners = ordered[begin[line] : begin[line] + size[line]]
            alone = np.array([line])
            found.append((partners, alone) if turned else (alone, partners))
    _claim_all(board, found)


def _by_part_of_star(board: Board) -> None:
    """One line against some of the lines it shares a key with."""
    i, j = _edges(board, strong=True)
    found: list[tuple[Ints, Ints]] = []
    for centre, partner, turned in ((i, j, False), (j, i, True)):
        near, far = _turn(board, turned)
        begin, size, ordered = _grouped(centre, partner, len(near))
        for line in np.flatnonzero((size > 2) & (size <= MOST)).tolist():
            partners = ordered[begin[line] : begin[line] + size[line]]
            rank = (board.ours if turned else board.theirs).rank
            partners = partners[np.argsort(rank[partners])]
            amount = int(near.amount[line])
            parts = subsets(far.amount[partners], amount, amount)
            if len(parts) == 1 or (parts and len(parts[1]) > len(parts[0])):
                alone, some = np.array([line]), partners[list(parts[0])]
                found.append((some, alone) if turned else (alone, some))
    _claim_all(board, found)


def _turn(board: Board, turned: bool) -> tuple[Lines, Lines]:
    ours, theirs = board.ours.lines, board.theirs.lines
    return (theirs, ours) if turned else (ours, theirs)


def _grouped(centre: Ints, partner: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    size = np.bincount(centre, minlength=count)
    begin = np.concatenate([np.zeros(1, np.int64), np.cumsum(size)[:-1]])
    return begin, size, partner[np.argsort(centre, kind="stable")]


def _by_connection(board: Board, *, exact: bool) -> None:
    """Everything connected by strong keys, if both sides add up."""
    i, j = _edges(board, strong=True)
    count = len(board.ours.lines)
    label = connected(i, j + count, count + len(board.theirs.lines))
    lines = np.unique(np.concatenate([i, j + count]))
    lines = lines[np.argsort(label[lines], kind="stable")]
    found: list[tuple[Ints, Ints]] = []
    for begin, end in blocks(label[lines]):
        part = lines[begin:end]
        ours, theirs = part[part < count], part[part >= count] - count
        if 2 < len(part) <= _MOST_TOGETHER and _adds_up(board, ours, theirs, exact=exact):
            found.append((ours, theirs))
    _claim_all(board, found)


def _adds_up(board: Board, ours: Ints, theirs: Ints, *, exact: bool) -> bool:
    a = int(board.ours.lines.amount[ours].sum())
    b = int(board.theirs.lines.amount[theirs].sum())
    if a == b or exact:
        return a == b
    if len(theirs) > 1:
        return False
    payment = bool((board.ours.lines.kind[ours] == Kind.PAYMENT).all())
    cause = causes(
        np.array([a]),
        np.array([b]),
        payment=np.array([payment]),
        foreign=np.zeros(1, np.int64),
        rules=board.rules,
    )
    return int(cause.detail[0]) in (Detail.FEE, Detail.DISCOUNT)


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
