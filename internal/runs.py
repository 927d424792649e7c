"""A run of statements: how far it is, what each item came to, and what may be done with it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.run_acts import STATES, add_acts, can_resume, run_of
from tieout import runs, settings
from tieout.customers.models import Customer
from tieout.db import sessions
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

bp = Blueprint("runs", __name__)

TITLES = {
    statement_runs.DRAFTS: N_("Preparing the statements of %(period)s"),
    statement_runs.ISSUE: N_("Issuing the statements of %(period)s"),
    bulk_runs.SEND: N_("Sending the statements of %(period)s again"),
    bulk_runs.REMIND: N_("Reminding who has not answered for %(period)s"),
}
KINDS = (*statement_runs.KINDS, *bulk_runs.KINDS)
add_acts(bp, "/month-end/runs/<int:run_id>", Permission.ISSUE_STATEMENTS, KINDS)


@bp.get("/month-end/runs/<int:run_id>")
@requires(Permission.ISSUE_STATEMENTS)
def show(run_id: int) -> ResponseReturnValue:
    """Show how far a run is, with what each item came to."""
    session = sessions()
    run = run_of(session, run_id, KINDS)
    state = asked.choice("state", STATES)
    found = listed(session, stored.items(run.id, state))
    period, progress = statement_runs.period_of(run), runs.progress(session, run.id)
    return page(
        "internal/run.html",
        run=run,
        period=period,
        progress=progress,
        found=found,
        items=[_item(session, run, item) for item in found.rows],
        chosen=state,
        title=gettext(TITLES[run.kind], period=str(reader.get().fact(period))),
        is_drafts=run.kind == statement_runs.DRAFTS,
        can_resume=can_resume(run, progress),
        drafts=len(session.execute(statement_runs.drafts(period)).all()),
        two_people=settings.needs_two_people(session, "statement"),
        here=here,
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
