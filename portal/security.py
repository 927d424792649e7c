"""How a person signs in: password, second factor, and the browsers they are signed in with."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, Regexp

from portal.answering import company_name
from portal.recording import recorded, shown_or
from tieout import clock
from tieout.customers import acts
from tieout.db import sessions, transaction
from tieout.errors import InvalidInput, NotAllowed, NotFound
from tieout.i18n import N_
from tieout.identity import people, second_factor
from tieout.identity import sessions as browsers
from tieout.identity.credentials import SignInRefused
from tieout.identity.models import PortalLogin, SignInSession
from tieout.identity.permissions import Permission
from tieout.identity.second_factor import WrongCode
from tieout.identity.sessions import Audience
from tieout.rendering import qr
from tieout.rendering.translation import gettext
from tieout.web import sign_in as signing
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("security", __name__)


class SignInFirst(NotAllowed):
    """Whoever came by the link in a mail has no sign-in to look after."""

    message = N_("You came by a link in a mail. Sign in first; a link for that can be sent to you.")


class WrongPassword(InvalidInput):
    """The password of before was wanted, to change it."""

    message = N_("Your present password is not right. Nothing was changed.")


class PasswordForm(Form):
    """A new password, and the present one where there is one."""

    present = PasswordField(N_("Present password"))
    password = PasswordField(N_("New password"), [Required(N_("Enter a new password."))])
    again = PasswordField(
        N_("New password once more"),
        [EqualTo("password", N_("The two new passwords are not the same."))],
    )


class SecondFactorForm(Form):
    """Six digits of an app that has just learned the secret."""

    secret = HiddenField("", [Regexp("^[A-Z2-7]{16,64}$", message=N_("Open the page again."))])
    code = StringField(N_("Code from your app"), [Required(N_("Enter the six digits."))])


class CodeForm(Form):
    """Six digits that show that whoever switches it off has the app."""

    code = StringField(N_("Code from your app"), [Required(N_("Enter the six digits."))])


@bp.get("/preferences/sign-in")
@requires(Permission.LOOK)
def show() -> ResponseReturnValue:
    """Show how a person signs in, and where they are signed in."""
    return _page(PasswordForm())


@bp.post("/preferences/password")
@requires(Permission.LOOK)
def set_password() -> ResponseReturnValue:
    """Set or change the password; every other browser is signed out."""
    form = PasswordForm.checked(_page)
    if _asks_for_present(sessions()):
        _check_present(str(form.present.data or ""))
    with transaction() as session:
        people.set_password(
            session,
            _login(session),
            str(form.password.data),
            by=viewer().actor,
            at=clock.now(),
            besides=viewer().session_id,
        )
        number = recorded(session, acts.PASSWORD)
    return shown_or(number, url_for(".show"))


@bp.get("/preferences/second-factor")
@requires(Permission.LOOK)
def ask_second_factor() -> ResponseReturnValue:
    """Show the secret an app is to learn; nothing is switched on yet."""
    _login(sessions())
    return _factor_page(SecondFactorForm())


@bp.post("/preferences/second-factor")
@requires(Permission.LOOK)
def switch_on() -> ResponseReturnValue:
    """Ask for a code from the app whenever this person signs in with their password."""
    form = SecondFactorForm.checked(_factor_page)
    with transaction() as session:
        second_factor.switch_on(
            session,
            _login(session),
            str(form.secret.data),
            str(form.code.data),
            by=viewer().actor,
            at=clock.now(),
        )
        number = recorded(session, acts.FACTOR_ON)
    return shown_or(number, url_for(".show"))


@bp.post("/preferences/second-factor/off")
@requires(Permission.LOOK)
def switch_off() -> ResponseReturnValue:
    """Ask for the password alone, once a code has shown who wants that."""
    form = CodeForm.checked(lambda form: _page(PasswordForm(formdata=None), form))
    with transaction() as session:
        login = _login(session)
        if not second_factor.is_right(session, login, str(form.code.data), at=clock.now()):
            raise WrongCode
        second_factor.switch_off(session, login, by=viewer().actor)
        number = recorded(session, acts.FACTOR_OFF)
    return shown_or(number, url_for(".show"))


@bp.post("/preferences/sessions/<int:session_id>/end")
@requires(Permission.LOOK)
def end(session_id: int) -> ResponseReturnValue:
    """Sign one of the person's browsers out."""
    with transaction() as session:
        if session_id not in {one.id for one in _browsers(session)}:
            raise NotFound
        browsers.end(session, session_id, at=clock.now())
        number = recorded(session, acts.BROWSER)
    return shown_or(number, url_for(".show"))


@bp.post("/preferences/sessions/end-others")
@requires(Permission.LOOK)
def end_others() -> ResponseReturnValue:
    """Sign every other browser of the person out."""
    with transaction() as session:
        login = _login(session)
        browsers.end_all(
            session, Audience.PORTAL, login.id, at=clock.now(), besides=viewer().session_id
        )
        number = recorded(session, acts.BROWSERS)
    return shown_or(number, url_for(".show"))


def _login(session: Session) -> PortalLogin:
    """The sign-in of whoever looks.

    Raises:
        SignInFirst: they came by a link.
    """
    login = None if viewer().is_link else session.get(PortalLogin, viewer().person_id)
    if login is None:
        raise SignInFirst
    return login


def _browsers(session: Session) -> list[SignInSession]:
    login = _login(session)
    query = browsers.of_person(Audience.PORTAL, login.id, at=clock.now())
    return list(session.scalars(query))


def _asks_for_present(session: Session) -> bool:
    """Whether there is a password, and nobody has shown that the mails are theirs."""
    here = session.get(SignInSession, viewer().session_id or 0)
    return bool(_login(session).password_hash) and (here is None or here.method != "link")


def _check_present(password: str) -> None:
    try:
        signing.password_was(Audience.PORTAL, viewer().email, password)
    except SignInRefused as error:
        raise WrongPassword from error


def _page(form: PasswordForm, code: CodeForm | None = None) -> str:
    session = sessions()
    login = _login(session)
    return page(
        "portal/security.html",
        form=form,
        code=code or CodeForm(formdata=None),
        login=login,
        has_password=bool(login.password_hash),
        asks_for_present=_asks_for_present(session),
        has_factor=login.totp_secret is not None,
        browsers=[(one, browser_name(one.user_agent)) for one in _browsers(session)],
        here=viewer().session_id,
    )


#: How browsers and systems call themselves, the most telling first.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "MicroMessenger/": "WeChat", "Firefox/": "Firefox",
            "Chrome/": "Chrome", "Safari/": "Safari"}  # fmt: skip
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
           "Mac OS X": "macOS", "Linux": "Linux"}  # fmt: skip


def browser_name(user_agent: str) -> str:
    """What a person calls a browser: "Chrome, Windows"."""
    found = [
        next((name for mark, name in known.items() if mark in user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(part for part in found if part) or user_agent[:60] or "–"


def _factor_page(form: SecondFactorForm) -> str:
    session = sessions()
    known = "" if form.secret.errors else str(form.secret.data or "")
    form.secret.data = secret = second_factor.usable(known)
    address = second_factor.address(secret, _login(session), company_name(session))
    words = gettext("QR code: your app learns the secret from it")
    return page(
        "portal/second_factor.html", form=form, secret=secret, drawing=qr.svg(address, words)
    )
