"""Holding reminders for a customer, a document or a level, and letting them go on."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField, TextAreaField

from internal.places import place
from internal.scope import customer as seen_customer
from tieout import clock, settings
from tieout.customers import find_customer
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.db import sessions, transaction
from tieout.dunning import holds, queries
from tieout.dunning.models import Hold
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import DayField, Form, Required, ToldAt
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("dunning_holds", __name__)

#: What may be held.
SCOPES = {
    "customer": N_("Everything of a customer"),
    "item": N_("One document"),
    "level": N_("A level and those above it, for everybody"),
}


class NoSuchDocument(InvalidInput):
    """A number no open document of anybody has."""

    message = N_("No document with the number %(number)s is open. Write it as it stands in ours.")


class NoSuchLevel(InvalidInput):
    """A level that is no number."""

    message = N_("A level is a number: 1, 2, 3.")


class HoldForm(Form):
    """What is held, why, and until when."""

    scope = SelectField(N_("What is held"), choices=SCOPES, default="customer")
    what = StringField(
        N_("Which one"),
        [Required(N_("Name the customer, the document or the level."))],
        description=N_("Code or name of the customer, number of the document, or the level."),
    )
    until = DayField(
        N_("Until"),
        description=N_("Reminders go on by themselves the day after. Empty: until you say so."),
    )
    reason = TextAreaField(N_("Reason"), [Required(N_("Say why reminders are held."))])

    told_at: ClassVar[ToldAt] = {
        CustomerUnknown: "what",
        CustomerAmbiguous: "what",
        NoSuchLevel: "what",
        NoSuchDocument: "what",
    }


@bp.get("/dunning/holds")
@requires(Permission.REMIND)
def index() -> ResponseReturnValue:
    """List what is held."""
    session = sessions()
    today = settings.today(session)
    return page(
        "internal/dunning_holds.html",
        rows=queries.holds(session, today),
        scopes=SCOPES,
        today=today,
        place_of=place,
    )


@bp.get("/dunning/holds/new")
@requires(Permission.REMIND)
def new() -> ResponseReturnValue:
    """Ask what is to be held."""
    form = HoldForm(formdata=None)
    customer_id = asked.number("customer")
    if customer_id is not None:
        form.what.data = seen_customer(sessions(), customer_id).code
    elif number := asked.text("document"):
        form.scope.data, form.what.data = "item", number
    return _form(form)


@bp.post("/dunning/holds/new")
@requires(Permission.REMIND)
def add() -> ResponseReturnValue:
    """Hold reminders."""
    form = HoldForm.checked(_form)
    with transaction() as session:
        today = settings.today(session)
        for scope_id in _held(session, str(form.scope.data), str(form.what.data).strip()):
            holds.hold(
                session,
                str(form.scope.data),
                scope_id,
                str(form.reason.data),
                on=today,
                until=form.until.data,
                by=viewer().actor,
                at=clock.now(),
            )
    flash(gettext("Reminders are held."))
    return redirect(url_for(".index"), 303)


@bp.post("/dunning/holds/<int:hold_id>/lift")
@requires(Permission.REMIND)
def lift(hold_id: int) -> ResponseReturnValue:
    """Let reminders go on at once."""
    with transaction() as session:
        found = session.get(Hold, hold_id)
        if found is None:
            raise NotFound
        holds.lift(session, found, by=viewer().actor, at=clock.now())
    flash(gettext("Reminders go on."))
    return redirect(url_for(".index"), 303)


def _form(form: HoldForm) -> str:
    return page("internal/dunning_hold.html", form=form)


def _held(session: Session, scope: str, what: str) -> list[int]:
    """The ids of what is held: a document may have several instalments."""
    if scope == "customer":
        return [find_customer(session, what).id]
    if scope == "level":
        if not (what.isascii() and what.isdecimal() and len(what) < 3 and int(what) > 0):
            raise NoSuchLevel
        return [int(what)]
    found = queries.open_items_numbered(session, what)
    if not found:
        raise NoSuchDocument(number=what)
    return found
