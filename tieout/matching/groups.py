"""The outcome of a run: every line of both books in one group."""

from dataclasses import dataclass

import numpy as np

from tieout.matching.difference import DIFFERENCES, Confidence, Difference
from tieout.matching.proofs import Detail
from tieout.matching.text import Bools, Ints


@dataclass(frozen=True)
class Groups:
    """Groups by number; `ours` and `theirs` say in which group each line stands."""

    #: Group number of each line, in the order the lines were given.
    ours: Ints
    theirs: Ints
    #: Lines that repeat another one of their own book.
    our_repeats: Bools
    their_repeats: Bools
    #: Places in DIFFERENCES.
    type: Ints
    #: `Detail`: the finer cause, and what its three numbers say.
    detail: Ints
    proof: Ints
    confidence: Ints
    #: Place in `passes`; -1 for a group made by hand, `len(passes)` for what was left over.
    found_by: Ints
    #: How many keys the two sides have in common.
    shared: Ints
    #: Days from our first line to theirs.
    gap: Ints
    #: How many other pairings were as good.
    rivals: Ints
    #: Names of the passes.
    passes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.type)

    def difference(self, group: int) -> Difference:
        """What a group says about the two books."""
        return DIFFERENCES[int(self.type[group])]

    def detail_of(self, group: int) -> Detail:
        """The finer cause of a group."""
        return Detail(int(self.detail[group]))

    def confidence_of(self, group: int) -> Confidence:
        """How sure a group is."""
        return Confidence(int(self.confidence[group]))

    def rows(self, group: int) -> tuple[Ints, Ints]:
        """The places of a group's lines in our book and in theirs; for many groups use columns."""
        return np.flatnonzero(self.ours == group), np.flatnonzero(self.theirs == group)
