"""Quiet hours, by the customer's own clock."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tieout.dunning.quiet import opens

EVENING, MORNING = time(20), time(8)


def weekend(day: date) -> bool:
    """Whether nobody works."""
    return day.isoweekday() > 5


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("2026-07-02T09:42", None),  # a Thursday
        ("2026-07-02T07:59", "2026-07-02T08:00"),
        ("2026-07-02T20:00", "2026-07-03T08:00"),
        ("2026-07-02T19:59", None),
        ("2026-07-03T22:10", "2026-07-06T08:00"),  # over the weekend
        ("2026-07-04T11:00", "2026-07-06T08:00"),
        ("2026-07-04T03:00", "2026-07-06T08:00"),
        ("2026-07-06T00:00", "2026-07-06T08:00"),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York"])
def test_at_night_and_on_free_days_it_waits(local: str, until: str | None, zone: str) -> None:
    at = in_zone(local, zone)

    assert opens(at, zone, EVENING, MORNING, weekend) == (until and in_zone(until, zone))


def test_the_night_of_a_clock_change_ends_at_eight_all_the_same() -> None:
    at = in_zone("2026-03-29T01:30", "Europe/Berlin")  # a Sunday; 02:30 does not exist

    assert opens(at, "Europe/Berlin", EVENING, MORNING, lambda _day: False) == in_zone(
        "2026-03-29T08:00", "Europe/Berlin"
    )


def test_a_rest_at_noon_and_no_rest_at_all() -> None:
    noon = in_zone("2026-07-02T12:30", "Asia/Shanghai")

    assert opens(noon, "Asia/Shanghai", time(12), time(14), weekend) == in_zone(
        "2026-07-02T14:00", "Asia/Shanghai"
    )
    assert opens(noon, "Asia/Shanghai", time(0), time(0), weekend) is None
    saturday = in_zone("2026-07-04T12:30", "Asia/Shanghai")
    assert opens(saturday, "Asia/Shanghai", time(0), time(0), weekend) == in_zone(
        "2026-07-06T00:00", "Asia/Shanghai"
    )


def in_zone(local: str, zone: str) -> datetime:
    """A local time as a moment."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
