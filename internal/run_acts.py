"""What may be done with a stored run, the same for every kind: cancel it, go on, try again.

`add_acts(bp, "/dunning/runs/<int:reminder_run_id>", Permission.REMIND, (REMINDERS,))` gives the
pages of a kind its three addresses beside the view `show`; only runs of those kinds are there.
"""

from collections.abc import Callable, Collection
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tieout import clock, runs
from tieout.db import transaction
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.runs import stored
from tieout.runs.models import Run
from tieout.runs.stored import Progress
from tieout.web.access import requires
from tieout.web.viewer import viewer
from tieout.web.working import go_on

#: The states items of a run are narrowed to.
STATES = ("waiting", "running", "done", "failed", "left_out")


def run_of(session: Session, run_id: int, kinds: Collection[str]) -> Run:
    """A run of one of these kinds.

    Raises:
        NotFound
    """
    run = session.get(Run, run_id)
    if run is None or run.kind not in kinds:
        raise NotFound
    return run


def can_resume(run: Run, progress: Progress) -> bool:
    """Whether there is something left to go on with."""
    return run.state in stored.OPEN or (run.cancel_asked and progress.left_out > 0)


def cancel(session: Session, run: Run) -> None:
    """Leave out what has not begun."""
    runs.cancel(session, run, by=viewer().actor, at=clock.now())


def resume(session: Session, run: Run) -> None:
    """Go on where a cancelled run stopped, or take up one whose process has ended."""
    if run.cancel_asked:
        runs.resume(session, run, by=viewer().actor)


def retry(session: Session, run: Run) -> None:
    """Try what failed again."""
    runs.retry(session, run, by=viewer().actor)


def add_acts(bp: Blueprint, path: str, permission: Permission, kinds: Collection[str]) -> None:
    """Give the pages of runs of these kinds their acts, for those with the permission."""
    for act in (cancel, resume, retry):
        view = requires(permission)(_view(act, kinds, works_on=act is not cancel))
        bp.add_url_rule(f"{path}/{act.__name__}", act.__name__, view, methods=["POST"])


def _view(
    act: Callable[[Session, Run], None], kinds: Collection[str], *, works_on: bool
) -> Callable[..., ResponseReturnValue]:
    def view(**named: Any) -> ResponseReturnValue:
        [run_id] = named.values()
        with transaction() as session:
            act(session, run_of(session, run_id, kinds))
        if works_on:
            go_on(run_id)
        else:
            flash(gettext("The run was cancelled. What was done stands."), "warning")
        return redirect(url_for(".show", **named), 303)

    view.__name__, view.__doc__ = act.__name__, act.__doc__
    return view
