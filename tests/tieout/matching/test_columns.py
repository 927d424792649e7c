"""What stands under the passes: rows brought together, free lines, digits mistyped, steps."""

import numpy as np
import pytest

from tieout.matching.board import FREE, Side
from tieout.matching.chance import step, step_of
from tieout.matching.joins import Cells, among
from tieout.matching.lines import Lines
from tieout.matching.proofs import Detail, causes
from tieout.matching.rules import Rules
from tieout.matching.text import one_of


def test_numbers_that_differ_in_their_last_bits_alone_are_apart() -> None:
    chance = np.random.default_rng(3)
    value = chance.integers(0, 4, 500) + (chance.integers(0, 3, 500) << 40)

    cells = Cells.of(value)

    assert cells.value.tolist() == sorted(set(value.tolist()))
    for place, number in enumerate(cells.value.tolist()):
        rows = cells.order[cells.begin[place] : cells.begin[place + 1]]
        assert rows.tolist() == np.flatnonzero(value == number).tolist()


@pytest.mark.parametrize("count", [0, 1, 8, 9, 40])
def test_among_a_few_is_among_many(count: int) -> None:
    values = np.arange(100)
    some = np.arange(3, 3 + 2 * count, 2)

    assert among(values, some).tolist() == [each in set(some.tolist()) for each in values.tolist()]


def test_free_is_what_is_in_no_group_and_not_held() -> None:
    side = Side.of(Lines.of([]).take(np.zeros(0, np.int64)))
    side.group = np.full(6, FREE)

    assert side.free.tolist() == [0, 1, 2, 3, 4, 5]
    side.held = np.array([2, 5])
    side.group[[0, 3]] = 7
    assert side.free.tolist() == [1, 4]
    side.held = np.zeros(0, np.int64)
    assert side.free.tolist() == [1, 2, 4, 5]


def _mistyped(one: int, other: int) -> Detail:
    a, b = str(one), str(other)
    apart = [place for place in range(min(len(a), len(b))) if a[place] != b[place]]
    if len(a) == len(b):
        if len(apart) == 2 and apart[1] == apart[0] + 1:
            first, last = apart
            if a[first] == b[last] and a[last] == b[first]:
                return Detail.SWAPPED_DIGITS
        return Detail.OTHER_DIGIT if len(apart) == 1 else Detail.NONE
    longer, shorter = max(a, b, key=len), min(a, b, key=len)
    if longer in (shorter + "0", shorter + "00"):
        return Detail.DECIMAL_SLIP
    left_out = (longer[:place] + longer[place + 1 :] for place in range(len(longer)))
    one_more = any(each == shorter or int(each) == int(shorter) for each in left_out)
    return Detail.EXTRA_DIGIT if one_more else Detail.NONE


def test_mistyped_digits_are_found_in_any_place() -> None:
    chance = np.random.default_rng(5)
    pairs = []
    for _ in range(600):
        one = str(chance.integers(10_000, 10**9))
        place = int(chance.integers(len(one) - 1))
        digit = str(chance.integers(10))
        pairs += [
            (one, one[:place] + one[place + 1] + one[place] + one[place + 2 :]),
            (one, one[:place] + digit + one[place + 1 :]),
            (one, one[:place] + digit + one[place:]),
            (one, one[:place] + one[place + 1 :]),
            (one, one + "0"),
            (one, str(int(one) + int(chance.integers(1, 3_000)))),
        ]
    ours, theirs = (np.array([int(each) for each in side]) for side in zip(*pairs, strict=True))
    different = (ours != theirs) & (theirs > 0)
    ours, theirs = ours[different], theirs[different]
    none = np.zeros(len(ours), np.int64)

    found = causes(
        ours, theirs, payment=none.astype(bool), foreign=none, rules=Rules(tax_rounding_max=0)
    )

    said = [Detail(each) for each in found.detail.tolist()]
    expected = [_mistyped(*pair) for pair in zip(ours.tolist(), theirs.tolist(), strict=True)]
    assert said == expected
    assert {*said} >= {Detail.SWAPPED_DIGITS, Detail.OTHER_DIGIT, Detail.EXTRA_DIGIT}


def test_a_step_alone_is_the_step_among_others() -> None:
    divisors = np.array([1, 2, 3, 7, 10, 25, 60, 75, 100, 1_000, 2_500, 123_000, 10**9])

    assert [step_of(each) for each in divisors.tolist()] == step(divisors).tolist()


def test_one_of_a_few_signs() -> None:
    characters = np.array([ord(each) for each in "a-b/、c"])

    assert one_of(characters, [ord("-"), ord("、")]).tolist() == [
        False,
        True,
        False,
        False,
        True,
        False,
    ]
    assert not one_of(characters.astype(np.uint8)[:0], [0x3001]).any()
