"""Dates as spreadsheets, banks and people write them."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.errors import TieoutError
from tieout.intake.values.dates import DateOrder, date_order, read_date
from tieout.intake.values.errors import NoSuchDay, NotADate, YearOutOfReach

YMD, DMY, MDY = DateOrder.YEAR_FIRST, DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST
END_OF_JUNE = date(2026, 6, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-30", "2026/6/30", "2026.06.30", "20260630", "2026年6月30日", "2026年06月30号",
        "２０２６年６月３０日", "二〇二六年六月三十日", "2026-06-30 18:05:00",
        "2026-06-30T18:05:00Z", "2026/06/30  14:06:51", "2026年6月30日 下午 3:20",
        "20260630120000[0:GMT]", "20260630180500", "20260630 180500", "30 June 2026",
        "30-Jun-2026", "30-Jun-26", "June 30, 2026", "Jun 30 2026", "30th June 2026", "2026-Jun-30",
        "Tue, 30 Jun 2026 18:05:00", "2026-06-30 星期二", " 2026-06-30\t", "26-06-30",
    ],
)  # fmt: skip
def test_dates_that_say_their_order_themselves(text: str) -> None:
    assert read_date(text, YMD) == END_OF_JUNE


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("30/06/2026", DMY), ("30.06.2026", DMY), ("30.6.26", DMY), ("30-06-2026 00:00", DMY),
        ("06/30/2026", MDY), ("6/30/26", MDY), ("6/30/2026 8:26", MDY), ("30062026", DMY),
        ("06302026", MDY),
    ],
)  # fmt: skip
def test_dates_read_in_the_order_of_their_column(text: str, order: DateOrder) -> None:
    assert read_date(text, order) == END_OF_JUNE


def test_cells_that_are_dates_already() -> None:
    assert read_date(END_OF_JUNE) == END_OF_JUNE
    assert read_date(datetime.fromisoformat("2026-06-30T23:59:59")) == END_OF_JUNE


def test_numbers_a_spreadsheet_counts_days_with() -> None:
    assert read_date(Decimal("46203.0")) == END_OF_JUNE
    assert read_date(46203) == END_OF_JUNE
    assert read_date(Decimal(20260630)) == END_OF_JUNE


def test_a_day_that_no_calendar_has_is_refused() -> None:
    with pytest.raises(NoSuchDay, match="31"):
        read_date("31.02.2026", DMY)
    with pytest.raises(NoSuchDay):
        read_date("2026-02-30")
    with pytest.raises(NoSuchDay):
        read_date("2026年13月1日")


@pytest.mark.parametrize(
    "text", ["tomorrow", "2026-06", "6月30日", "30/06", "1234", "Q2 2026", "N/A"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(NotADate):
        read_date(text)


def test_another_order_than_the_columns_is_refused_not_guessed() -> None:
    with pytest.raises(NotADate):
        read_date("30.06.2026", YMD)
    with pytest.raises(NoSuchDay):
        read_date("06/30/2026", DMY)


def test_a_year_no_books_are_kept_for_is_refused() -> None:
    with pytest.raises(YearOutOfReach, match="2626"):
        read_date("2626-06-30")
    with pytest.raises(YearOutOfReach):
        read_date("0226-06-30")


@pytest.mark.parametrize("text", ["", " ", "-", "/"])
def test_a_blank_cell_is_no_date(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["01/02/2026", "30/06/2026"], DMY),
        (["01/02/2026", "06/30/2026"], MDY),
        (["26/06/30", "26/07/01"], YMD),
        (["2026-06-30"], None),
        (["01/02/26", "03/04/31"], DMY),
    ],
)
def test_a_column_tells_its_order(column: list[str], order: DateOrder | None) -> None:
    assert date_order(column).order == order


def test_a_column_that_proves_nothing_names_a_date_in_doubt() -> None:
    found = date_order(["03/03/2026", "03/04/2026", "03/05/2026"])

    assert found.order == MDY  # three days running, rather than three months
    assert found.doubtful == "03/04/2026"


def test_a_column_with_one_reading_is_in_no_doubt() -> None:
    assert date_order(["13/04/2026", "03/04/2026"]).doubtful == ""


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.sampled_from(list(DateOrder)))
def test_what_is_written_is_read_back(day: date, order: DateOrder) -> None:
    written = {YMD: "%Y-%m-%d", DMY: "%d.%m.%Y", MDY: "%m/%d/%Y"}[order]

    assert read_date(day.strftime(written), order) == day


@given(
    st.text(alphabet="0123456789-/.年月日 juneT:", max_size=14), st.sampled_from(list(DateOrder))
)
def test_reading_never_fails_but_by_refusing(text: str, order: DateOrder) -> None:
    with suppress(TieoutError):
        read_date(text, order)


def test_the_days_a_spreadsheet_counts_are_read_as_text_too() -> None:
    assert read_date("46205") == date(2026, 7, 2)


def test_years_of_two_digits_are_told_from_days_by_how_far_they_lie_apart() -> None:
    assert date_order(["02.07.26", "13.07.26"]).order == DMY
    assert date_order(["02.07.26", "13.07.26"]).is_proved
    assert date_order(["26-07-02", "26-07-30"]).order == YMD
