"""A statement of any days: a quarter, a year, any range, of one customer or of everybody."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField

from internal.scope import customer as seen_customer
from tieout import clock, settings
from tieout.customers import find_customer
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.periods import Period, PeriodBackwards
from tieout.rendering.translation import gettext
from tieout.statements import drafting
from tieout.statements import runs as statement_runs
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import DayField, Form, Required, ToldAt
from tieout.web.pages import page
from tieout.web.viewer import viewer
from tieout.web.working import go_on

bp = Blueprint("statement_new", __name__)

KINDS = {"receivable": N_("What it owes us"), "payable": N_("What we owe it")}


class NewForm(Form):
    """Whose statement, of which days."""

    customer = StringField(
        N_("Customer"), description=N_("Code, name or tax number. Empty: everybody.")
    )
    kind = SelectField(N_("About"), choices=dict(KINDS))
    start = DayField(N_("First day"), [Required(N_("Enter the first day."))])
    end = DayField(N_("Last day"), [Required(N_("Enter the last day."))])

    told_at: ClassVar[ToldAt] = {
        CustomerUnknown: "customer",
        CustomerAmbiguous: "customer",
        PeriodBackwards: "end",
    }

    def period(self) -> Period:
        """The days.

        Raises:
            PeriodBackwards: they end before they begin.
        """
        assert self.start.data is not None  # noqa: S101 - both are required
        assert self.end.data is not None  # noqa: S101
        return Period(self.start.data, self.end.data)


@bp.get("/statements/new")
@requires(Permission.ISSUE_STATEMENTS)
def ask() -> ResponseReturnValue:
    """Ask whose statement is wanted, and of which days: this year's up to the last month."""
    session = sessions()
    last = Period.month_of(settings.today(session)).previous_month()
    form = NewForm(formdata=None, start=last.end.replace(month=1, day=1), end=last.end)
    customer_id = asked.number("customer")
    if customer_id is not None:
        form.customer.data = seen_customer(session, customer_id).code
    return _form(form)


@bp.post("/statements/new")
@requires(Permission.ISSUE_STATEMENTS)
def prepare() -> ResponseReturnValue:
    """Draft it, to be looked at before it is issued."""
    form = NewForm.checked(_form)
    period, kind, named = form.period(), str(form.kind.data), str(form.customer.data or "").strip()
    by, at = viewer().actor, clock.now()
    if not named:
        with transaction() as session:
            run_id = statement_runs.begin_drafts(session, period, kind=kind, by=by, at=at).id
        go_on(run_id)
        return redirect(url_for("internal.runs.show", run_id=run_id), 303)
    with transaction() as session:
        customer = seen_customer(session, find_customer(session, named).id)
        made_id = drafting.draft(session, customer, period, kind=kind, by=by, at=at).id
    flash(gettext("Prepared. Look at it, then issue it."))
    return redirect(url_for("internal.statements.show", statement_id=made_id), 303)


def _form(form: NewForm) -> str:
    return page("internal/statement_new.html", form=form)
