"""Numbers that are nearly the same."""

import numpy as np
import pytest

from tieout.matching.numbers import nearly


def _as_people_see_it(one: int, other: int) -> bool:
    width = max(len(str(one)), len(str(other)))
    a, b = str(one).zfill(width), str(other).zfill(width)
    apart = [place for place in range(width) if a[place] != b[place]]
    if len(apart) == 2 and apart[1] == apart[0] + 1:
        first, second = apart
        return a[first] == b[second] and a[second] == b[first]
    return len(apart) < 2


@pytest.mark.parametrize("digits", [4, 8, 12, 16])
def test_nearly_is_one_digit_or_two_swapped(digits: int) -> None:
    chance = np.random.default_rng(digits)
    one = chance.integers(10 ** (digits - 1), 10**digits, 400)
    place = 10 ** chance.integers(0, digits - 1, 400)
    low, high = one // place % 10, one // (place * 10) % 10
    other = np.concatenate(
        [
            one + (low - high) * place * 9,
            one + (chance.integers(0, 10, 400) - low) * place,
            # Carried over into the next digit: not the same but for one.
            one + place * chance.integers(1, 10, 400),
            chance.integers(10 ** (digits - 1), 10**digits, 400),
        ]
    )
    one = np.tile(one, 4)

    found = nearly(one, other)

    expected = [_as_people_see_it(a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True)]
    assert found.tolist() == expected
    assert 400 < sum(expected) < 1600
