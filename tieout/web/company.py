"""The company as pages show it: its name in the reader's language, who answers questions."""

from dataclasses import dataclass
from typing import cast

from flask import g
from sqlalchemy.exc import SQLAlchemyError

from tieout import settings
from tieout.db import sessions
from tieout.rendering.translation import reader


@dataclass(frozen=True)
class Asked:
    """Who of the company answers questions."""

    name: str
    role: str
    phone: str
    email: str


@dataclass(frozen=True)
class ShownCompany:
    """The company, as of this request."""

    names: tuple[str, str]
    short_names: tuple[str, str]
    base_currency: str
    time_zone: str
    languages: list[str]
    asked: Asked | None

    @property
    def name(self) -> str:
        """Its whole name, in the reader's language."""
        return _chosen(self.names)

    @property
    def short_name(self) -> str:
        """What it is called in a sentence, in the reader's language."""
        return _chosen(self.short_names)


def shown_company() -> ShownCompany | None:
    """The company; None where nothing was set up or the database does not answer."""
    if "company" not in g:
        g.company = _read()
    return cast(ShownCompany | None, g.company)


def _read() -> ShownCompany | None:
    try:
        company = settings.company(sessions())
    except (settings.NoCompany, SQLAlchemyError):
        return None
    return ShownCompany(
        names=(company.name, company.name_zh),
        short_names=(company.short_name, company.short_name_zh),
        base_currency=company.base_currency,
        time_zone=company.time_zone,
        languages=list(company.languages),
        asked=Asked(company.contact_name, "", company.contact_phone, company.contact_email)
        if company.contact_name
        else None,
    )


def _chosen(names: tuple[str, str]) -> str:
    english, chinese = names
    return chinese if chinese and reader.get().language == "zh" else english
