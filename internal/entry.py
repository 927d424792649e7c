"""Entering documents by hand, with the same checks as a file: any kind, exchange, transfer."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.entry_checks import answered
from internal.entry_exchange import ExchangeForm
from internal.entry_forms import EntryForm
from internal.entry_several import NoAccountFor, TransferForm, moved
from internal.offers import offered
from internal.scope import customer, owner_id, seen
from internal.words import account_word
from tieout import clock, settings
from tieout.customers import find_customer, stops
from tieout.customers.models import CustomerAccount
from tieout.customers.queries import CustomerSearch
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.ledger import drafts, locks
from tieout.ledger.merging import MergedAlready
from tieout.ledger.models import DocumentKind
from tieout.ledger.summaries import account_summaries, as_summary
from tieout.money import checked_currency, decimals_of
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("entry", __name__)

#: Accounts offered where none is named yet.
_SOME = 20
#: Fields that the address may fill in.
_PROPOSED = ("kind", "side", "amount", "related", "description")
#: What the button for more rows sends as `step`.
MORE = "more"


@bp.get("/documents/new")
@requires(Permission.KEEP_BOOKS)
def new() -> ResponseReturnValue:
    """Ask for a document, or first for its account."""
    session = sessions()
    account = account_asked(session)
    if account is None:
        return choose()
    form = EntryForm(account=account, data={**proposed(), "issued_on": settings.today(session)})
    return show_entry(form, account)


def proposed() -> dict[str, object]:
    """What the page that led here fills in; whoever enters the document may change all of it."""
    found = {name: asked.text(name) for name in _PROPOSED}
    return {"kind": "invoice", **{name: text for name, text in found.items() if text}}


@bp.post("/documents/new")
@requires(Permission.KEEP_BOOKS)
def add() -> ResponseReturnValue:
    """Post a document, hand it in, or keep it as a draft."""
    account = account_needed(sessions())
    if request.form.get("step") == MORE:
        return more_rows(account)
    form = EntryForm.checked(lambda shown: show_entry(shown, account), account=account)
    with form.asking(), transaction() as session:
        account = form.account = account_needed(session)
        made = form.enter(session, form.given(session), by=viewer().actor, at=clock.now())
    return answered(*made)


@bp.get("/documents/exchange")
@requires(Permission.KEEP_BOOKS)
def exchange() -> ResponseReturnValue:
    """Ask what came back and what went out."""
    session = sessions()
    account = account_asked(session)
    if account is None:
        return choose()
    form = ExchangeForm(account=account)
    form.issued_on.data = settings.today(session)
    return _show_exchange(form, account)


@bp.post("/documents/exchange")
@requires(Permission.KEEP_BOOKS)
def add_exchange() -> ResponseReturnValue:
    """Post both sides of an exchange, or hand them in."""
    account = account_needed(sessions())
    if request.form.get("step") == MORE:
        form = ExchangeForm(account=account)
        form.more()
        return _show_exchange(form, account)
    form = ExchangeForm.checked(lambda shown: _show_exchange(shown, account), account=account)
    with form.asking(), transaction() as session:
        account = form.account = account_needed(session)
        made = form.enter(session, *form.given(session), by=viewer().actor, at=clock.now())
    return answered(*made)


@bp.get("/documents/transfer")
@requires(Permission.KEEP_BOOKS)
def transfer() -> ResponseReturnValue:
    """Ask where credit is moved to."""
    session = sessions()
    account = account_asked(session)
    if account is None:
        return choose()
    form = TransferForm()
    form.issued_on.data = settings.today(session)
    form.currency.data = account.currency
    return _show_transfer(form, account)


@bp.post("/documents/transfer")
@requires(Permission.KEEP_BOOKS)
def add_transfer() -> ResponseReturnValue:
    """Move credit, or hand that in."""
    account = account_needed(sessions())
    form = TransferForm.checked(lambda shown: _show_transfer(shown, account))
    with form.asking(), transaction() as session:
        account = account_needed(session)
        into = _into(session, form, account.kind)
        halves = moved(form, account, into)
        made = form.enter(session, halves.first, halves.second, by=viewer().actor, at=clock.now())
    return answered(*made)


def show_entry(
    form: EntryForm, account: CustomerAccount, draft_id: int | None = None
) -> ResponseReturnValue:
    """Draw the form of a document; of a draft, where one is changed."""
    session = sessions()
    kind = str(form.kind.data or "invoice")
    return page(
        "internal/entry.html",
        form=form,
        account=account,
        customer=account.customer,
        draft_id=draft_id,
        two_people=drafts.wants_two(session, DocumentKind(kind)) if kind in _KINDS else True,
        offered=offered(session, account, "", settings.today(session)),
        decimals=decimals_of(account.currency),
        locked_through=locks.locked_through(session),
        account_word=account_word,
        stop=stops.in_force(session, [account.customer_id]).get(account.customer_id),
    )


def more_rows(account: CustomerAccount, draft_id: int | None = None) -> ResponseReturnValue:
    """Draw the form once more with what was typed and some empty rows."""
    form = EntryForm(account=account)
    form.more()
    return show_entry(form, account, draft_id)


_KINDS = frozenset(str(kind) for kind in DocumentKind)


def _show_exchange(form: ExchangeForm, account: CustomerAccount) -> ResponseReturnValue:
    session = sessions()
    return page(
        "internal/exchange.html",
        form=form,
        account=account,
        customer=account.customer,
        two_people=drafts.wants_two(session, DocumentKind.CREDIT_NOTE)
        or drafts.wants_two(session, DocumentKind.INVOICE),
        offered=offered(session, account, "", settings.today(session)),
        decimals=decimals_of(account.currency),
        stop=stops.in_force(session, [account.customer_id]).get(account.customer_id),
    )


def _show_transfer(form: TransferForm, account: CustomerAccount) -> ResponseReturnValue:
    return page(
        "internal/transfer.html",
        form=form,
        account=account,
        customer=account.customer,
        two_people=drafts.wants_two(sessions(), DocumentKind.TRANSFER),
    )


def choose() -> ResponseReturnValue:
    """Ask for the account: whom the document is with; the only one that fits is taken at once."""
    session, text = sessions(), asked.text("q")
    search = CustomerSearch(keyword=text, owner_id=owner_id())
    rows = session.execute(account_summaries(search, settings.today(session)).limit(_SOME))
    accounts = [as_summary(row) for row in rows]
    if text and len(accounts) == 1:
        return redirect(url_for(str(request.endpoint), account=accounts[0].account_id))
    return page(
        "internal/choose_account.html",
        accounts=accounts,
        text=text,
        endpoint=request.endpoint,
        account_word=account_word,
    )


def account_asked(session: Session) -> CustomerAccount | None:
    """The account the address names, if it names one."""
    account_id = asked.number("account")
    if account_id is None:
        return None
    account = seen(session, CustomerAccount, account_id)
    if account.customer.merged_into_id is not None:
        raise MergedAlready(name=account.customer.name)
    return account


def account_needed(session: Session) -> CustomerAccount:
    account = account_asked(session)
    if account is None:
        raise NotFound
    return account


def _into(session: Session, form: TransferForm, kind: str) -> CustomerAccount:
    """The account credit is moved to."""
    there = customer(session, find_customer(session, str(form.customer.data)).id)
    currency = checked_currency(str(form.currency.data))
    for account in there.accounts:
        if (account.currency, account.kind) == (currency, kind):
            return account
    raise NoAccountFor(name=there.name, currency=currency)
