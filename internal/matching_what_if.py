"""What would change in a comparison under other rules; nothing is kept until somebody says so."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select
from wtforms import RadioField

from internal import matching_rules
from internal.matching_rules import RulesForm, WhatIfForm
from internal.scope import seen, within
from tieout import clock
from tieout.customers.models import Customer
from tieout.db import sessions, transaction
from tieout.errors import NotAllowed
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.reconciliation import names, queries, rule_sets, what_if
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.rule_choices import USUAL
from tieout.reconciliation.rule_sets import COMPANY, CUSTOMER
from tieout.web.access import requires
from tieout.web.comparison import said
from tieout.web.forms import Form
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("matching_what_if", __name__)

#: Accounts that are tried at once; those with the largest difference.
MOST_TRIED = 100
#: In the address once rules are tried.
_TRIED = "try"


class KeepForm(RulesForm):  # type: ignore[valid-type,misc]
    """The rules that were tried, and for whom they are to hold."""

    scope = RadioField(
        N_("They hold for"),
        choices={CUSTOMER: N_("This customer"), COMPANY: N_("The whole company")},
        default=CUSTOMER,
    )


def _seen(query: Select[Reconciliation]) -> Select[Reconciliation]:
    """Comparisons of the customers whoever looks may see."""
    return within(query, Reconciliation.customer_id)


@bp.get("/matching/what-if")
@requires(Permission.MATCH)
def everybody() -> ResponseReturnValue:
    """Ask for other rules, and show in which customers' comparisons they would change groups."""
    session = sessions()
    holding = {**USUAL, **rule_sets.chosen(session, COMPANY, 0)}
    form = _asked(holding)
    found: tuple[what_if.Tried, ...] = ()
    changed: dict[str, object] = {}
    accounts = 0
    if request.args.get(_TRIED) and form.validate():
        changed = _changed(holding, matching_rules.taken(form))
        found = what_if.over_all(session, changed, _seen, most=MOST_TRIED)
        accounts = what_if.accounts(session, _seen)
    return page(
        "internal/matching_what_if_all.html",
        form=form,
        parts=matching_rules.grouped(form),
        otherwise=matching_rules.otherwise(holding),
        holding=holding,
        is_tried=bool(request.args.get(_TRIED)) and not form.errors,
        changed=changed,
        found=found,
        accounts=accounts,
        query=request.args.to_dict(),
        told=matching_rules.told,
        rule_words=matching_rules.WORDS,
    )


@bp.get("/matching/<int:reconciliation_id>/what-if")
@requires(Permission.MATCH)
def show(reconciliation_id: int) -> ResponseReturnValue:
    """Ask for other rules, and show what they would change."""
    return _page(reconciliation_id)


@bp.post("/matching/<int:reconciliation_id>/what-if")
@requires(Permission.MATCH)
def keep(reconciliation_id: int) -> ResponseReturnValue:
    """Let the rules that were tried hold from now on; comparisons that were made stay."""
    form = KeepForm.checked(lambda given: _page(reconciliation_id, given))
    scope = str(form.scope.data)
    if scope == COMPANY and not viewer().may(Permission.CHANGE_SETTINGS):
        raise NotAllowed
    with transaction() as session:
        made = seen(session, Reconciliation, reconciliation_id)
        customer = session.get_one(Customer, made.customer_id)
        scope_id = customer.id if scope == CUSTOMER else 0
        changed = _changed(rule_sets.holding(session, customer), matching_rules.taken(form))
        kept = rule_sets.write(
            session,
            rule_sets.chosen(session, scope, scope_id) | changed,
            scope=scope,
            scope_id=scope_id,
            by=viewer().actor,
            at=clock.now(),
        )
        version = kept.version if kept else None
    matching_rules.say_kept(version)
    return redirect(url_for("internal.matching.show", reconciliation_id=reconciliation_id), 303)


def _page(reconciliation_id: int, refused: Form | None = None) -> str:
    session = sessions()
    made = seen(session, Reconciliation, reconciliation_id)
    customer = session.get_one(Customer, made.customer_id)
    holding = {**USUAL, **rule_sets.holding(session, customer)}
    form = _asked(holding)
    found = None
    tried: dict[str, object] = {}
    if refused is None and request.args.get(_TRIED) and form.validate():
        tried = matching_rules.taken(form)
        found = what_if.tried(session, made, tried)
    return page(
        "internal/matching_what_if.html",
        made=made,
        customer=customer,
        account=queries.account_of(session, made),
        form=refused or form,
        parts=matching_rules.grouped(form),
        otherwise=matching_rules.otherwise(holding),
        changed=_changed(holding, tried) if found else {},
        holding=holding,
        found=found,
        kept=_kept(tried),
        told=matching_rules.told,
        rule_words=matching_rules.WORDS,
        type_name=lambda one: said(names.type_name(one)),
        kind_name=lambda one: said(names.kind_name(one)),
    )


def _asked(holding: Mapping[str, object]) -> Form:
    if request.args.get(_TRIED):
        return WhatIfForm(formdata=request.args)
    return matching_rules.filled(WhatIfForm(formdata=None), holding)


def _kept(tried: Mapping[str, object]) -> Form:
    return matching_rules.filled(KeepForm(formdata=None, scope=CUSTOMER), tried)


def _changed(holding: Mapping[str, object], wanted: Mapping[str, object]) -> dict[str, object]:
    """The rules that would be others than those that hold."""
    now = {**USUAL, **holding}
    return {name: value for name, value in wanted.items() if now.get(name) != value}
