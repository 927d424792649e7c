"""Which column says what: proposed, shown with samples, corrected, tried on the rows at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.imports import go_on
from internal.imports_forms import MappingForm
from internal.imports_rows import cell
from internal.imports_tried import Tried, TriedRow, tried_rows
from tieout import attachments, clock
from tieout.attachments import Attachment
from tieout.db import sessions, transaction
from tieout.errors import InvalidInput
from tieout.identity.permissions import Permission
from tieout.intake import batches, queries, staging
from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BatchKind, Kind
from tieout.intake.mapping import Mapping, letters
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.places import kept_sentence
from tieout.intake.states import ROW_STATES, UNDER_WAY
from tieout.intake.uploads import Chunk, beginning, opened
from tieout.ledger.words import KINDS
from tieout.rendering.translation import gettext, reader
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("imports_mapping", __name__)

#: Rows of the preview, and those it is made from.
_PREVIEW, _TRIED = 8, 200


@bp.get("/imports/<int:batch_id>/mapping")
@requires(Permission.IMPORT_FILES)
def show(batch_id: int) -> ResponseReturnValue:
    """Show the columns, what they are taken to say, and the first rows read that way."""
    batch = queries.batch(sessions(), batch_id)
    mapping = batches.mapping_of(batch)
    header_row = batch.reading["header_row"]
    return _show(batch_id, MappingForm(data=MappingForm.values(mapping, batch.sheet, header_row)))


@bp.post("/imports/<int:batch_id>/mapping")
@requires(Permission.IMPORT_FILES)
def apply(batch_id: int) -> ResponseReturnValue:
    """Read the file in the way that was chosen."""
    form = MappingForm.checked(lambda wrong: _show(batch_id, wrong))
    chosen = _chosen(batch_id, form)
    with _stored(batch_id) as path:
        again = beginning(path, *chosen.file, **chosen.how)
    mapping = chosen.mapping
    if again.headings != chosen.headings:
        mapping = again.mapping  # another sheet or heading row: its columns are proposed anew
    with transaction() as writing:
        found = queries.batch(writing, batch_id)
        staging.remap(writing, found, again, mapping, by=viewer().actor, at=clock.now())
    go_on(batch_id)
    flash(gettext("The file was read this way; look at the rows below."))
    return redirect(url_for(".show", batch_id=batch_id), 303)


@bp.post("/imports/<int:batch_id>/mapping/preview")
@requires(Permission.IMPORT_FILES)
def preview(batch_id: int) -> ResponseReturnValue:
    """Show the first rows as they would be read; nothing is kept of it."""
    form = MappingForm.checked(lambda wrong: _show(batch_id, wrong))
    try:
        chosen = _chosen(batch_id, form)
    except InvalidInput as error:
        if "HX-Request" not in request.headers:
            raise
        form.tell(error)  # seen at once beside what is being chosen
        return _show(batch_id, form)
    with _stored(batch_id) as path, opened(path, *chosen.file, **chosen.how) as table:
        if table.described.headings == chosen.headings:
            table.use(chosen.mapping)
        chunk = next(table.chunks(_TRIED), Chunk((), {}))
        tried = tried_rows(table.mapping, Chunk(chunk.rows[:_PREVIEW], chunk.asides))
    return _show(batch_id, form, Tried(table.mapping, tried))


@dataclass(frozen=True)
class _Chosen:
    """A stored file, and how it is to be read."""

    file: tuple[str, BatchKind]
    how: dict[str, Any]
    mapping: Mapping
    #: Those the mapping was chosen for.
    headings: tuple[str, ...]


def _chosen(batch_id: int, form: MappingForm) -> _Chosen:
    session = sessions()
    batch = queries.batch(session, batch_id)
    before, headings = batches.mapping_of(batch), tuple(batch.reading["headings"])
    return _Chosen(
        file=(batch.filename, BatchKind(batch.kind)),
        how=_choice(form, batch),
        mapping=form.mapping(before, headings, _words(session, batch, before)),
        headings=headings,
    )


@contextmanager
def _stored(batch_id: int) -> Iterator[Path]:
    """The file as it was handed in."""
    session = sessions()
    attachment = session.get_one(Attachment, queries.batch(session, batch_id).attachment_id)
    with attachments.opened(session, attachment) as path:
        session.rollback()  # reading takes a while; the database is let go before
        yield path


def _choice(form: MappingForm, batch: ImportBatch) -> dict[str, Any]:
    """How the file is to be opened; what was not chosen stays as it was found."""
    chosen: dict[str, Any] = {}
    if (sheet := str(form.sheet.data or "")) and sheet in batch.reading.get("sheets", ()):
        chosen["sheet"] = sheet
    if encoding := str(form.encoding.data or ""):
        chosen["encoding"] = encoding
    same_sheet = chosen.get("sheet", batch.sheet) == batch.sheet
    if form.header_row.data is not None and same_sheet:
        chosen["header_row"] = form.header_row.data
    return chosen


def _show(batch_id: int, form: MappingForm, tried: Tried | None = None) -> ResponseReturnValue:
    session = sessions()
    batch = queries.batch(session, batch_id)
    mapping = batches.mapping_of(batch)
    sheets = batch.reading.get("sheets", [])
    form.sheet.choices = {name: name for name in sheets}
    words = _words(session, batch, mapping)
    rows: Sequence[StagedRow | TriedRow] = (
        tried.rows if tried else session.scalars(queries.rows(batch.id).limit(_PREVIEW)).all()
    )
    seen = tried.mapping if tried else mapping
    return page(
        "internal/imports_mapping.html",
        batch=batch,
        form=form,
        columns=_columns(batch, mapping),
        fields=_choices(mapping),
        words=words,
        meanings=_meant(mapping, words),
        kinds=[(str(Kind(kind)), gettext(name)) for kind, name in KINDS.items()],
        rows=rows,
        shown=queries.shown_fields(seen),
        missing=_missing(seen),
        is_tried=tried is not None,
        cell=cell,
        state_words={str(state): words for state, words in ROW_STATES.items()},
        warnings=[kept_sentence(one) for one in batch.reading.get("warnings", ())],
        may_change=batch.state in UNDER_WAY,
    )


def _columns(batch: ImportBatch, mapping: Mapping) -> list[dict[str, Any]]:
    """Each column with its heading, some of its values and what it is taken to say."""
    used = {column.index: column.field for column in mapping.columns}
    samples = batch.reading.get("samples", [])
    return [
        {
            "index": index,
            "letters": letters(index),
            "heading": heading,
            "samples": [row[index] for row in samples if index < len(row) and row[index]][:3],
            "field": request.form.get(f"column-{index}", used.get(index, "")),
        }
        for index, heading in enumerate(batch.reading["headings"])
    ]


def _choices(mapping: Mapping) -> list[tuple[str, str]]:
    return [
        ("", gettext("Left aside")),
        *((field.name, gettext(field.label)) for field in FIELDS[mapping.kind]),
    ]


def _words(session: Session, batch: ImportBatch, mapping: Mapping) -> list[str]:
    """Words in the column of kinds that a person has explained, or has to."""
    known = [word for word, _ in mapping.meanings]
    return [*known, *(w for w in queries.unknown_words(session, batch) if w not in known)]


def _meant(mapping: Mapping, words: list[str]) -> dict[str, str]:
    """What each word is taken to mean, or was just said to."""
    known = dict(mapping.meanings)
    return {
        word: request.form.get(f"meaning-{index}", known.get(word, ""))
        for index, word in enumerate(words)
    }


def _missing(mapping: Mapping) -> str:
    try:
        mapping.check()
    except InvalidInput as error:
        return reader.get().sentence(error.sentence)
    return ""
