"""Robots of groups and web hooks: set up, tried, changed, switched off."""

import secrets

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField

from internal.settings_company import TicksField
from internal.words import MESSAGES, message_word
from tieout import clock, events
from tieout.customers import find_customer
from tieout.customers.models import Customer
from tieout.customers.queries import names
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.intake.connectors.reach import reach
from tieout.messages import queries, robots
from tieout.messages.models import Robot
from tieout.messages.queries import MessageSearch
from tieout.messages.robots import FOR_CUSTOMERS, FOR_STAFF, PLATFORMS, WEBHOOK, RobotInput
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("robots", __name__)

_QUIET = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
_SEALED = N_("Kept sealed and never shown again.")
_KEPT = N_("Kept sealed; leave it empty to keep the one there is.")


class RobotForm(Form):
    """A robot, or a web hook."""

    name = StringField(N_("Name"), [Required(robots.RobotNameMissing.message)])
    url = StringField(N_("Address"), render_kw=_QUIET)
    secret = PasswordField(N_("Secret"), render_kw={"autocomplete": "new-password"})
    language = SelectField(N_("Language"), choices={"en": "English", "zh": "中文"})
    customer = StringField(
        N_("Customer"),
        description=N_("Code or name, where it stands in a customer's group; empty for our own."),
    )
    ours = TicksField(
        N_("Our own group is told"), choices={kind: MESSAGES[kind] for kind in FOR_STAFF}
    )
    theirs = TicksField(
        N_("A customer's group is told"), choices={kind: MESSAGES[kind] for kind in FOR_CUSTOMERS}
    )
    amounts = BooleanField(
        N_("Amounts may be said there"),
        description=N_("Otherwise messages say that there is something, and lead to the pages."),
    )
    version = HiddenField()


@bp.get("/robots")
@requires(Permission.CHANGE_SETTINGS)
def index() -> ResponseReturnValue:
    """List the robots and web hooks."""
    session = sessions()
    rows = session.execute(robots.every()).all()
    return page(
        "internal/robots.html",
        rows=rows,
        platforms=PLATFORMS,
        customers=names(session, [one.customer_id for one, _ in rows if one.customer_id]),
        message_word=message_word,
    )


@bp.get("/robots/new/<platform>")
@requires(Permission.CHANGE_SETTINGS)
def new(platform: str) -> ResponseReturnValue:
    """Ask for a new one."""
    form = RobotForm(formdata=None, language=viewer().language, ours=list(FOR_STAFF))
    return _form(form, _known(platform))


@bp.post("/robots/new/<platform>")
@requires(Permission.CHANGE_SETTINGS)
def add(platform: str) -> ResponseReturnValue:
    """Set one up."""
    form = RobotForm.checked(lambda wrong: _form(wrong, _known(platform)))
    with transaction() as session:
        given = _given(session, form, _known(platform))
        made = robots.add(session, given, allows=reach().allows, by=viewer().actor, at=clock.now())
        robot_id = made.id
    flash(gettext("It is set up. Send it a test message now."))
    return redirect(url_for(".show", robot_id=robot_id), 303)


@bp.get("/robots/<int:robot_id>")
@requires(Permission.CHANGE_SETTINGS)
def show(robot_id: int) -> ResponseReturnValue:
    """Show one to be changed, without its address."""
    session = sessions()
    robot = robots.robot(session, robot_id)
    customer = session.get(Customer, robot.customer_id) if robot.customer_id else None
    form = RobotForm(formdata=None, obj=robot)
    form.customer.data = customer.code if customer is not None else ""
    form.ours.data = form.theirs.data = list(robot.kinds)
    return _form(form, robot.platform, robot)


@bp.post("/robots/<int:robot_id>")
@requires(Permission.CHANGE_SETTINGS)
def change(robot_id: int) -> ResponseReturnValue:
    """Change one."""
    form = RobotForm.checked(lambda wrong: _again(wrong, robot_id))
    with transaction() as session:
        robot = robots.robot(session, robot_id)
        robots.change(
            session,
            robot,
            _given(session, form, robot.platform),
            seen=_number(form.version.data),
            allows=reach().allows,
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("It is changed."))
    return redirect(url_for(".show", robot_id=robot_id), 303)


@bp.post("/robots/<int:robot_id>/test")
@requires(Permission.CHANGE_SETTINGS)
def test(robot_id: int) -> ResponseReturnValue:
    """Send it a test message, and show what became of it."""
    with transaction() as session:
        address_id = robots.address_of(session, robots.robot(session, robot_id)).id
        events.publish(session, events.TrialAsked(address_id, viewer().person_id))
        wanted = MessageSearch(kind="test_message", subject_type="address", subject_id=address_id)
        written = session.scalars(queries.messages(wanted).limit(1)).one()
        message_id = written.id
    flash(gettext("A test message is on its way; this page says what became of it."))
    return redirect(url_for("internal.messages.show", message_id=message_id), 303)


@bp.post("/robots/<int:robot_id>/off")
@requires(Permission.CHANGE_SETTINGS)
def switch_off(robot_id: int) -> ResponseReturnValue:
    """Say nothing there any more."""
    with transaction() as session:
        robot = robots.robot(session, robot_id)
        robots.switch_off(session, robot, by=viewer().actor, at=clock.now())
    flash(gettext("Nothing is said there any more."))
    return redirect(url_for(".show", robot_id=robot_id), 303)


@bp.post("/robots/<int:robot_id>/on")
@requires(Permission.CHANGE_SETTINGS)
def switch_on(robot_id: int) -> ResponseReturnValue:
    """Tell it things again."""
    with transaction() as session:
        robots.switch_on(session, robots.robot(session, robot_id), by=viewer().actor)
    flash(gettext("It is told things again, from the next message on."))
    return redirect(url_for(".show", robot_id=robot_id), 303)


def _again(form: RobotForm, robot_id: int) -> ResponseReturnValue:
    robot = robots.robot(sessions(), robot_id)
    return _form(form, robot.platform, robot)


def _form(form: RobotForm, platform: str, robot: Robot | None = None) -> ResponseReturnValue:
    form.secret.description = gettext(_SEALED if robot is None else _KEPT)
    form.url.description = gettext(_SEALED if robot is None else _KEPT)
    return page(
        "internal/robot.html",
        form=form,
        platform=platform,
        platforms=PLATFORMS,
        robot=robot,
        address=robots.address_of(sessions(), robot) if robot is not None else None,
        webhook=WEBHOOK,
        proposed=f"whsec_{secrets.token_urlsafe(24)}",
    )


def _given(session: Session, form: RobotForm, platform: str) -> RobotInput:
    what = str(form.customer.data or "").strip()
    return RobotInput(
        name=str(form.name.data or ""),
        platform=platform,
        url=str(form.url.data or ""),
        secret=str(form.secret.data or ""),
        language=str(form.language.data),
        kinds=[*(form.ours.data or ()), *(form.theirs.data or ())],
        customer_id=find_customer(session, what).id if what else None,
        amounts=bool(form.amounts.data),
    )


def _number(text: object) -> int:
    given = str(text or "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else 0


def _known(platform: str) -> str:
    if platform not in PLATFORMS:
        raise NotFound
    return platform
