"""What happens by itself on one page: when each comes, what came of it, and one more by hand."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, StringField

from internal.scope import owner_id
from tieout import clock, settings
from tieout.backup import nightly
from tieout.db import sessions, transaction
from tieout.i18n import N_, Sentence
from tieout.identity.permissions import Permission
from tieout.intake.connectors import queries as connectors
from tieout.operations import timetable
from tieout.operations.timetable import Standing
from tieout.rendering.translation import gettext
from tieout.runs import ledger
from tieout.runs.jobs import Daily
from tieout.runs.models import JobRun
from tieout.settings import calendars
from tieout.statements import schedules as statements
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("schedules", __name__)

#: What each job is called, and what it does; a plug-in's has its name.
JOBS: Mapping[str, tuple[str, str]] = {
    "prepare_statements": (
        N_("Statements"),
        N_("Statements whose day has come are drafted; issued too, where one person may."),
    ),
    "reminders": (
        N_("Reminders"),
        N_("Promises are judged and the reminders of the day planned."),
    ),
    "staff_digest": (
        N_("Digests"),
        N_("Each of our people is told once what waits for them."),
    ),
    "compare_books": (
        N_("Nightly matching"),
        N_("Accounts with something new are compared again."),
    ),
    "post_imports": (
        N_("Imports of the night"),
        N_("Imports approved for the night are posted."),
    ),
    "escalate_disputes": (
        N_("Late disputes"),
        N_("Whoever may decide is told of disputes answered too late."),
    ),
    "deem_silence": (
        N_("Silence that counts"),
        N_("Negative requests nobody objected to in time are recorded."),
    ),
    "remind_answers": (
        N_("Reminders to answer"),
        N_(
            "Customers who have not answered their statement are reminded, where the company chose"
            " after how many days."
        ),
    ),
    "keep_calendar": (
        N_("Holidays"),
        N_("Holidays of this year and the next are marked in the calendar, once announced."),
    ),
    "backup": (
        N_("Backups"),
        N_("Books and keys are saved into one closed file; older files are cleared away."),
    ),
}
DAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
STATES = {
    "waiting": ("queued", N_("Waiting for the worker")),
    "running": ("running", N_("Running")),
    "done": ("done", N_("Done")),
    "failed": ("failed", N_("Failed")),
}
#: What a run says that could do nothing.
NOT_SET_UP = (nightly.NOT_SET_UP, calendars.NOT_SET_UP)


class HourForm(Form):
    """When a job comes."""

    at = StringField(
        N_("Time of day"),
        [Required(N_("Write a time such as 06:30."))],
        description=N_("In the company’s time zone, written like 06:30."),
    )
    comes = BooleanField(N_("It comes by itself"))


@bp.get("/schedules")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """Show everything that happens by itself."""
    session, at = sessions(), clock.now()
    today = settings.today(session)
    sees_all = owner_id() is None  # a sales person does not read the names of others' customers
    jobs = timetable.standings(session, at)
    return page(
        "internal/schedules.html",
        jobs=jobs,
        names=job_name,
        tells=_tells,
        when=when,
        states=STATES,
        state=_state,
        chip_of=chip,
        late=[one for one in jobs if _is_late(one, at)],
        zone=settings.company(session).time_zone,
        at=at,
        statements=[
            one
            for one in statements.listed(session, today)
            if sees_all or one.schedule.scope != statements.CUSTOMER
        ],
        sees_all=sees_all,
        pulls=connectors.standings(session, at) if sees_all else [],
        period_words=period_words,
    )


@bp.get("/schedules/<job>")
@requires(Permission.SEE_BOOKS)
def show(job: str) -> ResponseReturnValue:
    """Show every run of a job."""
    return _page(job, _form(timetable.standing(sessions(), job, clock.now())))


@bp.post("/schedules/<job>")
@requires(Permission.CHANGE_SETTINGS)
def change(job: str) -> ResponseReturnValue:
    """Choose when a job comes."""
    form = HourForm.checked(lambda wrong: _page(job, wrong))
    with transaction() as session:
        timetable.change(session, job, str(form.at.data), bool(form.comes.data), by=viewer().actor)
    flash(gettext("It is changed; it holds from the next run on."))
    return redirect(url_for(".show", job=job), 303)


@bp.post("/schedules/<job>/run")
@requires(Permission.CHANGE_SETTINGS)
def run(job: str) -> ResponseReturnValue:
    """Let a job happen once more, now."""
    with transaction() as session:
        timetable.ask(session, job, by=viewer().actor, at=clock.now())
    flash(gettext("It is asked for; the worker takes it up within half a minute."))
    return redirect(url_for(".show", job=job), 303)


def job_name(job: str) -> str:
    """What a job is called."""
    return gettext(JOBS[job][0]) if job in JOBS else job


def when(schedule: Daily) -> str:
    """On which days a job comes, and at what hour."""
    hour = schedule.at.strftime("%H:%M")
    if len(schedule.weekdays) == 1:
        [weekday] = schedule.weekdays
        return gettext("every %(weekday)s at %(time)s", weekday=gettext(DAYS[weekday]), time=hour)
    return gettext("every day at %(time)s", time=hour)


def period_words(run: JobRun) -> str:
    """Which period a run is of: a day, or one by hand."""
    return gettext("by hand, %(name)s", name=run.asked_by) if run.asked_by else run.period


def _page(job: str, form: HourForm) -> ResponseReturnValue:
    session = sessions()
    standing = timetable.standing(session, job, clock.now())
    state = asked.choice("state", STATES)
    query = ledger.history(job)
    return page(
        "internal/schedule.html",
        job=job,
        name=job_name(job),
        tells=_tells(job),
        standing=standing,
        form=form,
        zone=settings.company(session).time_zone,
        found=listed(session, query.where(JobRun.state == state) if state else query, size=30),
        chosen=state,
        states=STATES,
        chip_of=chip,
        tries=ledger.MOST_TRIES,
        period_words=period_words,
        here=here,
    )


def _form(standing: Standing) -> HourForm:
    return HourForm(formdata=None, at=standing.schedule.at.strftime("%H:%M"), comes=standing.is_on)


def _tells(job: str) -> str:
    return gettext(JOBS[job][1]) if job in JOBS else ""


def _state(standing: Standing) -> str:
    if standing.waiting is not None:
        return "waiting"
    return standing.last.state if standing.last is not None else ""


def chip(run: JobRun) -> tuple[str, str]:
    """How the state of a run is drawn: one that had nothing to do it with is not done."""
    told = run.told
    if isinstance(told, Sentence) and told.text in NOT_SET_UP:
        return "held", N_("Not set up")
    return STATES[run.state]


def _is_late(standing: Standing, at: datetime) -> bool:
    """Whether somebody's wish has waited so long that no worker seems to be awake."""
    return standing.waiting is not None and (at - standing.waiting.started_at).total_seconds() > 120
