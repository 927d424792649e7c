"""The whole company compared: begun, watched, cancelled, taken up again; and what is open since."""

from datetime import timedelta

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField

from internal.run_acts import STATES, add_acts, can_resume, run_of
from internal.scope import owner_id, sees, within
from tieout import clock, runs, settings
from tieout.db import sessions, transaction
from tieout.i18n import N_, Sentence
from tieout.identity.permissions import Permission
from tieout.matching import DIFFERENCES
from tieout.money import Money
from tieout.reconciliation import company_runs, names, queries, work_list
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.work_list import SORTS, WorkSearch
from tieout.rendering.translation import reader
from tieout.runs import stored
from tieout.runs.models import RunItem
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.comparison import said
from tieout.web.forms import DayField, Form, Required
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer
from tieout.web.working import go_on

bp = Blueprint("matching_runs", __name__)

KINDS = (company_runs.COMPANY,)
add_acts(bp, "/matching/runs/<int:matching_run_id>", Permission.MATCH, KINDS)
#: Ages a work list may be narrowed to, in days.
AGES = (30, 60, 90)


class BeginForm(Form):
    """What a run over the company is to look at."""

    as_at = DayField(
        N_("As at"),
        [Required(N_("Enter the day."))],
        description=N_("A book that ends earlier is compared as far as it reaches."),
    )
    only_changed = BooleanField(N_("Only where something is new since the last comparison"))


@bp.get("/matching/work")
@requires(Permission.SEE_BOOKS)
def work() -> ResponseReturnValue:
    """List the customers with whom something is open, the largest first."""
    session = sessions()
    search = _search(session)
    found = listed(session, within(work_list.work(search), Reconciliation.customer_id))
    ids = [made.id for made in found.rows]
    return page(
        "internal/matching_work.html",
        found=found,
        search=search,
        age=asked.choice("age", [str(days) for days in AGES]),
        ages=AGES,
        types=[(str(one), said(names.type_name(one))) for one in DIFFERENCES],
        by_type=work_list.by_type(session, ids),
        type_name=lambda one: said(names.type_name(one)),
        customers=queries.customers_of(session, list(found.rows)),
        today=settings.today(session),
        last=company_runs.last(session),
        here=here,
    )


@bp.get("/matching/runs")
@requires(Permission.MATCH)
def index() -> ResponseReturnValue:
    """Ask for a run over the whole company, and list those before."""
    return _index(BeginForm(formdata=None, as_at=settings.today(sessions()), only_changed=True))


@bp.post("/matching/runs")
@requires(Permission.MATCH)
def begin() -> ResponseReturnValue:
    """Compare every customer's newest ledger."""
    form = BeginForm.checked(_index)
    with transaction() as session:
        run_id = company_runs.start(
            session,
            as_at=form.as_at.data or settings.today(session),
            only_changed=bool(form.only_changed.data),
            by=viewer().actor,
            at=clock.now(),
        ).id
    go_on(run_id)
    return _back(run_id)


@bp.get("/matching/runs/<int:matching_run_id>")
@requires(Permission.MATCH)
def show(matching_run_id: int) -> ResponseReturnValue:
    """Show how far a run is, and what each account came to."""
    session = sessions()
    run = run_of(session, matching_run_id, KINDS)
    state = asked.choice("state", STATES)
    found = listed(session, stored.items(run.id, state))
    progress = runs.progress(session, run.id)
    return page(
        "internal/matching_run.html",
        run=run,
        progress=progress,
        found=found,
        items=[item for one in found.rows if (item := _item(session, one)) is not None],
        chosen=state,
        as_at=company_runs.day_of(run),
        can_resume=can_resume(run, progress),
        here=here,
    )


def _search(session: Session) -> WorkSearch:
    age = asked.choice("age", [str(days) for days in AGES])
    return WorkSearch(
        keyword=asked.text("q"),
        difference=asked.choice("type", [str(one) for one in DIFFERENCES]),
        since=settings.today(session) - timedelta(days=int(age)) if age else None,
        sort=asked.choice("sort", SORTS, SORTS[0]),
        is_all=asked.text("all") == "1",
    )


def _index(form: BeginForm) -> str:
    session = sessions()
    found = listed(session, company_runs.history(), size=20)
    return page(
        "internal/matching_runs.html",
        form=form,
        found=found,
        progress={run.id: runs.progress(session, run.id) for run in found.rows},
        day_of=company_runs.day_of,
        changed=len(company_runs.changed(session)),
    )


def _back(matching_run_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", matching_run_id=matching_run_id), 303)


def _item(session: Session, item: RunItem) -> dict[str, object] | None:
    """An item as the table draws it; None where the viewer does not see its customer."""
    account = company_runs.account_of(session, item)
    if owner_id() is not None and not sees(session, account.customer_id):
        return None
    result = item.result or {}
    currency = account.currency
    return {
        "state": item.state,
        "customer": account.customer.name,
        "customer_id": account.customer_id,
        "currency": currency,
        "made": result.get("reconciliation_id"),
        "difference": Money(result["difference"], currency) if "difference" in result else None,
        "unexplained": Money(result["unexplained"], currency) if "unexplained" in result else None,
        "open": result.get("open"),
        "proposals": result.get("proposals"),
        "reason": reader.get().sentence(Sentence.from_json(item.reason)) if item.reason else "",
    }
