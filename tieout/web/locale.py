"""The reader's language: chosen by the reader, remembered, else what the browser prefers."""

from babel import negotiate_locale
from flask import Flask, g, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept

from tieout.rendering.translation import LANGUAGES, reader, translator
from tieout.web.company import shown_company
from tieout.web.login import current

COOKIE = "tieout_language"
#: What a browser may ask for, and what we understand by it.
_UNDERSTOOD = {"zh_hans_cn": "zh", "zh_cn": "zh", "zh_hans": "zh", "zh": "zh", "en": "en"}


def init_app(app: Flask) -> None:
    """Let Flask-Babel choose the language, and read everything in it."""
    Babel(app, configure_jinja=False, locale_selector=choose, timezone_selector=zone)
    app.before_request(_begin)
    app.teardown_request(_end)


def choose() -> str:
    """The language of this request: the reader's choice, their own, their browser's, ours."""
    company = shown_company()
    offered = company.languages if company else list(LANGUAGES)
    person = current()
    own = person.language if person else ""
    for code in (request.cookies.get(COOKIE, ""), own):
        if code in offered:
            return code
    return preferred(request.accept_languages, offered) or offered[0]


def preferred(accepted: LanguageAccept, offered: list[str]) -> str | None:
    """What the browser prefers of the languages offered."""
    for asked in accepted.values():
        found = negotiate_locale([asked.replace("-", "_")], list(_UNDERSTOOD), sep="_")
        code = _UNDERSTOOD.get(found.lower()) if found else None
        if code in offered:
            return code
    return None


def zone() -> str:
    """The time zone moments are shown in: the company's."""
    company = shown_company()
    return company.time_zone if company else "UTC"


def read_as(language: str) -> None:
    """Go on in this language, as when somebody has just signed in."""
    reader.set(translator(language, zone()))


def _begin() -> None:
    g.reader = reader.set(translator(choose(), zone()))


def _end(_error: BaseException | None) -> None:
    token = g.pop("reader", None)
    if token is not None:
        reader.reset(token)
