"""What people do to single rows: correct a field, leave a row out, say whose it is, in bulk too."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers import change_customer, find_customer
from tieout.customers.models import Customer
from tieout.customers.services import CustomerInput
from tieout.db.bulk import chunks
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.intake import batches, staged
from tieout.intake.fields import FIELDS
from tieout.intake.judging.checks import CHECKS
from tieout.intake.judging.whose import ABOUT_CUSTOMERS, NAMING
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.places import Problem
from tieout.intake.states import RowState
from tieout.intake.stored import BY_HAND, LEFT_OUT, TAKEN


class NothingChanged(InvalidInput):
    """A correction that says nothing new."""

    message = N_("Nothing was changed: each field holds what it held before.")


class NoSuchRow(NotFound):
    """A row the file does not have."""

    message = N_("This import has no row %(row)s.")


class NothingToTake(InvalidInput):
    """Rows of which none can be taken as it is."""

    message = N_(
        "None of these rows can be taken as it is: a customer is missing, or something has to be "
        "corrected first."
    )


class NothingToDecide(InvalidInput):
    """A name no open row carries."""

    message = N_("No row that waits for a decision names “%(text)s”.")


def correct(
    session: Session,
    batch: ImportBatch,
    row_no: int,
    fields: Mapping[str, str],
    *,
    by: Actor,
) -> StagedRow:
    """Correct fields of a row, as typed; the file itself stays as it was handed in.

    Raises:
        BatchMovedOn: it is not being prepared any more.
        NoSuchRow, NothingChanged: there is nothing to correct.
    """
    batches.open_for_changes(session, batch)
    row = _row(session, batch, row_no)
    known = FIELDS[batches.kind_of(batch)]
    before = {name: shown_value(row, name) for name in fields if name in known}
    changed = {
        name: text.strip()
        for name, text in fields.items()
        if name in known and text.strip() != before[name]
    }
    if not changed:
        raise NothingChanged
    by_hand = {**row.values.get(BY_HAND, {}), **changed}
    row.values = {**row.values, BY_HAND: by_hand}
    row.corrected_by = by.label
    session.flush()
    batches.judge_again(session, batch, [row_no])
    audit.record(
        session,
        by,
        "import.row_corrected",
        batch,
        before={"row": row_no, **{name: before[name] for name in changed}},
        after={"row": row_no, **changed},
    )
    session.refresh(row)
    return row


def leave_out(session: Session, batch: ImportBatch, row_nos: Sequence[int], *, by: Actor) -> int:
    """Leave rows out on purpose; return how many.

    Raises:
        BatchMovedOn: it is not being prepared any more.
    """
    batches.open_for_changes(session, batch)
    rows = [
        (row_no, row_id)
        for row_no, row_id, state in _stored(session, batch, row_nos, StagedRow.state)
        if state not in (RowState.REPEATED, RowState.LEFT_OUT)
    ]
    leave = (row_id for _, row_id in rows)
    staged.change_rows(session, leave, lambda values: {**values, LEFT_OUT: by.label}, by=by)
    return _recorded(session, batch, "import.rows_left_out", [row_no for row_no, _ in rows], by)


def take_back(session: Session, batch: ImportBatch, row_nos: Sequence[int], *, by: Actor) -> int:
    """Take rows back that were left out on purpose; return how many.

    Raises:
        BatchMovedOn: it is not being prepared any more.
    """
    batches.open_for_changes(session, batch)
    rows = [
        (row_no, row_id)
        for row_no, row_id, values in _stored(session, batch, row_nos, StagedRow.values)
        if LEFT_OUT in values
    ]
    staged.change_rows(session, (row_id for _, row_id in rows), _not_left_out, by=by)
    return _recorded(session, batch, "import.rows_taken_back", [row_no for row_no, _ in rows], by)


def take_as_they_are(
    session: Session, batch: ImportBatch, row_nos: Sequence[int], *, by: Actor
) -> int:
    """Take rows as they are that only wait for somebody to say so; return how many.

    Raises:
        BatchMovedOn: it is not being prepared any more.
        NothingToTake: none of them waits for that.
    """
    batches.open_for_changes(session, batch)
    rows = []
    for row in _rows(session, batch, row_nos):
        said = [Problem.from_json(problem) for problem in row.problems]
        stopping = [one for one in said if not one.is_warning]
        if stopping and all(one.is_decision and one.check in CHECKS for one in stopping):
            taken = {one.check: by.label for one in stopping if one.check not in ABOUT_CUSTOMERS}
            if len(taken) == len({one.check for one in stopping}):
                row.values = {**row.values, TAKEN: {**row.values.get(TAKEN, {}), **taken}}
                row.corrected_by = by.label
                rows.append(row)
    if not rows:
        raise NothingToTake
    return _recorded(session, batch, "import.rows_taken", [row.row_no for row in rows], by)


def leave_out_problems(session: Session, batch: ImportBatch, *, by: Actor) -> int:
    """Leave every row out that cannot be taken or waits for a decision; return how many."""
    stopping = (RowState.REFUSED, RowState.DECISION)
    query = select(StagedRow.row_no).where(
        StagedRow.batch_id == batch.id, StagedRow.state.in_(stopping)
    )
    return leave_out(session, batch, list(session.scalars(query)), by=by)


def assign(
    session: Session,
    batch: ImportBatch,
    text: str,
    customer: Customer,
    *,
    keep_name: bool = False,
    by: Actor,
) -> int:
    """Say that every open row that names `text` is of a customer; return how many rows.

    With `keep_name` the customer goes by that name from now on, in every file.

    Raises:
        BatchMovedOn: it is not being prepared any more.
        NothingToDecide: no open row names it.
    """
    batches.open_for_changes(session, batch)
    query = select(StagedRow.row_no, StagedRow.id, StagedRow.values).where(
        StagedRow.batch_id == batch.id, StagedRow.state == RowState.DECISION
    )
    found = session.execute(query.execution_options(yield_per=5000))
    rows = [(row_no, row_id) for row_no, row_id, values in found if _named(values) == text]
    if not rows:
        raise NothingToDecide(text=text)

    def assigned(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, BY_HAND: {**values.get(BY_HAND, {}), "customer_code": customer.code}}

    staged.change_rows(session, (row_id for _, row_id in rows), assigned, by=by)
    if keep_name and text:
        known_as(session, customer, text, by)
    batches.judge_again(session, batch, [row_no for row_no, _ in rows])
    audit.record(
        session,
        by,
        "import.customer_chosen",
        batch,
        after={"customer_id": customer.id, "rows": len(rows)},
        personal={"text": text},
    )
    return len(rows)


def assign_by_text(
    session: Session, batch: ImportBatch, text: str, customer: str, *, keep_name: bool, by: Actor
) -> int:
    """The same with the customer as a person types it: code, name or tax number.

    Raises:
        CustomerUnknown, CustomerAmbiguous: it names nobody, or several.
    """
    found = find_customer(session, customer)
    return assign(session, batch, text, found, keep_name=keep_name, by=by)


def named(row: StagedRow) -> str:
    """What a row calls its customer; empty where it names none."""
    return _named(row.values)


def _named(values: Mapping[str, Any]) -> str:
    return next((str(values[name]) for name in NAMING if values.get(name)), "")


def _not_left_out(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != LEFT_OUT}


def shown_value(row: StagedRow, name: str) -> str:
    """A field of a row as it may be typed again."""
    by_hand: dict[str, str] = row.values.get(BY_HAND, {})
    return by_hand.get(name, str(row.values.get(name, "")))


def known_as(session: Session, customer: Customer, text: str, by: Actor) -> None:
    """Let a customer go by a name from now on."""
    if text in (customer.name, *customer.aliases):
        return
    given = CustomerInput(
        code=customer.code,
        name=customer.name,
        aliases=(*customer.aliases, text),
        tax_id=customer.tax_id,
        address=customer.address,
        language=customer.language,
        time_zone=customer.time_zone,
        group_id=customer.group_id,
        parent_id=customer.parent_id,
        owner_id=customer.owner_id,
        tags=tuple(customer.tags),
        is_active=customer.is_active,
    )
    change_customer(session, customer, given, version=customer.version, by=by)


def _recorded(
    session: Session, batch: ImportBatch, action: str, numbers: Sequence[int], by: Actor
) -> int:
    session.flush()
    batches.judge_again(session, batch, numbers)
    audit.record(
        session,
        by,
        action,
        batch,
        after={
            "rows": len(numbers),
            "numbers": numbers[:100],
            "digest": audit.digest_of_rows(numbers),
        },
    )
    return len(numbers)


def _row(session: Session, batch: ImportBatch, row_no: int) -> StagedRow:
    found = session.scalar(
        select(StagedRow).where(StagedRow.batch_id == batch.id, StagedRow.row_no == row_no)
    )
    if found is None:
        raise NoSuchRow(row=row_no)
    return found


def _stored(
    session: Session, batch: ImportBatch, row_nos: Sequence[int], column: Any
) -> Iterator[tuple[int, int, Any]]:
    """Number, id and one more column of some rows."""
    for some in chunks(sorted(set(row_nos)), 5000):
        query = select(StagedRow.row_no, StagedRow.id, column).where(
            StagedRow.batch_id == batch.id, StagedRow.row_no.in_(some)
        )
        yield from [(row[0], row[1], row[2]) for row in session.execute(query)]


def _rows(session: Session, batch: ImportBatch, row_nos: Sequence[int]) -> list[StagedRow]:
    wanted = sorted(set(row_nos))
    found: list[StagedRow] = []
    for start in range(0, len(wanted), 5000):
        query = select(StagedRow).where(
            StagedRow.batch_id == batch.id, StagedRow.row_no.in_(wanted[start : start + 5000])
        )
        found += session.scalars(query)
    return found
