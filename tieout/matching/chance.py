"""Chance: how often unrelated lines would agree by accident."""

import numpy as np
import numpy.typing as npt

from tieout.matching.text import Ints

Floats = npt.NDArray[np.float64]

#: An agreement expected more often than this by accident proves nothing.
SLIGHT = 0.05


def grain(amounts: Ints) -> Ints:
    """How coarse amounts are written: 1, 10, 100, … minor units."""
    grains = np.ones(len(amounts), np.int64)
    for size in (10, 100, 1_000, 10_000):
        grains[(amounts % size == 0) & (amounts != 0)] = size
    return grains


#: Steps in which people write amounts: ten, twenty, twenty-five, fifty, a hundred.
_STEPS = sorted(digits * 10**place for place in range(9) for digits in (1, 2, 5, 25))


def step(divisor: Ints) -> Ints:
    """How coarse amounts with this common divisor are written.

    Three equal parts have one of them in common, and a twentieth has itself: that is no step.
    """
    steps = np.ones(len(divisor), np.int64)
    for each in _STEPS:
        steps[divisor % each == 0] = each
    return steps


def step_of(divisor: int) -> int:
    """The same of one divisor."""
    return next((each for each in reversed(_STEPS) if divisor % each == 0), 1)


def accidents(ways: npt.ArrayLike, amounts: Ints) -> Floats:
    """Expected accidental agreements among `ways` sums as large and as round as `amounts`."""
    room = np.maximum(np.abs(amounts) // grain(amounts), 1)
    expected: Floats = np.asarray(ways, np.float64) / room
    return expected
