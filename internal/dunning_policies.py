"""Policies: when which level of reminder leaves, and for whom each policy holds."""

from decimal import Decimal, InvalidOperation
from typing import ClassVar, cast

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField, FormField, HiddenField, SelectField, StringField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as MayBeEmpty

from internal.scope import owner_id
from tieout import settings
from tieout.customers import find_customer
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.customers.queries import names
from tieout.db import sessions, transaction
from tieout.dunning import charges, policies, queries, tasks
from tieout.dunning.interest import WHOLE
from tieout.dunning.models import DunningPolicy
from tieout.dunning.selection import Level
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.forms import AmountField, Form, Required, ToldAt, WholeNumberField
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("dunning_policies", __name__)

#: Levels a policy may have on its page.
MOST = 5
_FEW = NumberRange(0, 366, N_("Enter a number of days from 0 to 366."))


class NoSuchGroup(InvalidInput):
    """A group nobody belongs to."""

    message = N_("There is no group called “%(name)s”. Its name stands with each customer of it.")


class NoRate(InvalidInput):
    """A rate nobody can charge."""

    message = N_("“%(text)s” is no yearly rate. Write a number of percent such as 5 or 3.45.")


class NoSuchInvoice(InvalidInput):
    """A number that names no open item, or several."""

    message = N_(
        "%(count)s open items have the number “%(number)s”; a policy of its own needs exactly one."
        " For several, let it hold for the customer."
    )


class LevelForm(Form):
    """One level; without days there is none."""

    class Meta(Form.Meta):
        """Part of another form, which carries the token."""

        csrf = False

    days = WholeNumberField(N_("Days overdue"), [MayBeEmpty(), _FEW])
    tone = SelectField(N_("Tone"), choices=dict(queries.TONES))
    pay_within = WholeNumberField(N_("Days given to pay"), [MayBeEmpty(), _FEW], default=7)
    gap = WholeNumberField(N_("Days since the last one"), [MayBeEmpty(), _FEW])
    channel = SelectField(N_("Leaves by"), choices=dict(policies.CHANNELS), default="")
    fee = AmountField(N_("Fee"))
    interest = StringField(N_("Interest, % a year"))
    final_step = SelectField(
        N_("What follows"), choices={"": N_("nothing more"), **tasks.KINDS}, default=""
    )

    def level(self, at: int, days: int, currency: str) -> Level:
        """The level as the rule reads it."""
        self.fee.currency = currency
        return Level(
            at,
            days,
            str(self.tone.data),
            self.pay_within.data if self.pay_within.data is not None else 7,
            str(self.final_step.data or ""),
            self.fee.money().minor if str(self.fee.data or "").strip() else 0,
            _ppm(str(self.interest.data or "")),
            self.gap.data or 0,
            str(self.channel.data or ""),
        )


class PolicyForm(Form):
    """A policy with its levels."""

    name = StringField(N_("Name"), [Required(N_("Give it a name."))])
    minimum = AmountField(
        N_("Nothing leaves below"), description=N_("Net overdue, in the account's currency.")
    )
    gap = WholeNumberField(N_("Days between two reminders"), [Required(), _FEW], default=7)
    may_jump = BooleanField(N_("A level may be jumped to as soon as its days are reached"))
    charges = SelectField(
        N_("Fees and interest are posted"), choices=dict(policies.CHARGES), default=policies.ASK
    )
    level_1 = FormField(LevelForm, N_("Level 1"))
    level_2 = FormField(LevelForm, N_("Level 2"))
    level_3 = FormField(LevelForm, N_("Level 3"))
    level_4 = FormField(LevelForm, N_("Level 4"))
    level_5 = FormField(LevelForm, N_("Level 5"))
    version = HiddenField()

    def levels(self, currency: str) -> list[Level]:
        """The levels that have days, numbered one after another."""
        given = [_part(self, at) for at in range(1, MOST + 1)]
        filled = [(days, one) for one in given if (days := one.days.data) is not None]
        return [one.level(at, days, currency) for at, (days, one) in enumerate(filled, start=1)]


class AssignForm(Form):
    """For whom a policy holds."""

    scope = SelectField(
        N_("Holds for"),
        choices={
            "company": N_("The whole company"),
            "group": N_("A group of customers"),
            "customer": N_("One customer"),
            "item": N_("One invoice"),
        },
    )
    what = StringField(
        N_("Which one"),
        description=N_(
            "Name of the group, code or name of the customer, or number of the invoice."
        ),
    )

    told_at: ClassVar[ToldAt] = {
        CustomerUnknown: "what",
        CustomerAmbiguous: "what",
        NoSuchGroup: "what",
        NoSuchInvoice: "what",
    }


