"""Reports: aged balances as at any day, the reconciliation report, confirmation results."""

from datetime import date, datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal import account_tables, later_entries
from internal import report_tables as tables
from internal.exports import REPORT_FORMS, exported
from internal.hearing import unheard
from internal.month_end import months_back, wanted_currency, wanted_period
from internal.places import place
from internal.scope import customer, owner_id
from tieout import settings
from tieout.db import sessions
from tieout.identity.permissions import Permission
from tieout.ledger import ageing
from tieout.month_end import moved
from tieout.periods import Period
from tieout.rendering.translation import gettext, in_a_row, reader
from tieout.settings import rates
from tieout.statements import listing, moves, queries
from tieout.statements.listing import StatementSearch
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here, some_of
from tieout.web.pages import page

bp = Blueprint("reports", __name__)

#: Rows of a list on one page; a file holds them all.
_ROWS = 200


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
    kind = asked.choice("kind", ("receivable", "payable"), "receivable")
    currency, currencies = wanted_currency(session, kind)
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
    if form := asked.choice("as", REPORT_FORMS):
        return exported(tables.aged(found), form, about=_as_at(on, known_at), proof=True)
    owed = (
        ageing.owed_by_currency(session, on, known_at, kind=kind, owner_id=owner_id())
        if len(currencies) > 1
        else [found.total.total]
    )
    return page(
        "internal/report_ageing.html",
        found=found,
        lines=some_of(found.rows, "lines", size=_ROWS),
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
    there = session.scalars(listing.statements(wanted)).all()
    rows = queries.standings(session, there, unheard=unheard(session, there))
    table = tables.confirmations(rows)
    if form := asked.choice("as", REPORT_FORMS):
        return exported(table, form, about=str(reader.get().fact(period)), proof=True)
    return page(
        "internal/report_confirmations.html",
        period=period,
        kind=kind,
        months=months_back(settings.today(session), period),
        results=tables.results(rows),
        checks=table.checked().checks,
        here=here,
        place_of=place,
    )


@bp.get("/reports/reconciliation")
@requires(Permission.SEE_BOOKS)
def reconciliation() -> ResponseReturnValue:
    """Show what happened in a month or a year, on every account or on a customer's."""
    session = sessions()
    period, kind = wanted_period(), asked.choice("kind", ("receivable", "payable"), "receivable")
    currency, currencies = wanted_currency(session, kind)
    customer_id = asked.number("customer")
    whose = customer(session, customer_id) if customer_id else None
    known_at = asked.moment("known")
    rows = moved.accounts(
        session,
        period,
        currency,
        kind=kind,
        owner_id=owner_id(),
        customer_id=customer_id,
        bounds=ageing.bounds(session),
        known_at=known_at,
    )
    table = tables.moved(rows, currency)
    changed = _changed(session, period, kind, customer_id)
    later = later_entries.of(session, [one.statement for one in changed], currency)
    entries = later_entries.table(later, currency)
    behind = (
        account_tables.parts(
            session, whose.id, period, kind=kind, currency=currency, unheard=unheard
        )
        if whose
        else []
    )
    if form := asked.choice("as", REPORT_FORMS):
        said = in_a_row(whose.name if whose else "", reader.get().fact(period))
        if known_at:
            said = in_a_row(said, f"{gettext('as known at')} {reader.get().fact(known_at)}")
        if asked.choice("part", ("later",)):
            return exported(entries, form, about=said, proof=True)
        also = [*([entries] if later else []), *(part.table.checked() for part in behind)]
        return exported(table, form, about=said, also=also, proof=True)
    today = settings.today(session)
    years = [(str(year), str(year)) for year in (today.year, today.year - 1)]
    years += [(one.code, str(reader.get().fact(one))) for one in _quarters(today)]
    return page(
        "internal/report_reconciliation.html",
        table=table.checked(),
        rows=some_of(rows, "lines", size=_ROWS),
        whose=whose,
        period=period,
        known_at=known_at,
        changed=some_of(changed, "changed", size=_ROWS, anchor="changed"),
        entries=entries.checked(),
        entered=some_of(entries.rows, "later", size=_ROWS, anchor="changed"),
        behind=[
            (part.table.checked(), some_of(part.rows, f"part{no}", size=_ROWS, anchor=f"part{no}"))
            for no, part in enumerate(behind)
        ],
        kind=kind,
        currency=currency,
        currencies=currencies,
        periods=[one for one in years if one[0] != period.code] + months_back(today, period),
        answered=tables.answered,
        here=here,
        place_of=place,
    )


def _changed(
    session: Session, period: Period, kind: str, customer_id: int | None
) -> list[listing.Changed]:
    """The statements of a period whose balance is no longer what the books say."""
    wanted = StatementSearch(
        period=period,
        state=moves.ISSUED,
        kind=kind,
        customer_id=customer_id,
        owner_id=owner_id(),
    )
    return listing.changed_since(session, wanted)


def _quarters(today: date) -> list[Period]:
    """This quarter and the four before it."""
    found = [Period.quarter(today.year, (today.month + 2) // 3)]
    while len(found) < 5:
        before = found[-1].before
        found.append(Period.quarter(before.year, (before.month + 2) // 3))
    return found


def _as_at(on: date, known_at: datetime | None) -> str:
    day = gettext("As at %(day)s", day=on)
    known = f"{gettext('as known at')} {reader.get().fact(known_at)}" if known_at else ""
    return in_a_row(day, known)
