"""What the address of a page asks for: `?on=2026-06-30&q=INV`, each value read and checked.

A value that cannot be read is refused with one sentence; one that is left out is None or empty.
"""

from collections.abc import Collection
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from flask import request

from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.money import NotAnAmount
from tieout.periods import Period
from tieout.rendering.translation import reader

#: Far beyond any amount of money; keeps figures out of the database that it could not hold.
_LARGEST = Decimal(10) ** 12


class NotADay(InvalidInput):
    """Text that names no day."""

    message = N_("“%(text)s” is no day of the calendar. Write it like 2026-06-30.")


class NotAMoment(InvalidInput):
    """Text that names no moment."""

    message = N_("“%(text)s” is no moment. Write it like 2026-06-30 or 2026-06-30T09:30.")


def text(name: str) -> str:
    """Some words, without spaces around them."""
    return request.args.get(name, "").replace("\0", "").strip()[:200]


def choice(name: str, known: Collection[str], otherwise: str = "") -> str:
    """One of some words; anything else counts as the other one."""
    given = text(name)
    return given if given in known else otherwise


def number(name: str) -> int | None:
    """A whole number, such as an id; anything else counts as not asked for."""
    given = text(name)
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else None


def day(name: str) -> date | None:
    """A day.

    Raises:
        NotADay: it is none.
    """
    given = text(name)
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise NotADay(text=given) from error


def moment(name: str) -> datetime | None:
    """A moment in the company's time zone; a day alone means its end.

    Raises:
        NotAMoment: it is none.
    """
    given = text(name)
    if not given:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError as error:
        raise NotAMoment(text=given) from error
    if len(given) <= len("2026-06-30"):
        found = datetime.combine(found.date(), time.max)
    try:
        return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(reader.get().zone))
    except (OverflowError, ValueError) as error:
        raise NotAMoment(text=given) from error


def amount(name: str) -> Decimal | None:
    """An amount without its currency.

    Raises:
        NotAnAmount: it is none.
    """
    given = text(name).replace(",", "")
    if not given:
        return None
    try:
        found = Decimal(given)
    except InvalidOperation as error:
        raise NotAnAmount(text=given) from error
    if not found.is_finite() or abs(found) > _LARGEST:
        raise NotAnAmount(text=given)
    return found


def period(first: str = "from", last: str = "to") -> Period | None:
    """The days from one to another; open ends reach as far as the calendar of the books.

    Raises:
        NotADay, PeriodBackwards: there are no such days.
    """
    start, end = day(first), day(last)
    if start is None and end is None:
        return None
    return Period(start or date(1900, 1, 1), end or date(2199, 12, 31))
