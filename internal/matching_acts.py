"""Deciding what of two books belongs together: accept, reject, match by hand, undo."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectMultipleField, StringField
from wtforms.validators import Length

from internal.matching import acceptable, comparison_page, looked_at, waiting
from internal.scope import seen as seen_by_viewer
from tieout import clock
from tieout.audit import Actor
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.matching import DIFFERENCES
from tieout.money import Money
from tieout.reconciliation import attaching, company_runs, comparing, decisions, queries
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.picture import picture
from tieout.rendering.translation import gettext, ngettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.comparison import Told
from tieout.web.forms import Form
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("matching_acts", __name__)

#: Proposals one can look at, and accept, in one go.
MOST_AT_ONCE = 300


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


class AllForm(ReasonForm):
    """Proposals to be accepted together: each by its number and what it was when looked at."""

    groups = SelectMultipleField(N_("Proposals"), validate_choice=False)

    def __init__(self, *arguments: object, **keywords: object) -> None:
        super().__init__(*arguments, **keywords)
        self.groups.choices = []

    def looked_at(self) -> list[tuple[int, str]]:
        """Which ones, as they were looked at; what cannot be read counts as none."""
        found = [str(one).partition(":") for one in self.groups.data or []]
        return [
            (int(no), seen)
            for no, _, seen in found
            if no.isascii() and no.isdecimal() and len(no) < 10
        ]


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


@bp.post("/matching/<int:reconciliation_id>/groups/<int:group_no>/<seen>/approve")
@requires(Permission.APPROVE)
def approve(reconciliation_id: int, group_no: int, seen: str) -> ResponseReturnValue:
    """Agree to what somebody else has matched by hand."""

    def decide(session: Session, made: Reconciliation, by: Actor, at: datetime) -> None:
        decisions.approve(session, made, group_no, seen, by=by, at=at)

    return _decided(reconciliation_id, decide, gettext("Approved."))


@bp.post("/matching/<int:reconciliation_id>/groups/<int:group_no>/<seen>/clears")
@requires(Permission.MATCH)
def clears(reconciliation_id: int, group_no: int, seen: str) -> ResponseReturnValue:
    """Say that a difference is on its way and clears by itself."""
    form = ReasonForm.checked(lambda given: _again(reconciliation_id, given))

    def decide(session: Session, made: Reconciliation, by: Actor, at: datetime) -> None:
        reason = form.reason.data or ""
        decisions.clears(session, made, group_no, seen, reason=reason, by=by, at=at)

    return _decided(reconciliation_id, decide, gettext("It counts as on its way."), "differences")


@bp.get("/matching/<int:reconciliation_id>/accept-all")
@requires(Permission.MATCH)
def preview(reconciliation_id: int) -> ResponseReturnValue:
    """Show every proposal of one kind, before they are accepted together."""
    return _preview(reconciliation_id, AllForm(formdata=None))


@bp.post("/matching/<int:reconciliation_id>/accept-all")
@requires(Permission.MATCH)
def accept_all(reconciliation_id: int) -> ResponseReturnValue:
    """Accept the proposals that are ticked, all of them or none."""
    form = AllForm.checked(lambda given: _preview(reconciliation_id, given))
    with transaction() as session:
        made = seen_by_viewer(session, Reconciliation, reconciliation_id)
        count = decisions.accept_all(
            session,
            made,
            form.looked_at(),
            reason=form.reason.data or "",
            by=viewer().actor,
            at=clock.now(),
        )
    flash(ngettext("%(num)s proposal accepted.", "%(num)s proposals accepted.", count))
    # Of the kind that was looked at nothing may be left: all that waits is shown.
    there = url_for("internal.matching.show", reconciliation_id=reconciliation_id)
    return redirect(there, 303)


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


@bp.post("/matching/<int:reconciliation_id>/again")
@requires(Permission.MATCH)
def again(reconciliation_id: int) -> ResponseReturnValue:
    """Compare all lines of both books again, with what was decided meanwhile."""
    with transaction() as session:
        made = seen_by_viewer(session, Reconciliation, reconciliation_id)
        comparing.again(session, made, by=viewer().actor)
    flash(gettext("Both books were compared again, with what was decided since."))
    return _back(reconciliation_id)


@bp.post("/matching/<int:reconciliation_id>/elsewhere")
@requires(Permission.MATCH)
def elsewhere(reconciliation_id: int) -> ResponseReturnValue:
    """Look for what stands in their book alone in our other accounts, for our people alone."""
    with transaction() as session:
        made = seen_by_viewer(session, Reconciliation, reconciliation_id)
        book = queries.book_of(session, made)
        found = company_runs.everywhere(
            session, book, made.as_at, by=viewer().actor, at=clock.now()
        ).id
    flash(
        gettext("Our other accounts were looked into. The customer does not see this comparison.")
    )
    return _back(found, "differences")


@bp.post("/matching/<int:reconciliation_id>/attach")
@requires(Permission.MATCH)
def attach(reconciliation_id: int) -> ResponseReturnValue:
    """Put a comparison beside the statement it explains."""
    with transaction() as session:
        made = seen_by_viewer(session, Reconciliation, reconciliation_id)
        number = attaching.attach(session, made, by=viewer().actor).number
    flash(gettext("It stands beside statement %(number)s now.", number=number))
    return _back(reconciliation_id)


Decision = Callable[[Session, Reconciliation, Actor, datetime], None]


def _decided(
    reconciliation_id: int, decide: Decision, words: str, view: str | None = None
) -> ResponseReturnValue:
    with transaction() as session:
        made = seen_by_viewer(session, Reconciliation, reconciliation_id)
        decide(session, made, viewer().actor, clock.now())
    flash(words)
    return _back(reconciliation_id, view)


def _back(reconciliation_id: int, view: str | None = None) -> ResponseReturnValue:
    seen = {**looked_at(), **({"view": view} if view else {})}
    there = url_for("internal.matching.show", reconciliation_id=reconciliation_id, **seen)
    return redirect(there, 303)


def _preview(reconciliation_id: int, form: AllForm) -> str:
    session = sessions()
    made = seen_by_viewer(session, Reconciliation, reconciliation_id)
    shown = picture(session, made)
    kind = asked.choice("type", [str(one) for one in DIFFERENCES])
    groups = [
        group
        for group in waiting(shown)
        if acceptable(group) and (not kind or str(group.difference) == kind)
    ]
    some = groups[:MOST_AT_ONCE]
    return page(
        "internal/matching_accept_all.html",
        made=made,
        customer=queries.customers_of(session, [made])[made.customer_id],
        form=form,
        told=Told(shown, staff=True),
        groups=some,
        count=len(groups),
        kind=kind,
        total=Money.total((group.residual for group in some), made.currency),
        before=shown.unexplained,
    )


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
