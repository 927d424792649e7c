"""What staff do with a dispute: answer, note, care, accept, reject, take up again."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from internal.dispute_forms import (
    AcceptForm,
    AnswerForm,
    CareForm,
    NoteForm,
    RejectForm,
    TakeUpForm,
)
from internal.disputes import dispute_page
from internal.scope import seen
from tieout import clock, settings
from tieout.db import sessions, transaction
from tieout.disputes import moves, resolving, thread
from tieout.disputes.models import Dispute
from tieout.identity.models import StaffUser
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.viewer import viewer

bp = Blueprint("dispute_acts", __name__)


@bp.post("/disputes/<int:dispute_id>/answer")
@requires(Permission.RESOLVE_DISPUTES)
def answer(dispute_id: int) -> ResponseReturnValue:
    """Write what the customer reads."""
    seen(sessions(), Dispute, dispute_id)
    form = AnswerForm.checked(lambda again: dispute_page(dispute_id, again))
    files = form.handed_in()
    with transaction() as session:
        thread.answer(
            session,
            seen(session, Dispute, dispute_id),
            str(form.text.data or ""),
            files=files,
            seen=form.version,
            by=viewer().actor,
            at=clock.now(),
        )
    return _back(dispute_id, gettext("The customer is told."))


@bp.post("/disputes/<int:dispute_id>/note")
@requires(Permission.RESOLVE_DISPUTES)
def note(dispute_id: int) -> ResponseReturnValue:
    """Write what only staff read."""
    seen(sessions(), Dispute, dispute_id)
    form = NoteForm.checked(lambda again: dispute_page(dispute_id, again))
    files = form.handed_in()
    with transaction() as session:
        dispute = seen(session, Dispute, dispute_id)
        text, by = str(form.text.data or ""), viewer().actor
        thread.note(session, dispute, text, files=files, by=by, at=clock.now())
    return _back(dispute_id, gettext("The note is kept. Only staff see it."))


@bp.post("/disputes/<int:dispute_id>/care")
@requires(Permission.RESOLVE_DISPUTES)
def care(dispute_id: int) -> ResponseReturnValue:
    """Say who cares for it and by when we answer."""
    there = seen(sessions(), Dispute, dispute_id)
    form = CareForm.checked(
        lambda again: dispute_page(dispute_id, again),
        people=thread.assignable(sessions(), there),
        dispute=there,
    )
    by, at = viewer().actor, clock.now()
    with transaction() as session:
        dispute = seen(session, Dispute, dispute_id)
        if form.version != dispute.version:
            raise moves.DisputeMovedOn(receipt=dispute.receipt)
        assignee = session.get(StaffUser, form.assignee_id) if form.assignee_id else None
        thread.assign(session, dispute, assignee, by=by, at=at)
        day = form.answer_by.data or dispute.answer_by
        thread.promise(session, dispute, day, by=by, on=settings.today(session), at=at)
    return _back(dispute_id, gettext("That is kept."))


@bp.post("/disputes/<int:dispute_id>/accept")
@requires(Permission.RESOLVE_DISPUTES)
def accept(dispute_id: int) -> ResponseReturnValue:
    """Accept all or a part: a credit note goes to a second person."""
    there = seen(sessions(), Dispute, dispute_id)
    form = AcceptForm.checked(
        lambda again: dispute_page(dispute_id, again), currency=there.currency
    )
    with transaction() as session:
        dispute = seen(session, Dispute, dispute_id)
        resolving.accept(
            session,
            dispute,
            form.accepted(),
            text=str(form.text.data or ""),
            seen=form.version,
            by=viewer().actor,
            on=settings.today(session),
            at=clock.now(),
        )
        waits = dispute.state == moves.ACCEPTING
    if waits:
        words = gettext(
            "The credit note over %(amount)s waits for a second person.", amount=form.accepted()
        )
        return _back(dispute_id, words)
    return _back(dispute_id, gettext("The dispute is accepted; the customer is told."))


@bp.post("/disputes/<int:dispute_id>/reject")
@requires(Permission.RESOLVE_DISPUTES)
def reject(dispute_id: int) -> ResponseReturnValue:
    """Reject it, with the reason the customer reads."""
    seen(sessions(), Dispute, dispute_id)
    form = RejectForm.checked(lambda again: dispute_page(dispute_id, again))
    with transaction() as session:
        resolving.reject(
            session,
            seen(session, Dispute, dispute_id),
            str(form.text.data or ""),
            seen=form.version,
            by=viewer().actor,
            on=settings.today(session),
            at=clock.now(),
        )
    return _back(dispute_id, gettext("The dispute is rejected; the customer is told why."))


@bp.post("/disputes/<int:dispute_id>/take-up")
@requires(Permission.RESOLVE_DISPUTES)
def take_up(dispute_id: int) -> ResponseReturnValue:
    """Open a rejected dispute again."""
    seen(sessions(), Dispute, dispute_id)
    form = TakeUpForm.checked(lambda again: dispute_page(dispute_id, again))
    with transaction() as session:
        resolving.take_up(
            session,
            seen(session, Dispute, dispute_id),
            str(form.text.data or ""),
            seen=form.version,
            by=viewer().actor,
            on=settings.today(session),
            at=clock.now(),
        )
    return _back(dispute_id, gettext("The dispute is open again; the amount counts as disputed."))


def _back(dispute_id: int, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("internal.disputes.show", dispute_id=dispute_id), 303)
