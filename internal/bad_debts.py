"""Bad debts: what is set aside as at any day, how that moved, and the rates it follows."""

from datetime import date
from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from internal import beside_tables
from internal.exports import FORMS, exported
from internal.scope import customer, owner_id
from tieout import clock, settings
from tieout.customers import find_customer
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.customers.queries import currencies_of_accounts, names
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import ageing, allowance
from tieout.ledger.allowance import Movement
from tieout.rendering import excel
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.forms import DayField, Form, Required, ToldAt
from tieout.web.listing import here
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("bad_debts", __name__)


class RatesForm(Form):
    """Percentages by age from a day on."""

    valid_from = DayField(N_("Holds from"), [Required(N_("Give the first day."))])
    rates = StringField(
        N_("Percent, column by column"),
        [Required(N_("Give a rate for each column."))],
        description=N_("Separated by commas, in the order of the columns; 0 for nothing."),
    )


class OwnRateForm(Form):
    """A customer's own percentage from a day on."""

    customer = StringField(N_("Customer"), [Required(N_("Say which customer."))])
    valid_from = DayField(N_("Holds from"), [Required(N_("Give the first day."))])
    rate = StringField(N_("Percent of all it owes"), description=N_("Empty: by age again."))
    why = StringField(N_("Why"), [Required(N_("Say why; an auditor will ask."))])

    told_at: ClassVar[ToldAt] = {
        CustomerUnknown: "customer",
        CustomerAmbiguous: "customer",
    }


@bp.get("/bad-debts")
@requires(Permission.SEE_BOOKS)
def show() -> ResponseReturnValue:
    """Show the allowance as at a day and its movement, or hand both over as a file."""
    session = sessions()
    found = _asked(session)
    if form := asked.choice("as", FORMS):
        if form == "csv":
            return exported(beside_tables.allowance(found.closing), form)
        tables = [beside_tables.allowance(found.closing), beside_tables.movement(found)]
        content = excel.workbook(gettext("Allowance for bad debts"), tables, at=clock.now())
        name = f"{gettext('Allowance for bad debts')} {found.end:%Y-%m-%d}.xlsx"
        return download(content, name, _XLSX)
    return page(
        "internal/bad_debts.html",
        found=found,
        movement=beside_tables.movement(found).checked(),
        basis=beside_tables.allowance(found.closing).checked(),
        currencies=currencies_of_accounts(session),
        by_age=list(zip(_columns(session), found.closing.by_column, strict=True)),
        here=here,
    )


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/bad-debts/rates")
@requires(Permission.KEEP_BOOKS)
def rates() -> ResponseReturnValue:
    """Show the rates, by age and of customers."""
    return _rates(_rates_form(sessions()), _own_form(sessions()))


@bp.post("/bad-debts/rates")
@requires(Permission.APPROVE)
def set_rates() -> ResponseReturnValue:
    """Let rates by age hold from a day on."""
    form = RatesForm.checked(lambda shown: _rates(shown, _own_form(sessions())))
    with transaction() as session:
        day = form.valid_from.data or settings.today(session)
        texts = str(form.rates.data).replace("，", ",").split(",")
        allowance.set_rates(session, texts, valid_from=day, by=viewer().actor)
    flash(gettext("The rates hold from that day on."))
    return redirect(url_for(".rates"), 303)


@bp.post("/bad-debts/customer-rate")
@requires(Permission.APPROVE)
def set_own_rate() -> ResponseReturnValue:
    """Let a customer's own rate hold from a day on."""
    form = OwnRateForm.checked(lambda shown: _rates(_rates_form(sessions()), shown))
    with transaction() as session:
        there = customer(session, find_customer(session, str(form.customer.data)).id)
        day = form.valid_from.data or settings.today(session)
        allowance.set_own_rate(
            session,
            there,
            str(form.rate.data or ""),
            valid_from=day,
            why=str(form.why.data),
            by=viewer().actor,
        )
    flash(gettext("The rate of %(name)s holds from that day on.", name=there.name))
    return redirect(url_for(".rates"), 303)


def _asked(session: Session) -> Movement:
    """The allowance asked for: of a currency, at a day, against the beginning of its year."""
    today = settings.today(session)
    end = asked.day("on") or today
    start = asked.day("from") or date(end.year, 1, 1)
    base = settings.company(session).base_currency
    currency = asked.choice("currency", currencies_of_accounts(session), base)
    return allowance.movement(session, min(start, end), end, currency, owner_id=owner_id())


def _columns(session: Session) -> list[str]:
    """What the columns are called that rates are for."""
    bounds = ageing.bounds(session)
    firsts = [1, *(bound + 1 for bound in bounds)]
    labels = [f"{first}-{last}" for first, last in zip(firsts, bounds, strict=False)]
    return [gettext("Not due"), *labels, f"{firsts[-1]}+", gettext("Disputed")]


def _rates_form(session: Session) -> RatesForm:
    kept = allowance.rates_kept(session)
    texts = [f"{rate.normalize():f}" for rate in kept[-1].by_age] if kept else []
    return RatesForm(
        formdata=None,
        valid_from=settings.today(session),
        rates=", ".join(texts or ["0"] * len(_columns(session))),
    )


def _own_form(session: Session) -> OwnRateForm:
    return OwnRateForm(formdata=None, valid_from=settings.today(session))


def _rates(form: RatesForm, own: OwnRateForm) -> ResponseReturnValue:
    session = sessions()
    own.valid_from.id = "own-valid_from"
    holding = [
        one
        for one in allowance.own_rates(session, settings.today(session)).values()
        if owner_id() is None
    ]
    return page(
        "internal/bad_debt_rates.html",
        form=form,
        own=own,
        kept=list(reversed(allowance.rates_kept(session))),
        holding=sorted(holding, key=lambda one: one.customer_id),
        names=names(session, {one.customer_id for one in holding}),
        columns=_columns(session),
    )
