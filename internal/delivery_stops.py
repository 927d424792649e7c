"""Stopping deliveries to a customer, and letting them go on."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from internal.places import place
from internal.scope import customer as seen_customer
from internal.scope import seen
from tieout import clock, settings
from tieout.customers import stops
from tieout.customers.models import DeliveryStop
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("delivery_stops", __name__)


class WhyForm(Form):
    """Why deliveries stop, or go on."""

    reason = TextAreaField(N_("Reason"), [Required(N_("Say why; whoever wants to deliver asks."))])


@bp.get("/customers/<int:customer_id>/deliveries-stopped")
@requires(Permission.SEE_BOOKS)
def show(customer_id: int) -> ResponseReturnValue:
    """Show the stops of a customer."""
    return _page(customer_id)


@bp.post("/customers/<int:customer_id>/deliveries-stopped")
@requires(Permission.REMIND)
def stop(customer_id: int) -> ResponseReturnValue:
    """Stop deliveries."""
    form = WhyForm.checked(lambda again: _page(customer_id, again))
    with transaction() as session:
        stops.stop(
            session,
            seen_customer(session, customer_id),
            str(form.reason.data),
            on=settings.today(session),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("Deliveries are stopped; whoever enters one is told."))
    return redirect(url_for(".show", customer_id=customer_id), 303)


@bp.post("/delivery-stops/<int:stop_id>/lift")
@requires(Permission.REMIND)
def lift(stop_id: int) -> ResponseReturnValue:
    """Let deliveries go on."""
    customer_id = seen(sessions(), DeliveryStop, stop_id).customer_id
    form = WhyForm.checked(lambda again: _page(customer_id, again))
    with transaction() as session:
        found = seen(session, DeliveryStop, stop_id)
        stops.lift(session, found, str(form.reason.data), by=viewer().actor, at=clock.now())
    flash(gettext("Deliveries go on."))
    return redirect(url_for(".show", customer_id=customer_id), 303)


def _page(customer_id: int, form: WhyForm | None = None) -> str:
    session = sessions()
    every = stops.stops_of(session, customer_id)
    return page(
        "internal/delivery_stops.html",
        customer=seen_customer(session, customer_id),
        stop=next((one for one in every if one.lifted_at is None), None),
        every=every,
        form=form or WhyForm(formdata=None),
        place_of=place,
    )
