"""Habits that matches made by hand speak for: taken over, or refused."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from internal.scope import seen
from tieout import clock
from tieout.customers.models import CustomerAccount
from tieout.db import transaction
from tieout.identity.permissions import Permission
from tieout.reconciliation import lessons
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.viewer import viewer

bp = Blueprint("matching_lessons", __name__)


class LessonForm(Form):
    """Which habit it is about."""

    lesson = HiddenField()


@bp.post("/matching/accounts/<int:account_id>/lessons/take")
@requires(Permission.MATCH)
def take(account_id: int) -> ResponseReturnValue:
    """Let a habit count in the next comparisons."""
    key = _asked()
    with transaction() as session:
        account = seen(session, CustomerAccount, account_id)
        customer_id = account.customer_id
        lessons.take(session, account, key, by=viewer().actor, at=clock.now())
    flash(gettext("It counts from now on; “Compare again” uses it at once."))
    return _back(customer_id)


@bp.post("/matching/accounts/<int:account_id>/lessons/refuse")
@requires(Permission.MATCH)
def refuse(account_id: int) -> ResponseReturnValue:
    """Say that something is no habit."""
    key = _asked()
    with transaction() as session:
        account = seen(session, CustomerAccount, account_id)
        customer_id = account.customer_id
        lessons.refuse(session, account, key, by=viewer().actor)
    flash(gettext("It is no habit; it is not asked again."))
    return _back(customer_id)


def _asked() -> str:
    return str(LessonForm().lesson.data or "")


def _back(customer_id: int) -> ResponseReturnValue:
    return redirect(url_for("internal.matching_customer.show", customer_id=customer_id), 303)
