"""Promises to pay: given by customers or noted by staff, kept or broken."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField

from internal.places import place
from internal.scope import customer as seen_customer
from internal.scope import owner_id, seen
from tieout import clock, settings
from tieout.customers import find_customer
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.customers.models import CustomerAccount
from tieout.customers.queries import names
from tieout.db import sessions, transaction
from tieout.dunning import promises, queries
from tieout.dunning.models import PromiseToPay
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger.summaries import summaries_of
from tieout.money import Money
from tieout.month_end.stages import currencies
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import AmountField, DayField, Form, Required, ToldAt
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("dunning_promises", __name__)


class NoSuchAccount(InvalidInput):
    """A customer without an account in a currency."""

    message = N_("%(customer)s owes nothing in %(currency)s.")


def _currencies() -> dict[str, str]:
    session = sessions()
    base = settings.company(session).base_currency
    known = currencies(session)
    return {code: code for code in sorted(known, key=lambda code: (code != base, code))}


class PromiseForm(Form):
    """Who promised what, and for when."""

    customer = StringField(
        N_("Customer"),
        [Required(N_("Name the customer."))],
        description=N_("Code, name or tax number."),
    )
    currency = SelectField(N_("Currency"), choices=_currencies)
    amount = AmountField(N_("Amount"), [Required(N_("Enter the amount that was promised."))])
    pay_on = DayField(N_("To be paid by"), [Required(N_("Enter the day that was promised."))])

    told_at: ClassVar[ToldAt] = {
        CustomerUnknown: "customer",
        CustomerAmbiguous: "customer",
        NoSuchAccount: "currency",
    }


@bp.get("/dunning/promises")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List promises."""
    session = sessions()
    state = asked.choice("state", queries.PROMISES)
    found = listed(session, queries.promises(state, owner_id()))
    return page(
        "internal/dunning_promises.html",
        found=found,
        called=names(session, [one.customer_id for one, _ in found.rows]),
        state=state,
        states=queries.PROMISES,
        here=here,
        place_of=place,
    )


@bp.get("/dunning/promises/new")
@requires(Permission.REMIND)
def new() -> ResponseReturnValue:
    """Ask what was promised."""
    form = PromiseForm(formdata=None)
    customer_id = asked.number("customer")
    if customer_id is not None:
        form.customer.data = seen_customer(sessions(), customer_id).code
    return _form(form)


@bp.post("/dunning/promises/new")
@requires(Permission.REMIND)
def add() -> ResponseReturnValue:
    """Note a promise somebody gave by telephone or letter."""
    form = PromiseForm.checked(_form)
    with transaction() as session:
        account, owed = _account(session, form)
        form.amount.currency = account.currency
        promises.promise(
            session,
            account,
            form.amount.money(),
            form.pay_on.data or settings.today(session),
            open_amount=owed,
            by=viewer().actor,
            on=settings.today(session),
            at=clock.now(),
        )
    flash(gettext("The promise is noted; reminders for that part pause."))
    return redirect(url_for(".index"), 303)


@bp.post("/dunning/promises/<int:promise_id>/withdraw")
@requires(Permission.REMIND)
def withdraw(promise_id: int) -> ResponseReturnValue:
    """Take a promise back; reminders go on."""
    with transaction() as session:
        made = seen(session, PromiseToPay, promise_id)
        promises.withdraw(session, made, by=viewer().actor, on=settings.today(session))
    flash(gettext("The promise is taken back; reminders go on."))
    return redirect(url_for(".index"), 303)


def _form(form: PromiseForm) -> str:
    return page("internal/dunning_promise.html", form=form)


def _account(session: Session, form: PromiseForm) -> tuple[CustomerAccount, Money]:
    there = find_customer(session, str(form.customer.data))
    currency = str(form.currency.data)
    today = settings.today(session)
    for one in summaries_of(session, there.id, today):
        if one.kind == "receivable" and one.balance.currency == currency:
            return session.get_one(CustomerAccount, one.account_id), one.balance - one.unapplied
    raise NoSuchAccount(customer=there.name, currency=currency)
