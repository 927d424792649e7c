"""Today: what waits for whom, each a number and a link."""

from flask import Blueprint

from internal import today as day
from internal.places import place
from tieout import clock, settings
from tieout.db import sessions
from tieout.dunning import days
from tieout.identity.permissions import Permission
from tieout.month_end import stages
from tieout.periods import Period
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("dashboard", __name__)


@bp.get("/")
@requires(Permission.SEE_BOOKS)
def show() -> str:
    """Show what waits."""
    session = sessions()
    today, at = settings.today(session), clock.now()
    base = settings.company(session).base_currency
    currencies = stages.currencies(session) or [base]
    currency = asked.choice("currency", currencies, base if base in currencies else currencies[0])
    period = Period.month_of(today).previous_month()
    month = day.strip(session, period, currency)
    return page(
        "internal/dashboard.html",
        today=today,
        at=at,
        rows=day.rows(session, today, at, currency),
        currency=currency,
        currencies=currencies,
        month=month,
        stages=day.stage_words(month, lambda code: place("month-end", stage=code)),
        aged=day.aged(session, today, currency),
        ahead=day.ahead(session, days.following(session, today))
        if viewer().may(Permission.REMIND)
        else None,
        here=here,
        place_of=place,
    )
