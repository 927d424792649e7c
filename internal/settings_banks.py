"""Our bank accounts: proposed by one person, approved by another."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from tieout import settings
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity import people
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.settings import BankAccount, banks
from tieout.web.access import requires
from tieout.web.forms import DayField, Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("settings_banks", __name__)


class BankForm(Form):
    """An account customers pay into."""

    currency = StringField(N_("Currency"), [Required(N_("Enter a currency, such as CNY."))])
    bank = StringField(N_("Bank"), [Required(N_("Enter the bank."))])
    holder = StringField(N_("Holder"), [Required(N_("Enter in whose name it is."))])
    number = StringField(N_("Account number"), [Required(N_("Enter the number."))])
    swift = StringField(N_("SWIFT code"))
    valid_from = DayField(N_("Printed from"), [Required(N_("Enter the first day."))])


@bp.get("/settings/bank-accounts")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List our accounts."""
    session = sessions()
    return page(
        "internal/settings_banks.html",
        accounts=banks.accounts(session),
        people=dict(people.choices(session)),
        today=settings.today(session),
    )


@bp.get("/settings/bank-accounts/new")
@requires(Permission.CHANGE_SETTINGS)
def new() -> ResponseReturnValue:
    """Ask for an account."""
    session = sessions()
    company = settings.company(session)
    return _form(
        BankForm(
            formdata=None,
            currency=company.base_currency,
            holder=company.name,
            valid_from=settings.today(session),
        )
    )


@bp.post("/settings/bank-accounts/new")
@requires(Permission.CHANGE_SETTINGS)
def propose() -> ResponseReturnValue:
    """Propose an account; nothing names it until it is approved."""
    form = BankForm.checked(_form)
    with transaction() as session:
        banks.propose(
            session,
            currency=str(form.currency.data).strip().upper(),
            bank=str(form.bank.data),
            holder=str(form.holder.data),
            number=str(form.number.data),
            swift=str(form.swift.data or ""),
            valid_from=form.valid_from.data or settings.today(session),
            by=viewer().actor,
        )
    flash(gettext("The account is proposed. It is printed once somebody has approved it."))
    return redirect(url_for(".index"), 303)


@bp.post("/settings/bank-accounts/<int:bank_id>/approve")
@requires(Permission.APPROVE)
def approve(bank_id: int) -> ResponseReturnValue:
    """Approve an account; it is printed from its first day on."""
    with transaction() as session:
        banks.approve(session, _found(session, bank_id), by=viewer().actor)
    flash(
        gettext(
            "The account is approved. It is printed from its first day on; customers with an"
            " account in its currency are told of the change."
        )
    )
    return redirect(url_for(".index"), 303)


@bp.post("/settings/bank-accounts/<int:bank_id>/turn-down")
@requires(Permission.APPROVE)
def turn_down(bank_id: int) -> ResponseReturnValue:
    """Let a proposed account go."""
    with transaction() as session:
        banks.turn_down(session, _found(session, bank_id), by=viewer().actor)
    flash(gettext("The account was turned down."), "warning")
    return redirect(url_for(".index"), 303)


def _form(form: BankForm) -> str:
    return page("internal/settings_bank.html", form=form)


def _found(session: Session, bank_id: int) -> BankAccount:
    found = session.get(BankAccount, bank_id)
    if found is None:
        raise NotFound
    return found
