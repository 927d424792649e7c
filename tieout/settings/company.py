"""The company whose books these are."""

from collections.abc import Sequence
from datetime import date
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, clock
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_
from tieout.money import checked_currency
from tieout.settings.models import Company

#: Acts that need a second person unless the company decides otherwise.
TWO_PEOPLE_ACTS = ("import", "document", "credit_note", "write_off", "bank_account", "period_close")
#: Acts that can be made to need a second person, and what people read.
ACTS = {
    "import": N_("Posting an import"),
    "document": N_("Posting a document entered by hand"),
    "credit_note": N_("Credit notes"),
    "write_off": N_("Write-offs and recoveries"),
    "bank_account": N_("Our bank accounts"),
    "statement": N_("Issuing statements"),
    "period_close": N_("Closing a period"),
    "match": N_("Matches by hand that leave something over"),
}

#: Languages Tieout speaks.
LANGUAGES = ("en", "zh")


class NoCompany(NotFound):
    """Nothing has been set up yet."""

    message = N_("No company has been set up here yet. Run: tieout init")


class CompanyExists(Conflict):
    """One installation keeps the books of one company."""

    message = N_("%(name)s has been set up here already; nothing was changed.")


class UnknownTimeZone(InvalidInput):
    """A name no time zone has."""

    message = N_("“%(name)s” is no time zone. Write it like Asia/Shanghai or Europe/Berlin.")


class UnknownLanguage(InvalidInput):
    """A language Tieout does not speak."""

    message = N_("“%(code)s” is not a language of Tieout. Choose from: %(known)s.")


def check_zone(name: str) -> None:
    """See that a time zone is one; an empty name is the company's own.

    Raises:
        UnknownTimeZone
    """
    try:
        if name.strip():
            ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZone(name=name) from error


#: Asked for every page, so it is put together once.
_COMPANY = select(Company).where(Company.id == 1)


def company(session: Session) -> Company:
    """Return the company.

    Raises:
        NoCompany: nothing has been set up yet.
    """
    kept = session.info.get("company")
    if kept is not None and kept in session:
        return cast(Company, kept)
    found = session.scalars(_COMPANY).one_or_none()
    if found is None:
        raise NoCompany
    session.info["company"] = found  # a session holds weakly, and would read it again and again
    return found


def today(session: Session) -> date:
    """The date in the company's time zone."""
    return clock.today(company(session).time_zone)


def needs_two_people(session: Session, act: str) -> bool:
    """Whether the company wants a second person for an act."""
    return act in company(session).two_people


def set_up(
    session: Session,
    *,
    name: str,
    base_currency: str,
    time_zone: str,
    languages: Sequence[str] = LANGUAGES,
    short_name: str = "",
    name_zh: str = "",
    short_name_zh: str = "",
    two_people: Sequence[str] = TWO_PEOPLE_ACTS,
    by: audit.Actor,
) -> Company:
    """Set up the company.

    Raises:
        CompanyExists: there is one already.
        UnknownCurrency, UnknownTimeZone, UnknownLanguage: a choice means nothing.
    """
    there = session.get(Company, 1)
    if there is not None:
        raise CompanyExists(name=there.name)
    for code in languages:
        if code not in LANGUAGES:
            raise UnknownLanguage(code=code, known=", ".join(LANGUAGES))
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnknownTimeZone(name=time_zone) from error
    made = Company(
        id=1,
        name=name,
        name_zh=name_zh,
        short_name=short_name or name,
        short_name_zh=short_name_zh or name_zh,
        base_currency=checked_currency(base_currency),
        time_zone=time_zone,
        languages=list(languages) or list(LANGUAGES),
        two_people=list(two_people),
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "company.set_up",
        made,
        after={"name": name, "base_currency": made.base_currency, "time_zone": time_zone},
    )
    return made
