"""The board a run is played on: both books, what is still free, and the groups found so far."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from tieout.matching.difference import Confidence
from tieout.matching.edges import Edges
from tieout.matching.habits import Habits
from tieout.matching.joins import equal_rows
from tieout.matching.keys import Form
from tieout.matching.lines import Lines
from tieout.matching.numbers import Numbers
from tieout.matching.rules import Rules
from tieout.matching.text import Bools, Ints, mix

FREE = -1


@dataclass
class Side:
    """One book during a run."""

    lines: Lines
    group: Ints
    #: Lines that repeat another one of their own book.
    repeat: Bools
    #: The canonical place of each line: by what it says, then by its id.
    rank: Ints
    #: Lines kept back for a later pass: for the others they are not free.
    held: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    #: The lines that were in no group when it was last asked: what is in one stays in it.
    _open: Ints | None = None

    @classmethod
    def of(cls, lines: Lines) -> "Side":
        """A book with all its lines free."""
        count = len(lines)
        rank = np.empty(count, np.int64)
        rank[_canonical(lines)] = np.arange(count)
        return cls(lines, np.full(count, FREE, np.int64), np.zeros(count, bool), rank)

    @cached_property
    def numbers(self) -> Numbers:
        """The numbers of the lines, for comparing."""
        return Numbers(self.lines.keys)

    def again(self, lines: Lines) -> "Side":
        """The same lines, some with the other sign, all free."""
        return Side(
            lines, np.full(len(lines), FREE, np.int64), np.zeros(len(lines), bool), self.rank
        )

    def forget(self) -> None:
        """Let go of the numbers, once nothing is compared any more."""
        self.__dict__.pop("numbers", None)

    @property
    def free(self) -> Ints:
        """The lines in no group yet, but for those that are held."""
        if self._open is None:
            self._open = np.flatnonzero(self.group == FREE)
        else:
            self._open = self._open[self.group[self._open] == FREE]
        if not len(self.held):
            return self._open
        held = np.zeros(len(self.group), bool)
        held[self.held] = True
        return self._open[~held[self._open]]


def _canonical(lines: Lines) -> Ints:
    """Rows by customer, day, size, kind, number, reference, and at last by id."""
    if not len(lines):
        return np.zeros(0, np.int64)
    places = np.zeros(len(lines), np.int64)
    room = 1
    for column in (lines.customer, lines.day, np.abs(lines.amount)):
        low = int(column.min())
        span = int(column.max()) - low + 1
        room *= span
        if room >= 1 << 62:
            break
        places = places * span + (column - low)
    else:
        order = np.argsort(places)
        placed = places[order]
        tied = np.zeros(len(order), bool)
        tied[1:] = placed[1:] == placed[:-1]
        tied[:-1] |= tied[1:]
        some = order[tied]
        order[tied] = some[np.lexsort([*_last(lines, some), places[some]])]
        return order
    every = np.arange(len(lines))
    return np.lexsort([*_last(lines, every), np.abs(lines.amount), lines.day, lines.customer])


def _last(lines: Lines, rows: Ints) -> list[Ints]:
    """What orders lines of one day and size, the least important first.

    Numbers tell the order in which documents of one day were made.
    """
    keys = lines.keys
    line, place = keys.places(rows, np.arange(len(rows)))
    counted = np.isin(keys.form[place], (Form.JOINED, Form.RUN))
    number = np.zeros(len(rows), np.int64)
    np.maximum.at(number, line[counted], keys.value[place[counted]])
    return [lines.id[rows], keys.cleaned[rows], number, lines.kind[rows]]


@dataclass
class Board:
    """Both books, in the seller's and the buyer's place, and the groups found so far."""

    ours: Side
    theirs: Side
    rules: Rules
    edges: Edges
    habits: Habits
    #: Per group: the pass that found it, how sure it is, how many other ways there were.
    found_by: "array[int]" = field(default_factory=lambda: array("q"))
    confidence: "array[int]" = field(default_factory=lambda: array("q"))
    rivals: "array[int]" = field(default_factory=lambda: array("q"))
    #: The place in the table of passes of the one running now.
    running: int = -1
    #: Rejected pairs as places (ours, theirs).
    refused: frozenset[tuple[int, int]] = frozenset()
    #: Pairs of lines whose amounts some cause joins, once they were looked for.
    near: tuple[Ints, Ints] | None = None
    _refused: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def of(cls, ours: Lines, theirs: Lines, rules: Rules) -> "Board":
        """Lay out two books."""
        board = cls(
            Side.of(ours),
            Side.of(theirs),
            rules,
            Edges.between(ours, theirs),
            Habits.unknown(rules),
        )
        if rules.rejected:
            pairs = np.array(sorted(rules.rejected), np.int64)
            left, at = equal_rows((pairs[:, 0],), (ours.id,))
            pairs, at_ours = pairs[left], at
            left, at_theirs = equal_rows((pairs[:, 1],), (theirs.id,))
            at_ours = at_ours[left]
            board.refused = frozenset(zip(at_ours.tolist(), at_theirs.tolist(), strict=True))
            board._refused = mix(at_ours, at_theirs)
        return board

    def again(self, ours: Lines, theirs: Lines) -> "Board":
        """The board before anything was found, some of its lines with the other sign.

        Neither the numbers lines have in common nor their order depend on it.
        """
        return Board(
            self.ours.again(ours),
            self.theirs.again(theirs),
            self.rules,
            self.edges,
            Habits.unknown(self.rules),
            refused=self.refused,
            _refused=self._refused,
        )

    def allowed(self, ours: Ints, theirs: Ints) -> Bools:
        """Pairs nobody has refused."""
        if not len(self._refused):
            return np.ones(len(ours), bool)
        return ~np.isin(mix(ours, theirs), self._refused)

    def numbers_differ(self, ours: Ints, theirs: Ints) -> Bools:
        """Pairs that carry numbers of one series, but not the same one."""
        return self.ours.numbers.contradict(ours, self.theirs.numbers, theirs)

    def claim_pairs(
        self, ours: Ints, theirs: Ints, confidence: Confidence | Ints, rivals: Ints | int = 0
    ) -> None:
        """Make one group of each pair; every line of them must be free."""
        first = self.add(len(ours), confidence, rivals)
        self.ours.group[ours] = first + np.arange(len(ours))
        self.theirs.group[theirs] = first + np.arange(len(ours))

    def add(self, count: int, confidence: Confidence | Ints, rivals: Ints | int = 0) -> int:
        """Note so many groups of the pass that runs, and return the number of the first."""
        first = len(self.found_by)
        for column, value in (
            (self.found_by, self.running),
            (self.confidence, confidence),
            (self.rivals, rivals),
        ):
            column.frombytes(np.broadcast_to(np.asarray(value, np.int64), count).tobytes())
        return first

    def claim(
        self,
        ours: Sequence[int],
        theirs: Sequence[int],
        confidence: Confidence,
        rivals: int = 0,
    ) -> bool:
        """Make one group of several lines, unless one of them is taken or a pair was refused."""
        mine, other = list(ours), list(theirs)
        our_group, their_group = self.ours.group.item, self.theirs.group.item
        if any(our_group(line) != FREE for line in mine):
            return False
        if any(their_group(line) != FREE for line in other):
            return False
        if self.refused and any((i, j) in self.refused for i in mine for j in other):
            return False
        number = len(self.found_by)
        self.ours.group[mine] = number
        self.theirs.group[other] = number
        self.found_by.append(self.running)
        self.confidence.append(int(confidence))
        self.rivals.append(rivals)
        return True

    def sides(self) -> tuple[tuple[Side, Side], tuple[Side, Side]]:
        """Each side with the one opposite."""
        return (self.ours, self.theirs), (self.theirs, self.ours)
