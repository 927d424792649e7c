"""One customer's books under Matching: its comparisons, the habits of its book, its own rules."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField
from wtforms.validators import StopValidation

from internal import matching_rules
from internal.matching_rules import RulesForm
from internal.scope import customer as customer_seen
from internal.scope import seen
from tieout import clock
from tieout.customers.models import Customer, CustomerAccount
from tieout.db import sessions, transaction
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.reconciliation import habits, lessons, queries, rule_sets
from tieout.reconciliation.habits import Habit
from tieout.reconciliation.models import LearnedHabit
from tieout.reconciliation.queries import ReconciliationSearch
from tieout.reconciliation.rule_sets import CUSTOMER
from tieout.rendering.translation import gettext, reader
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.listing import listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("matching_customer", __name__)

_LEARN, _YES, _NO = "", "yes", "no"
_SAID = {_LEARN: N_("as learned"), _YES: N_("yes"), _NO: N_("no")}
#: Parts of a habit that are days, and those that are questions.
_DAYS = ("lag", "latest", "payment_lag", "payment_latest")
_QUESTIONS = ("monthly", "own_numbers")


class _Days:
    """A number of days, or nothing."""

    def __call__(self, form: object, field: Field) -> None:
        """Refuse what is none, in words."""
        try:
            habits.days_of(str(field.data or ""))
        except InvalidInput as error:
            raise StopValidation(reader.get().sentence(error.sentence)) from error


class HabitForm(Form):
    """What a person says of a habit; nothing leaves it as it was learned."""

    lag = StringField(N_("Days after us they usually date a document"), [_Days()])
    latest = StringField(N_("and at most"), [_Days()])
    payment_lag = StringField(N_("Days from our date of a payment to theirs, usually"), [_Days()])
    payment_latest = StringField(N_("and at most"), [_Days()])
    monthly = SelectField(N_("They book once a month"), choices=dict(_SAID))
    own_numbers = SelectField(
        N_("Their numbers are vouchers of their own"),
        choices=dict(_SAID),
        description=N_("Yes: their numbers are left aside, what they describe still counts."),
    )
    is_used = BooleanField(N_("Use these habits in the next comparisons"))
    version = HiddenField()

    def chosen(self) -> dict[str, object]:
        """What was said."""
        said: dict[str, object] = {
            name: days
            for name in _DAYS
            if (days := habits.days_of(str(self[name].data or ""))) is not None
        }
        return said | {
            name: self[name].data == _YES for name in _QUESTIONS if self[name].data != _LEARN
        }


@bp.get("/matching/customers/<int:customer_id>")
@requires(Permission.SEE_BOOKS)
def show(customer_id: int) -> ResponseReturnValue:
    """Show what is known of how a customer books, and by which rules it is compared."""
    return _page(customer_id)


@bp.get("/matching/customers/<int:customer_id>/rules")
@requires(Permission.MATCH)
def rules(customer_id: int) -> ResponseReturnValue:
    """Ask for the rules of this customer alone."""
    session = sessions()
    own = rule_sets.chosen(session, CUSTOMER, customer_seen(session, customer_id).id)
    return _rules(customer_id, matching_rules.filled(RulesForm(formdata=None), own))


@bp.post("/matching/customers/<int:customer_id>/rules")
@requires(Permission.MATCH)
def change_rules(customer_id: int) -> ResponseReturnValue:
    """Choose rules for this customer alone; what is left empty holds as for everybody."""
    form = RulesForm.checked(lambda given: _rules(customer_id, given))
    with transaction() as session:
        customer = customer_seen(session, customer_id)
        made = rule_sets.write(
            session,
            matching_rules.taken(form),
            scope=CUSTOMER,
            scope_id=customer.id,
            by=viewer().actor,
            at=clock.now(),
        )
        version = made.version if made else None
    matching_rules.say_kept(version)
    return redirect(url_for(".show", customer_id=customer_id), 303)


@bp.get("/matching/accounts/<int:account_id>/habits")
@requires(Permission.MATCH)
def edit_habits(account_id: int) -> ResponseReturnValue:
    """Ask what counts instead of what was learned."""
    session = sessions()
    stored = habits.of(session, seen(session, CustomerAccount, account_id).id)
    return _habits(account_id, _filled(stored))


@bp.post("/matching/accounts/<int:account_id>/habits")
@requires(Permission.MATCH)
def change_habits(account_id: int) -> ResponseReturnValue:
    """Say what counts instead of what was learned, or switch it off."""
    seen(sessions(), CustomerAccount, account_id)
    form = HabitForm.checked(lambda given: _habits(account_id, given))
    with transaction() as session:
        account = seen(session, CustomerAccount, account_id)
        customer_id = account.customer_id
        habits.choose(
            session,
            account,
            form.chosen(),
            is_used=bool(form.is_used.data),
            version=_version(form),
            by=viewer().actor,
        )
    flash(gettext("The habits are kept."))
    return redirect(url_for(".show", customer_id=customer_id), 303)


@bp.post("/matching/accounts/<int:account_id>/habits/forget")
@requires(Permission.MATCH)
def forget_habits(account_id: int) -> ResponseReturnValue:
    """Begin anew; the next comparisons learn again."""
    with transaction() as session:
        account = seen(session, CustomerAccount, account_id)
        stored = habits.of(session, account.id)
        customer_id = account.customer_id
        if stored is not None:
            habits.forget(session, account, version=stored.version, by=viewer().actor)
    flash(gettext("The habits are forgotten; the next comparisons learn anew."))
    return redirect(url_for(".show", customer_id=customer_id), 303)


def _version(form: HabitForm) -> int:
    given = str(form.version.data or "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else 0


def _page(customer_id: int) -> str:
    session = sessions()
    customer = customer_seen(session, customer_id)
    search = ReconciliationSearch(customer_id=customer.id)
    found = listed(session, queries.reconciliations(search), size=20)
    return page(
        "internal/matching_customer.html",
        customer=customer,
        versions=rule_sets.versions(session, CUSTOMER, customer.id),
        told=matching_rules.told,
        rule_words=matching_rules.WORDS,
        books=[_book(session, account) for account in _accounts(session, customer)],
        found=found,
        proposals=queries.proposals(session, [one.id for one in found.rows]),
    )


def _rules(customer_id: int, form: Form) -> str:
    session = sessions()
    customer = customer_seen(session, customer_id)
    return page(
        "internal/matching_customer_rules.html",
        customer=customer,
        form=form,
        parts=matching_rules.grouped(form),
        otherwise=matching_rules.otherwise(rule_sets.above(session, CUSTOMER, customer)),
    )


def _habits(account_id: int, form: HabitForm) -> str:
    session = sessions()
    account = seen(session, CustomerAccount, account_id)
    return page(
        "internal/matching_habits.html",
        customer=customer_seen(session, account.customer_id),
        book=_book(session, account),
        form=form,
    )


def _accounts(session: Session, customer: Customer) -> list[CustomerAccount]:
    query = queries.accounts().where(CustomerAccount.customer_id == customer.id)
    return list(session.scalars(query))


def _book(session: Session, account: CustomerAccount) -> dict[str, object]:
    stored = habits.of(session, account.id)
    learned = Habit.from_json(stored.learned) if stored else Habit()
    chosen = habits.said(stored)
    return {
        "account": account,
        "stored": stored,
        "learned": learned,
        "counts": learned.with_chosen(chosen),
        "is_known": bool(learned.pairs) or bool(stored and stored.chosen),
        "lessons": lessons.told(session, account),
    }


def _filled(stored: LearnedHabit | None) -> HabitForm:
    form = HabitForm(formdata=None)
    chosen = habits.said(stored)
    for name in _DAYS:
        form[name].data = str(chosen[name]) if name in chosen else ""
    for name in _QUESTIONS:
        form[name].data = (_YES if chosen[name] else _NO) if name in chosen else _LEARN
    form.is_used.data = stored.is_used if stored else True
    form.version.data = str(stored.version if stored else 1)
    return form
