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


def accidents(ways: npt.ArrayLike, amounts: Ints) -> Floats:
    """Expected accidental agreements among `ways` sums as large and as round as `amounts`."""
    room = np.maximum(np.abs(amounts) // grain(amounts), 1)
    expected: Floats = np.asarray(ways, np.float64) / room
    return expected
