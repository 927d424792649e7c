"""Settling an account: what the rules propose, what somebody ticks, and taking it back."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField

from internal.customer_ledger import account_asked_for
from internal.scope import customer, seen
from internal.words import account_word, kind_word, rule_word
from tieout import clock, settings
from tieout.customers.models import CustomerAccount
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import allocation, automatic, balances, by_hand
from tieout.ledger.items import OpenItem
from tieout.ledger.settling import Proposal
from tieout.money import Money, NotAnAmount, TooManyDecimals
from tieout.rendering.translation import gettext, ngettext
from tieout.web.access import requires
from tieout.web.forms import AmountField, Form, ToldAt
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("allocations", __name__)

#: Settlements on one page.
_MADE = 25


@dataclass(frozen=True)
class Suggested:
    """A proposal with both its items."""

    proposal: Proposal
    debit: OpenItem
    credit: OpenItem


class SettleForm(Form):
    """What is settled by hand; the ticked items come as `debit` and `credit`."""

    told_at: ClassVar[ToldAt] = {
        NotAnAmount: "amount",
        TooManyDecimals: "amount",
        by_hand.AmountNotUsed: "amount",
    }

    amount = AmountField(
        N_("Only this much"),
        description=N_("Empty: as much as both sides hold, the earliest due first."),
    )


class ProposalForm(Form):
    """The proposal that was looked at."""

    debit = HiddenField()
    credit = HiddenField()
    minor = HiddenField()


class UndoForm(Form):
    """The settlement that is taken back."""

    allocation = StringField()


@bp.get("/customers/<int:customer_id>/settle")
@requires(Permission.KEEP_BOOKS)
def show(customer_id: int) -> ResponseReturnValue:
    """Show what is open on both sides, what is proposed, and what was settled."""
    return _show(customer_id, SettleForm())


@bp.post("/customers/<int:customer_id>/settle")
@requires(Permission.KEEP_BOOKS)
def settle(customer_id: int) -> ResponseReturnValue:
    """Settle what is ticked."""
    account = _account(sessions(), customer_id)
    form = SettleForm.checked(lambda shown: _show(customer_id, shown))
    form.amount.currency = account.currency
    amount = form.amount.money() if str(form.amount.data or "").strip() else None
    with transaction() as session:
        made = by_hand.settle(
            session,
            _account(session, customer_id).id,
            _ids("debit"),
            _ids("credit"),
            amount=amount,
            by=viewer().actor,
            at=clock.now(),
        )
    total = Money(sum(one.amount_minor for one in made), account.currency)
    flash(gettext("%(amount)s is settled.", amount=total))
    return _back(account)


@bp.post("/customers/<int:customer_id>/settle/accept")
@requires(Permission.KEEP_BOOKS)
def accept(customer_id: int) -> ResponseReturnValue:
    """Accept one proposal, if it is still one."""
    account = _account(sessions(), customer_id)
    ProposalForm.checked(lambda shown: _again(customer_id, shown))
    with transaction() as session:
        by, at = viewer().actor, clock.now()
        account = _account(session, customer_id)
        debit, credit, minor = (_number(name) for name in ("debit", "credit", "minor"))
        proposal = automatic.proposed(session, account.id, debit, credit, minor)
        automatic.accept(session, proposal, by=by, at=at)
    flash(gettext("%(amount)s is settled.", amount=proposal.amount))
    return _back(account)


@bp.post("/customers/<int:customer_id>/settle/certain")
@requires(Permission.KEEP_BOOKS)
def accept_certain(customer_id: int) -> ResponseReturnValue:
    """Accept every proposal that is certain."""
    with transaction() as session:
        account = _account(session, customer_id)
        made = automatic.allocate_automatically(
            session, account.id, by=viewer().actor, at=clock.now()
        )
    words = ngettext("%(num)s settlement is made.", "%(num)s settlements are made.", len(made))
    flash(words)
    return _back(account)


@bp.post("/customers/<int:customer_id>/settle/undo")
@requires(Permission.KEEP_BOOKS)
def undo(customer_id: int) -> ResponseReturnValue:
    """Take a settlement back: both documents are open again by as much."""
    account = _account(sessions(), customer_id)
    UndoForm.checked(lambda shown: _again(customer_id, shown))
    with transaction() as session:
        account = _account(session, customer_id)
        query = by_hand.settlement(account.id, _number("allocation"))
        made = session.scalars(query).one_or_none()
        if made is None:
            raise NotFound
        allocation.undo(session, made, by=viewer().actor, at=clock.now())
    amount = Money(made.amount_minor, account.currency)
    flash(gettext("%(amount)s is open again on both sides.", amount=amount))
    return _back(account)


def _account(session: Session, customer_id: int) -> CustomerAccount:
    """The account the address names, of a customer the viewer sees."""
    account = account_asked_for(customer(session, customer_id))
    if account is None:
        raise NotFound
    return seen(session, CustomerAccount, account.id)


def _ids(name: str) -> list[int]:
    given = request.form.getlist(name)
    return [int(text) for text in given if text.isdecimal() and len(text) < 16]


def _number(name: str) -> int:
    [*_, number] = [0, *_ids(name)]
    return number


def _back(account: CustomerAccount) -> ResponseReturnValue:
    target = url_for(".show", customer_id=account.customer_id, account=account.id)
    return redirect(target, 303)


def _again(customer_id: int, refused: Form) -> ResponseReturnValue:
    """The page once more, with what was wrong with one of its small forms."""
    form = SettleForm()
    form.form_errors = list(refused.form_errors)
    return _show(customer_id, form)


def _show(customer_id: int, form: SettleForm) -> ResponseReturnValue:
    session = sessions()
    there = customer(session, customer_id)
    account = account_asked_for(there)
    if account is None:
        return page("internal/no_account.html", customer=there)
    items = balances.open_items(session, account.id, settings.today(session))
    by_id = {item.due_item_id: item for item in items}
    found = listed(session, by_hand.settlements(account.id), size=_MADE)
    return page(
        "internal/settle.html",
        customer=there,
        account=account,
        form=form,
        debits=[item for item in items if not item.is_credit],
        credits=[item for item in items if item.is_credit],
        suggested=[
            Suggested(one, by_id[one.debit_item_id], by_id[one.credit_item_id])
            for one in automatic.proposals(session, account.id)
            if one.debit_item_id in by_id and one.credit_item_id in by_id
        ],
        ticked={"debit": _ids("debit"), "credit": _ids("credit")},
        found=found,
        kind_word=kind_word,
        rule_word=rule_word,
        account_word=account_word,
        here=here,
    )
