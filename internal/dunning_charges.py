"""Fees and interest of reminders: what waits, what was posted, waived or taken back."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from internal.places import place
from internal.scope import customer as seen_customer
from internal.scope import seen
from tieout import clock, settings
from tieout.db import sessions, transaction
from tieout.dunning import charges
from tieout.dunning.models import Notice, NoticeCharge
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import reversing
from tieout.ledger.models import Document
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("dunning_charges", __name__)


class WhyForm(Form):
    """Why it is not charged."""

    reason = TextAreaField(N_("Reason"), [Required(N_("Say why it is not charged."))])


@bp.get("/dunning/charges")
@requires(Permission.REMIND)
def index() -> ResponseReturnValue:
    """List the charges, those that wait first."""
    session = sessions()
    state = asked.choice("state", tuple(charges.STATES)) or ""
    return page(
        "internal/dunning_charges.html",
        found=listed(session, charges.charges(state)),
        state=state,
        states=charges.STATES,
        kinds=charges.KINDS,
        rate=charges.rate,
        place_of=place,
        here=here,
    )


@bp.get("/dunning/charges/<int:charge_id>")
@requires(Permission.REMIND)
def show(charge_id: int) -> ResponseReturnValue:
    """Show one charge and how it comes about."""
    return _charge(charge_id)


@bp.post("/dunning/charges/<int:charge_id>/approve")
@requires(Permission.APPROVE)
def approve(charge_id: int) -> ResponseReturnValue:
    """Post a charge."""
    with transaction() as session:
        number = charges.approve(
            session,
            seen(session, NoticeCharge, charge_id),
            on=settings.today(session),
            by=viewer().actor,
            at=clock.now(),
        ).number
    flash(gettext("It is posted as %(number)s.", number=number))
    return redirect(url_for(".index"), 303)


@bp.post("/dunning/charges/<int:charge_id>/waive")
@requires(Permission.REMIND)
def waive(charge_id: int) -> ResponseReturnValue:
    """Let a charge go."""
    form = WhyForm.checked(lambda again: _charge(charge_id, again))
    with transaction() as session:
        charges.waive(
            session,
            seen(session, NoticeCharge, charge_id),
            str(form.reason.data),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("It is not charged."))
    return redirect(url_for(".index"), 303)


@bp.post("/dunning/charges/<int:charge_id>/take-back")
@requires(Permission.APPROVE)
def take_back(charge_id: int) -> ResponseReturnValue:
    """Reverse a charge that was posted."""
    form = WhyForm.checked(lambda again: _charge(charge_id, again))
    with transaction() as session:
        number = charges.take_back(
            session,
            seen(session, NoticeCharge, charge_id),
            str(form.reason.data),
            on=settings.today(session),
            by=viewer().actor,
            at=clock.now(),
        ).number
    flash(gettext("It is taken back by %(number)s.", number=number))
    return redirect(url_for(".index"), 303)


def _charge(charge_id: int, form: WhyForm | None = None) -> str:
    session = sessions()
    charge = seen(session, NoticeCharge, charge_id)
    document = session.get(Document, charge.document_id) if charge.document_id else None
    return page(
        "internal/dunning_charge.html",
        charge=charge,
        customer=seen_customer(session, charge.customer_id),
        notice=session.get_one(Notice, charge.notice_id),
        document=document,
        is_reversed=document is not None
        and reversing.reversal_of(session, document.id) is not None,
        states=charges.STATES,
        kinds=charges.KINDS,
        rate=charges.rate,
        form=form or WhyForm(formdata=None),
        place_of=place,
    )
