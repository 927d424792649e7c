"""What of an outcome the company weighs for itself: passes that only propose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tieout.matching import Confidence, Groups
from tieout.reconciliation.rule_choices import PROPOSE, modes

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True)
class Weighing:
    """Names of the passes that only propose."""

    propose: frozenset[str] = frozenset()

    @classmethod
    def of(cls, chosen: Mapping[str, object]) -> "Weighing":
        """As it was chosen."""
        return cls(modes(chosen, PROPOSE))


#: What the engine says, as it says it.
AS_FOUND = Weighing()


def weighed(groups: Groups, weighing: Weighing) -> Groups:
    """The same groups, as sure as the company wants them to be."""
    if weighing == AS_FOUND:
        return groups
    places = [place for place, name in enumerate(groups.passes) if name in weighing.propose]
    number = np.arange(len(groups))
    doubted = np.isin(number, groups.ours) & np.isin(number, groups.theirs)
    doubted &= (groups.confidence != Confidence.FIXED) & np.isin(groups.found_by, places)
    confidence = np.where(doubted, int(Confidence.PROPOSED), groups.confidence)
    return replace(groups, confidence=confidence.astype(np.int64))


def sums(
    group: Ints,
    amount: Ints,
    repeats: np.ndarray[tuple[int], np.dtype[np.bool_]],
    count: int,
) -> Ints:
    """What the lines of each group come to, repeats left aside."""
    found = np.zeros(count, np.int64)
    np.add.at(found, group[~repeats], amount[~repeats])
    return found
