"""Figures and dates as readers of English and Chinese write them, the same as Babel's."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from babel.dates import format_date, get_timezone_location
from babel.numbers import format_decimal, format_percent, get_currency_name
from hypothesis import given
from hypothesis import strategies as st

from tieout.money import Money, decimals_of
from tieout.periods import Period
from tieout.rendering import formats

LANGUAGES = ("en", "zh")
MOMENT = datetime(2026, 7, 3, 1, 42, tzinfo=UTC)
BEIJING = "Asia/Shanghai"


def babel(value: Decimal, pattern: str, language: str) -> str:
    """Babel's figure, with our minus."""
    return format_decimal(value, pattern, locale=language).replace("-", formats.MINUS)


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    minor=st.integers(-(10**17), 10**17), currency=st.sampled_from("CNY EUR JPY KWD CLF".split())
)
def test_money_is_babels(language: str, minor: int, currency: str) -> None:
    value = Money(minor, currency)
    decimals = decimals_of(currency)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")

    assert formats.money(value, language) == babel(value.decimal, pattern, language)


@pytest.mark.parametrize("language", LANGUAGES)
@given(millionths=st.integers(-(10**15), 10**15))
def test_quantities_are_babels(language: str, millionths: int) -> None:
    value = Decimal(millionths).scaleb(-6)

    assert formats.quantity(millionths, language) == babel(value, "#,##0.######", language)


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=st.decimals(-100, 100, places=3))
def test_percents_are_babels(language: str, value: Decimal) -> None:
    ours = formats.percent(value, language)
    theirs = format_percent(value, "#,##0.0%", locale=language).replace("-", formats.MINUS)

    assert ours == ("0.0%" if theirs == f"{formats.MINUS}0.0%" else theirs)


@pytest.mark.parametrize(
    ("write", "patterns"),
    [
        (formats.day, {"en": "d MMM y", "zh": "y-MM-dd"}),
        (formats.longday, {"en": "d MMMM y", "zh": "y年M月d日"}),
        (formats.monthday, {"en": "d MMMM", "zh": "M月d日"}),
        (formats.weekday_day, {"en": "EEEE d MMMM y", "zh": "y年M月d日EEEE"}),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_babels(write, patterns, language: str) -> None:  # type: ignore[no-untyped-def]
    for offset in range(0, 3000, 7):
        value = date(2023, 1, 1) + timedelta(days=offset)
        assert write(value, language) == format_date(value, patterns[language], locale=language)


@pytest.mark.parametrize(
    ("text", "english", "chinese", "patterns"),
    [
        ("2026-06", "June 2026", "2026年6月", ("MMMM y", "y年M月")),
        ("2026-Q2", "Q2 2026", "2026年第二季度", ("QQQ y", "y年QQQQ")),
        ("2026", "2026", "2026年", ("y", "y年")),
    ],
)
def test_periods_are_babels(
    text: str, english: str, chinese: str, patterns: tuple[str, str]
) -> None:
    period = Period.parse(text)

    assert formats.period(period, "en") == english == format_date(period.end, patterns[0], "en")
    assert formats.period(period, "zh") == chinese == format_date(period.end, patterns[1], "zh")


def test_any_other_span_names_both_days() -> None:
    within = Period.parse("2026-06-01..2026-06-15")
    across = Period.parse("2025-12-20..2026-01-10")

    assert formats.period(within, "en") == "1 June to 15 June 2026"
    assert formats.period(within, "zh") == "2026年6月1日至6月15日"
    assert formats.period(across, "en") == "20 December 2025 to 10 January 2026"
    assert formats.period(across, "zh") == "2025年12月20日至2026年1月10日"


def test_moments_carry_their_zone() -> None:
    assert formats.moment(MOMENT, "en", BEIJING) == "3 July 2026, 09:42 Beijing time"
    assert formats.moment(MOMENT, "zh", BEIJING) == "2026年7月3日 北京时间 09:42"
    assert formats.clock(MOMENT, "en", "Europe/Berlin") == "03:42 Berlin time"
    assert formats.clock(MOMENT, "zh", "America/New_York") == "纽约时间 21:42"
    assert formats.clock(MOMENT, "zh", "UTC") == "UTC 01:42"
    assert formats.short_moment(MOMENT, "en", BEIJING) == "3 Jul 2026, 09:42"
    assert formats.short_moment(MOMENT, "zh", BEIJING) == "2026-07-03 09:42"
    assert formats.zone_name("Asia/Hong_Kong", "zh") == (
        get_timezone_location("Asia/Hong_Kong", locale="zh", return_city=True) + "时间"
    )


def test_the_day_of_a_moment_is_the_readers() -> None:
    late = datetime(2026, 6, 30, 18, 5, tzinfo=UTC)

    assert formats.moment(late, "en", BEIJING).startswith("1 July 2026, 02:05")


def test_the_currency_stands_where_the_language_wants_it() -> None:
    value = Money(-404000, "CNY")

    assert formats.amount(value, "en") == "CNY −4,040.00"
    assert formats.amount(value, "zh") == "−4,040.00 元"
    assert formats.amount(Money(100, "JPY"), "zh") == "100 日元"
    assert formats.amount(Money(100, "XXX"), "en") == "1.00"
    assert formats.currency_name("CNY", "zh") == get_currency_name("CNY", locale="zh")
    assert formats.currency_unit("EUR", "en") == "EUR"


def test_the_sign_is_shown_where_it_is_the_point() -> None:
    shown = [formats.signed(Money(minor, "CNY"), "en") for minor in (90000, 0, -354000)]

    assert shown == ["+900.00", "0.00", "−3,540.00"]


def test_numbers_round_half_away_from_zero() -> None:
    assert formats.number(1204, "en") == "1,204"
    assert formats.number(Decimal("2.345"), "en", 2) == "2.35"
    assert formats.number(Decimal("-2.345"), "zh", 2) == "−2.35"


@pytest.mark.parametrize(
    ("millionths", "currency", "written"),
    [
        (28_000_000, "CNY", "28.00"),
        (15_800_000, "CNY", "15.80"),
        (125_000, "CNY", "0.125"),
        (1_200_000_000, "JPY", "1,200"),
        (500_000, "JPY", "0.5"),
        (9_000_000, "", "9.00"),
    ],
)
def test_prices_have_the_decimals_of_their_currency_or_more(
    millionths: int, currency: str, written: str
) -> None:
    assert formats.price(millionths, "en", currency) == written
