"""Delivered and not yet invoiced: listed with what it adds up to, entered, withdrawn."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField

from internal import beside_tables
from internal.entry import account_asked, account_needed, choose
from internal.entry_fields import UnsignedField
from internal.exports import FORMS, check_rows, exported
from internal.scope import customer, owner_id, seen
from tieout import clock, settings
from tieout.customers import stops
from tieout.customers.models import CustomerAccount
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import deliveries
from tieout.ledger.beside import Delivery
from tieout.ledger.deliveries import DeliveryInput
from tieout.money import Money
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import DayField, Form, Required, ToldAt
from tieout.web.listing import count, here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("deliveries", __name__)


class DeliveryForm(Form):
    """Goods that went out."""

    told_at: ClassVar[ToldAt] = {deliveries.DeliveryThere: "number"}

    number = StringField(
        N_("Delivery note"),
        [Required(N_("Give the number of the delivery note."))],
        description=N_("The invoice that quotes it takes the delivery off this list."),
    )
    delivered_on = DayField(N_("Delivered on"), [Required(N_("Give the day."))])
    amount = UnsignedField(
        N_("Will be invoiced at, tax included"), [Required(N_("Give the amount; 0 if unknown."))]
    )
    order_number = StringField(N_("Order"))
    description = TextAreaField(N_("What was delivered"))

    def __init__(self, *arguments: object, account: CustomerAccount, **keywords: object) -> None:
        super().__init__(*arguments, **keywords)
        self.account = account
        self.amount.currency = account.currency

    def given(self) -> DeliveryInput:
        """The delivery as it was entered."""
        day = self.delivered_on.data
        assert day is not None  # noqa: S101 - the form was checked
        return DeliveryInput(
            account_id=self.account.id,
            number=str(self.number.data),
            delivered_on=day,
            amount=self.amount.money(),
            order_number=str(self.order_number.data or ""),
            description=str(self.description.data or ""),
        )


class WithdrawForm(Form):
    """Why a delivery no longer counts."""

    why = TextAreaField(N_("Why it is withdrawn"), [Required(deliveries.ReasonMissing.message)])


@bp.get("/deliveries")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List what is delivered and not invoiced on a day, or every delivery, or as a file."""
    session = sessions()
    today = settings.today(session)
    on, named = asked.day("on") or today, asked.number("customer")
    everything = asked.choice("show", ("all",)) == "all"
    query = deliveries.listed(on, customer_id=named, everything=everything, owner_id=owner_id())
    if form := asked.choice("as", FORMS):
        check_rows(count(session, query))
        return exported(beside_tables.deliveries(session.execute(query).all(), on), form)
    found = listed(session, query)
    return page(
        "internal/deliveries.html",
        found=found,
        sums=deliveries.sums(session, on, customer_id=named, owner_id=owner_id()),
        invoices=deliveries.invoices_of(session, [one for one, _ in found.rows]),
        customer=customer(session, named) if named is not None else None,
        on=on,
        today=today,
        everything=everything,
        here=here,
    )


@bp.get("/deliveries/new")
@requires(Permission.KEEP_BOOKS)
def new() -> ResponseReturnValue:
    """Ask for a delivery, or first for its account."""
    session = sessions()
    account = account_asked(session)
    if account is None:
        return choose()
    form = DeliveryForm(account=account)
    form.delivered_on.data = settings.today(session)
    return _form(form, account)


@bp.post("/deliveries/new")
@requires(Permission.KEEP_BOOKS)
def add() -> ResponseReturnValue:
    """Enter a delivery."""
    account = account_needed(sessions())
    form = DeliveryForm.checked(lambda shown: _form(shown, account), account=account)
    with transaction() as session:
        form.account = account_needed(session)
        made = deliveries.add(session, form.given(), by=viewer().actor, at=clock.now())
    flash(gettext("Delivery %(number)s waits for its invoice.", number=made.number))
    return redirect(url_for(".index"), 303)


@bp.get("/deliveries/<int:delivery_id>")
@requires(Permission.SEE_BOOKS)
def show(delivery_id: int) -> ResponseReturnValue:
    """Show a delivery, and what released it."""
    return _show(delivery_id, WithdrawForm())


@bp.post("/deliveries/<int:delivery_id>/withdraw")
@requires(Permission.KEEP_BOOKS)
def withdraw(delivery_id: int) -> ResponseReturnValue:
    """Let a delivery count no longer."""
    seen(sessions(), Delivery, delivery_id)
    form = WithdrawForm.checked(lambda shown: _show(delivery_id, shown))
    with transaction() as session:
        deliveries.withdraw(
            session,
            seen(session, Delivery, delivery_id),
            why=str(form.why.data),
            on=settings.today(session),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("The delivery is withdrawn; it stays to be read."))
    return redirect(url_for(".show", delivery_id=delivery_id), 303)


def _form(form: DeliveryForm, account: CustomerAccount) -> ResponseReturnValue:
    found = stops.in_force(sessions(), [account.customer_id])
    return page(
        "internal/delivery_form.html",
        form=form,
        account=account,
        customer=account.customer,
        stop=found.get(account.customer_id),
    )


def _show(delivery_id: int, form: WithdrawForm) -> ResponseReturnValue:
    session: Session = sessions()
    delivery = seen(session, Delivery, delivery_id)
    return page(
        "internal/delivery.html",
        form=form,
        delivery=delivery,
        amount=Money(delivery.amount_minor, delivery.currency),
        customer=customer(session, delivery.customer_id),
        invoice=deliveries.invoices_of(session, [delivery]).get(delivery.id),
    )
