"""Language and appearance: chosen by POST, kept in a cookie, the language also with the person."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from tieout.db import transaction
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.identity import people
from tieout.identity.sessions import Audience
from tieout.rendering.translation import LANGUAGES
from tieout.web import locale, pages
from tieout.web.access import public
from tieout.web.addresses import own_page
from tieout.web.company import shown_company
from tieout.web.cookies import remember
from tieout.web.viewer import maybe_viewer


class NoSuchChoice(InvalidInput):
    """A language or an appearance we do not have."""

    message = N_("There is no such choice.")


def blueprint() -> Blueprint:
    """The choices of a face."""
    bp = Blueprint("choices", __name__)
    bp.post("/language")(language)
    bp.post("/theme")(theme)
    return bp


@public
def language() -> Response:
    """Read on in another language, on the same page."""
    chosen = request.form.get("language", "")
    company = shown_company()
    if chosen not in (company.languages if company else LANGUAGES):
        raise NoSuchChoice
    _keep_with_person(chosen)
    return remember(_back(), locale.COOKIE, chosen)


@public
def theme() -> Response:
    """Light, dark, or as the device says."""
    chosen = request.form.get("theme", "")
    if chosen not in ("", "light", "dark"):
        raise NoSuchChoice
    return remember(_back(), pages.THEME, chosen)


def _back() -> Response:
    return redirect(own_page(request.form.get("next"), request.script_root + "/"), 303)


def _keep_with_person(language: str) -> None:
    viewer = maybe_viewer()
    if viewer is None or viewer.audience is Audience.LINK or viewer.language == language:
        return
    with transaction() as session:
        person = people.get(session, viewer.audience, viewer.person_id)
        if person is not None:
            person.language = language
