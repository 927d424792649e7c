"""Sums of some of several amounts."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tieout.matching.subset import MOST, subsets


@given(
    amounts=st.lists(st.integers(-50, 50), max_size=8),
    target=st.integers(-100, 100),
    width=st.integers(0, 3),
)
def test_every_sum_is_found_and_no_other(amounts: list[int], target: int, width: int) -> None:
    found = subsets(np.array(amounts, np.int64), target, target + width)

    assert set(found) == {
        places
        for size in range(2, len(amounts) + 1)
        for places in combinations(range(len(amounts)), size)
        if target <= sum(amounts[place] for place in places) <= target + width
    }


def test_too_many_amounts_prove_nothing() -> None:
    assert subsets(np.arange(MOST + 1), 3, 3) == []
