"""The rate table: what one unit of a currency is in the company's own, and who says so."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from internal import beside_tables
from internal.entry_fields import FigureField
from internal.exports import FORMS, bare, check_rows
from tieout import settings
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.money import UnknownCurrency
from tieout.rendering.translation import gettext
from tieout.settings import ExchangeRate, rates
from tieout.settings.rates import RateInput
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import DayField, Form, Required, ToldAt
from tieout.web.listing import count, here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("rates", __name__)


class RateForm(Form):
    """A rate of a day."""

    told_at: ClassVar[ToldAt] = {UnknownCurrency: "currency"}

    currency = StringField(N_("Currency"), [Required(N_("Enter a currency, such as EUR."))])
    on = DayField(N_("Holds from"), [Required(N_("Give the day."))])
    rate = FigureField(N_("Rate"), [Required(N_("Give the rate."))])
    source = StringField(
        N_("Source"),
        [Required(N_("Say where the rate comes from."))],
        description=N_("Such as: PBOC central parity, our bank."),
    )

    def given(self) -> RateInput:
        """The rate as it was entered."""
        day, rate = self.on.data, self.rate.figure()
        assert day is not None and rate is not None  # noqa: S101, PT018 - the form was checked
        return RateInput(str(self.currency.data), day, rate, str(self.source.data))


class CorrectForm(Form):
    """A rate that was wrong."""

    rate = FigureField(N_("Rate"), [Required(N_("Give the rate."))])


@bp.get("/rates")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the rates, the newest first, or hand them over as a file."""
    session = sessions()
    currency = asked.text("currency").upper()
    query = rates.rates(currency)
    if form := asked.choice("as", FORMS):
        check_rows(count(session, query))
        return bare(beside_tables.rates(list(session.scalars(query))), form)
    return page(
        "internal/rates.html",
        found=listed(session, query),
        currencies=rates.currencies(session),
        currency=currency,
        here=here,
    )


@bp.get("/rates/new")
@requires(Permission.KEEP_BOOKS)
def new() -> ResponseReturnValue:
    """Ask for a rate."""
    form = RateForm(currency=asked.text("currency").upper(), on=settings.today(sessions()))
    return _form(form)


@bp.post("/rates/new")
@requires(Permission.KEEP_BOOKS)
def add() -> ResponseReturnValue:
    """Add a rate."""
    form = RateForm.checked(_form)
    with transaction() as session:
        made = rates.add(session, form.given(), by=viewer().actor)
    flash(gettext("The rate is added. Documents of its day and later take it."))
    return redirect(url_for(".index", currency=made.currency), 303)


@bp.get("/rates/<int:rate_id>")
@requires(Permission.KEEP_BOOKS)
def edit(rate_id: int) -> ResponseReturnValue:
    """Ask what the rate should have been."""
    found = _rate(sessions(), rate_id)
    return _edit(rate_id, CorrectForm(rate=found.rate))


@bp.post("/rates/<int:rate_id>")
@requires(Permission.KEEP_BOOKS)
def correct(rate_id: int) -> ResponseReturnValue:
    """Correct a rate; documents keep the one they were posted with."""
    _rate(sessions(), rate_id)
    form = CorrectForm.checked(lambda shown: _edit(rate_id, shown))
    with transaction() as session:
        found, figure = _rate(session, rate_id), form.rate.figure()
        assert figure is not None  # noqa: S101 - the form was checked
        rates.correct(session, found, figure, by=viewer().actor)
    flash(gettext("The rate is corrected. Documents keep the one they were posted with."))
    return redirect(url_for(".index"), 303)


def _rate(session: Session, rate_id: int) -> ExchangeRate:
    found = session.get(ExchangeRate, rate_id)
    if found is None:
        raise NotFound
    return found


def _form(form: RateForm) -> ResponseReturnValue:
    return page("internal/rate_form.html", form=form, rate=None)


def _edit(rate_id: int, form: CorrectForm) -> ResponseReturnValue:
    return page("internal/rate_form.html", form=form, rate=_rate(sessions(), rate_id))
