"""The auditor's own requests: their replies first, who is silent, what was paid since; released."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal import auditor_tables as tables
from internal.exports import REPORT_FORMS, exported
from internal.hearing import unheard
from internal.month_end import KINDS, RECEIVABLE, months_back, wanted_period
from tieout import clock, settings
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.month_end import kept
from tieout.month_end.models import AuditSample
from tieout.periods import Period
from tieout.rendering.translation import ngettext, reader
from tieout.statements import auditing, replies
from tieout.statements.models import AuditorRequest
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("auditor", __name__)

#: Which rows are shown.
SHOWN = ("all", "silent", "answered")


@bp.get("/reports/auditor")
@requires(Permission.SEE_AUDIT)
def show() -> ResponseReturnValue:
    """Show the auditor's requests of a month with their replies, or hand them over as a file."""
    session, period = sessions(), wanted_period()
    kind = asked.choice("kind", KINDS, RECEIVABLE)
    everything = replies.replies(session, period, kind)
    silent = unheard(session, [one.statement for one in everything if one.statement])
    which = asked.choice("show", SHOWN, SHOWN[0])
    rows = [one for one in everything if which == "all" or one.is_answered == (which == "answered")]
    table = tables.replies(rows, silent)
    if form := asked.choice("as", REPORT_FORMS):
        return exported(table, form, about=str(reader.get().fact(period)), proof=True)
    return page(
        "internal/auditor.html",
        period=period,
        kind=kind,
        rows=rows,
        silent=silent,
        which=which,
        counts={
            "all": len(everything),
            "silent": sum(not one.is_answered for one in everything),
            "answered": sum(one.is_answered for one in everything),
        },
        to_release=sum(one.is_answered and one.request.released_at is None for one in everything),
        outcome=tables.outcome,
        months=months_back(settings.today(session), period),
        here=here,
    )


@bp.post("/reports/samples/<int:sample_id>/requests")
@requires(Permission.HEAR_FIRST)
def ask(sample_id: int) -> ResponseReturnValue:
    """Make the requests to the customers of a sample the auditor's."""
    with transaction() as session:
        sample = session.get(AuditSample, sample_id)
        if sample is None:
            raise NotFound
        period = kept.period_of(sample)
        new = auditing.ask(
            session,
            kept.customers_of(session, sample),
            period,
            kind=sample.kind,
            sample_id=sample.id,
            by=viewer().actor,
            at=clock.now(),
        )
    flash(
        ngettext(
            "%(num)s request is yours now: its reply reaches you first.",
            "%(num)s requests are yours now: their replies reach you first.",
            new,
        )
    )
    return redirect(url_for(".show", month=period.code, kind=sample.kind), 303)


@bp.post("/reports/auditor/release")
@requires(Permission.HEAR_FIRST)
def release() -> ResponseReturnValue:
    """Let staff see the replies that have come."""
    period, kind = Period.parse(request.form.get("month", "")), request.form.get("kind", "")
    with transaction() as session:
        count = auditing.release(
            session, _requests(session, period, kind), by=viewer().actor, at=clock.now()
        )
    said = ngettext("Staff see %(num)s reply now.", "Staff see %(num)s replies now.", count)
    flash(said)
    return redirect(url_for(".show", month=period.code, kind=kind or RECEIVABLE), 303)


def _requests(session: Session, period: Period, kind: str) -> list[AuditorRequest]:
    found = session.execute(auditing.requests(period, kind if kind in KINDS else RECEIVABLE))
    return [row.AuditorRequest for row in found]
