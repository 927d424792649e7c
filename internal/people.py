"""The company's people: added, invited, given roles, signed out, switched off."""

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import EmailField, SelectField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from tieout import audit, clock
from tieout.db import sessions as db_sessions
from tieout.db import transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity import people, second_factor, sessions, tokens
from tieout.identity.models import SignInSession, StaffUser
from tieout.identity.permissions import NAMES, Permission, Role
from tieout.identity.sessions import Audience
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("people", __name__)

ROLES = {role.value: NAMES[role] for role in Role}
LANGUAGES = {"en": "English", "zh": "中文"}


class RolesField(SelectMultipleField):
    """Several roles, each with a tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PersonForm(Form):
    """Somebody's name and roles."""

    name = StringField(N_("Name"), [Required(N_("Enter a name."))])
    roles = RolesField(N_("Roles"), choices=ROLES)


class NewPersonForm(PersonForm):
    """Somebody who is added."""

    email = EmailField(N_("E-mail address"), [Required(N_("Enter the address they sign in with."))])
    language = SelectField(N_("Language"), choices=LANGUAGES)


@bp.get("/people")
@requires(Permission.MANAGE_PEOPLE)
def index() -> ResponseReturnValue:
    """List the company's people."""
    session = db_sessions()
    return page(
        "internal/people.html",
        people=session.scalars(people.staff()).all(),
        roles=ROLES,
    )


@bp.get("/people/new")
@requires(Permission.MANAGE_PEOPLE)
def new() -> ResponseReturnValue:
    """Ask who is added."""
    return _new(NewPersonForm(formdata=None, roles=[]))


@bp.post("/people/new")
@requires(Permission.MANAGE_PEOPLE)
def add() -> ResponseReturnValue:
    """Add somebody; they choose a password by the link that is shown."""
    form = NewPersonForm.checked(_new)
    at = clock.now()
    with transaction() as session:
        user = people.add_staff(
            session,
            email=str(form.email.data),
            name=str(form.name.data),
            roles=form.roles.data or [],
            language=str(form.language.data),
            by=viewer().actor,
            at=at,
        )
        secret = _invite(session, user)
        staff_id = user.id
    return _invited(staff_id, secret)


@bp.get("/people/<int:staff_id>")
@requires(Permission.MANAGE_PEOPLE)
def show(staff_id: int) -> ResponseReturnValue:
    """Show somebody with their roles and signed-in browsers."""
    user = _found(db_sessions(), staff_id)
    return _show(PersonForm(formdata=None, name=user.name, roles=user.roles), staff_id)


@bp.post("/people/<int:staff_id>")
@requires(Permission.MANAGE_PEOPLE)
def change(staff_id: int) -> ResponseReturnValue:
    """Change somebody's name and roles; they hold from their next page on."""
    form = PersonForm.checked(lambda again: _show(again, staff_id))
    with transaction() as session:
        people.change_staff(
            session,
            _found(session, staff_id),
            name=str(form.name.data),
            roles=form.roles.data or [],
            by=viewer().actor,
        )
    flash(gettext("The change is kept."))
    return _back(staff_id)


@bp.post("/people/<int:staff_id>/invite")
@requires(Permission.MANAGE_PEOPLE)
def invite(staff_id: int) -> ResponseReturnValue:
    """Make a new link by which somebody chooses a password; earlier ones end."""
    with transaction() as session:
        secret = _invite(session, _found(session, staff_id))
    return _invited(staff_id, secret)


@bp.post("/people/<int:staff_id>/deactivate")
@requires(Permission.MANAGE_PEOPLE)
def deactivate(staff_id: int) -> ResponseReturnValue:
    """Let somebody sign in no more; their sessions and links end at once."""
    with transaction() as session:
        people.deactivate(session, _found(session, staff_id), by=viewer().actor, at=clock.now())
    flash(gettext("They sign in no more; what they did stays."))
    return _back(staff_id)


@bp.post("/people/<int:staff_id>/reactivate")
@requires(Permission.MANAGE_PEOPLE)
def reactivate(staff_id: int) -> ResponseReturnValue:
    """Let somebody sign in again."""
    with transaction() as session:
        people.reactivate(session, _found(session, staff_id), by=viewer().actor)
    flash(gettext("They may sign in again."))
    return _back(staff_id)


@bp.post("/people/<int:staff_id>/second-factor-off")
@requires(Permission.MANAGE_PEOPLE)
def second_factor_off(staff_id: int) -> ResponseReturnValue:
    """Switch off the second factor of somebody who has lost their telephone."""
    with transaction() as session:
        second_factor.switch_off(session, _found(session, staff_id), by=viewer().actor)
    flash(gettext("The second factor is off. Ask them to set it up anew."), "warning")
    return _back(staff_id)


@bp.post("/people/<int:staff_id>/sessions/<int:session_id>/end")
@requires(Permission.MANAGE_PEOPLE)
def end_session(staff_id: int, session_id: int) -> ResponseReturnValue:
    """Sign one of somebody's browsers out."""
    with transaction() as session:
        user = _found(session, staff_id)
        signed_in = session.get(SignInSession, session_id)
        if signed_in is None or (signed_in.audience, signed_in.person_id) != ("staff", user.id):
            raise NotFound
        sessions.end(session, session_id, at=clock.now())
        audit.record(session, viewer().actor, "staff.session_ended", user)
    flash(gettext("That browser is signed out."))
    return _back(staff_id)


def _invite(session: Session, user: StaffUser) -> str:
    token = people.invite(session, user, at=clock.now())
    audit.record(session, viewer().actor, "staff.invited", user)
    return tokens.secret_of(token)


def _invited(staff_id: int, secret: str) -> str:
    base = str(current_app.config["TIEOUT"].base_url).rstrip("/")
    return page(
        "internal/person_invited.html",
        user=_found(db_sessions(), staff_id),
        link=f"{base}/desk/invitation/{secret}",
    )


def _new(form: NewPersonForm) -> str:
    return page("internal/person_new.html", form=form)


def _show(form: PersonForm, staff_id: int) -> str:
    session = db_sessions()
    user = _found(session, staff_id)
    return page(
        "internal/person.html",
        form=form,
        user=user,
        roles=ROLES,
        signed_in=session.scalars(
            sessions.of_person(Audience.STAFF, user.id, at=clock.now())
        ).all(),
    )


def _found(session: Session, staff_id: int) -> StaffUser:
    user = session.get(StaffUser, staff_id)
    if user is None:
        raise NotFound
    return user


def _back(staff_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", staff_id=staff_id), 303)
