"""What of an outcome the company weighs for itself: tolerances, and passes that only propose.

Tolerance = the larger of an amount and a share of ours, inclusive, at most a cap. It says that a
difference nothing proves is small enough to be written off; it never brings lines together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from tieout.matching import CODE, Confidence, Detail, Difference, Groups, Lines
from tieout.reconciliation.rule_choices import BOTH, LESS, PROPOSE, modes

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
_MILLION = 1_000_000
#: What a tolerance may make good: the cause is not known.
_UNPROVEN = (
    CODE[Difference.PRICE_OR_QUANTITY_DIFFERENCE],
    CODE[Difference.UNEXPLAINED],
)


@dataclass(frozen=True)
class Weighing:
    """Tolerances in minor units, the rate in millionths; names of passes that only propose."""

    amount: int = 0
    rate: int = 0
    #: 0: no limit.
    cap: int = 0
    direction: str = BOTH
    propose: frozenset[str] = frozenset()

    @classmethod
    def of(cls, chosen: Mapping[str, object], *, minor_digits: int) -> "Weighing":
        """As it was chosen, for a currency."""

        def minor(name: str) -> int:
            amount = Decimal(str(chosen.get(name, "0"))).scaleb(minor_digits)
            return int(amount.to_integral_value(ROUND_HALF_UP))

        return cls(
            amount=minor("tolerance"),
            rate=int(Decimal(str(chosen.get("tolerance_percent", "0"))) * _MILLION),
            cap=minor("tolerance_cap"),
            direction=str(chosen.get("tolerance_direction", BOTH)),
            propose=modes(chosen, PROPOSE),
        )

    def allowed(self, ours: Ints) -> Ints:
        """How far theirs may be from amounts of ours."""
        base = np.abs(ours)
        allowed: Ints = np.maximum(self.amount, base * self.rate // _MILLION)
        return np.minimum(allowed, self.cap) if self.cap else allowed


#: What the engine says, as it says it.
AS_FOUND = Weighing()


def weighed(groups: Groups, ours: Lines, theirs: Lines, weighing: Weighing) -> Groups:
    """The same groups, as sure as the company wants them to be."""
    if weighing == AS_FOUND:
        return groups
    by_hand = groups.confidence == Confidence.FIXED
    both = np.isin(np.arange(len(groups)), groups.ours)
    both &= np.isin(np.arange(len(groups)), groups.theirs)
    kind, detail = groups.type.copy(), groups.detail.copy()
    proof, confidence = groups.proof.copy(), groups.confidence.copy()

    within = both & ~by_hand & np.isin(kind, _UNPROVEN) & _is_within(groups, ours, theirs, weighing)
    alone = within & (groups.rivals == 0)
    kind[within] = CODE[Difference.TAX_ROUNDING]
    detail[within], proof[within] = Detail.NONE, 0
    confidence[alone & (confidence == Confidence.PROPOSED)] = Confidence.LISTED

    places = [place for place, name in enumerate(groups.passes) if name in weighing.propose]
    doubted = both & ~by_hand & np.isin(groups.found_by, places)
    confidence[doubted] = Confidence.PROPOSED
    return replace(groups, type=kind, detail=detail, proof=proof, confidence=confidence)


def _is_within(
    groups: Groups, ours: Lines, theirs: Lines, weighing: Weighing
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    mine = sums(groups.ours, ours.amount, groups.our_repeats, len(groups))
    other = sums(groups.theirs, theirs.amount, groups.their_repeats, len(groups))
    apart = np.abs(other) - np.abs(mine)
    within = (np.sign(mine) == np.sign(other)) & (np.abs(apart) <= weighing.allowed(mine))
    if weighing.direction != BOTH:
        within &= (apart < 0) if weighing.direction == LESS else (apart > 0)
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = within & (apart != 0)
    return found


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
