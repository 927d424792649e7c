"""Several lines against one or several, held together by numbers in common: 1:n, n:1, n:m."""

from dataclasses import dataclass

import numpy as np

from tieout.matching.board import FREE, Board
from tieout.matching.claims import Candidates, claim_all
from tieout.matching.edges import classes_agree
from tieout.matching.joins import Cells, ascending, connected, sieved
from tieout.matching.keys import Form
from tieout.matching.kinds import Kind
from tieout.matching.lines import Lines
from tieout.matching.passes.sums_by_list import by_list
from tieout.matching.proofs import Detail, causes
from tieout.matching.subset import MOST, subsets
from tieout.matching.text import Bools, Ints, mix

_MOST_TOGETHER = 60
#: Lines of both books, side by side.
_Pairs = tuple[Ints, Ints]


class SumsByNumber:
    """All lines with one key; one line and all it shares keys with; everything connected."""

    name = "sums_by_number"

    def find(self, board: Board) -> None:
        """Claim what adds up exactly first, then what adds up but for a fee or a discount."""
        by_list(board)
        keyed = _Keyed.of(board)
        _by_key(board, keyed, one_to_many=True)
        edges = _Edges.of(board)
        for strong in (True, False):
            _by_star(board, edges.still_free(board, strong=strong))
        _by_part_of_star(board, edges.still_free(board, strong=True))
        _by_key(board, keyed, one_to_many=False)
        for exact in (True, False):
            _by_connection(board, edges.still_free(board, strong=True), exact=exact)
        # What is left of an order once its parts are found may be whole now.
        _by_key(board, keyed, one_to_many=False)


@dataclass(frozen=True)
class _Keyed:
    """Lines that were free, with the number of each key that the other book may have as well."""

    ours: tuple[Ints, Ints]
    theirs: tuple[Ints, Ints]

    @classmethod
    def of(cls, board: Board) -> "_Keyed":
        """Of all free lines."""
        edges = board.edges
        ours = _rows(edges.our_usable, board.ours.lines, board.ours.free)
        theirs = _rows(edges.their_usable, board.theirs.lines, board.theirs.free)
        # What only one book has is nobody's sum.
        some = sieved(theirs[1], ours[1])
        theirs = theirs[0][some], theirs[1][some]
        some = sieved(ours[1], theirs[1])
        return cls((ours[0][some], ours[1][some]), theirs)

    def still_free(self, board: Board) -> tuple[tuple[Ints, Ints], ...]:
        """Those that are free now."""
        found = []
        for (line, cell), side in zip((self.ours, self.theirs), board.sides(), strict=True):
            free = np.flatnonzero(side[0].group[line] == FREE)
            found.append((line[free], cell[free]))
        return tuple(found)


def _by_key(board: Board, keyed: _Keyed, *, one_to_many: bool) -> None:
    """All free lines with one key, payments apart from the rest."""
    ours, theirs = keyed.still_free(board)
    both = Cells.of(np.concatenate([ours[1], theirs[1]]))
    count = len(both.value)
    cell = np.empty(len(both.order), np.int64)
    cell[both.order] = np.repeat(np.arange(count), both.size)
    cells = cell[: len(ours[1])], cell[len(ours[1]) :]
    totals, sizes = [], []
    for (line, _), at, lines in zip(
        (ours, theirs), cells, (board.ours.lines, board.theirs.lines), strict=True
    ):
        total = np.zeros(count, np.int64)
        np.add.at(total, at, lines.amount[line])
        totals.append(total)
        sizes.append(np.bincount(at, minlength=count))
    is_ours = both.order < len(ours[1])
    orders = ours[0][both.order[is_ours]], theirs[0][both.order[~is_ours] - len(ours[1])]
    begins = [np.cumsum(size) - size for size in sizes]
    hit = (sizes[0] > 0) & (sizes[1] > 0) & (sizes[0] + sizes[1] > 2) & (totals[0] == totals[1])
    if one_to_many:
        hit &= (sizes[0] == 1) | (sizes[1] == 1)
    claim_all(
        board,
        Candidates.blocks(
            orders,
            (begins[0][hit], begins[1][hit]),
            (sizes[0][hit], sizes[1][hit]),
        ),
    )


def _rows(usable: Bools, lines: Lines, free: Ints) -> tuple[Ints, Ints]:
    """Free lines with the number of their customer, class and key; doubtful ones in both."""
    keys = lines.keys
    line, place = keys.places(free)
    keep = usable[place] & (keys.form[place] <= Form.PO)
    line, value = line[keep], keys.value[place[keep]]
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


