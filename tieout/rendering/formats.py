"""Figures and dates as a reader of a language writes them; quick, and checked against Babel."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from zoneinfo import ZoneInfo

from tieout.money import NO_CURRENCY, Money, decimals_of
from tieout.periods import Period

MINUS = "\u2212"
#: Quantities are kept in millionths.
QUANTITY_DECIMALS = 6

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "zh": "星期一 星期二 星期三 星期四 星期五 星期六 星期日".split(),
}
_QUARTERS_ZH = "一二三四"
#: People in China call their time by the capital, not by the zone's city.
_CITIES = {"Asia/Shanghai": {"en": "Beijing", "zh": "北京"}}
_UNITS_ZH = {"CNY": "元"}


def money(value: Money, language: str) -> str:
    """Write "4,040.00", the currency standing elsewhere."""
    return _fixed(value.minor, decimals_of(value.currency))


def signed(value: Money, language: str) -> str:
    """Write "+900.00" where the sign is the point."""
    return f"+{money(value, language)}" if value.minor > 0 else money(value, language)


def amount(value: Money, language: str) -> str:
    """Write money with its currency inside a sentence: "CNY 4,040.00", "4,040.00 元".

    Where no currency is known, such as in a file that is only tried, none is written.
    """
    if value.currency == NO_CURRENCY:
        return money(value, language)
    if language == "zh":
        return f"{money(value, language)} {currency_unit(value.currency, language)}"
    return f"{value.currency} {money(value, language)}"


@cache
def currency_name(code: str, language: str) -> str:
    """Name a currency before a large figure: "CNY", "人民币"."""
    if language == "en":
        return code
    from babel.numbers import get_currency_name

    return get_currency_name(code, locale=language)


def currency_unit(code: str, language: str) -> str:
    """Name a currency after a figure or in the head of a column: "CNY", "元"."""
    if language == "zh" and code in _UNITS_ZH:
        return _UNITS_ZH[code]
    return currency_name(code, language)


def number(value: int | Decimal, language: str, decimals: int = 0) -> str:
    """Write "1,204"; with decimals, as many of them as asked for."""
    scaled = Decimal(value).scaleb(decimals).quantize(Decimal(1), ROUND_HALF_UP)
    return _fixed(int(scaled), decimals)


def percent(ratio: Decimal, language: str, decimals: int = 1) -> str:
    """Write a ratio of 0.125 as "12.5%"."""
    return f"{number(Decimal(ratio) * 100, language, decimals)}%"


def quantity(millionths: int, language: str) -> str:
    """Write "98" or "1,200.5" from millionths."""
    whole, _, part = _fixed(millionths, QUANTITY_DECIMALS).partition(".")
    part = part.rstrip("0")
    return f"{whole}.{part}" if part else whole


def price(millionths: int, language: str, currency: str = "") -> str:
    """Write "28.00" or "0.125" from millionths: at least the decimals its currency has."""
    whole, _, part = _fixed(millionths, QUANTITY_DECIMALS).partition(".")
    least = decimals_of(currency) if currency else 2
    part = part.rstrip("0").ljust(least, "0")
    return f"{whole}.{part}" if part else whole


def day(value: date, language: str) -> str:
    """Write a day for a table: "30 Jun 2026", "2026-06-30"."""
    if language == "zh":
        return f"{value:%Y-%m-%d}"
    return f"{value.day} {_MONTHS[value.month - 1][:3]} {value.year}"


def longday(value: date, language: str) -> str:
    """Write a day for a sentence: "30 June 2026", "2026年6月30日"."""
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def monthday(value: date, language: str) -> str:
    """Write a day where its year is plain: "30 June", "6月30日"."""
    if language == "zh":
        return f"{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]}"


def weekday_day(value: date, language: str) -> str:
    """Write a deadline: "Friday 10 July 2026", "2026年7月10日星期五"."""
    weekday = _WEEKDAYS["zh" if language == "zh" else "en"][value.weekday()]
    if language == "zh":
        return f"{longday(value, language)}{weekday}"
    return f"{weekday} {longday(value, language)}"


def clock(value: datetime, language: str, zone: str) -> str:
    """Write the time of day with its zone: "09:42 Beijing time", "北京时间 09:42"."""
    there = value.astimezone(ZoneInfo(zone))
    place = zone_name(zone, language)
    return f"{place} {there:%H:%M}" if language == "zh" else f"{there:%H:%M} {place}"


def moment(value: datetime, language: str, zone: str) -> str:
    """Write "3 July 2026, 09:42 Beijing time", "2026年7月3日 北京时间 09:42"."""
    there = value.astimezone(ZoneInfo(zone))
    between = " " if language == "zh" else ", "
    return f"{longday(there, language)}{between}{clock(value, language, zone)}"


def short_moment(value: datetime, language: str, zone: str) -> str:
    """Write "3 Jul 2026, 09:42" where the zone stands at the head of the column."""
    there = value.astimezone(ZoneInfo(zone))
    between = " " if language == "zh" else ", "
    return f"{day(there, language)}{between}{there:%H:%M}"


@cache
def zone_name(zone: str, language: str) -> str:
    """Name a time zone by its city: "Beijing time", "柏林时间"; UTC by its letters."""
    if zone in ("UTC", "Etc/UTC"):
        return "UTC"
    known = _CITIES.get(zone, {}).get(language)
    if known is None:
        from babel.dates import get_timezone_location

        place = get_timezone_location(zone, locale=language, return_city=True)
        known = place.rpartition("/")[2]
    return f"{known}时间" if language == "zh" else f"{known} time"


def period(value: Period, language: str) -> str:
    """Write "June 2026", "2026年6月"; quarters, years and other spans likewise."""
    chinese = language == "zh"
    start, end = value.start, value.end
    if value.is_month:
        return _month(start, chinese)
    if value == Period.year(start.year):
        return f"{start.year}年" if chinese else f"{start.year}"
    quarter = (start.month + 2) // 3
    if value == Period.quarter(start.year, quarter):
        if chinese:
            return f"{start.year}年第{_QUARTERS_ZH[quarter - 1]}季度"
        return f"Q{quarter} {start.year}"
    if chinese:
        same = start.year == end.year
        return f"{longday(start, 'zh')}至{(monthday if same else longday)(end, 'zh')}"
    first = monthday(start, "en") if start.year == end.year else longday(start, "en")
    return f"{first} to {longday(end, 'en')}"


def _month(value: date, chinese: bool) -> str:
    if chinese:
        return f"{value.year}年{value.month}月"
    return f"{_MONTHS[value.month - 1]} {value.year}"


def _fixed(scaled: int, decimals: int) -> str:
    sign = MINUS if scaled < 0 else ""
    if not decimals:
        return f"{sign}{abs(scaled):,}"
    whole, part = divmod(abs(scaled), 10**decimals)
    return f"{sign}{whole:,}.{part:0{decimals}}"
