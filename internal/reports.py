"""Reports: aged balances as at any day, confirmation results, statements of a month."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from internal import report_tables as tables
from internal.exports import FORMS, exported
from internal.month_end import months_back, wanted_period
from internal.places import place
from internal.scope import owner_id
from internal.statement_tables import statements as statement_table
from tieout import settings
from tieout.db import sessions
from tieout.identity.permissions import Permission
from tieout.ledger import ageing
from tieout.month_end import stages
from tieout.periods import Period
from tieout.settings import rates
from tieout.statements import listing, moves, queries
from tieout.statements.listing import StatementSearch
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here
from tieout.web.pages import page

bp = Blueprint("reports", __name__)


@bp.get("/reports")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List what can be printed."""
    month = Period.month_of(settings.today(sessions())).previous_month()
    return page("internal/reports.html", month=month, place_of=place)


@bp.get("/reports/ageing")
@requires(Permission.SEE_BOOKS)
def aged() -> ResponseReturnValue:
    """Show every account by age, as at any day and as known at any moment."""
    session = sessions()
    today = settings.today(session)
    base = settings.company(session).base_currency
    kind = asked.choice("kind", ("receivable", "payable"), "receivable")
    currencies = stages.currencies(session, kind) or [base]
    first = base if base in currencies else currencies[0]
    currency = asked.choice("currency", currencies, first)
    on, known_at = asked.day("on") or today, asked.moment("known")
    found = ageing.company_ageing(
        session,
        on,
        currency,
        known_at,
        kind=kind,
        bounds=ageing.bounds(session),
        age_credit=bool(asked.text("credit")),
        owner_id=owner_id(),
    )
    if form := asked.choice("as", FORMS):
        return exported(tables.aged(found), form)
    owed = (
        ageing.owed_by_currency(session, on, known_at, kind=kind, owner_id=owner_id())
        if len(currencies) > 1
        else [found.total.total]
    )
    return page(
        "internal/report_ageing.html",
        found=found,
        worth=rates.in_base(session, owed, on),
        on=on,
        known_at=known_at,
        kind=kind,
        currency=currency,
        currencies=currencies,
        here=here,
        place_of=place,
    )


@bp.get("/reports/confirmations")
@requires(Permission.SEE_BOOKS)
def confirmations() -> ResponseReturnValue:
    """Show what came back on a month's statements, by number and balance."""
    session = sessions()
    period = wanted_period()
    kind = asked.choice("kind", ("receivable", "payable"), "receivable")
    wanted = StatementSearch(period=period, state=moves.ISSUED, kind=kind, owner_id=owner_id())
    rows = queries.standings(session, session.scalars(listing.statements(wanted)).all())
    if form := asked.choice("as", FORMS):
        return exported(statement_table(rows), form)
    return page(
        "internal/report_confirmations.html",
        period=period,
        kind=kind,
        months=months_back(settings.today(session), period),
        results=tables.results(rows),
        here=here,
        place_of=place,
    )
