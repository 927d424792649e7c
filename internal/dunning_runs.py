"""A run that plans the reminders of a day: how far it is, and what may be done with it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from internal.run_acts import STATES, add_acts, can_resume, run_of
from tieout import runs
from tieout.db import sessions
from tieout.dunning import runs as dunning_runs
from tieout.i18n import Sentence
from tieout.identity.permissions import Permission
from tieout.rendering.translation import reader
from tieout.runs import stored
from tieout.runs.models import RunItem
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here, listed
from tieout.web.pages import page

bp = Blueprint("dunning_runs", __name__)

KINDS = (dunning_runs.REMINDERS,)
add_acts(bp, "/dunning/runs/<int:reminder_run_id>", Permission.REMIND, KINDS)


@bp.get("/dunning/runs/<int:reminder_run_id>")
@requires(Permission.REMIND)
def show(reminder_run_id: int) -> ResponseReturnValue:
    """Show how far a run is, with what each piece came to."""
    session = sessions()
    run = run_of(session, reminder_run_id, KINDS)
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
        can_resume=can_resume(run, progress),
        here=here,
    )


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
