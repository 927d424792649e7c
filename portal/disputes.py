"""Disputes: all of them, and one with the timeline both sides see."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select
from sqlalchemy.orm import Session

from portal.answering import contact_of
from portal.dispute_forms import ReopenForm, WithdrawForm, WriteForm
from portal.dispute_words import entry_of, promised_words, state_of
from portal.scope import mine, own
from portal.shown_lines import kind_name
from portal.steps import copy_to
from tieout import attachments, clock, events, settings
from tieout.attachments import Attachment
from tieout.db import sessions, transaction
from tieout.disputes import moves, own_steps, queries, resolving, thread
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.disputes.queries import DisputeSearch
from tieout.disputes.reasons import REASONS
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.rendering.translation import gettext, reader
from tieout.statements import queries as statement_queries
from tieout.statements.models import Statement
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.forms import Form, apart
from tieout.web.listing import count, here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("disputes", __name__)

#: What the list can be narrowed to.
GROUPS = ("live", "ended")


@bp.get("/disputes")
@requires(Permission.LOOK)
def index() -> ResponseReturnValue:
    """List what is disputed, the newest first."""
    session = sessions()
    group = asked.choice("group", GROUPS)
    found = listed(session, _wanted(group), size=24)
    latest = session.scalars(mine(statement_queries.current(), Statement).limit(1)).first()
    return page(
        "portal/disputes.html",
        found=found,
        group=group,
        counts={one: count(session, _wanted(one)) for one in GROUPS},
        latest=latest,
        state_of=state_of,
        kind_name=kind_name,
        here=here,
    )


@bp.get("/disputes/<int:dispute_id>")
@requires(Permission.LOOK)
def show(dispute_id: int) -> ResponseReturnValue:
    """Show a dispute with everything both sides said."""
    return _show(dispute_id)


@bp.post("/disputes/<int:dispute_id>/answer")
@requires(Permission.ANSWER)
def write(dispute_id: int) -> ResponseReturnValue:
    """Write into the thread."""
    own(sessions(), Dispute, dispute_id)
    form = WriteForm.checked(lambda given: _show(dispute_id, write=given))
    files = form.handed_in()
    with transaction() as session:
        dispute = own(session, Dispute, dispute_id)
        text = str(form.text.data or "")
        entry = thread.answer(
            session, dispute, text, files=files, by=viewer().actor, at=clock.now()
        )
        said = _copied(session, dispute, entry)
    flash(said)
    return redirect(url_for(".show", dispute_id=dispute_id), 303)


@bp.post("/disputes/<int:dispute_id>/withdraw")
@requires(Permission.ANSWER)
def withdraw(dispute_id: int) -> ResponseReturnValue:
    """Take the dispute back."""
    own(sessions(), Dispute, dispute_id)
    form = WithdrawForm.checked(lambda given: _show(dispute_id, withdraw=given))
    with transaction() as session:
        dispute = own(session, Dispute, dispute_id)
        entry = resolving.withdraw(
            session,
            dispute,
            str(form.why.data or ""),
            by=viewer().actor,
            on=settings.today(session),
            at=clock.now(),
        )
        said = _copied(session, dispute, entry)
    flash(said)
    return redirect(url_for(".show", dispute_id=dispute_id), 303)


@bp.post("/disputes/<int:dispute_id>/reopen")
@requires(Permission.ANSWER)
def reopen(dispute_id: int) -> ResponseReturnValue:
    """Insist on a rejected dispute."""
    own(sessions(), Dispute, dispute_id)
    form = ReopenForm.checked(lambda given: _show(dispute_id, reopen=given))
    files = form.handed_in()
    with transaction() as session:
        dispute = own(session, Dispute, dispute_id)
        text = str(form.text.data or "")
        entry = resolving.reopen(
            session, dispute, text, files=files, by=viewer().actor, at=clock.now()
        )
        said = _copied(session, dispute, entry)
    flash(said)
    return redirect(url_for(".show", dispute_id=dispute_id), 303)


@bp.get("/disputes/<int:dispute_id>/files/<int:entry_id>")
@requires(Permission.LOOK)
def file(dispute_id: int, entry_id: int) -> ResponseReturnValue:
    """Hand out a file of the thread; what is among staff is not there."""
    session = sessions()
    dispute, entry = own(session, Dispute, dispute_id), own(session, DisputeEntry, entry_id)
    if entry.dispute_id != dispute.id or entry.is_internal or entry.attachment_id is None:
        raise NotFound
    found = session.get_one(Attachment, entry.attachment_id)
    return download(attachments.content_of(found), found.filename, found.media_type, show=True)


def _copied(session: Session, dispute: Dispute, entry: DisputeEntry) -> str:
    """Send a copy of an act by mail; say what was done, what follows, and by when we answer."""
    person = contact_of(session, viewer())
    events.publish(session, events.DisputeStepTaken(dispute.id, entry.id, person.id))
    said = [reader.get().sentence(one) for one in own_steps.words(dispute, entry)]
    if own_steps.is_answered(entry):
        said.insert(1, promised_words(dispute))
    said += [step.words for step in copy_to(person)]
    between = "" if reader.get().language == "zh" else " "
    return f"{said[0]}\n{between.join(one for one in said[1:] if one)}"


def _wanted(group: str) -> Select[Dispute]:
    return mine(queries.disputes(DisputeSearch(group=group, order="-age")), Dispute)


def _show(dispute_id: int, **given: Form) -> ResponseReturnValue:
    session = sessions()
    dispute = own(session, Dispute, dispute_id)
    session.refresh(dispute)

    def address(entry_id: int) -> str:
        return url_for(".file", dispute_id=dispute_id, entry_id=entry_id)

    steps = queries.timeline(session, dispute, internal=False)
    may = [act for act in moves.ACTS if _may(dispute, act)]
    return page(
        "portal/dispute.html",
        dispute=dispute,
        document=dispute.document,
        kind=kind_name(dispute.document.kind),
        amount=Money(dispute.amount_minor, dispute.currency),
        reason=gettext(REASONS[dispute.reason]),
        state=state_of(dispute),
        entries=[entry_of(step, address) for step in steps],
        promised=promised_words(dispute),
        may=may,
        # forms that have no place on the page any more: what was wrong stands at the top
        unshown=[form for act, form in given.items() if act not in may],
        write=given.get("write") or WriteForm(formdata=None),
        withdraw=apart(given.get("withdraw") or WithdrawForm(formdata=None)),
        reopen=given.get("reopen") or ReopenForm(formdata=None),
        statement_id=queries.statement_id(session, dispute),
    )


def _may(dispute: Dispute, act: str) -> bool:
    return viewer().may(Permission.ANSWER) and moves.may(dispute.state, act)
