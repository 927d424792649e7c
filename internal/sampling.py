"""The auditor's sample: drawn by a seed, with what each customer answered and paid since."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from internal import sampling_tables as tables
from internal.exports import REPORT_FORMS, exported
from internal.month_end import months_back, wanted_currency, wanted_period
from internal.places import place
from internal.report_tables import answered
from internal.scope import owner_id
from tieout import settings
from tieout.db import sessions
from tieout.identity.permissions import Permission
from tieout.ledger import ageing
from tieout.money import Money
from tieout.month_end import moved, sample
from tieout.month_end.sample import METHODS, RANDOM, Draw
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here
from tieout.web.pages import page

bp = Blueprint("sampling", __name__)

#: How many are drawn unless the address says.
SIZE = 25


@bp.get("/reports/sample")
@requires(Permission.SEE_BOOKS)
def show() -> ResponseReturnValue:
    """Draw a sample of accounts; the same address draws the same."""
    session = sessions()
    period, kind = wanted_period(), asked.choice("kind", ("receivable", "payable"), "receivable")
    currency, currencies = wanted_currency(session, kind)
    size = asked.number("size")
    draw = Draw(
        method=asked.choice("method", METHODS, RANDOM),
        seed=asked.text("seed") or period.code,
        size=SIZE if size is None else size,
        above=Money.of(asked.amount("above") or 0, currency),
    )
    everybody = moved.accounts(
        session,
        period,
        currency,
        kind=kind,
        owner_id=owner_id(),
        bounds=ageing.bounds(session),
    )
    rows = sample.drawn(everybody, draw)
    paid = sample.receipts_after(session, period, [one.account.standing.account_id for one in rows])
    table = tables.sample(rows, everybody, paid, draw)
    if form := asked.choice("as", REPORT_FORMS):
        return exported(table, form, tables.facts(draw, period), about=tables.told(draw, period))
    return page(
        "internal/report_sample.html",
        table=table.checked(),
        rows=rows,
        paid=paid,
        draw=draw,
        period=period,
        kind=kind,
        currency=currency,
        currencies=currencies,
        methods=[(code, gettext(words)) for code, words in METHODS.items()],
        months=months_back(settings.today(session), period),
        stratum=tables.stratum,
        answered=answered,
        here=here,
        place_of=place,
    )
