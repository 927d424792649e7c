"""Days and amounts read where they stand, beside the usual way."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from tieout.cli.match_figures import NotPlain, days_of, in_minor
from tieout.matching.text import Ints, padded


def _cells(words: list[str]) -> tuple[np.ndarray, Ints, Ints]:
    content = "".join(words).encode()
    length = np.array([len(word) for word in words])
    end = 32 + np.cumsum(length)
    return padded(np.frombuffer(content, np.uint8), 32), end - length, end


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_amounts_of_every_length_are_exact(decimals: int) -> None:
    chance = np.random.default_rng(decimals)
    words = []
    for digits in range(1, 14):
        for _ in range(40):
            sign = ("", "-", "+")[int(chance.integers(3))]
            whole = str(int(chance.integers(10 ** (digits - 1), 10**digits)))
            places = int(chance.integers(decimals + 1)) if chance.random() < 0.3 else decimals
            part = "".join(str(each) for each in chance.integers(0, 10, places).tolist())
            words.append(f"{sign}{whole}{'.' if part else ''}{part}")

    found = in_minor(*_cells(words), decimals)

    assert found.tolist() == [int(Decimal(word) * 10**decimals) for word in words]


@pytest.mark.parametrize(
    "word",
    ["1.0a", "a1.00", "--1.00", "1.2.30", " 1.00", "-.50", ".50", "1:00", "1.005", "-", "é.00"],
)
def test_what_is_no_plain_amount_is_left_to_others(word: str) -> None:
    with pytest.raises(NotPlain):
        in_minor(*_cells(["12345.67", word]), 2)


def test_every_day_of_some_years() -> None:
    first = date(1899, 12, 1)
    days = [first + timedelta(place) for place in range(0, 80_000, 7)]

    found = days_of(*_cells([day.isoformat() for day in days]))

    assert found.tolist() == [day.toordinal() for day in days]


def test_days_that_come_again_one_after_another_and_later() -> None:
    words = ["2026-01-31"] * 3 + ["2026-02-01", "2025-01-31", "2026-01-31", "2026-01-31"]

    assert days_of(*_cells(words)).tolist() == [
        date.fromisoformat(word).toordinal() for word in words
    ]


@pytest.mark.parametrize(
    "word",
    [
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-04-31",
        "2026-01-00",
        "0000-01-01",
        "2026/01/01",
        "2026-1-011",
        "20260-1-01",
        "2026-01-0a",
        "202a-01-01",
        "2026-01-1",
    ],
)
def test_what_is_no_day_is_left_to_others(word: str) -> None:
    with pytest.raises(NotPlain):
        days_of(*_cells(["2026-01-31", word]))
