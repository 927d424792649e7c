"""Periods read as people write them."""

from datetime import date

import pytest

from tieout.periods import NotAPeriod, Period, PeriodBackwards


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-06", date(2026, 6, 1), date(2026, 6, 30)),
        (" 2026-q2 ", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-06-01 .. 2026-06-15", date(2026, 6, 1), date(2026, 6, 15)),
    ],
)
def test_what_people_write_is_read(text: str, start: date, end: date) -> None:
    period = Period.parse(text)

    assert (period.start, period.end) == (start, end)
    assert Period.parse(period.code) == period


@pytest.mark.parametrize(
    "text",
    ["", "June", "2026-13", "2026-Q5", "2026-02-30..2026-03-01", "0001-01", "9999", "9" * 400],
)
def test_what_is_no_period_is_said_so(text: str) -> None:
    with pytest.raises(NotAPeriod):
        Period.parse(text)


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(PeriodBackwards):
        Period.parse("2026-06-15..2026-06-01")
