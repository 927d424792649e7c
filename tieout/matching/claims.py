"""Claiming many candidates at once: groups of lines of both books, some of which may compete."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tieout.matching.board import Board
from tieout.matching.difference import Confidence
from tieout.matching.text import Bools, Ints, mix, spread


@dataclass(frozen=True)
class Candidates:
    """Lines of both books that may be groups, with the number of the candidate each is in."""

    count: int
    lines: tuple[Ints, Ints]
    #: Ascending.
    of: tuple[Ints, Ints]

    @classmethod
    def blocks(
        cls, lines: tuple[Ints, Ints], begin: tuple[Ints, Ints], size: tuple[Ints, Ints]
    ) -> "Candidates":
        """From where the lines of each candidate begin, and how many they are, in either book."""
        count = len(size[0])
        some = [
            one[spread(start, many)] for one, start, many in zip(lines, begin, size, strict=True)
        ]
        of = [np.repeat(np.arange(count), many) for many in size]
        return cls(count, (some[0], some[1]), (of[0], of[1]))

    @classmethod
    def listed(cls, found: Sequence[tuple[Ints, Ints]]) -> "Candidates":
        """From the lines of each, ours and theirs."""
        lines, begin, size = [], [], []
        for side in (0, 1):
            many = np.array([len(each[side]) for each in found], np.int64)
            lines.append(np.concatenate([np.zeros(0, np.int64)] + [each[side] for each in found]))
            begin.append(np.cumsum(many) - many)
            size.append(many)
        return cls.blocks((lines[0], lines[1]), (begin[0], begin[1]), (size[0], size[1]))

    def only(self, keep: Bools) -> "Candidates":
        """Some of them, numbered anew."""
        number = np.cumsum(keep) - 1
        some = [keep[of] for of in self.of]
        lines = [lines[these] for lines, these in zip(self.lines, some, strict=True)]
        of = [number[of[these]] for of, these in zip(self.of, some, strict=True)]
        return Candidates(int(keep.sum()), (lines[0], lines[1]), (of[0], of[1]))


def claim_all(board: Board, found: Candidates) -> None:
    """Fewest lines first, then by content, so that the order of rows does not matter."""
    found = found.only(_different(found))
    competing = _competing(board, found)
    _claim_at_once(board, found.only(~competing))
    _claim_in_turn(board, found.only(competing))


def _different(found: Candidates) -> Bools:
    """Each set of lines once."""
    names = []
    for lines, of in zip(found.lines, found.of, strict=True):
        name = np.zeros(found.count, np.int64)
        np.add.at(name, of, mix(lines))
        names.append(name)
    name = mix(*names)
    order = np.argsort(name, kind="stable")
    first = np.ones(found.count, bool)
    first[1:] = name[order[1:]] != name[order[:-1]]
    keep = np.zeros(found.count, bool)
    keep[order[first]] = True
    return keep


def _competing(board: Board, found: Candidates) -> Bools:
    """Those with a line that is in another one, too, or that somebody may have refused."""
    competing = np.full(found.count, bool(board.refused))
    for lines, of in zip(found.lines, found.of, strict=True):
        competing[of[np.bincount(lines)[lines] > 1]] = True
    return competing


def _claim_at_once(board: Board, found: Candidates) -> None:
    """Every line of them is free, and in one of them only."""
    first = np.full(found.count, len(board.ours.rank))
    np.minimum.at(first, found.of[0], board.ours.rank[found.lines[0]])
    number = np.empty(found.count, np.int64)
    number[np.argsort(first)] = np.arange(found.count)
    number += board.add(found.count, Confidence.ACCEPTED)
    for side, lines, of in zip((board.ours, board.theirs), found.lines, found.of, strict=True):
        side.group[lines] = number[of]


def _claim_in_turn(board: Board, found: Candidates) -> None:
    sides = []
    for side, lines, of in zip((board.ours, board.theirs), found.lines, found.of, strict=True):
        rank = side.rank[lines]
        order = np.lexsort([rank, of])
        ends = np.searchsorted(of, np.arange(1, found.count))
        sides.append([each.tolist() for each in np.split(lines[order], ends)])
        sides.append([each.tolist() for each in np.split(rank[order], ends)])
    if not found.count:
        return
    ours, our_ranks, theirs, their_ranks = sides
    ranked = [
        (
            len(left) + len(right),
            left[0] + right[0],
            abs(left[0] - right[0]),
            sorted([*left, *right]),
            mine,
            other,
        )
        for left, right, mine, other in zip(our_ranks, their_ranks, ours, theirs, strict=True)
    ]
    for *_, mine, other in sorted(ranked):
        board.claim(mine, other, Confidence.ACCEPTED)
