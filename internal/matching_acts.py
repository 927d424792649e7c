"""Deciding what of two books belongs together: accept, reject, match by hand, undo."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectMultipleField, StringField
from wtforms.validators import Length

from internal.matching import comparison_page
from internal.scope import seen as seen_by_viewer
from tieout import clock
from tieout.audit import Actor
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.reconciliation import comparing, decisions, queries
from tieout.reconciliation.models import Reconciliation
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.viewer import viewer

bp = Blueprint("matching_acts", __name__)


class ReasonForm(Form):
    """Why somebody decided so."""

    reason = StringField(N_("Reason"), [Length(max=500)])


class MatchForm(ReasonForm):
    """Lines of both books that were ticked."""

    ours = SelectMultipleField(N_("Ours"), coerce=int, validate_choice=False)
    theirs = SelectMultipleField(N_("Theirs"), coerce=int, validate_choice=False)

    def __init__(self, *arguments: object, **keywords: object) -> None:
        super().__init__(*arguments, **keywords)
        self.ours.choices = self.theirs.choices = []


@bp.post("/matching/<int:reconciliation_id>/groups/<int:group_no>/<seen>/accept")
@requires(Permission.MATCH)
def accept(reconciliation_id: int, group_no: int, seen: str) -> ResponseReturnValue:
    """Agree that the lines of a proposal belong together."""
    form = ReasonForm.checked(lambda given: _again(reconciliation_id, given))

    def decide(session: Session, made: Reconciliation, by: Actor, at: datetime) -> None:
        reason = form.reason.data or ""
        decisions.accept(session, made, group_no, seen, reason=reason, by=by, at=at)

    return _decided(reconciliation_id, decide, gettext("Accepted."))


@bp.post("/matching/<int:reconciliation_id>/groups/<int:group_no>/<seen>/reject")
@requires(Permission.MATCH)
def reject(reconciliation_id: int, group_no: int, seen: str) -> ResponseReturnValue:
    """Say that lines do not belong together; it is not proposed again."""
    form = ReasonForm.checked(lambda given: _again(reconciliation_id, given))

    def decide(session: Session, made: Reconciliation, by: Actor, at: datetime) -> None:
        reason = form.reason.data or ""
        decisions.reject(session, made, group_no, seen, reason=reason, by=by, at=at)

    return _decided(reconciliation_id, decide, gettext("Taken apart; it is not proposed again."))


@bp.post("/matching/<int:reconciliation_id>/match")
@requires(Permission.MATCH)
def match(reconciliation_id: int) -> ResponseReturnValue:
    """Put lines of both books together."""
    form = MatchForm.checked(lambda given: _again(reconciliation_id, given))

    def decide(session: Session, made: Reconciliation, by: Actor, at: datetime) -> None:
        decisions.match(
            session,
            made,
            form.ours.data or [],
            form.theirs.data or [],
            reason=form.reason.data or "",
            by=by,
            at=at,
        )

    return _decided(reconciliation_id, decide, gettext("Matched by hand."))


@bp.post("/matching/<int:reconciliation_id>/undo")
@requires(Permission.MATCH)
def undo(reconciliation_id: int) -> ResponseReturnValue:
    """Take back what one decided last about this account."""
    with transaction() as session:
        made = seen_by_viewer(session, Reconciliation, reconciliation_id)
        done = decisions.undo_last(session, made, by=viewer().actor, at=clock.now())
    flash(gettext("Undone.") if done else gettext("There is nothing of yours to undo."))
    return _back(reconciliation_id)


@bp.post("/matching/<int:reconciliation_id>/turn")
@requires(Permission.MATCH)
def turn(reconciliation_id: int) -> ResponseReturnValue:
    """Read their book with the other sign."""
    with transaction() as session:
        made = seen_by_viewer(session, Reconciliation, reconciliation_id)
        comparing.turn(session, queries.book_of(session, made), by=viewer().actor)
    flash(gettext("Their book is read with the other sign."))
    return _back(reconciliation_id)


Decision = Callable[[Session, Reconciliation, Actor, datetime], None]


def _decided(reconciliation_id: int, decide: Decision, words: str) -> ResponseReturnValue:
    with transaction() as session:
        made = seen_by_viewer(session, Reconciliation, reconciliation_id)
        decide(session, made, viewer().actor, clock.now())
    flash(words)
    return _back(reconciliation_id)


def _back(reconciliation_id: int) -> ResponseReturnValue:
    return redirect(url_for("internal.matching.show", reconciliation_id=reconciliation_id), 303)


def _again(reconciliation_id: int, form: ReasonForm) -> str:
    """The page with what was ticked, and why it could not be done."""
    seen_by_viewer(sessions(), Reconciliation, reconciliation_id)
    errors = [*form.form_errors, *(error for field in form for error in field.errors)]
    ticked: tuple[set[int], set[int]] = (set(), set())
    if isinstance(form, MatchForm):
        ticked = set(form.ours.data or ()), set(form.theirs.data or ())
    return comparison_page(
        reconciliation_id,
        refused=" ".join(str(error) for error in errors),
        ticked=ticked,
        reason=form.reason.data or "",
    )
