"""Numbers for rows, and texts as rows of characters."""

import numpy as np
import pytest

from tieout.matching.text import LONGEST, Texts, cut_off, mix, rows_of


def test_rows_have_the_same_number_however_many_stand_before_them() -> None:
    chance = np.random.default_rng(1)
    one, other = chance.integers(0, 1 << 60, (2, 40_000))

    mixed = mix(one, other)

    for row in (0, 16_383, 16_384, 39_999):
        assert mix(one[row : row + 1], other[row : row + 1])[0] == mixed[row]
    assert len(np.unique(mixed)) == 40_000
    assert len(mix(one[:0])) == 0


@pytest.mark.parametrize("lengths", [[3, 8, 16], [8, 9, 10], [16, 16, 24], [0, 24, 24]])
def test_behind_each_text_there_is_nothing(lengths: list[int]) -> None:
    data = np.full(200 + LONGEST, ord("X"), np.uint8)
    begin, length = np.array([0, 30, 60]), np.array(lengths)

    rows = cut_off(rows_of(data, begin, 24).copy(), length)

    assert [row.tobytes() for row in rows] == [b"X" * each + bytes(24 - each) for each in lengths]


def test_a_text_has_one_number_in_rows_of_any_width_and_without_rows() -> None:
    words = ["INV-7", "发票 12"[3:], "RC-2026-0000042", ""]
    found = []
    for width in (16, 24):
        rows = np.zeros((len(words), width), np.uint8)
        for row, word in zip(rows, words, strict=True):
            row[: len(word)] = list(word.encode())
        found.append(Texts.in_rows(rows).hashes().tolist())

    assert found[0] == found[1] == Texts.of(words, as_written=True).hashes().tolist()