@bp.get("/dunning/policies")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the policies."""
    return _list(AssignForm(formdata=None))


def _list(form: AssignForm) -> str:
    session = sessions()
    assigned = queries.assignments(session)
    customers = [key for rows in assigned.values() for scope, key in rows if scope == "customer"]
    return page(
        "internal/dunning_policies.html",
        policies=queries.policies(session),
        assigned=assigned,
        sees_everybody=owner_id() is None,
        customers=names(session, customers),
        groups=queries.group_names(session),
        standard=policies.STANDARD,
        currency=settings.company(session).base_currency,
        tones=queries.TONES,
        steps_after=tasks.KINDS,
        posted=policies.CHARGES,
        ways=policies.CHANNELS,
        rate=charges.rate,
        form=form,
    )


@bp.get("/dunning/policies/new")
@requires(Permission.CHANGE_SETTINGS)
def new() -> ResponseReturnValue:
    """Ask for a policy."""
    return _form(_filled(None), None)


@bp.post("/dunning/policies/new")
@requires(Permission.CHANGE_SETTINGS)
def add() -> ResponseReturnValue:
    """Make a policy."""
    form = PolicyForm.checked(lambda again: _form(again, None))
    with transaction() as session:
        made = policies.add_policy(
            session,
            str(form.name.data).strip(),
            form.levels(settings.company(session).base_currency),
            minimum_minor=_minimum(session, form),
            gap_days=form.gap.data or 0,
            may_jump=bool(form.may_jump.data),
            charges=str(form.charges.data),
            by=viewer().actor,
        )
        if not queries.assignments(session):
            policies.assign(session, made, "company", 0, by=viewer().actor)
    flash(gettext("The policy is kept."))
    return redirect(url_for(".index"), 303)


@bp.get("/dunning/policies/<int:policy_id>")
@requires(Permission.CHANGE_SETTINGS)
def edit(policy_id: int) -> ResponseReturnValue:
    """Show a policy to be changed."""
    found = _found(sessions(), policy_id)
    return _form(_filled(found), found)


@bp.post("/dunning/policies/<int:policy_id>")
@requires(Permission.CHANGE_SETTINGS)
def change(policy_id: int) -> ResponseReturnValue:
    """Change a policy."""
    form = PolicyForm.checked(lambda again: _form(again, _found(sessions(), policy_id)))
    with transaction() as session:
        policies.change_policy(
            session,
            _found(session, policy_id),
            str(form.name.data).strip(),
            form.levels(settings.company(session).base_currency),
            minimum_minor=_minimum(session, form),
            gap_days=form.gap.data or 0,
            may_jump=bool(form.may_jump.data),
            charges=str(form.charges.data),
            seen=int(form.version.data or 0),
            by=viewer().actor,
        )
    flash(gettext("The policy is changed; it holds from the next reminder on."))
    return redirect(url_for(".index"), 303)


@bp.post("/dunning/policies/<int:policy_id>/assign")
@requires(Permission.CHANGE_SETTINGS)
def assign(policy_id: int) -> ResponseReturnValue:
    """Let a policy hold for the company, a group or a customer."""
    form = AssignForm.checked(_list)
    with transaction() as session:
        scope = str(form.scope.data)
        scope_id = _scope_id(session, scope, str(form.what.data or "").strip())
        found = _found(session, policy_id)
        policies.assign(session, found, scope, scope_id, by=viewer().actor)
    flash(gettext("The policy holds there from now on."))
    return redirect(url_for(".index"), 303)


def _part(form: PolicyForm, level: int) -> LevelForm:
    field = form[f"level_{level}"]
    assert isinstance(field, FormField)  # noqa: S101 - each level is a form of its own
    return cast(LevelForm, field.form)


def _scope_id(session: Session, scope: str, what: str) -> int:
    if scope == "company":
        return 0
    if scope == "group":
        called = {name: group_id for group_id, name in queries.group_names(session).items()}
        if what not in called:
            raise NoSuchGroup(name=what)
        return called[what]
    if scope == "item":
        items = queries.open_items_numbered(session, what)
        if len(items) != 1:
            raise NoSuchInvoice(number=what, count=len(items))
        return items[0]
    return find_customer(session, what).id


def _filled(policy: DunningPolicy | None) -> PolicyForm:
    """The form with a policy as it is; a new one begins with the standard levels."""
    form = PolicyForm(formdata=None)
    currency = settings.company(sessions()).base_currency
    levels = policies.as_rule(policy).levels if policy else policies.STANDARD
    for one in levels[:MOST]:
        part = _part(form, one.level)
        part.days.data, part.tone.data = one.days, one.tone
        part.pay_within.data, part.final_step.data = one.pay_within_days, one.final_step
        part.gap.data, part.channel.data = one.gap_days or None, one.channel
        if one.fee_minor:
            part.fee.data = Money(one.fee_minor, currency).plain
        if one.interest_ppm:
            part.interest.data = charges.rate(one.interest_ppm)
    if policy is not None:
        form.name.data, form.gap.data = policy.name, policy.gap_days
        form.minimum.data = Money(policy.minimum_minor, currency).plain
        form.charges.data = policy.charges
        form.may_jump.data, form.version.data = policy.may_jump, str(policy.version)
    return form


def _form(form: PolicyForm, policy: DunningPolicy | None) -> str:
    currency = settings.company(sessions()).base_currency
    return page("internal/dunning_policy.html", form=form, policy=policy, currency=currency)


def _minimum(session: Session, form: PolicyForm) -> int:
    if not str(form.minimum.data or "").strip():
        return 0
    form.minimum.currency = settings.company(session).base_currency
    return form.minimum.money().minor


def _ppm(text: str) -> int:
    """A yearly rate in percent, in millionths.

    Raises:
        NoRate: it is none, or finer than the books keep.
    """
    typed = text.strip().rstrip("%％").strip()
    if not typed:
        return 0
    try:
        rate = Decimal(typed).scaleb(4)
    except InvalidOperation as error:
        raise NoRate(text=text) from error
    if not rate.is_finite() or not 0 <= rate <= WHOLE or rate != int(rate):
        raise NoRate(text=text)
    return int(rate)


def _found(session: Session, policy_id: int) -> DunningPolicy:
    found = session.get(DunningPolicy, policy_id)
    if found is None:
        raise NotFound
    return found
