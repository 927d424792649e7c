"""Dates as people and programs write them; the order of the parts is decided by column."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from tieout.intake.reading import Cell
from tieout.intake.values.errors import NoSuchDay, NotADate, YearOutOfReach
from tieout.intake.values.text import UNSEEN, refuse_broken, shown


class DateOrder(StrEnum):
    """In which order a column writes year, month and day."""

    YEAR_FIRST = "ymd"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


_FIRST_YEAR, _LAST_YEAR = 1950, 2100
#: Two digits up to here mean 20xx.
_PIVOT = 79
_TIME = re.compile(
    r"(?<=\d|日)(?:\s*[,t]\s*|\s+)(?:[上下]午\s*)?\d{1,2}[:.时]\d{2}.*$|(?<=\d{8})\s+\d{6}$|\[[^\]]*\]$"
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年\s]\s*(\d{1,2})\s*[-/.月\s]\s*(\d{1,2})\s*[日号]?")
_THREE = re.compile(r"(\d{1,2})\s*[-/.年\s]\s*(\d{1,2})\s*[-/.月\s]\s*(\d{4}|\d{1,2})\s*日?")
#: 14062026: eight digits that do not begin with a year.
_RUN = re.compile(r"(?!(?:19[5-9]|20)\d{6})(\d\d)(\d\d)((?:19|20)\d\d)")
#: 01.06.2026: wherever points are written, the day comes first.
_DOTTED = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d\d\b")
_DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/.\s]*([a-z]{3,9})\.?,?[-/.\s]*(\d{4}|\d{2})")
_NAME_FIRST = re.compile(r"([a-z]{3,9})\.?[-/.\s]*(\d{1,2})(?:st|nd|rd|th)?,?[-/.\s]+(\d{4})")
_YEAR_NAMED = re.compile(r"(\d{4})[-/.\s]*([a-z]{3,9})\.?[-/.\s]*(\d{1,2})")
_WEEKDAY = re.compile(
    r"^(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)|\s*(?:星期|周)[一二三四五六日天]$"
)
_MONTHS = {
    name[:3]: number
    for number, name in enumerate(
        (
            "january february march april may june july august september october november december"
        ).split(),
        1,
    )
}
_WHOLE_MONTHS = re.compile(
    r"(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?"
    r"|oct(ober)?|nov(ember)?|dec(ember)?)"
)
_CHINESE_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_SPREADSHEET_DAY_ZERO = date(1899, 12, 30)
_NOTHING = frozenset({"", "-", "--", "/", "0"})
#: A list spans a few years; what spans more is days.
_FAR = 3


def read_date(cell: Cell, order: DateOrder = DateOrder.YEAR_FIRST) -> date | None:
    """Read a date; None for a blank cell. A time of day after it is left aside.

    Raises:
        NotADate, NoSuchDay, YearOutOfReach, ErrorInCell, NeverCalculated
    """
    if isinstance(cell, str):
        return _written(cell, order)
    refuse_broken(cell)
    if isinstance(cell, datetime):
        return _within_reach(cell.date(), shown(cell))
    if isinstance(cell, date):
        return _within_reach(cell, shown(cell))
    if isinstance(cell, Decimal | int) and not isinstance(cell, bool):
        return _counted(cell, order)
    raise NotADate(text=shown(cell))


def _counted(cell: Decimal | int, order: DateOrder) -> date | None:
    """A number is 20260630, or the days a spreadsheet counts."""
    if not cell:
        return None
    if cell == int(cell) and len(str(int(cell))) == 8:
        return _written(str(int(cell)), order)
    days = int(cell)
    if 18_264 < days < 73_050:  # 1950 to 2099
        return _SPREADSHEET_DAY_ZERO + timedelta(days=days)
    raise NotADate(text=shown(cell))


@lru_cache(maxsize=20_000)
def _written(cell: str, order: DateOrder) -> date | None:
    text = unicodedata.normalize("NFKC", cell.translate(UNSEEN)).strip().lstrip("'").lower()
    text = _WEEKDAY.sub("", text)
    if text in _NOTHING:
        return None
    if len(text) == 5 and text.isdecimal():
        return _counted(int(text), order)  # the days a spreadsheet counts, saved as text
    text = _TIME.sub("", text).strip()
    year, month, day = _parts(text, order, cell.strip())
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise NoSuchDay(text=cell.strip()) from error
    return _within_reach(found, cell.strip())


def _parts(text: str, order: DateOrder, cell: str) -> tuple[int, int, int]:
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if text.isdigit() and text.isascii() and len(text) in (8, 12, 14):
        return _run_of_digits(text, order)
    if found := _THREE.fullmatch(text):
        return _ordered(found[1], found[2], found[3], order, cell)
    if (found := _DAY_NAMED.fullmatch(text)) and (month := _month(found[2])):
        return _year(found[3]), month, int(found[1])
    if (found := _NAME_FIRST.fullmatch(text)) and (month := _month(found[1])):
        return _year(found[3]), month, int(found[2])
    if (found := _YEAR_NAMED.fullmatch(text)) and (month := _month(found[2])):
        return int(found[1]), month, int(found[3])
    if "年" in text and (plain := _from_chinese(text)) != text:
        return _parts(plain, order, cell)
    raise NotADate(text=cell)


def _run_of_digits(text: str, order: DateOrder) -> tuple[int, int, int]:
    year = int(text[:4])
    if _FIRST_YEAR <= year <= _LAST_YEAR or order == DateOrder.YEAR_FIRST or len(text) != 8:
        return year, int(text[4:6]), int(text[6:8])
    first, second, year = int(text[:2]), int(text[2:4]), int(text[4:])
    return (year, second, first) if order == DateOrder.DAY_FIRST else (year, first, second)


def _ordered(
    first: str, second: str, third: str, order: DateOrder, cell: str
) -> tuple[int, int, int]:
    if order == DateOrder.YEAR_FIRST:
        if len(third) > 2:  # 30.06.2026 in a column of 2026-06-30
            raise NotADate(text=cell)
        return _year(first), int(second), int(third)
    if order == DateOrder.DAY_FIRST:
        return _year(third), int(second), int(first)
    return _year(third), int(first), int(second)


def _year(text: str) -> int:
    number = int(text)
    if len(text) > 2:
        return number
    return number + (2000 if number <= _PIVOT else 1900)


def _month(name: str) -> int | None:
    return _MONTHS.get(name[:3]) if _WHOLE_MONTHS.fullmatch(name) else None


def _from_chinese(text: str) -> str:
    """二〇二六年六月三十日 → 2026年6月30日."""

    def tens(found: re.Match[str]) -> str:
        before, after = found[1], found[2]
        return f"{before or '1'}{after or '0'}"

    text = text.translate(_CHINESE_DIGITS)
    return re.sub(r"(\d?)十(\d?)", tens, text)


def _within_reach(found: date, text: str) -> date:
    if not _FIRST_YEAR <= found.year < _LAST_YEAR:
        raise YearOutOfReach(text=text, year=found.year)
    return found


@dataclass(frozen=True)
class OrderFound:
    """The order of the parts of a column's dates, and whether anything in it proves that."""

    order: DateOrder | None
    #: A date that another order would read as another day, when nothing decides.
    doubtful: str = ""

    @property
    def is_proved(self) -> bool:
        """Whether dates were seen that allow one reading only."""
        return self.order is not None and not self.doubtful


