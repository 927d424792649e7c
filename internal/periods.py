"""Locked periods: through which day the books are locked, by whom, and lifting a soft lock."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, TextAreaField

from tieout import clock, settings
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import locks
from tieout.ledger.models import PeriodLock
from tieout.periods import Period
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.forms import DayField, Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("periods", __name__)


class LockForm(Form):
    """Up to which day, and whether for ever."""

    through = DayField(N_("Lock through"), [Required(N_("Give the last day that is locked."))])
    is_hard = BooleanField(N_("For ever: this lock can never be lifted"))


class LiftForm(Form):
    """Why a lock is lifted."""

    reason = TextAreaField(
        N_("Why it is lifted"), [Required(N_("Say why it is lifted; auditors will ask."))]
    )


@bp.get("/periods")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """Show what is locked, and offer the next month end."""
    form = LockForm()
    form.through.data = Period.month_of(settings.today(sessions())).before
    return _show(form)


@bp.post("/periods")
@requires(Permission.LOCK_PERIODS)
def lock() -> ResponseReturnValue:
    """Lock the books up to a day."""
    form = LockForm.checked(_show)
    assert form.through.data is not None  # noqa: S101 - the form was checked
    with transaction() as session:
        made = locks.lock(
            session,
            form.through.data,
            hard=bool(form.is_hard.data),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("The books are locked through %(day)s.", day=made.through))
    return redirect(url_for(".index"), 303)


@bp.get("/periods/<int:lock_id>/lift")
@requires(Permission.LOCK_PERIODS)
def ask_to_lift(lock_id: int) -> ResponseReturnValue:
    """Ask why a lock is lifted."""
    return _lift(lock_id, LiftForm())


@bp.post("/periods/<int:lock_id>/lift")
@requires(Permission.LOCK_PERIODS)
def lift(lock_id: int) -> ResponseReturnValue:
    """Lift a soft lock."""
    _there(lock_id)
    form = LiftForm.checked(lambda shown: _lift(lock_id, shown))
    with transaction() as session:
        period_lock = session.get_one(PeriodLock, lock_id)
        reason = str(form.reason.data)
        locks.lift(session, period_lock, reason=reason, by=viewer().actor, at=clock.now())
    flash(gettext("The lock through %(day)s is lifted.", day=period_lock.through))
    return redirect(url_for(".index"), 303)


def _there(lock_id: int) -> PeriodLock:
    found = sessions().get(PeriodLock, lock_id)
    if found is None:
        raise NotFound
    return found


def _show(form: LockForm) -> ResponseReturnValue:
    session = sessions()
    return page(
        "internal/periods.html",
        form=form,
        through=locks.locked_through(session),
        first_open=locks.first_open_day(session),
        locks=locks.ever(session),
    )


def _lift(lock_id: int, form: LiftForm) -> ResponseReturnValue:
    return page("internal/lift_lock.html", form=form, lock=_there(lock_id))
