"""How statements are made by themselves: how everybody is asked, by which template, and when."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField, SelectField, StringField

from tieout import clock, settings
from tieout.customers import find_customer
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.customers.queries import groups
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.statements import asking, schedules, templates
from tieout.statements.asking import REQUESTS
from tieout.statements.models import StatementSchedule
from tieout.statements.schedules import EVERY, ScheduleInput, WorkingDayOutOfRange
from tieout.web.access import requires
from tieout.web.forms import Form, Required, ToldAt, WholeNumberField
from tieout.web.pages import page
from tieout.web.versions import VersionedForm
from tieout.web.viewer import viewer

bp = Blueprint("settings_statements", __name__)

KINDS = {"receivable": N_("Receivable"), "payable": N_("Payable")}


def template_choices() -> dict[str, str]:
    """The templates that may be chosen, and the usual look."""
    return {"": N_("The usual look")} | {
        str(one.id): one.name for one in templates.offered(sessions())
    }


def _places() -> dict[str, str]:
    found = {"company": N_("Everybody")}
    found |= {f"group:{one.id}": one.name for one in groups(sessions())}
    return found | {"customer": N_("One customer, named below")}


class UsualForm(Form):
    """How everybody is asked, and by which template, unless somebody else is said."""

    request = SelectField(N_("How an answer is asked for"), choices=dict(REQUESTS))
    template = SelectField(N_("Template"), choices=template_choices)


class ScheduleForm(VersionedForm):
    """When statements are prepared, and whose."""

    whose = SelectField(N_("Whose statements"), choices=_places)
    customer = StringField(N_("Customer"), description=N_("Code or name; only for one customer."))
    kind = SelectField(N_("Account"), choices=KINDS)
    every = SelectField(N_("How often"), choices=EVERY)
    working_day = WholeNumberField(
        N_("Working day after the period ends"),
        [Required(N_("Enter a day, 0 for the day right after."))],
        description=N_("0 is the day right after it, 3 the third working day."),
        default=0,
    )
    issues = BooleanField(
        N_("Issue them too"), description=N_("Only where no second person is wanted for it.")
    )
    is_active = BooleanField(N_("Switched on"), default=True)

    told_at: ClassVar[ToldAt] = {
        WorkingDayOutOfRange: "working_day",
        CustomerUnknown: "customer",
        CustomerAmbiguous: "customer",
    }

    def given(self, session: Session) -> ScheduleInput:
        """The schedule as it was entered.

        Raises:
            CustomerUnknown, CustomerAmbiguous: it is for nobody we know.
        """
        scope, _, number = str(self.whose.data).partition(":")
        scope_id = int(number or 0)
        if scope == schedules.CUSTOMER:
            scope_id = find_customer(session, str(self.customer.data or "")).id
        return ScheduleInput(
            every=str(self.every.data),
            working_day=int(self.working_day.data or 0),
            scope=scope,
            scope_id=scope_id,
            kind=str(self.kind.data),
            issues=bool(self.issues.data),
            is_active=bool(self.is_active.data),
        )


class RhythmForm(VersionedForm):
    """When a schedule comes; whose it is, stays."""

    working_day = WholeNumberField(
        N_("Working day after the period ends"),
        [Required(N_("Enter a day, 0 for the day right after."))],
        description=N_("0 is the day right after it, 3 the third working day."),
    )
    issues = BooleanField(
        N_("Issue them too"), description=N_("Only where no second person is wanted for it.")
    )
    is_active = BooleanField(
        N_("Switched on"), description=N_("Switched off, the wider schedule holds.")
    )

    told_at: ClassVar[ToldAt] = {WorkingDayOutOfRange: "working_day"}


@bp.get("/settings/statements")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show how everybody is asked, the templates, and the schedules."""
    session = sessions()
    form = UsualForm(
        formdata=None,
        request=settings.read(session, asking.REQUEST, asking.POSITIVE),
        template=str(settings.read(session, templates.CHOICE, None) or ""),
    )
    return _page(form)


@bp.post("/settings/statements")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Choose for everybody; each change stands in the trail."""
    form, by = UsualForm.checked(_page), viewer().actor
    with transaction() as session:
        chosen = int(form.template.data) if form.template.data else None
        asking.choose_request(session, "company", 0, str(form.request.data), by=by)
        templates.choose(session, "company", 0, chosen, by=by)
    flash(gettext("Kept. It holds for the statements issued from now on."))
    return redirect(url_for(".show"), 303)


@bp.get("/settings/statements/schedules/new")
@requires(Permission.CHANGE_SETTINGS)
def new_schedule() -> ResponseReturnValue:
    """Ask for a schedule."""
    return _schedule(ScheduleForm(formdata=None))


@bp.post("/settings/statements/schedules/new")
@requires(Permission.CHANGE_SETTINGS)
def add_schedule() -> ResponseReturnValue:
    """Add a schedule."""
    form = ScheduleForm.checked(_schedule)
    with transaction() as session:
        schedules.add(
            session,
            form.given(session),
            on=settings.today(session),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("The schedule is kept."))
    return redirect(url_for(".show"), 303)


@bp.get("/settings/statements/schedules/<int:statement_schedule_id>")
@requires(Permission.CHANGE_SETTINGS)
def schedule(statement_schedule_id: int) -> ResponseReturnValue:
    """Ask when a schedule is to come."""
    there = _found(sessions(), statement_schedule_id)
    form = RhythmForm(
        formdata=None,
        working_day=there.working_day,
        issues=there.issues,
        is_active=there.is_active,
        version=there.version,
    )
    return _rhythm(there, form)


@bp.post("/settings/statements/schedules/<int:statement_schedule_id>")
@requires(Permission.CHANGE_SETTINGS)
def change_schedule(statement_schedule_id: int) -> ResponseReturnValue:
    """Change when a schedule comes, or switch it off."""
    there = _found(sessions(), statement_schedule_id)
    form = RhythmForm.checked(lambda again: _rhythm(there, again))
    with transaction() as session:
        there = _found(session, statement_schedule_id)
        given = ScheduleInput(
            every=there.every,
            working_day=int(form.working_day.data or 0),
            scope=there.scope,
            scope_id=there.scope_id,
            kind=there.kind,
            issues=bool(form.issues.data),
            is_active=bool(form.is_active.data),
        )
        schedules.change(
            session,
            there,
            given,
            seen=form.seen,
            on=settings.today(session),
            by=viewer().actor,
        )
    flash(gettext("The schedule is kept."))
    return redirect(url_for(".show"), 303)


def _page(form: UsualForm) -> str:
    session = sessions()
    found = templates.everything(session)
    return page(
        "internal/settings_statements.html",
        form=form,
        templates=found,
        places={one.id: templates.places(session, one.id) for one in found},
        schedules=schedules.listed(session, settings.today(session)),
        two_people=settings.needs_two_people(session, "statement"),
    )


def _schedule(form: ScheduleForm) -> str:
    return page("internal/statement_schedule_new.html", form=form)


def _rhythm(there: StatementSchedule, form: RhythmForm) -> str:
    [listed] = [
        one
        for one in schedules.listed(sessions(), settings.today(sessions()))
        if one.schedule.id == there.id
    ]
    return page("internal/statement_schedule.html", form=form, listed=listed)


def _found(session: Session, statement_schedule_id: int) -> StatementSchedule:
    found = session.get(StatementSchedule, statement_schedule_id)
    if found is None:
        raise NotFound
    return found
