"""The cookies of the audiences: each its own, none readable by scripts."""

from dataclasses import dataclass

from flask import current_app, request
from werkzeug.wrappers import Response

from tieout.identity.sessions import Audience


@dataclass(frozen=True)
class Cookie:
    """A cookie's name, and below which address it is sent."""

    name: str
    path: str


COOKIES = {
    Audience.STAFF: Cookie("tieout_desk", "/desk"),
    Audience.PORTAL: Cookie("tieout_portal", "/"),
    Audience.LINK: Cookie("tieout_link", "/"),
}


def secret_of(audience: Audience) -> str:
    """What the browser sent for an audience, or nothing."""
    return request.cookies.get(COOKIES[audience].name, "")


def hand_out(response: Response, audience: Audience, secret: str) -> Response:
    """Give the browser the secret of a session or a link; it forgets it when it is closed."""
    return _set(response, audience, secret, None)


def take_back(response: Response, audience: Audience) -> Response:
    """Let the browser forget the secret."""
    return _set(response, audience, "", 0)


def remember(response: Response, name: str, value: str) -> Response:
    """Keep a choice, such as the language, for a year."""
    response.set_cookie(
        name,
        value,
        max_age=31_536_000,
        path=request.script_root + "/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _set(response: Response, audience: Audience, value: str, max_age: int | None) -> Response:
    cookie = COOKIES[audience]
    response.set_cookie(
        cookie.name,
        value,
        max_age=max_age,
        path=request.script_root + cookie.path,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response
