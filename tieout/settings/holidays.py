"""Public holidays, and weekends worked on instead, as countries have announced them.

The days come from the library `holidays`. Mainland China announces each year in the November
before which weekends are worked on to make up for longer holidays; a year whose days are not
announced, or not yet in the installed library, is not known.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tieout.errors import InvalidInput
from tieout.i18n import N_

#: Whose holidays a company may keep.
COUNTRIES: Mapping[str, str] = {
    "CN": N_("Mainland China"),
    "HK": N_("Hong Kong"),
    "MO": N_("Macao"),
    "TW": N_("Taiwan"),
    "SG": N_("Singapore"),
    "MY": N_("Malaysia"),
    "TH": N_("Thailand"),
    "VN": N_("Vietnam"),
    "JP": N_("Japan"),
    "KR": N_("South Korea"),
    "IN": N_("India"),
    "AU": N_("Australia"),
    "US": N_("United States"),
    "CA": N_("Canada"),
    "GB": N_("United Kingdom"),
    "DE": N_("Germany"),
    "FR": N_("France"),
    "IT": N_("Italy"),
    "ES": N_("Spain"),
    "NL": N_("Netherlands"),
}
#: Where weekends are worked on to make up for holidays: without any, a year is not announced yet.
_MADE_UP = ("CN",)
_WORKED_ON = {"zh": "调休上班", "en": "Made up for a holiday"}
_FIRST, _LAST = 2000, 2199


class NoSuchCountry(InvalidInput):
    """A country whose holidays are not known here."""

    message = N_("Choose a country from the list.")


@dataclass(frozen=True)
class Announced:
    """A day that is not as its weekday is."""

    on: date
    is_working: bool
    name: str


def announced(country: str, year: int, language: str = "en") -> list[Announced] | None:
    """The days of a year that are not as their weekdays are; None: nobody knows them yet.

    Raises:
        NoSuchCountry: it is none of `COUNTRIES`.
    """
    import holidays  # it reads all its countries, which takes half a second

    if country not in COUNTRIES:
        raise NoSuchCountry
    if not _FIRST <= year <= _LAST:
        return None
    found = holidays.country_holidays(country, years=[year], language=_spoken(country, language))
    if not found.start_year <= year <= found.end_year:
        return None
    worked = sorted(one for one in found.weekend_workdays if one.year == year)
    if country in _MADE_UP and not worked:
        return None
    word = _WORKED_ON.get(language, _WORKED_ON["en"])
    free = [Announced(on, False, _named(name)) for on, name in found.items() if on.weekday() < 5]
    return sorted([*free, *(Announced(on, True, word) for on in worked)], key=lambda one: one.on)


def _named(name: str) -> str:
    """A holiday's name; a day in it as nobody can misread it."""
    return re.sub(r"\b(\d\d)/(\d\d)/(\d{4})\b", r"\3-\1-\2", name)[:120]


def _spoken(country: str, language: str) -> str | None:
    """The language the names are in: the reader's, else English, else that of the country."""
    import holidays

    there = holidays.list_localized_countries().get(country, [])
    wanted = "zh_CN" if language == "zh" else "en"
    return next((one for start in (wanted, "en") for one in there if one.startswith(start)), None)
