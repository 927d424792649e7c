"""Reading imports: lists of batches and of rows, and what is said of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tieout.errors import NotFound
from tieout.i18n import Sentence
from tieout.intake.fields import FIELDS, Field
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.pieces import source_of
from tieout.intake.places import Problem
from tieout.intake.states import BatchState, RowState
from tieout.intake.stored import LEFT_OUT
from tieout.ledger.models import Document

STOPPING = (RowState.REFUSED, RowState.DECISION)
#: Of many rows, so many are held at a time.
_A_FEW = {"yield_per": 2000}


def batch(session: Session, batch_id: int) -> ImportBatch:
    """An import of our own files; a customer's own ledger is none.

    Raises:
        NotFound: there is none.
    """
    found = session.get(ImportBatch, batch_id)
    if found is None or found.kind == BatchKind.THEIR_LEDGER:
        raise NotFound
    return found


def posted_before(session: Session, batch: ImportBatch) -> ImportBatch | None:
    """The batch that posted the very same file, if one did."""
    return session.scalars(
        select(ImportBatch)
        .where(
            ImportBatch.sha256 == batch.sha256,
            ImportBatch.kind == batch.kind,
            ImportBatch.sheet == batch.sheet,
            ImportBatch.state == BatchState.POSTED,
            ImportBatch.id != batch.id,
        )
        .order_by(ImportBatch.id.desc())
    ).first()


def batches(state: str = "", kind: str = "") -> Select[ImportBatch]:
    """Select imports, newest first."""
    query = select(ImportBatch).where(ImportBatch.kind != BatchKind.THEIR_LEDGER)
    if state:
        query = query.where(ImportBatch.state == state)
    if kind:
        query = query.where(ImportBatch.kind == kind)
    return query.order_by(ImportBatch.id.desc())


def counts_by_state(session: Session) -> dict[str, int]:
    """How many imports stand where."""
    query = (
        select(ImportBatch.state, func.count())
        .where(ImportBatch.kind != BatchKind.THEIR_LEDGER)
        .group_by(ImportBatch.state)
    )
    return {state: count for state, count in session.execute(query)}  # noqa: C416 - typed rows


def rows(batch_id: int, state: str = "") -> Select[StagedRow]:
    """Select rows of an import in the order of its file; “problem” takes both open states."""
    query = select(StagedRow).where(StagedRow.batch_id == batch_id)
    if state == "problem":
        query = query.where(StagedRow.state.in_(STOPPING))
    elif state:
        stored = RowState.READY if state == RowState.POSTED else state
        query = query.where(StagedRow.state == stored)
    return query.order_by(StagedRow.row_no)


def to_be_put_right(session: Session, batch_id: int) -> Iterator[Any]:
    """Rows that were refused, wait for a decision, or were left out by a person, one at a time."""
    names = ("row_no", "raw", "values", "problems", "state")
    by_a_person = (StagedRow.state == RowState.LEFT_OUT) & StagedRow.corrected_by.is_not(None)
    query = select(*(getattr(StagedRow, name) for name in names)).where(
        StagedRow.batch_id == batch_id, StagedRow.state.in_(STOPPING) | by_a_person
    )
    found = session.execute(query.order_by(StagedRow.row_no), execution_options=_A_FEW)
    return (one for one in found if one.state in STOPPING or LEFT_OUT in one.values)


def row(session: Session, batch_id: int, row_no: int) -> StagedRow:
    """One row of an import.

    Raises:
        NotFound: the file has no such row.
    """
    found = session.scalar(rows(batch_id).where(StagedRow.row_no == row_no))
    if found is None:
        raise NotFound
    return found


def documents_of(
    session: Session, batch: ImportBatch, staged: Sequence[StagedRow]
) -> dict[int, Document]:
    """What rows became, by their number."""
    sources = {
        one.row_no: f"{source_of(batch)}:{one.first_row}"
        for one in staged
        if one.first_row is not None
    }
    if not sources:
        return {}
    query = select(Document).where(Document.source.in_(set(sources.values())))
    found = {one.source: one for one in session.scalars(query)}
    return {row: found[source] for row, source in sources.items() if source in found}


def twins(session: Session, of: ImportBatch) -> int:
    """How many rows that count stand in their file once more."""
    query = select(func.count()).where(
        StagedRow.batch_id == of.id,
        StagedRow.occurrence > 1,
        StagedRow.state == RowState.READY,
    )
    return session.scalar(query) or 0


def unknown_words(session: Session, of: ImportBatch, most: int = 20) -> list[str]:
    """Words in the column of kinds that name none."""
    found: dict[str, None] = {}
    for problems in session.scalars(
        select(StagedRow.problems).where(
            StagedRow.batch_id == of.id, StagedRow.state == RowState.REFUSED
        )
    ):
        for problem in problems:
            text = problem.get("facts", {}).get("text")
            if problem.get("field") == "kind" and text:
                found.setdefault(str(text))
    return list(found)[:most]


def sentences(of: ImportBatch, staged: StagedRow) -> list[Sentence]:
    """Everything that is said about a row, each with file, sheet, row and column."""
    told = (Problem.from_json(problem) for problem in staged.problems)
    return [problem.placed(of.filename, of.sheet, staged.row_no) for problem in told]


def shown_fields(mapping: Mapping) -> list[Field]:
    """The fields a mapping fills, in the order of the file."""
    return [FIELDS[mapping.kind][column.field] for column in mapping.columns]
