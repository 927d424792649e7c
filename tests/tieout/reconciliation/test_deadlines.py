"""Until when somebody acts about a difference."""

from datetime import date

import pytest

from tieout.reconciliation import deadlines

JUNE = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("acts", "cleared", "day"),
    [
        ("you", None, date(2026, 7, 31)),
        ("we", None, date(2026, 7, 31)),
        ("together", None, date(2026, 7, 31)),
        ("itself", None, date(2026, 7, 10)),
        ("itself", date(2026, 7, 2), date(2026, 7, 2)),
        ("nobody", None, None),
    ],
)
def test_what_is_asked_for_is_done_before_the_books_are_compared_again(
    acts: str, cleared: date | None, day: date | None
) -> None:
    assert deadlines.until(acts, as_at=JUNE, cleared=cleared, transit_days=10) == day


def test_only_what_is_still_on_its_way_is_awaited() -> None:
    there = deadlines.expected("itself", date(2026, 7, 2), is_cleared=True)
    awaited = deadlines.expected("itself", date(2026, 7, 10), is_cleared=False)

    assert there is None
    assert awaited is not None
    assert awaited.facts["day"] == date(2026, 7, 10)
