"""What went wrong, on a page in the reader's language: cause, remedy, the way on."""

import logging
import secrets
from typing import cast

from flask import Flask, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError
from werkzeug.exceptions import NotFound as NoSuchAddress
from werkzeug.routing import RequestRedirect

from tieout.db import sessions
from tieout.errors import Conflict, InvalidInput, NotAllowed, NotFound, TieoutError
from tieout.i18n import N_, Sentence
from tieout.identity.limits import TooManyTries
from tieout.rendering.translation import reader
from tieout.web.forms import Again, Form
from tieout.web.pages import page

log = logging.getLogger("tieout.web")

#: The numbers of HTTP, for the classes of our errors; the first that fits counts.
STATUS: tuple[tuple[type[TieoutError], int], ...] = (
    (TooManyTries, 429),
    (InvalidInput, 400),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TieoutError, 400),
)

#: Statuses that have a page of their own.
_PAGES = frozenset({400, 403, 404, 409, 413, 429, 500})

FORM_TOO_OLD = N_(
    "The page was open for so long, or was opened in another window, that this form no longer"
    " counts. Nothing was changed. Open the page again and send it from there."
)

FOREIGN_HOST = N_(
    "Nothing is served under this address. Open the address as it stands in your mail."
)


def init_app(app: Flask) -> None:
    """Show our pages for everything that goes wrong."""
    app.register_error_handler(TieoutError, _ours)
    app.register_error_handler(CSRFError, _form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: TieoutError) -> int:
    """The number HTTP has for an error of ours."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def error_page(
    status: int, sentence: Sentence | None = None, *, own: str = "", **data: object
) -> ResponseReturnValue:
    """The page for a status, or of an error's own, saying what went wrong in its words."""
    words = reader.get().sentence(sentence) if sentence else ""
    shown = status if status in _PAGES else (400 if status < 500 else 500)
    again = _way_back() if shown == 409 else ""
    blank = {"home": _home(), "again": again, "incident": "", "limit": "", "minutes": None}
    return page(f"errors/{own or shown}.html", **{**blank, "sentence": words, **data}), status


def _home() -> str:
    return request.script_root + ("/desk/" if request.path.startswith("/desk") else "/")


def _way_back() -> str:
    """The nearest page to look at again: an act often has an address that no page has."""
    addresses, path = current_app.create_url_adapter(request), request.path.rstrip("/")
    while addresses is not None and path:
        try:
            addresses.match(path, method="GET")
        except RequestRedirect:
            break
        except (NoSuchAddress, MethodNotAllowed):
            path = path.rpartition("/")[0]
        else:
            break
    return request.script_root + path if path else _home()


def _ours(error: TieoutError) -> ResponseReturnValue:
    status = status_of(error)
    sessions.rollback()
    again = cast(Again | None, g.get("form_again"))
    if again is not None and (status in (400, 409, 429) or again[0].is_about_typing(error)):
        form, show = again
        form.come_back(error)
        if not form.errors:
            form.tell(error)
        try:
            response = make_response(show(form))
        except TieoutError as other:  # what the form is about is not there: that is what is said
            g.form_again = None
            return _ours(other)
        if status == 409 and not _is_said(form, response.get_data(as_text=True)):
            return error_page(status, error.sentence)  # done meanwhile, and the form is gone
        # what was typed names nothing: the page itself is there
        response.status_code = 400 if status == 404 else status
        return response
    if isinstance(error, TooManyTries):
        return error_page(status, minutes=error.facts["minutes"])
    # A sentence that says no more than the page says already is left out.
    plain = type(error).message in (NotAllowed.message, NotFound.message)
    own = str(getattr(error, "page", ""))
    return error_page(status, None if plain else error.sentence, own=own)


def _is_said(form: Form, text: str) -> bool:
    """Whether a page says what is wrong; it does not where the form no longer stands on it."""
    wrong = [*form.form_errors, *(one.error for one in form.wrong_fields)]
    return any(str(escape(words)) in text for words in wrong)


def _form(_error: CSRFError) -> ResponseReturnValue:
    return error_page(400, Sentence(FORM_TOO_OLD))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error
    if isinstance(error, SecurityError):  # no page of ours has an address on a foreign host
        words = reader.get().sentence(Sentence(FOREIGN_HOST))
        return words + "\n", 400, {"Content-Type": "text/plain; charset=utf-8"}
    status = error.code or 500
    if status == 413:
        from flask import current_app

        limit = current_app.config["MAX_CONTENT_LENGTH"]
        return error_page(413, limit=_size(limit))
    if status >= 500:
        return _unforeseen(error)
    response = make_response(error_page(status))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _size(limit: int) -> str:
    """So many bytes, as people say it."""
    return f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1_000} kB"


def _unforeseen(error: Exception) -> ResponseReturnValue:
    number = secrets.token_hex(4)
    log.error("event %s: %s %s", number, request.method, request.path, exc_info=error)
    sessions.rollback()
    return error_page(500, incident=number)
