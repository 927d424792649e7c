"""What somebody types after “promise”: an amount nobody can misread, and perhaps a day."""

from datetime import date

import pytest

from notifications.promising import typed

TODAY = date(2026, 7, 2)


@pytest.mark.parametrize(
    ("text", "currency", "found"),
    [
        ("500", "CNY", (50000, None)),
        ("500元", "CNY", (50000, None)),
        ("￥500", "CNY", (50000, None)),
        ("CNY 500.5", "CNY", (50050, None)),
        ("1,234.50 2026-07-20", "CNY", (123450, date(2026, 7, 20))),
        ("1，234.50", "CNY", (123450, None)),
        ("500 IN 5", "CNY", (50000, date(2026, 7, 7))),
        ("500元 7月20日", "CNY", (50000, date(2026, 7, 20))),
        ("500 7月2号", "CNY", (50000, date(2026, 7, 2))),
        ("500 1月5日", "CNY", (50000, date(2027, 1, 5))),
        ("５００", "CNY", (50000, None)),
        ("500", "JPY", (500, None)),
        ("500.123", "KWD", (500123, None)),
        # may mean either of two amounts, or none
        ("500,50", "CNY", None),
        ("1.234,50", "CNY", None),
        ("12,34,567", "CNY", None),
        ("500.001", "CNY", None),
        ("500.5", "JPY", None),
        ("-500", "CNY", None),
        ("1e3", "CNY", None),
        ("all of it", "CNY", None),
        ("", "CNY", None),
        ("500 2026-02-30", "CNY", None),
        ("500 2月30日", "CNY", None),
        ("500 2月29日", "CNY", None),
        ("500 soon", "CNY", None),
    ],
)
def test_an_amount_and_a_day_are_read_or_nothing(
    text: str, currency: str, found: tuple[int, date | None] | None
) -> None:
    assert typed(text, currency, TODAY) == found


def test_29_february_is_a_day_of_a_leap_year() -> None:
    assert typed("500 2月29日", "CNY", date(2028, 1, 5)) == (50000, date(2028, 2, 29))
    assert typed("500 2月29日", "CNY", date(2027, 6, 1)) is None