def date_order(cells: Iterable[Cell]) -> OrderFound:
    """Tell in which order a column writes its dates, by those that allow one reading only."""
    parts = [found for cell in cells if isinstance(cell, str) and (found := _three(cell))]
    if not parts:
        return OrderFound(None)
    if all(_DOTTED.match(text) for *_, text in parts):
        return OrderFound(DateOrder.DAY_FIRST)
    possible = [
        order
        for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST, DateOrder.YEAR_FIRST)
        if order != DateOrder.YEAR_FIRST or all(len(third) <= 2 for _, _, third, _ in parts)
    ]
    if len(possible) > 2 and _years_apart(parts, 0) > _FAR >= _years_apart(parts, 2):
        possible.remove(DateOrder.YEAR_FIRST)  # 02.07.26 and 13.07.26 are not eleven years apart
    fits = {order: sum(_is_day(*found, order) for found in parts) for order in possible}
    best = max(fits.values())
    left = [order for order in possible if fits[order] == best]
    if len(left) == 1:
        return OrderFound(left[0])
    chosen = _steadier(left, parts)
    example = next((text for *found, text in parts if found[0] != found[1]), "")
    return OrderFound(chosen, example)


@lru_cache(maxsize=20_000)
def _three(cell: str) -> tuple[str, str, str, str] | None:
    text = unicodedata.normalize("NFKC", cell.translate(UNSEEN)).strip().lower()
    text = _TIME.sub("", _WEEKDAY.sub("", text)).strip()
    found = _THREE.fullmatch(text) or _RUN.fullmatch(text)
    return (found[1], found[2], found[3], cell.strip()) if found else None


def _is_day(first: str, second: str, third: str, text: str, order: DateOrder) -> bool:
    try:
        date(*_ordered(first, second, third, order, text))
    except ValueError:
        return False
    return True


def _years_apart(parts: list[tuple[str, str, str, str]], place: int) -> int:
    """How many years lie between the dates, if these of their parts are the years."""
    years = [int(found[place]) for found in parts]
    return max(years) - min(years)


def _steadier(orders: list[DateOrder], parts: list[tuple[str, str, str, str]]) -> DateOrder:
    """The order in which the rows jump about least; exports are mostly sorted by date."""

    def jumps(order: DateOrder) -> int:
        days = [
            date(*_ordered(first, second, third, order, text)).toordinal()
            for first, second, third, text in parts
            if _is_day(first, second, third, text, order)
        ]
        return sum(abs(after - before) for before, after in pairwise(days))

    return min(orders, key=jumps)
