"""The month's cycle on one page: where each customer is, the two runs, and the close."""

from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal import month_end_rows as rows
from internal import month_end_tables as tables
from internal.exports import FORMS, exported
from internal.places import place
from internal.scope import owner_id
from tieout import clock, settings
from tieout.db import sessions, transaction
from tieout.errors import NotAllowed
from tieout.identity import people
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.month_end import facts, stages
from tieout.month_end.stages import STAGES
from tieout.periods import Period
from tieout.rendering.translation import gettext, reader
from tieout.settings.calendars import after_working_days, working_days_between
from tieout.statements import asking
from tieout.statements import runs as statement_runs
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here
from tieout.web.pages import page
from tieout.web.viewer import viewer
from tieout.web.working import go_on

bp = Blueprint("month_end", __name__)

#: Whose month it is: customers' accounts, or suppliers'.
RECEIVABLE = "receivable"
KINDS = (RECEIVABLE, "payable")
#: Rows of the table on one page.
SIZE = 100
#: Working days after its end within which a month is to be closed, unless the company says.
CLOSE_WITHIN = 6


@bp.get("/month-end")
@requires(Permission.SEE_BOOKS)
def show() -> ResponseReturnValue:
    """Show how far each customer is, or hand the table over as a file."""
    session = sessions()
    today, period = settings.today(session), wanted_period()
    kind = asked.choice("kind", KINDS, RECEIVABLE)
    currency, currencies = wanted_currency(session, kind)
    all_of = stages.standings(session, period, currency, kind=kind, owner_id=owner_id())
    owned = [row for row in all_of if asked.number("owner") in (None, row.owner_id)]
    which = asked.choice("show", rows.FILTERS, "" if asked.text("stage") else "open")
    wanted = rows.narrowed(owned, which, asked.choice("stage", STAGES))
    if form := asked.choice("as", FORMS):
        return exported(tables.standings(wanted, period), form)
    first, last = _page(len(wanted))
    counts = stages.counts(owned)
    return page(
        "internal/month_end.html",
        period=period,
        today=today,
        kind=kind,
        currency=currency,
        currencies=currencies,
        closes_on=_closes_on(session, period),
        working_days=working_days_between(session, today, _closes_on(session, period)),
        total=len(owned),
        to_prepare=sum(1 for one in owned if one.outcome == stages.NOT_ISSUED),
        stages=rows.strip(counts),
        stage_words=[gettext(words) for words in STAGES.values()],
        rows=[rows.row(one) for one in wanted[first:last]],
        shown=(first, last, len(wanted)),
        filters=rows.chips(owned, which),
        stage=asked.choice("stage", STAGES),
        owners=people.choices(session) if owner_id() is None else [],
        outcomes=rows.outcomes(owned, currency, period),
        outcome_total=Money.total((row.balance for row in owned), currency),
        conditions=rows.conditions(session, period, kind) if owner_id() is None else [],
        asked=facts.asked(session, period, kind),
        closed=facts.closed(session, period, kind),
        drafts_run=statement_runs.of_period(session, statement_runs.DRAFTS, period, kind),
        issue_run=statement_runs.of_period(session, statement_runs.ISSUE, period, kind),
        drafts=len(session.execute(statement_runs.drafts(period, kind)).all()),
        two_people=settings.needs_two_people(session, "statement"),
        requests=asking.SHORT,
        two_close=settings.needs_two_people(session, "period_close"),
        months=months_back(today, period),
        here=here,
        place_of=place,
    )


@bp.post("/month-end/prepare")
@requires(Permission.ISSUE_STATEMENTS)
def prepare() -> ResponseReturnValue:
    """Draft everybody's statement of a month, or bring the drafts up to date."""
    period = Period.parse(request.form.get("month", ""))
    with transaction() as session:
        run = statement_runs.begin_drafts(
            session,
            period,
            kind=_kind_sent(),
            request=request.form.get("request", ""),
            by=viewer().actor,
            at=clock.now(),
        )
        run_id = run.id
    go_on(run_id)
    return redirect(url_for("internal.runs.show", run_id=run_id), 303)


@bp.post("/month-end/issue")
@requires(Permission.ISSUE_STATEMENTS)
def issue() -> ResponseReturnValue:
    """Approve a month's drafts as they were looked at, and issue them."""
    period = Period.parse(request.form.get("month", ""))
    with transaction() as session:
        check_may_approve(session)
        run = statement_runs.begin_issue(
            session, period, kind=_kind_sent(), by=viewer().actor, at=clock.now()
        )
        run_id = run.id
    go_on(run_id)
    flash(gettext("The statements are on their way."))
    return redirect(url_for("internal.runs.show", run_id=run_id), 303)


def check_may_approve(session: Session) -> None:
    """See that the viewer may approve statements, where that is somebody else's part.

    Raises:
        NotAllowed: the company wants two people, and the viewer approves nothing.
    """
    two = settings.needs_two_people(session, "statement")
    if two and not viewer().may(Permission.APPROVE):
        raise NotAllowed


def wanted_period() -> Period:
    """The month the address asks for; the last one that has ended unless it says."""
    text = asked.text("month")
    if text:
        return Period.parse(text)
    return Period.month_of(settings.today(sessions())).previous_month()


def months_back(today: date, chosen: Period) -> list[tuple[str, str]]:
    """The months to choose from: the last eighteen, this one, and the chosen one."""
    found = [Period.month_of(today)]
    while len(found) < 19:
        found.append(found[-1].previous_month())
    if chosen not in found:
        found.append(chosen)
    return [(one.code, str(reader.get().fact(one))) for one in found]


def _closes_on(session: Session, period: Period) -> date:
    within = settings.read(session, "close_within_days", CLOSE_WITHIN)
    return after_working_days(session, period.end, int(within))


def _kind_sent() -> str:
    """The accounts a form is about; customers' unless it says suppliers'."""
    given = request.form.get("kind", "")
    return given if given in KINDS else RECEIVABLE


def wanted_currency(session: Session, kind: str) -> tuple[str, list[str]]:
    """The currency the address asks for, and those the accounts of a kind are kept in."""
    base = settings.company(session).base_currency
    known = stages.currencies(session, kind) or [base]
    return asked.choice("currency", known, base if base in known else known[0]), known


def _page(total: int) -> tuple[int, int]:
    number = min(max(asked.number("page") or 1, 1), max((total + SIZE - 1) // SIZE, 1))
    return (number - 1) * SIZE, min(number * SIZE, total)
