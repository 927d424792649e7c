"""Tasks of staff about what stays unpaid: calls, letters, stops; given, done, dropped."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField, TextAreaField

from internal.dunning_promises import NoSuchAccount
from internal.places import place
from internal.scope import customer as seen_customer
from internal.scope import owner_id, seen
from tieout import clock, settings
from tieout.customers import find_customer
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.customers.models import CustomerAccount
from tieout.db import sessions, transaction
from tieout.dunning import letters, tasks
from tieout.dunning.models import StaffTask
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity import people
from tieout.identity.models import StaffUser
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext, reader
from tieout.reports.making import made
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.forms import DayField, Form, Required, ToldAt, apart
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("dunning_tasks", __name__)


class TaskForm(Form):
    """A task made by hand."""

    customer = StringField(
        N_("Customer"), [Required(N_("Name the customer."))], description=N_("Code or name.")
    )
    kind = SelectField(N_("What is to be done"), choices=dict(tasks.KINDS))
    due_on = DayField(N_("Until"), [Required(N_("Say until when."))])
    note = TextAreaField(N_("Note"))

    told_at: ClassVar[ToldAt] = {
        CustomerUnknown: "customer",
        CustomerAmbiguous: "customer",
        NoSuchAccount: "customer",
    }


class EndForm(Form):
    """What came of a task."""

    state = SelectField(
        N_("The task is"), choices={tasks.DONE: N_("done"), tasks.DROPPED: N_("dropped")}
    )
    outcome = TextAreaField(N_("What came of it"), [Required(tasks.OutcomeMissing.message)])


class GiveForm(Form):
    """Who does a task."""

    assignee = SelectField(N_("Who does it"), coerce=int, default=0)

    def __init__(self, *args: object, people: list[tuple[int, str]], **more: object) -> None:
        super().__init__(*args, **more)
        self.assignee.choices = [(0, gettext("whoever takes it")), *people]


@bp.get("/dunning/tasks")
@requires(Permission.REMIND)
def index() -> ResponseReturnValue:
    """List the tasks, those to do first."""
    session = sessions()
    state, mine = asked.choice("state", tasks.STATES), asked.choice("whose", ("mine",))
    assignee = viewer().person_id if mine else None
    found = listed(session, tasks.tasks(state, assignee, owner_id()))
    return page(
        "internal/dunning_tasks.html",
        found=found,
        state=state,
        mine=mine,
        kinds=tasks.KINDS,
        states=tasks.STATES,
        names=tasks.names(session, [one for one, _customer in found.rows]),
        today=settings.today(session),
        place_of=place,
        here=here,
    )


@bp.get("/dunning/tasks/new")
@requires(Permission.REMIND)
def new() -> ResponseReturnValue:
    """Ask what is to be done."""
    form = TaskForm(formdata=None)
    customer_id = asked.number("customer")
    if customer_id is not None:
        form.customer.data = seen_customer(sessions(), customer_id).code
    return _form(form)


@bp.post("/dunning/tasks/new")
@requires(Permission.REMIND)
def add() -> ResponseReturnValue:
    """Make a task by hand."""
    form = TaskForm.checked(_form)
    with transaction() as session:
        today = settings.today(session)
        task_id = tasks.add(
            session,
            _account(session, str(form.customer.data)),
            str(form.kind.data),
            form.due_on.data or today,
            str(form.note.data or ""),
            on=today,
            by=viewer().actor,
            at=clock.now(),
        ).id
    flash(gettext("The task stands on the list."))
    return _back(task_id)


@bp.get("/dunning/tasks/<int:task_id>")
@requires(Permission.REMIND)
def show(task_id: int) -> ResponseReturnValue:
    """Show one task."""
    return _task(task_id)


@bp.post("/dunning/tasks/<int:task_id>/give")
@requires(Permission.REMIND)
def give(task_id: int) -> ResponseReturnValue:
    """Give a task to somebody."""
    form = GiveForm.checked(
        lambda again: _task(task_id, giving=again), people=people.choices(sessions())
    )
    with transaction() as session:
        task = seen(session, StaffTask, task_id)
        staff = session.get(StaffUser, form.assignee.data) if form.assignee.data else None
        tasks.assign(session, task, staff, by=viewer().actor)
    flash(gettext("That is kept."))
    return _back(task_id)


@bp.post("/dunning/tasks/<int:task_id>/end")
@requires(Permission.REMIND)
def end(task_id: int) -> ResponseReturnValue:
    """Say what came of a task."""
    form = EndForm.checked(lambda again: _task(task_id, ending=again))
    with transaction() as session:
        task = seen(session, StaffTask, task_id)
        tasks.finish(
            session,
            task,
            str(form.state.data),
            str(form.outcome.data),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("That is kept."))
    return redirect(url_for(".index"), 303)


@bp.get("/dunning/tasks/<int:task_id>/letter.pdf")
@requires(Permission.REMIND)
def letter(task_id: int) -> ResponseReturnValue:
    """Hand out the letter of the reminder that led to a task."""
    session = sessions()
    notice = tasks.notice_of(session, seen(session, StaffTask, task_id))
    if notice is None:
        raise NotFound
    language = asked.choice("language", ("en", "zh"), reader.get().language)
    data = letters.content(session, notice, language, on=settings.today(session))
    data["printed_at"] = clock.now()
    name = f"{data['customer']['code']}-{notice.level}.pdf"
    session.rollback()  # making a file takes a while; the books are let go before
    return download(made("reminder.pdf", data), name, "application/pdf", show=True)


def _task(
    task_id: int, giving: GiveForm | None = None, ending: EndForm | None = None
) -> ResponseReturnValue:
    session = sessions()
    task = seen(session, StaffTask, task_id)
    everybody = people.choices(session)
    if giving is None:
        giving = GiveForm(formdata=None, people=everybody)
        giving.assignee.data = task.assignee_id or 0
    return page(
        "internal/dunning_task.html",
        task=task,
        customer=seen_customer(session, task.customer_id),
        notice=tasks.notice_of(session, task),
        kinds=tasks.KINDS,
        states=tasks.STATES,
        names=tasks.names(session, [task]),
        giving=giving,
        ending=apart(ending or EndForm(formdata=None)),
        today=settings.today(session),
        place_of=place,
    )


def _form(form: TaskForm) -> str:
    return page("internal/dunning_task_new.html", form=form)


def _account(session: Session, named: str) -> CustomerAccount:
    """The receivable account of a customer the viewer sees."""
    there = seen_customer(session, find_customer(session, named).id)
    found = [one for one in there.accounts if one.kind == "receivable"]
    if not found:
        raise NoSuchAccount(customer=there.name, currency="")
    return found[0]


def _back(task_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", task_id=task_id), 303)
