"""A promise to pay: how much of what is overdue, and by when; reminders for it pause."""

from datetime import timedelta
from typing import Any, ClassVar

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.answering import contact_of
from portal.scope import own
from portal.statements import refuse_before_answer
from portal.steps import Step, masked
from tieout import clock, settings
from tieout.customers.models import Customer, CustomerAccount
from tieout.db import sessions, transaction
from tieout.dunning import promises
from tieout.dunning.models import PromiseToPay
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.rendering.translation import gettext, reader
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import AmountField, DayField, Form, Required, ToldAt
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("promises", __name__)


class PromiseForm(Form):
    """How much will be paid, and when."""

    amount = AmountField(N_("Amount"), [Required(N_("Enter the amount you will pay."))])
    pay_on = DayField(N_("To be paid by"), [Required(N_("Enter the day you will pay."))])

    told_at: ClassVar[ToldAt] = {
        promises.PromiseOfNothing: "amount",
        promises.PromiseInThePast: "pay_on",
        promises.PromiseTooFarAhead: "pay_on",
    }

    def __init__(self, *arguments: Any, currency: str, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.amount.currency = currency


@bp.get("/promises/new")
@requires(Permission.ANSWER)
def new() -> ResponseReturnValue:
    """Ask how much will be paid, and when; all that is overdue is offered."""
    if not asked.number("document"):  # which account is meant, the first page says
        return redirect(url_for("portal.overview.show"), 303)
    session = sessions()
    account = _account(session)
    today = settings.today(session)
    free = promises.promisable(session, account, today)
    form = PromiseForm(formdata=None, currency=account.currency)
    form.amount.data = free.plain if free.minor > 0 else ""
    form.pay_on.data = today + timedelta(days=7)
    return _ask(form)


@bp.post("/promises/new")
@requires(Permission.ANSWER)
def give() -> ResponseReturnValue:
    """Note the promise; sent twice, it is noted once."""
    if not asked.number("document"):
        return redirect(url_for("portal.overview.show"), 303)
    form = PromiseForm.checked(_ask, currency=_account(sessions()).currency)
    with transaction() as session:
        account, today = _account(session), settings.today(session)
        made = promises.give(
            session,
            account,
            form.amount.money(),
            form.pay_on.data or today,
            by=viewer().actor,
            on=today,
            at=clock.now(),
        )
        promise_id = made.id
    return redirect(url_for(".given", promise_id=promise_id), 303)


@bp.get("/promises/<int:promise_id>")
@requires(Permission.LOOK)
def given(promise_id: int) -> ResponseReturnValue:
    """Say what was noted, and what happens next."""
    session = sessions()
    made = own(session, PromiseToPay, promise_id)
    account = session.get_one(CustomerAccount, made.account_id)
    return page(
        "portal/promise.html",
        made=made,
        number=promises.reference(made),
        amount=Money(made.amount_minor, account.currency),
        steps=_steps(made),
        statement_id=viewer().statement_id,
    )


def _steps(made: PromiseToPay) -> list[Step]:
    last = made.pay_on + promises.TOLERANCE
    say = reader.get().fact
    giver = contact_of(sessions(), viewer())
    copy = gettext("A copy goes to %(address)s.", address=masked(giver.email))
    return [
        *([Step(gettext("now"), copy, True)] if giver.name == made.given_by else []),
        Step(gettext("now"), gettext("Reminders for this part pause; the rest stays due."), True),
        Step(
            gettext("by %(day)s", day=say(made.pay_on)),
            gettext("You pay. What has reached us by %(day)s keeps your promise.", day=say(last)),
        ),
        Step(gettext("after that"), gettext("What has not been paid is reminded of again.")),
    ]


def _ask(form: PromiseForm) -> ResponseReturnValue:
    session = sessions()
    account, today = _account(session), settings.today(session)
    return page(
        "portal/promise_new.html",
        form=form,
        free=promises.promisable(session, account, today),
        customer=session.get_one(Customer, account.customer_id).name,
        person=contact_of(session, viewer()).name,
        latest=today + promises.FURTHEST,
        statement_id=viewer().statement_id,
    )


def _account(session: Session) -> CustomerAccount:
    """The account of the document the address names.

    Raises:
        NotFound: the address names none of theirs, or one where we buy.
    """
    number = asked.number("document")
    if number is None:
        raise NotFound
    document = own(session, Document, number)
    refuse_before_answer(session)
    account = session.get_one(CustomerAccount, document.account_id)
    if account.kind != "receivable":
        raise NotFound
    return account
