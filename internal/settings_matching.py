"""How two books are compared: the company's rules, and those of its groups of customers."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal import matching_rules
from internal.matching_rules import RulesForm
from tieout import clock
from tieout.customers.models import CustomerGroup
from tieout.customers.queries import groups
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.reconciliation import rule_sets
from tieout.reconciliation.rule_sets import COMPANY, GROUP
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("settings_matching", __name__)


@bp.get("/settings/matching")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show what was chosen, and every version of it."""
    session = sessions()
    scope, scope_id = _scope(session)
    form = RulesForm(formdata=None)
    return _page(matching_rules.filled(form, rule_sets.chosen(session, scope, scope_id)))


@bp.post("/settings/matching")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Choose anew; each change is a version, and stands in the trail."""
    form = RulesForm.checked(_page)
    with transaction() as session:
        scope, scope_id = _scope(session)
        made = rule_sets.write(
            session,
            matching_rules.taken(form),
            scope=scope,
            scope_id=scope_id,
            by=viewer().actor,
            at=clock.now(),
        )
        version = made.version if made else None
    matching_rules.say_kept(version)
    return redirect(url_for(".show", group=asked.number("group")), 303)


def _scope(session: Session) -> tuple[str, int]:
    """Whose rules the page is about: the company's, or a group's."""
    wanted = asked.number("group")
    if wanted is None:
        return COMPANY, 0
    if session.get(CustomerGroup, wanted) is None:
        raise NotFound
    return GROUP, wanted


def _page(form: Form) -> str:
    session = sessions()
    scope, scope_id = _scope(session)
    return page(
        "internal/settings_matching.html",
        form=form,
        parts=matching_rules.grouped(form),
        otherwise=matching_rules.otherwise(rule_sets.above(session, scope)),
        scope=scope,
        scope_id=scope_id,
        groups=groups(session),
        versions=rule_sets.versions(session, scope, scope_id),
        told=matching_rules.told,
        rule_words=matching_rules.WORDS,
    )
