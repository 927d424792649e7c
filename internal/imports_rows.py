"""The rows of an import: by state, with their reasons; corrected one by one, left out in bulk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.words import kind_word
from tieout.customers.models import Customer
from tieout.db import sessions, transaction
from tieout.identity.permissions import Permission
from tieout.intake import batches, changes, correcting, problems, queries
from tieout.intake.fields import FIELDS, Field, Reads
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.places import Problem
from tieout.intake.states import OPEN, BatchState, RowState, word_of_row
from tieout.intake.stored import LEFT_OUT, TAKEN, cells_of
from tieout.intake.values.text import shown as as_shown
from tieout.money import decimals_of
from tieout.rendering import formats
from tieout.rendering.translation import gettext, ngettext, reader
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("imports_rows", __name__)

#: Fields of a row that are shown in the list, the most telling first.
_TELLING = (
    "number code date name customer_code customer_name payer amount money_in debit credit "
    "line_amount kind quantity unit_price currency due_date retention remittance description "
    "product_code"
).split()
_COLUMNS = 6


class RowsForm(Form):
    """Rows that are ticked; they come as `row`."""


class RowForm(Form):
    """Fields of a row as typed; they come as `field-<name>`."""


@dataclass(frozen=True)
class Typed:
    """A field of a row, as the file has it and as it is typed."""

    field: Field
    label: str
    help: str
    value: str
    in_file: str
    wrong: tuple[str, ...]


@bp.get("/imports/<int:batch_id>/rows")
@requires(Permission.SEE_IMPORTS)
def index(batch_id: int) -> ResponseReturnValue:
    """List the rows."""
    return _index(batch_id)


@bp.post("/imports/<int:batch_id>/rows")
@requires(Permission.IMPORT_FILES)
def leave_out(batch_id: int) -> ResponseReturnValue:
    """Leave the ticked rows out, take them back, or take them as they are."""
    RowsForm.checked(lambda wrong: _index(batch_id, wrong))
    given = request.form.getlist("row")[:5000]
    numbers = [int(text) for text in given if text.isdecimal() and len(text) < 16]
    with transaction() as session:
        batch = queries.batch(session, batch_id)
        if request.form.get("act") == "take_back":
            count = correcting.take_back(session, batch, numbers, by=viewer().actor)
            words = ngettext("%(num)s row is taken back.", "%(num)s rows are taken back.", count)
        elif request.form.get("act") == "take":
            count = correcting.take_as_they_are(session, batch, numbers, by=viewer().actor)
            words = ngettext(
                "%(num)s row is taken as it is.", "%(num)s rows are taken as they are.", count
            )
        else:
            count = correcting.leave_out(session, batch, numbers, by=viewer().actor)
            words = ngettext("%(num)s row is left out.", "%(num)s rows are left out.", count)
    flash(words)
    return redirect(url_for(".index", batch_id=batch_id, state=asked.text("state")), 303)


@bp.get("/imports/<int:batch_id>/rows/<int:row_no>")
@requires(Permission.SEE_IMPORTS)
def edit(batch_id: int, row_no: int) -> ResponseReturnValue:
    """Show one row: as the file has it, as understood, and what is wrong."""
    return _edit(batch_id, row_no, RowForm())


@bp.post("/imports/<int:batch_id>/rows/<int:row_no>")
@requires(Permission.IMPORT_FILES)
def correct(batch_id: int, row_no: int) -> ResponseReturnValue:
    """Correct fields of a row; the file stays as it was handed in."""
    RowForm.checked(lambda wrong: _edit(batch_id, row_no, wrong))
    typed = {
        name.removeprefix("field-"): text[:2000]
        for name, text in request.form.items()
        if name.startswith("field-")
    }
    with transaction() as session:
        batch = queries.batch(session, batch_id)
        row = correcting.correct(session, batch, row_no, typed, by=viewer().actor)
    if row.state in queries.STOPPING:
        return redirect(url_for(".edit", batch_id=batch_id, row_no=row_no), 303)
    flash(gettext("Row %(row)s: %(state)s.", row=row_no, state=state_word(batch, row.state)))
    return redirect(url_for(".index", batch_id=batch_id, state="problem"), 303)


def state_word(batch: ImportBatch, state: str) -> str:
    """What the state of a row is called."""
    return gettext(word_of_row(BatchState(batch.state), RowState(state)))


def state_chip(batch: ImportBatch, state: str) -> str:
    """How it looks: a row that was ready, or waited for a decision, as its batch ended."""
    is_over = state in (RowState.READY, RowState.POSTED, RowState.DECISION)
    return _CHIPS[batch.state] if is_over and batch.state in _CHIPS else _CHIPS.get(state, state)


#: Of batches that have come to an end, and of rows that are not called as their look is.
_CHIPS: Mapping[str, str] = {
    BatchState.POSTED: "posted",
    BatchState.UNDONE: "reversed",
    BatchState.DISCARDED: "cancelled",
    RowState.DECISION: "disputed",
}


def cell(row: StagedRow, field: Field) -> str:
    """A field of a row as it was understood, as the reader writes it."""
    value = str(row.values.get(field.name, ""))
    if value and field.reads == Reads.KIND:
        return kind_word(value)
    if value and field.reads == Reads.DATE:
        return formats.day(date.fromisoformat(value), reader.get().language)
    if value and field.reads == Reads.AMOUNT:
        return _amount(Decimal(value), str(row.values.get("currency", "")))
    return value


def _amount(value: Decimal, currency: str) -> str:
    """An amount with the decimals of its currency, and as many more as the file gives it."""
    given = max(0, -int(value.as_tuple().exponent))
    least = decimals_of(currency) if currency else min(given, 1) * 2
    return formats.number(value, reader.get().language, max(given, least))


def beside_reasons(fields: list[Field]) -> list[Field]:
    """The few fields that stand beside what is said of a row: what it is, whose, how much."""
    figure = next((one for one in fields if one.reads == Reads.AMOUNT), None)
    others = [one for one in fields if one is not figure and one.name != "customer_code"]
    return [*others[:3], figure] if figure else others[:4]


def _index(batch_id: int, form: RowsForm | None = None) -> ResponseReturnValue:
    session = sessions()
    batch = queries.batch(session, batch_id)
    state = asked.choice("state", [*map(str, RowState), "problem"])
    check, about = asked.text("check"), asked.text("about")
    query = problems.rows(batch.id, check, about) if check else queries.rows(batch.id, state)
    found = listed(session, query)
    changed = changes.told(session, batch, found.rows)
    return page(
        "internal/imports_rows.html",
        batch=batch,
        found=found,
        form=form or RowsForm(formdata=None),
        state="" if check else state,
        problem=problems.group(session, batch, check, about) if check else None,
        chips=_chips(batch, "" if check else state),
        fields=telling(batch),
        beside=beside_reasons(telling(batch)),
        documents=queries.documents_of(session, batch, found.rows),
        customers=_customers(session, found.rows),
        sentences={
            row.id: [*_sentences(row), *map(reader.get().sentence, changed.get(row.id, ()))]
            for row in found.rows
        },
        chip_of=state_chip,
        state_word=state_word,
        cell=cell,
        left_out=LEFT_OUT,
        taken=TAKEN,
        may_change=_may_change(batch),
    )


def _may_change(batch: ImportBatch) -> bool:
    """Whether its rows are still open, and the viewer is one who puts them right."""
    return batch.state in OPEN and viewer().may(Permission.IMPORT_FILES)


def _chips(batch: ImportBatch, state: str) -> list[tuple[str, int, str, bool]]:
    """The states with their counts, which add up to the rows read."""
    totals = batch.totals
    chips = [(gettext("All"), int(totals.get("read", 0)), here(state=None), not state)]
    for one in RowState:
        if count := int(totals.get(str(one), 0)):
            chips.append((state_word(batch, one), count, here(state=str(one)), state == one))
    return chips


def telling(batch: ImportBatch) -> list[Field]:
    """The fields of its rows that say most, the most telling first."""
    mapped = queries.shown_fields(batches.mapping_of(batch))
    ranked = [field for field in mapped if field.name in _TELLING]
    return sorted(ranked, key=lambda field: _TELLING.index(field.name))[:_COLUMNS]


def _sentences(row: StagedRow) -> list[str]:
    """What is said about a row; its place is the row it stands in."""
    told = []
    for problem in map(Problem.from_json, row.problems):
        words = reader.get().sentence(problem.sentence)
        if problem.column:
            words = gettext("Column %(column)s: %(what)s", column=problem.column, what=words)
        told.append(words)
    return told


def _customers(session: Session, rows: object) -> dict[int, Customer]:
    ids = {row.customer_id for row in rows if row.customer_id}  # type: ignore[attr-defined]
    return {one: session.get_one(Customer, one) for one in sorted(ids)}


def _edit(batch_id: int, row_no: int, form: RowForm) -> ResponseReturnValue:
    session = sessions()
    batch = queries.batch(session, batch_id)
    row = queries.row(session, batch.id, row_no)
    said = [Problem.from_json(problem) for problem in row.problems]
    return page(
        "internal/imports_row.html",
        batch=batch,
        row=row,
        form=form,
        placed=queries.sentences(batch, row),
        typed=_typed(batch, row, said),
        document=queries.documents_of(session, batch, [row]).get(row.row_no),
        chip=state_chip(batch, row.state),
        state_word=state_word(batch, row.state),
        next_row=_next(session, batch, row),
        may_change=_may_change(batch) and LEFT_OUT not in row.values,
    )


def _typed(batch: ImportBatch, row: StagedRow, said: list[Problem]) -> list[Typed]:
    """The fields a person may type: those the file says, and those it is short of."""
    mapping = batches.mapping_of(batch)
    cells = cells_of(row.raw)
    wrong = {problem.field for problem in said if not problem.is_warning}
    made = []
    for field in FIELDS[mapping.kind]:
        column = mapping.column(field.name)
        typed = correcting.shown_value(row, field.name)
        if column is None and field.name not in wrong and not typed and not field.is_required:
            continue
        in_file = ""
        if column is not None and column.index < len(cells):
            in_file = as_shown(cells[column.index])
        words = tuple(
            reader.get().sentence(one.sentence) for one in said if one.field == field.name
        )
        value = request.form.get(f"field-{field.name}", typed or (in_file if words else typed))
        made.append(Typed(field, gettext(field.label), gettext(field.help), value, in_file, words))
    return made


def _next(session: Session, batch: ImportBatch, row: StagedRow) -> StagedRow | None:
    """The next row with something wrong."""
    query = queries.rows(batch.id, "problem").where(StagedRow.row_no > row.row_no)
    return session.scalars(query.limit(1)).first()
