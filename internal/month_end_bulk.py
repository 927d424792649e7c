"""The month's acts for many customers at once: first whom and what, then one press."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.month_end import KINDS, RECEIVABLE, check_may_approve, wanted_period
from internal.scope import owner_id
from tieout import clock, settings
from tieout.db import sessions, transaction
from tieout.errors import Conflict, NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.month_end import bulk, bulk_runs
from tieout.month_end.bulk import Effect, Scope
from tieout.periods import Period
from tieout.reconciliation import company_runs
from tieout.rendering.translation import gettext, reader
from tieout.statements import runs as statement_runs
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import viewer
from tieout.web.working import go_on

bp = Blueprint("month_end_bulk", __name__)

#: So many are listed; above that an act is for all of them.
LISTED = 200

TITLES: Mapping[str, str] = {
    bulk.ISSUE: N_("Issue the statements of %(period)s"),
    bulk.SEND: N_("Send the statements of %(period)s again"),
    bulk.REMIND: N_("Remind who has not answered for %(period)s"),
    bulk.MATCH: N_("Compare the ledgers of %(period)s"),
}
BUTTONS: Mapping[str, str] = {
    bulk.ISSUE: N_("Approve and issue"),
    bulk.SEND: N_("Send again"),
    bulk.REMIND: N_("Remind"),
    bulk.MATCH: N_("Compare"),
}


class NobodyLeft(Conflict):
    """An act that would do nothing any more."""

    message = N_("Nobody is left for whom anything would be done. Look at the list again.")


@dataclass(frozen=True)
class Reason:
    """Why nothing is done, for how many, and who they are."""

    words: str
    count: int
    names: list[str]


@bp.get("/month-end/bulk/<month_act>")
@requires(Permission.ISSUE_STATEMENTS)
def preview(month_act: str) -> ResponseReturnValue:
    """Show for whom something would be done, what, and for whom nothing and why."""
    act, session, period = _act(month_act), sessions(), wanted_period()
    kind = asked.choice("kind", KINDS, RECEIVABLE)
    effects = bulk.effects(session, act, _scope(session, period, kind))
    wanted = [one for one in effects if one.is_done]
    needs_approval = act == bulk.ISSUE and settings.needs_two_people(session, "statement")
    return page(
        "internal/month_end_bulk.html",
        act=act,
        period=period,
        kind=kind,
        title=gettext(TITLES[act], period=str(reader.get().fact(period))),
        wanted=wanted[:LISTED],
        count=len({one.customer_id for one in wanted}),
        is_whole=len(wanted) <= LISTED,
        reasons=_reasons([one for one in effects if not one.is_done]),
        button_words=gettext(BUTTONS[act]),
        may=not needs_approval or viewer().may(Permission.APPROVE),
    )


@bp.post("/month-end/bulk/<month_act>")
@requires(Permission.ISSUE_STATEMENTS)
def begin(month_act: str) -> ResponseReturnValue:
    """Do it, as a stored run with a result for each."""
    act, period = _act(month_act), Period.parse(request.form.get("month", ""))
    given = request.form.get("kind", "")
    kind = given if given in KINDS else RECEIVABLE
    with transaction() as session:
        if act == bulk.ISSUE:
            check_may_approve(session)
        scope = _scope(session, period, kind, _chosen())
        wanted = [one for one in bulk.effects(session, act, scope) if one.is_done]
        if not wanted:
            raise NobodyLeft
        run_id = _run(session, act, scope, wanted)
    go_on(run_id)
    if act == bulk.MATCH:
        return redirect(url_for("internal.matching_runs.show", matching_run_id=run_id), 303)
    flash(gettext("It is being done; what came of each stands below."))
    return redirect(url_for("internal.runs.show", run_id=run_id), 303)


def _run(session: Session, act: str, scope: Scope, wanted: list[Effect]) -> int:
    at = clock.now()
    if act == bulk.ISSUE:
        customers = {one.customer_id for one in wanted}
        return statement_runs.begin_issue(
            session, scope.period, kind=scope.kind, customers=customers, by=scope.by, at=at
        ).id
    targets = [one.target for one in wanted]
    if act == bulk.MATCH:
        return company_runs.start(
            session, as_at=scope.period.end, some=targets, by=scope.by, at=at
        ).id
    run_kind = bulk_runs.SEND if act == bulk.SEND else bulk_runs.REMIND
    return bulk_runs.begin_each(
        session, run_kind, scope.period, targets, kind=scope.kind, by=scope.by, at=at
    ).id


def _act(given: str) -> str:
    if given not in bulk.ACTS:
        raise NotFound
    return given


def _scope(
    session: Session, period: Period, kind: str, customers: Collection[int] | None = None
) -> Scope:
    today = settings.today(session)
    return Scope(period, kind, today, viewer().actor, owner_id(), customers)


def _chosen() -> set[int] | None:
    """The customers that were ticked; None for everybody, where the list was too long to tick."""
    if request.form.get("everybody"):
        return None
    given = request.form.getlist("customer")
    return {int(one) for one in given if one.isdecimal() and len(one) < 16}


def _reasons(left_out: list[Effect]) -> list[Reason]:
    said = [(reader.get().sentence(one.words), one.name) for one in left_out]
    counts = Counter(words for words, _ in said)
    return [
        Reason(words, count, [name for about, name in said if about == words][:LISTED])
        for words, count in counts.most_common()
    ]
