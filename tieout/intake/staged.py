"""The rows of a batch in their table: written when they are judged, changed, and let go."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.db.bulk import JsonTexts, Same, chunks, insert_columns, update_rows
from tieout.intake.deeds import NO_DEEDS, Deeds
from tieout.intake.judging import Judged, Judgement
from tieout.intake.models import ImportBatch, ImportPlan, StagedRow
from tieout.intake.states import RowState
from tieout.intake.stored import ASIDE, BY_HAND, LEFT_OUT, TAKEN, UNREAD, raw_text
from tieout.intake.values_json import stored_member, values_to_json


def clear(session: Session, batch: ImportBatch) -> None:
    """Forget the rows of a batch."""
    session.execute(delete(StagedRow).where(StagedRow.batch_id == batch.id))
    session.execute(delete(ImportPlan).where(ImportPlan.batch_id == batch.id))


def clear_part(session: Session, batch: ImportBatch, part: int) -> None:
    """Forget the rows of one part of a batch."""
    for model in (StagedRow, ImportPlan):
        which = (model.batch_id == batch.id, model.part == part)
        session.execute(delete(model).where(*which))


def write_part(
    session: Session,
    batch: ImportBatch,
    part: int,
    judgement: Judgement,
    deeds: Deeds = NO_DEEDS,
) -> None:
    """Write the rows of one part of a batch."""
    rows, changed = judgement.rows, deeds.corrected_by
    numbers = [row.row.number for row in rows]
    insert_columns(
        session,
        StagedRow,
        {
            "batch_id": Same(batch.id),
            "part": Same(part),
            "row_no": numbers,
            "raw": JsonTexts([raw_text(row.row.cells) for row in rows]),
            "corrected_by": [changed.get(one) for one in numbers] if changed else Same(None),
            "fingerprint": [row.fingerprint for row in rows],
            "occurrence": [row.occurrence for row in rows],
            "values": JsonTexts([_values_text(row) for row in rows]),
            "state": [_WORDS[row.state] for row in rows],
            "group_key": [row.group_key for row in rows],
            "customer_id": [row.customer_id for row in rows],
            "first_row": [row.first_row for row in rows],
            **_said(rows),
        },
        len(rows),
    )


def _said(rows: Sequence[Judged]) -> dict[str, Sequence[Any] | Same]:
    """What is said of rows: of most of them nothing."""
    if not [row for row in rows if row.problems]:
        return {"problems": Same([]), "cause": Same(""), "about": Same("")}
    leading = [row.leading if row.problems else None for row in rows]
    return {
        "problems": JsonTexts([_problems(row) if row.problems else "[]" for row in rows]),
        "cause": [one.check if one else "" for one in leading],
        "about": [one.about[:200] if one else "" for one in leading],
    }


def change_rows(
    session: Session,
    row_ids: Iterable[int],
    change: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    by: Actor,
) -> None:
    """Note at rows what somebody did to them, some thousand at a time."""
    for some in chunks(row_ids, 5000):
        query = select(StagedRow.id, StagedRow.values).where(StagedRow.id.in_(some))
        changed = [(row_id, change(values), by.label) for row_id, values in session.execute(query)]
        update_rows(session, StagedRow, ("values", "corrected_by"), changed)
    _forget_loaded(session)


def parts_of(session: Session, batch: ImportBatch, row_nos: Iterable[int]) -> set[int]:
    """The parts some rows stand in."""
    if batch.parts == 1:
        return {1}
    found: set[int] = set()
    for some in chunks(row_nos, 2000):
        query = select(StagedRow.part).where(
            StagedRow.batch_id == batch.id, StagedRow.row_no.in_(some)
        )
        found |= set(session.scalars(query.distinct()))
    return found


def write_changes(session: Session, batch: ImportBatch, part: int, judgement: Judgement) -> None:
    """Write back what has changed about the rows of one part; its plan is none any more."""
    which = (ImportPlan.batch_id == batch.id, ImportPlan.part == part)
    session.execute(delete(ImportPlan).where(*which))
    columns = [getattr(StagedRow, name) for name in STORED]
    query = select(StagedRow.row_no, StagedRow.id, *columns).where(
        StagedRow.batch_id == batch.id, StagedRow.part == part
    )
    there = {row[0]: row for row in session.execute(query)}
    changed = []
    for row in judgement.rows:
        new = stored(row)
        _, row_id, *old = there[row.number]
        if list(new) != old:
            changed.append((row_id, *new))
    update_rows(session, StagedRow, STORED, changed)
    _forget_loaded(session)


def _forget_loaded(session: Session) -> None:
    for loaded in list(session.identity_map.values()):
        if isinstance(loaded, StagedRow):
            session.expire(loaded)


#: What is written of a row that was judged again, in the order of `stored`.
STORED = (
    *("values", "state", "problems", "cause", "about", "group_key", "customer_id", "first_row"),
)

_WORDS = {state: str(state) for state in RowState}


def stored(row: Judged) -> tuple[Any, ...]:
    """A row as its table keeps it."""
    leading = row.leading
    return (
        _values(row),
        str(row.state),
        [problem.to_json() for problem in row.problems],
        leading.check if leading else "",
        leading.about[:200] if leading else "",
        row.group_key,
        row.customer_id,
        row.first_row,
    )


def _problems(row: Judged) -> str:
    return json.dumps([problem.to_json() for problem in row.problems])


def _values_text(row: Judged) -> str:
    """What it says, as the database keeps it; of most rows that was written when they were read."""
    said = row.row
    if said.written is None or row.by_hand or row.left_out_by or row.taken:
        return json.dumps(_values(row))
    text = said.written.values
    if "_signed" in said.values:  # it was not known when the row was read
        text = f"{text}, {stored_member('_signed', said.values['_signed'])}"
    return f"{{{text}}}"


def _values(row: Judged) -> dict[str, Any]:
    """What it says, and beside it what people did to it and what could not be read."""
    said = row.row
    values: dict[str, Any] = values_to_json(said.values)
    if row.by_hand:
        values[BY_HAND] = row.by_hand
    if row.left_out_by:
        values[LEFT_OUT] = row.left_out_by
    if row.taken:
        values[TAKEN] = row.taken
    if said.aside:
        values[ASIDE] = str(said.aside)
    if said.problems:
        values[UNREAD] = [problem.to_json() for problem in said.problems]
    return values
