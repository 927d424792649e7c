"""One's own sign-in: password, second factor, signed-in browsers, chat."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo

from tieout import clock
from tieout.db import sessions as db_sessions
from tieout.db import transaction
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.identity import limits, passwords, people, second_factor, sessions
from tieout.identity.models import SignInSession, StaffUser
from tieout.identity.sessions import Audience
from tieout.messages import addresses, chats
from tieout.rendering import qr
from tieout.rendering.translation import gettext
from tieout.web.access import signed_in
from tieout.web.company import shown_company
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("me", __name__)


class WrongPassword(InvalidInput):
    """Not the password somebody has now."""

    message = N_("This is not your password of now. Nothing was changed.")


class PasswordForm(Form):
    """The password of now, and a new one twice."""

    now = PasswordField(N_("Password of now"), [Required(N_("Enter your password of now."))])
    password = PasswordField(N_("New password"), [Required(N_("Enter a password."))])
    again = PasswordField(
        N_("The same once more"),
        [EqualTo("password", N_("This is not the same as above. Enter it once more."))],
    )


class SecondFactorForm(Form):
    """A code made with the secret that was shown."""

    secret = HiddenField()
    code = StringField(N_("Code from your app"), [Required(N_("Enter the six digits."))])


class OffForm(Form):
    """The password, before the second factor goes."""

    known = PasswordField(N_("Password of now"), [Required(N_("Enter your password of now."))])


@bp.get("/me")
@signed_in
def show() -> ResponseReturnValue:
    """Show one's own sign-in."""
    return _page()


@bp.post("/me/password")
@signed_in
def password() -> ResponseReturnValue:
    """Change one's password; every other browser is signed out."""
    form = PasswordForm.checked(lambda again: _page(password=again))
    _check_password(str(form.now.data))
    with transaction() as session:
        people.set_password(
            session,
            _me(session),
            str(form.password.data),
            by=viewer().actor,
            at=clock.now(),
            besides=viewer().session_id,
        )
    return _saved(gettext("Your password is changed. Your other browsers are signed out."))


@bp.get("/me/second-factor")
@signed_in
def second() -> ResponseReturnValue:
    """Show a new secret for the app; it counts once a code has come back."""
    return _second(SecondFactorForm(formdata=None, secret=second_factor.new_secret()))


@bp.post("/me/second-factor")
@signed_in
def switch_on() -> ResponseReturnValue:
    """Ask for a code from the app from now on."""
    form = SecondFactorForm.checked(_second)
    with transaction() as session:
        second_factor.switch_on(
            session,
            _me(session),
            str(form.secret.data),
            str(form.code.data),
            by=viewer().actor,
            at=clock.now(),
        )
    return _saved(gettext("From now on you sign in with your password and a code."))


@bp.post("/me/second-factor/off")
@signed_in
def switch_off() -> ResponseReturnValue:
    """Sign in with the password alone from now on."""
    form = OffForm.checked(lambda again: _page(off=again))
    _check_password(str(form.known.data))
    with transaction() as session:
        second_factor.switch_off(session, _me(session), by=viewer().actor)
    return _saved(gettext("You sign in with your password alone."))


@bp.post("/me/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one of one's own browsers out."""
    with transaction() as session:
        found = session.get(SignInSession, session_id)
        mine = ("staff", viewer().person_id)
        if found is None or (found.audience, found.person_id) != mine:
            raise NotFound
        sessions.end(session, session_id, at=clock.now())
    return _saved(gettext("That browser is signed out."))


@bp.post("/me/telegram")
@signed_in
def telegram() -> ResponseReturnValue:
    """Make the link by which one joins the chat with the bot; it works once."""
    with transaction() as session:
        link = chats.telegram_link(session, _me(session), clock.now())
    if link is None:
        return _saved(gettext("There is no Telegram bot here yet."))
    words = gettext("QR code: opens the chat with our bot")
    return page("internal/me_telegram.html", link=link, drawing=qr.svg(link.url, words))


@bp.post("/me/chats/<int:address_id>/leave")
@signed_in
def leave(address_id: int) -> ResponseReturnValue:
    """Be written to in a chat no more."""
    with transaction() as session:
        for chat in chats.chats_of(session, _me(session)):
            if chat.id == address_id:
                said = "unlinked on the page of one's own"
                addresses.unlink(session, chat, said, by=viewer().actor, at=clock.now())
                break
        else:
            raise NotFound
    return _saved(gettext("Nothing is written to that chat any more."))


def _page(*, password: PasswordForm | None = None, off: OffForm | None = None) -> str:
    session = db_sessions()
    me = _me(session)
    return page(
        "internal/me.html",
        me=me,
        password=password or PasswordForm(formdata=None),
        off=off or OffForm(formdata=None),
        shortest=passwords.SHORTEST,
        signed_in=session.scalars(sessions.of_person(Audience.STAFF, me.id, at=clock.now())).all(),
        chats=chats.chats_of(session, me),
        has_bot=bool(chats.bot_name(session)),
    )


def _second(form: SecondFactorForm) -> str:
    company = shown_company()
    form.secret.data = secret = second_factor.usable(str(form.secret.data or ""))
    me = _me(db_sessions())
    address = second_factor.address(secret, me, company.short_name if company else "Tieout")
    words = gettext("QR code with the secret for your app")
    return page("internal/me_second.html", form=form, secret=secret, drawing=qr.svg(address, words))


def _check_password(given: str) -> None:
    """See that somebody is who they say; every try counts.

    Raises:
        TooManyTries, WrongPassword: they are not, or tried too often.
    """
    at, key = clock.now(), f"password:staff:{viewer().person_id}"
    with transaction() as session:
        blocked = limits.count(session, key, limits.SIGN_IN_ACCOUNT, at=at)
        right = blocked is None and passwords.matches(_me(session).password_hash, given)
        if right:
            limits.clear(session, key)
    limits.refuse(blocked, at=at)
    if not right:
        raise WrongPassword


def _me(session: Session) -> StaffUser:
    return session.get_one(StaffUser, viewer().person_id)


def _saved(words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("internal.me.show"), 303)
