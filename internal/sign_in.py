"""Signing in to the workbench, and choosing a password by invitation."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import EmailField, HiddenField, PasswordField, StringField
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
from tieout.web import sign_in as signing
from tieout.web.access import public
from tieout.web.addresses import origin, own_page
from tieout.web.forms import Form, Required
from tieout.web.pages import page

bp = Blueprint("sign_in", __name__)


class SignInForm(Form):
    """E-mail address and password."""

    email = EmailField(N_("E-mail address"), [Required(N_("Enter your e-mail address."))])
    password = PasswordField(N_("Password"), [Required(N_("Enter your password."))])
    next = HiddenField()


class CodeForm(Form):
    """The second factor."""

    code = StringField(N_("Code from your app"), [Required(N_("Enter the six digits."))])


class PasswordForm(Form):
    """A new password, twice."""

    password = PasswordField(N_("New password"), [Required(N_("Enter a password."))])
    again = PasswordField(
        N_("The same once more"),
        [EqualTo("password", N_("This is not the same as above. Enter it once more."))],
    )


@bp.get("/sign-in")
@public
def form() -> ResponseReturnValue:
    """Ask who it is."""
    return _form(SignInForm(next=request.args.get("next", "")))


@bp.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Sign in with a password."""
    given = SignInForm.checked(_form)
    target = own_page(given.next.data, request.script_root + "/desk/")
    password = str(given.password.data)
    known = signing.password_was(Audience.STAFF, str(given.email.data), password)
    if known.needs_code:
        signing.ask_for_code(Audience.STAFF, known, target)
        return redirect(url_for(".code"), 303)
    secret = signing.start(
        Audience.STAFF, known.person_id, method="password", by=_actor, password=password
    )
    return signing.go_on(Audience.STAFF, secret, target)


@bp.get("/sign-in/code")
@public
def code() -> ResponseReturnValue:
    """Ask for the second factor."""
    return _code(CodeForm())


@bp.post("/sign-in/code")
@public
def check_code() -> ResponseReturnValue:
    """Sign in with the second factor."""
    given = CodeForm.checked(_code)
    known, target = signing.code_was(Audience.STAFF, str(given.code.data))
    secret = signing.start(Audience.STAFF, known.person_id, method="totp", by=_actor)
    return signing.go_on(Audience.STAFF, secret, target)


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


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Sign out; the session ends on the server."""
    return signing.sign_out(Audience.STAFF, url_for(".form"))


def _form(given: SignInForm) -> ResponseReturnValue:
    return page("internal/sign_in.html", form=given)


def _code(given: CodeForm) -> ResponseReturnValue:
    return page("internal/sign_in_code.html", form=given)


def _invitation(secret: str, given: PasswordForm) -> ResponseReturnValue:
    session = db_sessions()
    try:
        token = tokens.find(session, secret, Purpose.INVITATION, at=clock.now())
        user = _invited(session, token)
    except LinkUnusable:
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
