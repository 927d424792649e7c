"""Closing a month by two people, and the notes on what stays unexplained."""

from typing import cast

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import TextAreaField

from internal import month_end_rows
from internal.month_end import wanted_period
from internal.scope import seen
from tieout import clock
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.month_end import closing, conditions
from tieout.periods import Period
from tieout.reconciliation.models import Reconciliation
from tieout.rendering.translation import gettext, reader
from tieout.statements.models import PeriodClose
from tieout.web.access import requires
from tieout.web.forms import AmountField, Form, Required, sent
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("month_close", __name__)


class NoteForm(Form):
    """What is known about a difference, or why a month is not closed."""

    text = TextAreaField(N_("Note"), [Required(N_("Write a sentence."))])


@bp.get("/month-end/close")
@requires(Permission.LOCK_PERIODS)
def ask() -> ResponseReturnValue:
    """Ask what the general ledger says, before a close is asked for."""
    return _ask(wanted_period())


@bp.post("/month-end/close")
@requires(Permission.LOCK_PERIODS)
def send() -> ResponseReturnValue:
    """Ask to close a month; a second person closes it."""
    period = Period.parse(request.form.get("month", ""))
    form = _form(period).checked(lambda again: _ask(period, again))
    with transaction() as session:
        closing.ask(
            session,
            period,
            general_ledger=_general_ledger(form),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("Closing was asked for. A second person closes the month."))
    return _back(period)


@bp.post("/month-end/closes/<int:close_id>/close")
@requires(Permission.LOCK_PERIODS)
def close(close_id: int) -> ResponseReturnValue:
    """Close a month that somebody else asked to close."""
    with transaction() as session:
        asked = _found(session, close_id)
        period = Period(asked.period_start, asked.period_end)
        closing.close(session, asked, by=viewer().actor, at=clock.now())
    said = str(reader.get().fact(period))
    flash(gettext("%(period)s is closed; the books are locked up to its end.", period=said))
    return _back(period)


@bp.post("/month-end/closes/<int:close_id>/refuse")
@requires(Permission.LOCK_PERIODS)
def refuse(close_id: int) -> ResponseReturnValue:
    """Leave a month open, and say why."""
    with transaction() as session:
        asked = _found(session, close_id)
        period = Period(asked.period_start, asked.period_end)
        note = request.form.get("note", "")
        closing.refuse(session, asked, note=note, by=viewer().actor, at=clock.now())
    flash(gettext("The month stays open."), "warning")
    return _back(period)


@bp.get("/month-end/differences")
@requires(Permission.MATCH)
def differences() -> ResponseReturnValue:
    """List what stays unexplained above the limit, each with its note."""
    session, period = sessions(), wanted_period()
    return page(
        "internal/differences.html",
        period=period,
        rows=conditions.differences(session, period),
        limit=conditions.limit_of(session),
    )


@bp.get("/month-end/differences/<int:reconciliation_id>")
@requires(Permission.MATCH)
def note(reconciliation_id: int) -> ResponseReturnValue:
    """Ask what is known about a difference."""
    return _note(reconciliation_id, NoteForm())


@bp.post("/month-end/differences/<int:reconciliation_id>")
@requires(Permission.MATCH)
def keep_note(reconciliation_id: int) -> ResponseReturnValue:
    """Keep what is known about a difference."""
    form = NoteForm.checked(lambda again: _note(reconciliation_id, again))
    with transaction() as session:
        found = seen(session, Reconciliation, reconciliation_id)
        conditions.note(session, found, str(form.text.data), by=viewer().actor)
        month = Period.month_of(found.as_at).code
    flash(gettext("The note is kept."))
    return redirect(url_for(".differences", month=month), 303)


def _ask(period: Period, form: Form | None = None) -> str:
    session = sessions()
    found = conditions.conditions(session, period)
    return page(
        "internal/close.html",
        period=period,
        form=form or _form(period)(),
        totals=conditions.control_totals(session, period),
        conditions=month_end_rows.conditions(session, period, "receivable"),
        ready=conditions.unmet(found) is None,
    )


def _form(period: Period) -> type[Form]:
    """A form with one amount a currency: what the general ledger says."""
    fields = {
        one.ledger.currency: _amount(one.ledger.currency)
        for one in conditions.control_totals(sessions(), period)
    }
    return type("GeneralLedgerForm", (Form,), fields)


def _amount(currency: str) -> AmountField:
    kind = type(f"AmountIn{currency}", (AmountField,), {"currency": currency})
    return cast(AmountField, kind(N_("Customers' accounts in the general ledger")))


def _general_ledger(form: Form) -> dict[str, Money]:
    return {
        field.currency: field.money()
        for field in form
        if isinstance(field, AmountField) and str(field.data or "").strip()
    }


def _found(session: Session, close_id: int) -> PeriodClose:
    found = session.get(PeriodClose, close_id)
    if found is None:
        raise NotFound
    return found


def _back(period: Period) -> ResponseReturnValue:
    return redirect(url_for("internal.month_end.show", month=period.code), 303)


def _note(reconciliation_id: int, form: NoteForm) -> str:
    session = sessions()
    found = seen(session, Reconciliation, reconciliation_id)
    if not sent():
        kept = next(
            (
                one.note
                for one in conditions.differences(session, Period.month_of(found.as_at))
                if one.reconciliation_id == found.id
            ),
            "",
        )
        form.text.data = kept
    return page(
        "internal/difference_note.html",
        form=form,
        found=found,
        unexplained=Money(found.unexplained_minor, found.currency),
    )
