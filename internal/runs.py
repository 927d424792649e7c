"""A run of statements: how far it is, what each item came to, and what may be done with it."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tieout import clock, runs, settings
from tieout.customers.models import Customer
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_, Sentence
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.month_end import bulk_runs
from tieout.rendering.translation import gettext, reader
from tieout.runs import stored
from tieout.runs.models import Run, RunItem
from tieout.statements import runs as statement_runs
from tieout.statements.models import Statement
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer
from tieout.web.working import go_on

bp = Blueprint("runs", __name__)

TITLES = {
    statement_runs.DRAFTS: N_("Preparing the statements of %(period)s"),
    statement_runs.ISSUE: N_("Issuing the statements of %(period)s"),
    bulk_runs.SEND: N_("Sending the statements of %(period)s again"),
    bulk_runs.REMIND: N_("Reminding who has not answered for %(period)s"),
}
STATES = ("waiting", "running", "done", "failed", "left_out")


@bp.get("/month-end/runs/<int:run_id>")
@requires(Permission.ISSUE_STATEMENTS)
def show(run_id: int) -> ResponseReturnValue:
    """Show how far a run is, with what each item came to."""
    session = sessions()
    run = _found(session, run_id)
    state = asked.choice("state", STATES)
    found = listed(session, stored.items(run.id, state))
    period = statement_runs.period_of(run)
    return page(
        "internal/run.html",
        run=run,
        period=period,
        progress=runs.progress(session, run.id),
        found=found,
        items=[_item(session, run, item) for item in found.rows],
        chosen=state,
        title=gettext(TITLES[run.kind], period=str(reader.get().fact(period))),
        is_drafts=run.kind == statement_runs.DRAFTS,
        can_resume=_can_resume(session, run),
        drafts=len(session.execute(statement_runs.drafts(period)).all()),
        two_people=settings.needs_two_people(session, "statement"),
        here=here,
    )


@bp.post("/month-end/runs/<int:run_id>/cancel")
@requires(Permission.ISSUE_STATEMENTS)
def cancel(run_id: int) -> ResponseReturnValue:
    """Leave out what has not begun."""
    with transaction() as session:
        runs.cancel(session, _found(session, run_id), by=viewer().actor, at=clock.now())
    flash(gettext("The run was cancelled. What was done stands."), "warning")
    return _back(run_id)


@bp.post("/month-end/runs/<int:run_id>/resume")
@requires(Permission.ISSUE_STATEMENTS)
def resume(run_id: int) -> ResponseReturnValue:
    """Go on where a cancelled run stopped, or take up one whose process has ended."""
    with transaction() as session:
        run = _found(session, run_id)
        if run.cancel_asked:
            runs.resume(session, run, by=viewer().actor)
    go_on(run_id)
    return _back(run_id)


@bp.post("/month-end/runs/<int:run_id>/retry")
@requires(Permission.ISSUE_STATEMENTS)
def retry(run_id: int) -> ResponseReturnValue:
    """Try the failed items again."""
    with transaction() as session:
        runs.retry(session, _found(session, run_id), by=viewer().actor)
    go_on(run_id)
    return _back(run_id)


def _found(session: Session, run_id: int) -> Run:
    run = session.get(Run, run_id)
    if run is None or run.kind not in (*statement_runs.KINDS, *bulk_runs.KINDS):
        raise NotFound
    return run


def _back(run_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", run_id=run_id), 303)


def _can_resume(session: Session, run: Run) -> bool:
    return run.state in stored.OPEN or (
        run.cancel_asked and runs.progress(session, run.id).left_out > 0
    )


def _item(session: Session, run: Run, item: RunItem) -> dict[str, object]:
    """An item as the table draws it: whose it is, and what it came to."""
    result = item.result or {}
    statement = _statement(session, run, item)
    return {
        "state": item.state,
        "customer": result.get("customer") or _customer(session, item, statement),
        "statement": statement,
        "number": result.get("number") or (statement.number if statement else None),
        "reason": reader.get().sentence(Sentence.from_json(item.reason)) if item.reason else "",
        "problems": [statement_runs.PROBLEMS[code] for code in result.get("problems", ())],
        "sections": [
            {
                "currency": one["currency"],
                **{
                    name: Money(one[name], one["currency"])
                    for name in ("opening", "charges", "credits", "closing")
                },
            }
            for one in result.get("sections", ())
        ],
    }


def _statement(session: Session, run: Run, item: RunItem) -> Statement | None:
    kind, _, number = item.key.partition(":")
    if kind == "statement":
        return session.get(Statement, int(number))
    made = (item.result or {}).get("statement_id")
    return session.get(Statement, made) if made else None


def _customer(session: Session, item: RunItem, statement: Statement | None) -> str:
    if statement is not None:
        return statement.customer.name
    customer = session.get(Customer, int(item.key.partition(":")[2]))
    return customer.name if customer else item.key
