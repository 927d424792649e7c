"""A run that plans the reminders of a day: how far it is, and what may be done with it."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tieout import clock, runs
from tieout.db import sessions, transaction
from tieout.dunning import runs as dunning_runs
from tieout.errors import NotFound
from tieout.i18n import Sentence
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext, reader
from tieout.runs import stored
from tieout.runs.models import Run, RunItem
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer
from tieout.web.working import go_on

bp = Blueprint("dunning_runs", __name__)

STATES = ("waiting", "running", "done", "failed", "left_out")


@bp.get("/dunning/runs/<int:reminder_run_id>")
@requires(Permission.REMIND)
def show(reminder_run_id: int) -> ResponseReturnValue:
    """Show how far a run is, with what each piece came to."""
    session = sessions()
    run = _found(session, reminder_run_id)
    state = asked.choice("state", STATES)
    progress = runs.progress(session, run.id)
    found = listed(session, stored.items(run.id, state))
    return page(
        "internal/dunning_run.html",
        run=run,
        on=dunning_runs.day_of(run),
        progress=progress,
        tally=dunning_runs.tally(session, run.id),
        found=found,
        items=[_item(one) for one in found.rows],
        chosen=state,
        can_resume=run.state in stored.OPEN or (run.cancel_asked and progress.left_out > 0),
        here=here,
    )


@bp.post("/dunning/runs/<int:reminder_run_id>/cancel")
@requires(Permission.REMIND)
def cancel(reminder_run_id: int) -> ResponseReturnValue:
    """Leave out what has not begun."""
    with transaction() as session:
        runs.cancel(session, _found(session, reminder_run_id), by=viewer().actor, at=clock.now())
    flash(gettext("The run was cancelled. What was done stands."), "warning")
    return _back(reminder_run_id)


@bp.post("/dunning/runs/<int:reminder_run_id>/resume")
@requires(Permission.REMIND)
def resume(reminder_run_id: int) -> ResponseReturnValue:
    """Go on where a cancelled run stopped, or take up one whose process has ended."""
    with transaction() as session:
        run = _found(session, reminder_run_id)
        if run.cancel_asked:
            runs.resume(session, run, by=viewer().actor)
    go_on(reminder_run_id)
    return _back(reminder_run_id)


@bp.post("/dunning/runs/<int:reminder_run_id>/retry")
@requires(Permission.REMIND)
def retry(reminder_run_id: int) -> ResponseReturnValue:
    """Try the failed pieces again."""
    with transaction() as session:
        runs.retry(session, _found(session, reminder_run_id), by=viewer().actor)
    go_on(reminder_run_id)
    return _back(reminder_run_id)


def _found(session: Session, run_id: int) -> Run:
    run = session.get(Run, run_id)
    if run is None or run.kind != dunning_runs.REMINDERS:
        raise NotFound
    return run


def _back(run_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", reminder_run_id=run_id), 303)


def _item(item: RunItem) -> dict[str, object]:
    """A piece as the table draws it: which accounts, and what it came to."""
    result = item.result or {}
    return {
        "accounts": item.key.partition(":")[2].replace("-", "–"),
        "state": item.state,
        "planned": result.get("planned"),
        "left_out": result.get("left_out"),
        "reason": reader.get().sentence(Sentence.from_json(item.reason)) if item.reason else "",
    }
