"""Whether a printed statement is ours: asked by anyone with the code that stands on it."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from tieout import clock
from tieout.db import sessions
from tieout.identity.limits import minutes_until
from tieout.statements.verification import verification
from tieout.web import asked, guessing
from tieout.web.access import public
from tieout.web.pages import page

bp = Blueprint("verify", __name__)


@bp.get("/verify")
@public
def ask() -> ResponseReturnValue:
    """Ask for the code on a statement."""
    code = asked.text("code")
    if code:
        return redirect(url_for(".show", code=code[:40]), 303)
    return page("portal/verify.html", code="", found=None)


@bp.get("/verify/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    """Say whether a statement with this code is ours, and nothing of what is on it."""
    until = guessing.refused_until()
    if until is not None:
        minutes = minutes_until(until, at=clock.now())
        return page("portal/verify.html", code="", found=None, minutes=minutes), 429
    found = verification(sessions(), code[:40])
    if found is None:
        guessing.guessed()
    return page("portal/verify.html", code=code[:40], found=found), 200 if found else 404
