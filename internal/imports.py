"""Imports: the list, a new file, and one import with what can be done about it."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.imports_files import (
    newcomers_workbook,
    refused_workbook,
    template_csv,
    template_workbook,
)
from internal.imports_forms import (
    AssignForm,
    DigestForm,
    FileForm,
    NoFile,
    NoKind,
    NoteForm,
    UndoForm,
    UploadForm,
)
from internal.imports_rows import cell, telling
from internal.imports_words import next_steps, read_as, title
from tieout import attachments, clock, settings
from tieout.attachments import Attachment
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import Sentence
from tieout.identity.permissions import Permission
from tieout.intake import (
    approving,
    by_night,
    deciding,
    problems,
    queries,
    returning,
    staging,
    suggesting,
    undoing,
)
from tieout.intake.controls import Control
from tieout.intake.kinds import BATCH_LABELS, BatchKind
from tieout.intake.models import ImportBatch
from tieout.intake.newcomers import newcomers
from tieout.intake.parts import runs as long_files
from tieout.intake.places import kept_sentence
from tieout.intake.states import BATCH_STATES, BatchState, RowState, word_of_row
from tieout.intake.templates import (
    KINDS,
    STILL_THE_EXAMPLE,
    is_filled_in,
    is_the_example,
    template,
)
from tieout.intake.uploads import Inspected, beginning
from tieout.money import Money
from tieout.rendering.translation import gettext, ngettext
from tieout.runs import stored
from tieout.statements import touched
from tieout.web import asked, working
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.forms import Form
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("imports", __name__)

#: Names for which somebody is proposed on the page of the import itself.
_PROPOSED = 8
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/imports")
@requires(Permission.SEE_IMPORTS)
def index() -> ResponseReturnValue:
    """List imports."""
    session = sessions()
    state = asked.choice("state", [str(one) for one in BatchState])
    kind = asked.choice("kind", [str(one) for one in KINDS])
    counts = queries.counts_by_state(session)
    return page(
        "internal/imports.html",
        found=listed(session, queries.batches(state, kind), size=30),
        state=state,
        kind=kind,
        counts=counts,
        total=sum(counts.values()),
        here=here,
        labels=BATCH_LABELS,
        kinds=KINDS,
        states=BATCH_STATES,
    )


@bp.get("/imports/new")
@requires(Permission.IMPORT_FILES)
def new() -> ResponseReturnValue:
    """Ask for a file."""
    kind = asked.choice("kind", [str(one) for one in KINDS])
    return _new(UploadForm(data={"kind": kind}))


@bp.post("/imports/new")
@requires(Permission.IMPORT_FILES)
def take_in() -> ResponseReturnValue:
    """Read a file and stage its rows; nothing of it counts yet."""
    form = UploadForm.checked(_new)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise NoFile
    if form.kind.data and form.kind.data not in set(KINDS):
        raise NoKind
    kind = BatchKind(form.kind.data) if form.kind.data else None
    filename = _plain_name(upload.filename)
    with TemporaryDirectory(prefix="tieout-") as folder:
        path = Path(folder) / "upload"
        upload.save(path)
        return _taken_in(path, beginning(path, filename, kind))


def _taken_in(path: Path, inspected: Inspected) -> ResponseReturnValue:
    returned = returning.recognised(inspected)
    with transaction() as session:
        place = returning.place(session, returned) if returned else None
        came = None
        if returned and place and returning.is_open(place):
            batch = place
            came = returning.take_back(session, place, returned, by=viewer().actor)
        else:
            if returned and place:
                inspected = returning.as_new_file(inspected, returned, place)
            batch = staging.take_in(session, path, inspected, by=viewer().actor, at=clock.now())
        batch_id = batch.id
    if came is not None:
        return back(batch_id, _came_back(came))
    go_on(batch_id)
    if is_filled_in(inspected) and inspected.missing is None:
        return back(batch_id, gettext("This is our template; its columns need no second look."))
    return redirect(url_for("internal.imports_mapping.show", batch_id=batch_id), 303)


@bp.get("/imports/<int:batch_id>")
@requires(Permission.SEE_IMPORTS)
def show(batch_id: int) -> ResponseReturnValue:
    """Show where an import stands, what stands in its way, and what can be done."""
    if "HX-Request" in request.headers and not _is_being_read(sessions(), batch_id):
        return "", 200, {"HX-Refresh": "true"}  # a long file is read: the page has more to say
    return shown(batch_id)


@bp.get("/imports/<int:batch_id>/refused.xlsx")
@requires(Permission.SEE_IMPORTS)
def refused(batch_id: int) -> ResponseReturnValue:
    """Hand out the rows that were not taken, each with its reasons."""
    session = sessions()
    batch = queries.batch(session, batch_id)
    content = refused_workbook(
        batch, lambda: queries.to_be_put_right(session, batch.id), at=clock.now()
    )
    name = batch.filename.rpartition(".")[0] or batch.filename
    return download(content, gettext("%(name)s not taken.xlsx", name=name), _XLSX)


@bp.get("/imports/<int:batch_id>/newcomers.xlsx")
@requires(Permission.SEE_IMPORTS)
def unknown_customers(batch_id: int) -> ResponseReturnValue:
    """Hand out the customers nobody knows as a list that can be handed in as it is."""
    session = sessions()
    batch = queries.batch(session, batch_id)
    content = newcomers_workbook(newcomers(session, batch), at=clock.now())
    name = batch.filename.rpartition(".")[0] or batch.filename
    return download(content, gettext("Customers of %(name)s.xlsx", name=name), _XLSX)


@bp.get("/imports/file/<int:batch_id>")
@requires(Permission.SEE_IMPORTS)
def original(batch_id: int) -> ResponseReturnValue:
    """Hand out the file as it was handed in."""
    session = sessions()
    batch = queries.batch(session, batch_id)
    attachment = session.get_one(Attachment, batch.attachment_id)
    return download(attachments.content_of(attachment), batch.filename, attachment.media_type)


@bp.get("/imports/templates/<batch_kind>")
@requires(Permission.IMPORT_FILES)
def template_file(batch_kind: str) -> ResponseReturnValue:
    """Hand out an empty workbook with the headings of a kind of file, and an example."""
    if batch_kind not in set(KINDS):
        raise NotFound
    content, name = template_workbook(template(BatchKind(batch_kind)), at=clock.now())
    return download(content, f"{name}.xlsx", _XLSX)


@bp.get("/imports/templates/<batch_kind>/csv")
@requires(Permission.IMPORT_FILES)
def template_text(batch_kind: str) -> ResponseReturnValue:
    """Hand out the same as a text file."""
    if batch_kind not in set(KINDS):
        raise NotFound
    content, name = template_csv(template(BatchKind(batch_kind)))
    return download(content, f"{name}.csv", "text/csv")


def shown(batch_id: int, **forms: Form) -> ResponseReturnValue:
    """Draw the page of an import, with a form that has to be put right."""
    session = sessions()
    batch = queries.batch(session, batch_id)
    me = viewer()
    return page(
        "internal/imports_batch.html",
        batch=batch,
        **_facts(session, batch),
        may_prepare=me.may(Permission.IMPORT_FILES),
        may_approve=me.may(Permission.APPROVE),
        may_decide=approving.may_approve(session, batch, me.actor),
        needs_two=settings.needs_two_people(session, approving.ACT),
        **{
            "acting": DigestForm(data={"digest": batch.content_digest or ""}),
            "note": NoteForm(formdata=None),
            "undo": UndoForm(formdata=None),
            "assign": AssignForm(formdata=None),
            "taking": FileForm(formdata=None),
            **forms,
        },
    )


def _facts(session: Session, batch: ImportBatch) -> dict[str, Any]:
    totals = batch.totals
    is_open = batch.state == BatchState.STAGED
    return {
        "label": BATCH_LABELS[BatchKind(batch.kind)],
        "state_word": BATCH_STATES[BatchState(batch.state)],
        "counts": [
            (state, word_of_row(BatchState(batch.state), state), totals.get(str(state), 0))
            for state in RowState
            if totals.get(str(state), 0)
        ],
        "sums": [Money(minor, currency) for currency, minor in totals.get("sums", {}).items()],
        "told": deciding.told(session, batch)
        if is_open or batch.state == BatchState.SUBMITTED
        else [],
        "controls": [Control.from_json(one) for one in batch.reading.get("controls", ())],
        "twins": queries.twins(session, batch),
        "read_as": read_as(batch),
        "next_steps": next_steps(session, batch),
        **_problems(session, batch, is_open=is_open),
        "in_the_way": totals.get("refused", 0) + totals.get("decision", 0),
        "warnings": _warnings(session, batch),
        "undo_touches": _undo_touches(session, batch),
        "seconds_held": by_night.seconds_held(session, batch),
        "is_posted": batch.state == BatchState.POSTED,
        **_far(session, batch),
        "holds_documents": batch.kind in (BatchKind.DOCUMENTS, BatchKind.PAYMENTS),
    }


def _warnings(session: Session, batch: ImportBatch) -> list[Sentence]:
    """What was noticed when the file was read, and an example nobody wrote over."""
    found = [kept_sentence(one) for one in batch.reading.get("warnings", ())]
    if batch.state not in (BatchState.STAGED, BatchState.SUBMITTED):
        return found
    first = session.scalars(queries.rows(batch.id, RowState.READY).limit(1)).first()
    if first is not None and is_the_example(BatchKind(batch.kind), first.values):
        found.insert(0, Sentence(STILL_THE_EXAMPLE, {"row": first.row_no}))
    return found


def _undo_touches(session: Session, batch: ImportBatch) -> list[Sentence]:
    """What undoing a posted batch would touch."""
    if batch.state != BatchState.POSTED:
        return []
    told = touched.on_statements(session, undoing.standing(batch))
    return [*undoing.in_the_way(session, batch), *told]


def _is_being_read(session: Session, batch_id: int) -> bool:
    batch = queries.batch(session, batch_id)
    return batch.state == BatchState.READING and _far(session, batch)["failed"] is None


def _far(session: Session, batch: ImportBatch) -> dict[str, Any]:
    """How far a long file is read, and what failed."""
    run = long_files.run_of(session, batch) if batch.state == BatchState.READING else None
    if run is None:
        return {"far": None, "failed": None}
    failed = session.scalars(stored.items(run.id, "failed")).first()
    return {
        "far": stored.progress(session, run.id),
        "failed": Sentence.from_json(failed.reason) if failed and failed.reason else None,
    }


def _problems(session: Session, batch: ImportBatch, *, is_open: bool) -> dict[str, Any]:
    """What is said of its rows: what stops them, and what is only worth a look."""
    said = problems.groups(session, batch) if is_open or batch.state == BatchState.SUBMITTED else []
    names = [one.about for one in said if one.check == "customer_unknown"][:_PROPOSED]
    likely = suggesting.for_texts(session, names)
    return {
        "stopping": [one for one in said if one.stops],
        "worth_a_look": [one for one in said if not one.stops],
        "likely": {name: suggesting.outstanding(found) for name, found in likely.items()},
        "titles": {(one.check, one.about): title(one) for one in said},
        "fields": telling(batch)[:5],
        "cell": cell,
    }


def _new(form: UploadForm) -> ResponseReturnValue:
    return page(
        "internal/imports_new.html",
        form=form,
        templates=[template(kind) for kind in KINDS],
        labels=BATCH_LABELS,
    )


def _came_back(came: returning.TakenBack) -> str:
    words = ngettext(
        "%(num)s corrected row is back in its place.",
        "%(num)s corrected rows are back in their places.",
        came.corrected,
    )
    if not came.unchanged:
        return words
    same = ngettext("%(num)s is as it was.", "%(num)s are as they were.", came.unchanged)
    return f"{words} {same}"


def _plain_name(name: str) -> str:
    """The file's own name, whatever path a browser sends with it."""
    plain = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip()
    return plain[-200:] or "upload"


def go_on(batch_id: int) -> None:
    """Go on with what a long file waits for, if it does."""
    with transaction() as session:
        batch = queries.batch(session, batch_id)
        run = long_files.due(session, batch, by=viewer().actor, at=clock.now())
        run_id = run.id if run else None
    if run_id is not None:
        working.go_on(run_id)


def back(batch_id: int, words: str = "") -> ResponseReturnValue:
    """Return to the import, saying what was done; a long file is gone on with first."""
    if words:
        flash(words)
    go_on(batch_id)
    return redirect(url_for("internal.imports.show", batch_id=batch_id), 303)
