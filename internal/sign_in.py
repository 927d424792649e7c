"""Signing in to the workbench, and choosing a password by invitation."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import PasswordField
from wtforms.validators import EqualTo

from tieout import clock
from tieout.audit import Actor
from tieout.db import sessions as db_sessions
from tieout.db import transaction
from tieout.i18n import N_
from tieout.identity import passwords, people, tokens
from tieout.identity.models import StaffUser, Token
from tieout.identity.people import Person
from tieout.identity.sessions import Audience
from tieout.identity.tokens import LinkUnusable, Purpose
from tieout.web import guessing
from tieout.web import sign_in as signing
from tieout.web.access import public
from tieout.web.addresses import origin
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.sign_in_pages import add_pages

bp = Blueprint("sign_in", __name__)


class PasswordForm(Form):
    """A new password, twice."""

    password = PasswordField(N_("New password"), [Required(N_("Enter a password."))])
    again = PasswordField(
        N_("The same once more"),
        [EqualTo("password", N_("This is not the same as above. Enter it once more."))],
    )


@bp.get("/invitation/<secret>")
@public
def invitation(secret: str) -> ResponseReturnValue:
    """Ask for a password; looking uses nothing up."""
    return _invitation(secret, PasswordForm())


@bp.post("/invitation/<secret>")
@public
def accept(secret: str) -> ResponseReturnValue:
    """Keep the password, use the invitation up, and sign in."""
    given = PasswordForm.checked(lambda shown: _invitation(secret, shown))
    password, at = str(given.password.data), clock.now()
    with transaction() as session:
        token = tokens.find(session, secret, Purpose.INVITATION, at=at)
        user = _invited(session, token)
        people.set_password(session, user, password, by=_actor(session, user), at=at)
        tokens.use(session, token, at=at)
    secret = signing.start(Audience.STAFF, user.id, method="invitation", by=_actor)
    return signing.go_on(Audience.STAFF, secret, request.script_root + "/desk/")


def _invitation(secret: str, given: PasswordForm) -> ResponseReturnValue:
    session = db_sessions()
    guessing.check()
    try:
        token = tokens.find(session, secret, Purpose.INVITATION, at=clock.now())
        user = _invited(session, token)
    except LinkUnusable:
        guessing.guessed()
        return page("internal/invitation_expired.html"), 404
    return page(
        "internal/invitation.html", form=given, email=user.email, shortest=passwords.SHORTEST
    )


def _invited(session: Session, token: Token) -> StaffUser:
    user = session.get(StaffUser, token.person_id) if token.person_kind == "staff" else None
    if user is None or not user.is_active:
        raise LinkUnusable
    return user


def _actor(_session: Session, person: Person) -> Actor:
    return Actor("staff", person.id, person.name, origin())


add_pages(bp, Audience.STAFF, home="/desk/", template="internal/sign_in.html", by=_actor)