@dataclass(frozen=True)
class _Edges:
    """Edges of lines that were free and could be settled by one another."""

    ours: Ints
    theirs: Ints
    strong: Bools

    @classmethod
    def of(cls, board: Board) -> "_Edges":
        """Of all edges."""
        edges, ours, theirs = board.edges, board.ours, board.theirs
        places = np.flatnonzero(ours.group[edges.ours] == FREE)
        places = places[theirs.group[edges.theirs[places]] == FREE]
        i, j = edges.ours[places], edges.theirs[places]
        keep = classes_agree(ours.lines.kind[i], theirs.lines.kind[j]) & board.allowed(i, j)
        return cls(i[keep], j[keep], edges.strong[places[keep]])

    def still_free(self, board: Board, *, strong: bool) -> _Pairs:
        """The lines of those that are free now; only of strong edges, or of all."""
        keep = (board.ours.group[self.ours] == FREE) & (board.theirs.group[self.theirs] == FREE)
        if strong:
            keep &= self.strong
        return self.ours[keep], self.theirs[keep]


def _by_star(board: Board, pairs: _Pairs) -> None:
    """One line against all lines it shares a key with."""
    i, j = pairs
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
    claim_all(board, Candidates.listed(found))


def _by_part_of_star(board: Board, pairs: _Pairs) -> None:
    """One line against some of the lines it shares a key with."""
    i, j = pairs
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
    claim_all(board, Candidates.listed(found))


def _turn(board: Board, turned: bool) -> tuple[Lines, Lines]:
    ours, theirs = board.ours.lines, board.theirs.lines
    return (theirs, ours) if turned else (ours, theirs)


def _grouped(centre: Ints, partner: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    size = np.bincount(centre, minlength=count)
    begin = np.concatenate([np.zeros(1, np.int64), np.cumsum(size)[:-1]])
    return begin, size, partner[ascending(centre)[0]]


def _by_connection(board: Board, pairs: _Pairs, *, exact: bool) -> None:
    """Everything connected by strong keys, if both sides add up."""
    i, j = pairs
    if not len(i):
        return
    ours, theirs = board.ours.lines, board.theirs.lines
    label = connected(i, j + len(ours), len(ours) + len(theirs))
    lines, places, sizes = [], [], []
    named = np.zeros(len(label), bool)
    named[label[i]] = True
    part_of = (np.cumsum(named) - 1)[label]
    count = int(named.sum())
    for ends, shift, wide in ((i, 0, len(ours)), (j, len(ours), len(theirs))):
        met = np.zeros(wide, bool)
        met[ends] = True
        some = np.flatnonzero(met)
        place = part_of[some + shift]
        order, _ = ascending(place)
        lines.append(some[order])
        places.append(place[order])
        sizes.append(np.bincount(place, minlength=count))
    size = sizes[0] + sizes[1]
    hit = (size > 2) & (size <= _MOST_TOGETHER)
    sums = [np.zeros(count, np.int64) for _ in lines]
    for total, some, place, of in zip(sums, lines, places, (ours, theirs), strict=True):
        np.add.at(total, place, of.amount[some])
    hit &= (sums[0] == sums[1]) if exact else ((sizes[0] == 1) | (sizes[1] == 1))
    some = np.flatnonzero(hit)
    if not exact:
        paid = np.bincount(places[0], weights=ours.kind[lines[0]] == Kind.PAYMENT, minlength=count)
        payment = (paid == sizes[0])[some]
        some = some[_kept_back(board, sums[0][some], sums[1][some], payment)]
    begins = [np.cumsum(many) - many for many in sizes]
    claim_all(
        board,
        Candidates.blocks(
            (lines[0], lines[1]),
            (begins[0][some], begins[1][some]),
            (sizes[0][some], sizes[1][some]),
        ),
    )


def _kept_back(board: Board, ours: Ints, theirs: Ints, payment: Bools) -> Bools:
    """Sums that are equal, or so but for a fee, a discount, what was withheld, or cents."""
    cause = causes(
        ours, theirs, payment=payment, foreign=np.zeros(len(ours), np.int64), rules=board.rules
    )
    proven = np.isin(cause.detail, (Detail.FEE, Detail.DISCOUNT, Detail.WITHHELD, Detail.CENTS))
    result: Bools = proven | (ours == theirs)
    return result
