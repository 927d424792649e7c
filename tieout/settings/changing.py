"""Changing what the company decided: itself, and how its numbers look."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from tieout import audit
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.settings.company import (
    ACTS,
    LANGUAGES,
    UnknownLanguage,
    UnknownTimeZone,
    company,
)
from tieout.settings.models import Company, NumberSeries
from tieout.settings.numbers import DEFAULT_PATTERNS

#: What a pattern may hold: the year, and the number once.
_PATTERN = re.compile(r"[^{}]*(\{year\})?[^{}]*\{n(:0[1-9]d)?\}[^{}]*")


class NameMissing(InvalidInput):
    """A company without a name."""

    message = N_("The company needs a name.")


class NoLanguage(InvalidInput):
    """Pages in no language at all."""

    message = N_("Choose at least one language.")


class CompanyChanged(Conflict):
    """Two people at the company's settings."""

    message = N_("Somebody else has changed the company meanwhile. Look at it again, then save.")


class NoPattern(InvalidInput):
    """A pattern that gives no numbers."""

    message = N_(
        "“%(pattern)s” gives no numbers. Write it like ST-{year}-{n:04d}: {n} stands for the"
        " number, {n:04d} for four digits, {year} for the year."
    )


class YearMissing(InvalidInput):
    """Numbers that begin again every year, and do not say which."""

    message = N_("Numbers that begin again every year need the {year} in them.")


@dataclass(frozen=True)
class CompanyInput:
    """What a company says about itself."""

    name: str
    short_name: str
    name_zh: str
    short_name_zh: str
    time_zone: str
    #: Offered on the pages; the first is the default.
    languages: Sequence[str]
    tax_id: str
    address: str
    contact_name: str
    contact_email: str
    contact_phone: str
    #: Acts that need a second person.
    two_people: Sequence[str]


def change_company(session: Session, given: CompanyInput, *, seen: int, by: audit.Actor) -> Company:
    """Change the company that was looked at in version `seen`.

    Raises:
        NameMissing, NoLanguage, UnknownLanguage, UnknownTimeZone: what was said cannot be taken.
        CompanyChanged: somebody else has changed it meanwhile.
    """
    there = company(session)
    session.refresh(there, with_for_update=True)
    if there.version != seen:
        raise CompanyChanged
    _check(given)
    wanted: dict[str, object] = {
        "name": given.name.strip(),
        "short_name": given.short_name.strip() or given.name.strip(),
        "name_zh": given.name_zh.strip(),
        "short_name_zh": given.short_name_zh.strip() or given.name_zh.strip(),
        "time_zone": given.time_zone,
        "languages": list(given.languages),
        "tax_id": given.tax_id.strip(),
        "address": given.address.strip(),
        "contact_name": given.contact_name.strip(),
        "contact_email": given.contact_email.strip(),
        "contact_phone": given.contact_phone.strip(),
        "two_people": [act for act in ACTS if act in given.two_people],
    }
    changed = {name: value for name, value in wanted.items() if getattr(there, name) != value}
    if not changed:
        return there
    before = {name: getattr(there, name) for name in changed}
    for name, value in changed.items():
        setattr(there, name, value)
    there.version += 1
    session.flush()
    audit.record(session, by, "company.changed", there, before=before, after=changed)
    return there


def change_series(
    session: Session, name: str, pattern: str, *, yearly: bool, by: audit.Actor
) -> None:
    """Change how the numbers of a series look; those given out stay.

    Raises:
        NoPattern, YearMissing: it gives no numbers, or the same ones every year.
    """
    pattern = pattern.strip()
    if name not in DEFAULT_PATTERNS or len(pattern) > 40 or not _PATTERN.fullmatch(pattern):
        raise NoPattern(pattern=pattern)
    if yearly and "{year}" not in pattern:
        raise YearMissing
    row = session.get(NumberSeries, name)
    before = {"pattern": row.pattern if row else DEFAULT_PATTERNS[name]}
    before["yearly"] = str(row.yearly if row else True)
    if before == {"pattern": pattern, "yearly": str(yearly)}:
        return
    if row is None:
        row = NumberSeries(name=name, pattern=pattern, yearly=yearly)
        session.add(row)
    row.pattern, row.yearly = pattern, yearly
    session.flush()
    audit.record(
        session,
        by,
        "numbers.changed",
        row,
        before=before,
        after={"pattern": pattern, "yearly": str(yearly)},
    )


def _check(given: CompanyInput) -> None:
    if not given.name.strip():
        raise NameMissing
    if not given.languages:
        raise NoLanguage
    for code in given.languages:
        if code not in LANGUAGES:
            raise UnknownLanguage(code=code, known=", ".join(LANGUAGES))
    try:
        ZoneInfo(given.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZone(name=given.time_zone) from error
