"""Signing in and out, the same for both faces: each in short transactions that survive."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict, cast

from flask import redirect
from flask import session as browser
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tieout import clock
from tieout.audit import Actor
from tieout.db import reading, transaction
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.identity import credentials, limits, people, second_factor, sessions
from tieout.identity.credentials import SignInRefused
from tieout.identity.people import Person
from tieout.identity.second_factor import WrongCode
from tieout.identity.sessions import Audience
from tieout.web import cookies
from tieout.web.addresses import origin

#: How long the second step of signing in may take.
_SECOND_STEP = 300
_KEY = "second_step"


class SignInAgain(Conflict):
    """The second step was asked for too late, or without the first."""

    message = N_("This took too long. Begin again with your password.")


class _Pending(TypedDict):
    audience: str
    person_id: int
    until: float
    target: str


@dataclass(frozen=True)
class Known:
    """Somebody whose password was right."""

    person_id: int
    needs_code: bool


def password_was(audience: Audience, email: str, password: str) -> Known:
    """Check a password; every try is counted, whatever comes of it.

    Raises:
        TooManyTries: of the account or from this address.
        SignInRefused: it is not right.
    """
    at, here = clock.now(), origin()
    with transaction() as session:
        blocked = credentials.count(session, audience, email, here, at=at)
    limits.refuse(blocked, at=at)
    with reading() as session:
        person = credentials.check(session, audience, email, password)
        known = Known(person.id, person.totp_secret is not None) if person else None
    if known is None:
        with transaction() as session:
            credentials.failed(session, audience, email, here)
        raise SignInRefused
    return known


def ask_for_code(audience: Audience, known: Known, target: str) -> None:
    """Remember, for a few minutes, that the password was right."""
    browser[_KEY] = _Pending(
        audience=audience,
        person_id=known.person_id,
        until=clock.now().timestamp() + _SECOND_STEP,
        target=target,
    )


def code_was(audience: Audience, code: str) -> tuple[Known, str]:
    """Check the second factor; return who it is and where they were going.

    Raises:
        SignInAgain: the first step is missing or too long ago.
        TooManyTries, WrongCode: the code is not right.
    """
    at = clock.now()
    pending = cast(_Pending | None, browser.get(_KEY))
    if pending is None or pending["audience"] != audience or pending["until"] < at.timestamp():
        browser.pop(_KEY, None)
        raise SignInAgain
    person_id = pending["person_id"]
    with transaction() as session:
        key = f"code:{audience}:{person_id}"
        blocked = limits.count(session, key, limits.SECOND_FACTOR, at=at)
        person = people.get(session, audience, person_id)
        right = (
            blocked is None
            and person is not None
            and second_factor.is_right(session, person, code, at=at)
        )
        if right:
            limits.clear(session, key)
    limits.refuse(blocked, at=at)
    if not right:
        raise WrongCode
    return Known(person_id, True), pending["target"]


def start(
    audience: Audience,
    person_id: int,
    *,
    method: str,
    by: Callable[[Session, Person], Actor],
    password: str = "",
) -> str:
    """Begin a session in a transaction of its own; return the cookie's secret."""
    at = clock.now()
    with transaction() as session:
        person = people.get(session, audience, person_id)
        if person is None or not person.is_active:
            raise SignInRefused
        old = sessions.find(session, cookies.secret_of(audience), audience, at=at)
        if old is not None:  # whoever copied the cookie of before has nothing
            sessions.end(session, old.id, at=at)
        credentials.succeeded(session, person, audience, by=by(session, person), password=password)
        return sessions.start(session, audience, person.id, method=method, origin=origin(), at=at)


def go_on(audience: Audience, secret: str, target: str) -> Response:
    """Send somebody who has just signed in on their way, with the cookie."""
    browser.clear()
    response = cookies.hand_out(redirect(target, 303), audience, secret)
    if audience is Audience.PORTAL:
        cookies.take_back(response, Audience.LINK)
    return response


def sign_out(audience: Audience, target: str) -> Response:
    """End the session on the server, and let the browser forget it."""
    at = clock.now()
    with transaction() as session:
        found = sessions.find(session, cookies.secret_of(audience), audience, at=at)
        if found is not None:
            sessions.end(session, found.id, at=at)
    browser.clear()
    response = cookies.take_back(redirect(target, 303), audience)
    if audience is Audience.PORTAL:
        cookies.take_back(response, Audience.LINK)
    return response
