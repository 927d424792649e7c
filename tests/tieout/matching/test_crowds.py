"""Two unrelated books of one customer: the work grows with the lines, not with their square."""

from datetime import date, timedelta
from random import Random

import pytest

from tieout.matching import Kind, Line, Lines, Rules, choices, reconcile
from tieout.matching.passes import sums_found


def unrelated(count: int, seed: int) -> Lines:
    """Invoices of one year and one customer, without a number and with amounts of their own."""
    chance = Random(seed)
    return Lines.of(
        Line(
            number,
            customer=1,
            on=date(2026, 1, 1) + timedelta(chance.randrange(365)),
            amount=chance.randrange(1_000, 5_000_000),
            kind=Kind.INVOICE,
        )
        for number in range(count)
    )


def work(monkeypatch: pytest.MonkeyPatch, count: int) -> int:
    """How many windows and lookups a run takes."""
    done = 0

    def counting(name: str, taken: int) -> None:
        real = getattr(choices, name)

        def counted(*arguments: object) -> object:
            nonlocal done
            done += len(arguments[taken])  # type: ignore[arg-type]
            return real(*arguments)

        monkeypatch.setattr(sums_found, name, counted)

    for name, taken in (("adding_up", 0), ("in_halves", 0), ("in_range", 1)):
        counting(name, taken)
    reconcile(unrelated(count, 1), unrelated(count, 2), Rules())
    return done


def test_twice_the_lines_are_at_most_about_twice_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    once, twice = work(monkeypatch, 2_000), work(monkeypatch, 4_000)

    assert 0 < twice <= 2.6 * once


def test_of_very_many_lines_nothing_that_adds_up_by_accident_is_told() -> None:
    groups = reconcile(unrelated(1_000, 1), unrelated(1_000, 2), Rules())

    assert groups.passes.index("sums_by_date") not in groups.found_by
