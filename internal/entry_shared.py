"""One payment over several customers: what came in, and how much of it is for whom."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.entry import MORE, account_asked, account_needed, choose
from internal.entry_checks import answered
from internal.entry_several import NoAccountFor, SharedPaymentForm
from internal.scope import customer, within
from tieout import clock, settings
from tieout.customers import find_customer
from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.queries import children
from tieout.db import sessions, transaction
from tieout.identity.permissions import Permission
from tieout.ledger import drafts
from tieout.ledger.models import DocumentKind
from tieout.money import decimals_of
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("entry_shared", __name__)


@bp.get("/documents/shared-payment")
@requires(Permission.KEEP_BOOKS)
def new() -> ResponseReturnValue:
    """Ask what came in, and for whom; the customers below this one are filled in."""
    session = sessions()
    account = account_asked(session)
    if account is None:
        return choose()
    below = [{"customer": one.code} for one in _children(session, account)]
    form = SharedPaymentForm(account=account, data={"shares": below} if below else None)
    form.issued_on.data = settings.today(session)
    return _show(form, account)


@bp.post("/documents/shared-payment")
@requires(Permission.KEEP_BOOKS)
def add() -> ResponseReturnValue:
    """Post the payment and move the parts, or hand all of it in."""
    account = account_needed(sessions())
    if request.form.get("step") == MORE:
        form = SharedPaymentForm(account=account)
        form.more()
        return _show(form, account)
    form = SharedPaymentForm.checked(lambda shown: _show(shown, account), account=account)
    with form.asking(), transaction() as session:
        account = form.account = account_needed(session)
        documents = form.given(lambda text: _for(session, text, account))
        made = form.enter(session, *documents, by=viewer().actor, at=clock.now())
    return answered(*made)


def _for(session: Session, text: str, like: CustomerAccount) -> CustomerAccount:
    """The account of a customer that is paid for.

    Raises:
        CustomerUnknown, CustomerAmbiguous, NoAccountFor: there is none to post to.
    """
    there = customer(session, find_customer(session, text).id)
    for account in there.accounts:
        if (account.currency, account.kind) == (like.currency, like.kind):
            return account
    raise NoAccountFor(name=there.name, currency=like.currency)


def _children(session: Session, account: CustomerAccount) -> list[Customer]:
    query = within(children(account.customer_id, account.currency), Customer.id)
    return list(session.scalars(query))


def _show(form: SharedPaymentForm, account: CustomerAccount) -> ResponseReturnValue:
    session = sessions()
    two = drafts.wants_two(session, DocumentKind.PAYMENT)
    return page(
        "internal/shared_payment.html",
        form=form,
        account=account,
        customer=account.customer,
        below=_children(session, account),
        decimals=decimals_of(account.currency),
        two_people=two or drafts.wants_two(session, DocumentKind.TRANSFER),
    )
