"""What is done about an import as a whole: submitted, approved, sent back, discarded, undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.imports import back, go_on, shown
from internal.imports_forms import AssignForm, DigestForm, FileForm, NoteForm, UndoForm
from tieout import clock, settings
from tieout.db import reading, sessions, transaction
from tieout.identity.permissions import Permission
from tieout.intake import approving, by_night, correcting, deciding, queries, staging, undoing
from tieout.intake.batches import BatchChanged
from tieout.intake.parts import runs as long_files
from tieout.intake.posting import Posted
from tieout.intake.preparing import Prepared
from tieout.intake.states import BatchState
from tieout.rendering.translation import gettext, ngettext
from tieout.web.access import requires
from tieout.web.viewer import viewer

bp = Blueprint("imports_acts", __name__)


@bp.post("/imports/<int:batch_id>/submit")
@requires(Permission.IMPORT_FILES)
def submit(batch_id: int) -> ResponseReturnValue:
    """Hand an import on; where one person is enough, it is posted at once."""
    form = DigestForm.checked(lambda wrong: shown(batch_id, acting=wrong))
    by, at, digest = viewer().actor, clock.now(), str(form.digest.data)

    def act(session: Session) -> str:
        batch = queries.batch(session, batch_id)
        approving.submit(session, batch, digest=digest, by=by, at=at)
        return gettext("Submitted. A second person approves it.")

    def submit_and_post(session: Session, prepared: Prepared) -> str:
        batch = queries.batch(session, batch_id)
        approving.submit(session, batch, digest=digest, by=by, at=at)
        posted = approving.approve(session, batch, digest=digest, by=by, at=at, prepared=prepared)
        return _words(posted)

    if settings.needs_two_people(sessions(), approving.ACT):
        return back(batch_id, _done(batch_id, digest, act))
    return back(batch_id, _posted(batch_id, digest, submit_and_post))


@bp.post("/imports/<int:batch_id>/approve")
@requires(Permission.APPROVE)
def approve(batch_id: int) -> ResponseReturnValue:
    """Approve exactly what was looked at, and post it."""
    form = DigestForm.checked(lambda wrong: shown(batch_id, acting=wrong))
    by, at, digest = viewer().actor, clock.now(), str(form.digest.data)

    def act(session: Session, prepared: Prepared) -> str:
        batch = queries.batch(session, batch_id)
        posted = approving.approve(session, batch, digest=digest, by=by, at=at, prepared=prepared)
        return _words(posted)

    return back(batch_id, _posted(batch_id, digest, act))


@bp.post("/imports/<int:batch_id>/tonight")
@requires(Permission.APPROVE)
def tonight(batch_id: int) -> ResponseReturnValue:
    """Approve exactly what was looked at, to be posted by night."""
    form = DigestForm.checked(lambda wrong: shown(batch_id, acting=wrong))
    by, at, digest = viewer().actor, clock.now(), str(form.digest.data)
    with transaction() as session:
        batch = queries.batch(session, batch_id)
        by_night.approve_tonight(session, batch, digest=digest, by=by, at=at)
    return back(batch_id, gettext("Approved. It is posted tonight, all at once."))


@bp.post("/imports/<int:batch_id>/send-back")
@requires(Permission.APPROVE)
def send_back(batch_id: int) -> ResponseReturnValue:
    """Turn a submitted import down, saying why."""
    form = NoteForm.checked(lambda wrong: shown(batch_id, note=wrong))
    with transaction() as session:
        batch = queries.batch(session, batch_id)
        approving.send_back(session, batch, note=str(form.note.data), by=viewer().actor)
    return back(batch_id, gettext("Sent back to be put right."))


@bp.post("/imports/<int:batch_id>/again")
@requires(Permission.IMPORT_FILES)
def again(batch_id: int) -> ResponseReturnValue:
    """Check the rows again, such as after a customer was added."""
    with transaction() as session:
        batch = queries.batch(session, batch_id)
        staging.check_again(session, batch, by=viewer().actor)
        words = (
            gettext("Every row is checked again.")
            if batch.state == BatchState.READING
            else gettext("Every row was checked again.")
        )
    return back(batch_id, words)


@bp.post("/imports/<int:batch_id>/go-on")
@requires(Permission.IMPORT_FILES)
def go_further(batch_id: int) -> ResponseReturnValue:
    """Try again what failed of a long file, and go on with it."""
    with transaction() as session:
        long_files.try_again(session, queries.batch(session, batch_id), by=viewer().actor)
    return back(batch_id)


@bp.post("/imports/<int:batch_id>/discard")
@requires(Permission.IMPORT_FILES)
def discard(batch_id: int) -> ResponseReturnValue:
    """Throw an import away before anything of it is posted."""
    with transaction() as session:
        batch, by = queries.batch(session, batch_id), viewer().actor
        if batch.state == BatchState.READING:
            staging.stop(session, batch, by=by, at=clock.now())
        else:
            staging.discard(session, batch, by=by)
    return back(batch_id, gettext("Discarded. Nothing of it was posted."))


@bp.post("/imports/<int:batch_id>/assign")
@requires(Permission.IMPORT_FILES)
def assign(batch_id: int) -> ResponseReturnValue:
    """Say whose all rows are that name somebody unknown."""
    form = AssignForm.checked(lambda wrong: shown(batch_id, assign=wrong))
    with transaction() as session:
        count = correcting.assign_by_text(
            session,
            queries.batch(session, batch_id),
            str(form.text.data or ""),
            str(form.customer.data),
            keep_name=bool(form.keep_name.data),
            by=viewer().actor,
        )
    return back(
        batch_id, ngettext("%(num)s row has its customer.", "%(num)s rows have a customer.", count)
    )


@bp.post("/imports/<int:batch_id>/leave-out")
@requires(Permission.IMPORT_FILES)
def leave_out(batch_id: int) -> ResponseReturnValue:
    """Leave every row out that cannot be taken."""
    with transaction() as session:
        batch = queries.batch(session, batch_id)
        count = correcting.leave_out_problems(session, batch, by=viewer().actor)
    return back(batch_id, ngettext("%(num)s row is left out.", "%(num)s rows are left out.", count))


@bp.post("/imports/<int:batch_id>/take-file")
@requires(Permission.IMPORT_FILES)
def take_file(batch_id: int) -> ResponseReturnValue:
    """Take a file as it is, in spite of what a check says of all of it."""
    form = FileForm.checked(lambda wrong: shown(batch_id, taking=wrong))
    with transaction() as session:
        deciding.decide(
            session,
            queries.batch(session, batch_id),
            str(form.check.data),
            digest=str(form.said.data),
            note=str(form.note.data or ""),
            by=viewer().actor,
            at=clock.now(),
        )
    return back(batch_id, gettext("The file is taken as it is; your name stands beside it."))


@bp.post("/imports/<int:batch_id>/undo")
@requires(Permission.APPROVE)
def undo(batch_id: int) -> ResponseReturnValue:
    """Reverse every document of a posted import, saying why."""
    form = UndoForm.checked(lambda wrong: shown(batch_id, undo=wrong))
    with transaction() as session:
        batch = queries.batch(session, batch_id)
        reason = str(form.reason.data)
        count = undoing.undo(session, batch, reason=reason, by=viewer().actor, at=clock.now())
    return back(
        batch_id,
        ngettext("%(num)s document is reversed.", "%(num)s documents are reversed.", count),
    )


def _done(batch_id: int, digest: str, act: Callable[[Session], str]) -> str:
    with _judged_anew(batch_id, digest), transaction() as session:
        return act(session)


def _posted(batch_id: int, digest: str, act: Callable[[Session, Prepared], str]) -> str:
    """Judge the rows before the transaction that posts them, so that nobody waits for it."""
    with _judged_anew(batch_id, digest):
        with reading() as session:
            prepared = approving.prepare(session, queries.batch(session, batch_id), digest=digest)
        with prepared, transaction() as session:
            return act(session, prepared)


@contextmanager
def _judged_anew(batch_id: int, digest: str) -> Iterator[None]:
    """Where the books have moved on, the rows are judged anew before the page says so.

    Where only the page was old, what was handed in meanwhile waits on as it is.
    """
    try:
        yield
    except BatchChanged:
        with transaction() as session:
            batch = queries.batch(session, batch_id)
            if batch.content_digest == digest:
                staging.check_again(session, batch, by=viewer().actor)
        go_on(batch_id)
        raise


def _words(posted: Posted) -> str:
    if posted.documents:
        return ngettext(
            "%(num)s document is posted.", "%(num)s documents are posted.", len(posted.documents)
        )
    return gettext(
        "%(added)s added, %(changed)s changed.", added=posted.added, changed=posted.changed
    )
