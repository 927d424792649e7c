"""The auditor's sample: drawn by a seed, with what each customer answered and paid since."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal import sampling_tables as tables
from internal.drawing import methods, sent_draw, wanted_draw
from internal.exports import REPORT_FORMS, exported
from internal.month_end import months_back, wanted_currency, wanted_period
from internal.places import place
from internal.report_tables import answered
from internal.scope import owner_id
from tieout import clock, settings
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.ledger import ageing
from tieout.money import checked_currency
from tieout.month_end import kept, moved, sample
from tieout.month_end.models import AuditSample
from tieout.month_end.moved import AccountMoved
from tieout.month_end.sample import METHODS, Draw, Drawn
from tieout.periods import Period
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("sampling", __name__)


@bp.get("/reports/sample")
@requires(Permission.SEE_BOOKS)
def show() -> ResponseReturnValue:
    """Draw a sample of accounts; the same address draws the same."""
    session = sessions()
    period, kind = wanted_period(), asked.choice("kind", ("receivable", "payable"), "receivable")
    currency, currencies = wanted_currency(session, kind)
    draw = wanted_draw(period, currency)
    everybody = moved.accounts(
        session,
        period,
        currency,
        kind=kind,
        owner_id=owner_id(),
        bounds=ageing.bounds(session),
    )
    rows = sample.drawn(everybody, draw)
    return _shown(session, everybody, rows, draw, period, kind, currency, currencies)


@bp.post("/reports/sample")
@requires(Permission.SEE_AUDIT)
def keep() -> ResponseReturnValue:
    """Draw it and keep it, with who drew it when."""
    period = Period.parse(request.form.get("month", ""))
    currency = checked_currency(request.form.get("currency", ""))
    draw = sent_draw(period, currency)
    kind = "payable" if request.form.get("kind") == "payable" else "receivable"
    with transaction() as session:
        sample_id = kept.keep(
            session,
            period,
            draw,
            kind=kind,
            owner_id=owner_id(),
            by=viewer().actor,
            at=clock.now(),
        ).id
    return redirect(url_for(".drawn", sample_id=sample_id), 303)


@bp.get("/reports/samples/<int:sample_id>")
@requires(Permission.SEE_AUDIT)
def drawn(sample_id: int) -> ResponseReturnValue:
    """Show a sample that was kept, drawn again and compared with what was drawn then."""
    session = sessions()
    found = session.get(AuditSample, sample_id)
    if found is None:
        raise NotFound
    everybody, rows = kept.again(session, found, owner_id=owner_id())
    return _shown(
        session,
        everybody,
        rows,
        kept.draw_of(found),
        kept.period_of(found),
        found.kind,
        found.currency,
        [found.currency],
        found,
    )


def _shown(
    session: Session,
    everybody: list[AccountMoved],
    rows: list[Drawn],
    draw: Draw,
    period: Period,
    kind: str,
    currency: str,
    currencies: list[str],
    found: AuditSample | None = None,
) -> ResponseReturnValue:
    paid = sample.receipts_after(session, period, [one.account.standing.account_id for one in rows])
    table = tables.sample(rows, everybody, paid, draw)
    if form := asked.choice("as", REPORT_FORMS):
        return exported(
            table, form, tables.facts(draw, period), about=tables.told(draw, period), proof=True
        )
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
        found=found,
        is_same=found is not None and kept.is_the_same(found, rows),
        samples=session.scalars(kept.kept().limit(20)).all(),
        methods=methods(),
        method_words=METHODS,
        months=months_back(settings.today(session), period),
        stratum=tables.stratum,
        answered=answered,
        here=here,
        place_of=place,
    )
