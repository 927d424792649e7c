"""Forms come from our own pages; those of a link can be sent once."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFProtect, generate_csrf
from flask_wtf.csrf import _FlaskFormCSRF as FormCsrf
from wtforms.csrf.core import CSRFTokenField

from tieout import clock
from tieout.db import transaction
from tieout.identity import nonces
from tieout.web.viewer import maybe_viewer

#: Stands between the token and the number of a form opened by a link.
_BETWEEN = "~"


def form_token() -> str:
    """The token every form carries; of a link, with a number that is good once."""
    token = str(generate_csrf())
    viewer = maybe_viewer()
    if viewer is not None and viewer.token_id is not None:
        return f"{token}{_BETWEEN}{nonces.make(viewer.token_id)}"
    return token


View = TypeVar("View", bound=Callable[..., Any])


def one_click(view: View) -> View:
    """Let a mail program use a view by itself, as its reader asks it to (RFC 8058).

    It has no page of ours and so no token; the secret in the address says whose act it is.
    """
    view.tieout_one_click = True  # type: ignore[attr-defined]
    return view


def by_program(header: str) -> Callable[[View], View]:
    """Let another program use a view, which checks the secret in a header; it has no page of ours.

    A browser cannot be made to send that header from somebody else's page.
    """

    def mark(view: View) -> View:
        view.tieout_secret_header = header  # type: ignore[attr-defined]
        return view

    return mark


class Protection(CSRFProtect):
    """Checks the token of every request that may change something."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Check the token, but for a mail program's one click and programs with a secret."""
        view = current_app.view_functions.get(request.endpoint or "")
        if getattr(view, "tieout_secret_header", "") in request.headers:
            return
        if getattr(view, "tieout_one_click", False) and is_one_click():
            return
        super().protect(apply_exemptions)  # type: ignore[no-untyped-call] # Flask-WTF has no types

    def _get_csrf_token(self) -> str | None:
        found = request.form.get("csrf_token") or request.headers.get("X-CSRFToken")
        token, _, g.form_number = (found or "").partition(_BETWEEN)
        return token or None


def is_one_click() -> bool:
    """Whether a mail program acts by itself."""
    return request.form.get("List-Unsubscribe") == "One-Click"


class TokenOfForm(FormCsrf):
    """Gives a form our token; it was checked before the view ran."""

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        """The token every form carries."""
        return form_token()


def init_app(app: Flask) -> None:
    """Check every request that may change something, and give templates the token."""
    # The token lives as long as the browser's session: a form left open is not lost.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    Protection(app)  # type: ignore[no-untyped-call] # Flask-WTF has no types
    app.jinja_env.globals["csrf_token"] = form_token
    app.context_processor(lambda: {"csrf_token": form_token})


def use_number() -> None:
    """Use up the number of a form opened by a link; run by the guard before the view.

    Raises:
        NotOurForm, SentAlready: the form has none of ours, or was sent before.
    """
    viewer = maybe_viewer()
    if viewer is None or viewer.token_id is None or request.method in ("GET", "HEAD", "OPTIONS"):
        return
    with transaction() as session:
        nonces.use(session, viewer.token_id, g.get("form_number", ""), at=clock.now())
