"""How one customer's statements are: how it is asked, by which template, by which clause."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import Optional as MayBeEmpty

from internal.scope import customer
from internal.settings_statements import template_choices
from tieout import settings
from tieout.customers.models import Customer
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.statements import asking, templates
from tieout.statements.asking import ONE_MONTH, REQUESTS, SILENCE_DAYS, Clause
from tieout.web.access import requires
from tieout.web.forms import DayField, Form, ToldAt
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("customer_statements", __name__)


class AskedForm(Form):
    """How a customer is asked, and what its contract says of silence."""

    request = SelectField(
        N_("How an answer is asked for"),
        choices={"": N_("as for its group, or everybody"), **REQUESTS},
    )
    template = SelectField(N_("Template"), choices=template_choices)
    clause = StringField(
        N_("Clause that lets silence count"),
        description=N_("Contract and paragraph, such as “HT-2026-14, § 7”. Empty: there is none."),
    )
    days = IntegerField(N_("Days after proven delivery"), [MayBeEmpty()])
    since = DayField(N_("Agreed on"), [MayBeEmpty()])

    told_at: ClassVar[ToldAt] = {
        asking.ClauseIncomplete: "clause",
        asking.DaysOutOfRange: "days",
    }


@bp.get("/customers/<int:customer_id>/statements")
@requires(Permission.KEEP_CUSTOMERS)
def show(customer_id: int) -> ResponseReturnValue:
    """Show how a customer is asked."""
    session = sessions()
    there = customer(session, customer_id)
    clause = asking.clause_of(session, there.id)
    chosen = settings.read(session, templates.CHOICE, None, scope="customer", scope_id=there.id)
    form = AskedForm(
        formdata=None,
        request=settings.read(session, asking.REQUEST, "", scope="customer", scope_id=there.id),
        template=str(chosen or ""),
        clause=clause.words if clause else "",
        days=clause.days if clause else settings.read(session, SILENCE_DAYS, ONE_MONTH),
        since=clause.since if clause else None,
    )
    return _page(session, there, form)


@bp.post("/customers/<int:customer_id>/statements")
@requires(Permission.KEEP_CUSTOMERS)
def change(customer_id: int) -> ResponseReturnValue:
    """Choose how a customer is asked; the clause stands in the trail."""
    customer(sessions(), customer_id)
    form = AskedForm.checked(lambda again: _again(customer_id, again))
    by = viewer().actor
    with transaction() as session:
        there = customer(session, customer_id)
        words = str(form.clause.data or "").strip()
        clause = Clause(words, int(form.days.data or 0), form.since.data) if words else None
        asking.file_clause(session, there, clause, by=by)
        asking.choose_request(session, "customer", there.id, str(form.request.data or ""), by=by)
        template_id = int(form.template.data) if form.template.data else None
        templates.choose(session, "customer", there.id, template_id, by=by)
    flash(gettext("Kept. It holds for the statements issued from now on."))
    return redirect(url_for("internal.customer.show", customer_id=customer_id), 303)


def _again(customer_id: int, form: AskedForm) -> str:
    session = sessions()
    return _page(session, customer(session, customer_id), form)


def _page(session: Session, there: Customer, form: AskedForm) -> str:
    return page(
        "internal/customer_statements.html",
        customer=there,
        form=form,
        asked_now=REQUESTS[asking.request_for(session, there)],
        has_clause=asking.clause_of(session, there.id) is not None,
        look=templates.look_for(session, there),
    )
