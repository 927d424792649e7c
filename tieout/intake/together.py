"""What is done to all rows of one problem at once: whose they are, their day, taken, left out."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import Customer
from tieout.customers.services import CustomerInput, add_customer
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.intake import batches, correcting, deciding, problems, staged
from tieout.intake.batches import BatchChanged
from tieout.intake.judging import chosen
from tieout.intake.judging.chosen import Chosen
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.stored import BY_HAND, LEFT_OUT, TAKEN

#: The code a clearing customer is given where there is none yet.
CLEARING = "CLEARING"
CLEARING_NAME = "Clearing"


class NothingLeft(InvalidInput):
    """A problem that no row has any more."""

    message = N_("No row has this problem any more. Look at the import again.")


class CannotBeTaken(InvalidInput):
    """Rows that cannot be taken as they are."""

    message = N_("These rows cannot be taken as they are. Correct them, or leave them out.")


def assign(
    session: Session,
    batch: ImportBatch,
    check: str,
    about: str,
    customer: Customer,
    *,
    seen: int,
    keep_name: bool = False,
    by: Actor,
    at: datetime,
) -> int:
    """Say whose all rows of a problem are; return how many.

    With `keep_name` the customer goes by that name from now on, in every file. Rows of documents
    that name nobody get their customer by the file's mapping, which costs no edit a row.

    Raises:
        BatchChanged: somebody changed it since version `seen` was looked at.
        BatchMovedOn, NothingLeft: there is nothing to decide.
    """
    numbers: list[int] | None
    if check == "customer_missing" and batch.kind == BatchKind.DOCUMENTS:
        count = _counted(session, batch, check, about, seen)
        numbers = None
        batch.mapping = {**batch.mapping, "customer_code": customer.code}
        content = audit.digest_of_rows([customer.code])
        deciding.note_down(session, batch, check, content, by=by, at=at)
    else:
        numbers = _write(
            session, batch, check, about, seen, _by_hand("customer_code", customer.code), by
        )
        count = len(numbers)
    if keep_name and about and check == "customer_unknown":
        correcting.known_as(session, customer, about, by)
    batches.judge_again(session, batch, numbers)
    audit.record(
        session,
        by,
        "import.customer_chosen",
        batch,
        after={"customer_id": customer.id, "rows": count, "check": check},
        personal={"text": about},
    )
    return count


def set_day(
    session: Session,
    batch: ImportBatch,
    check: str,
    about: str,
    day: date,
    *,
    seen: int,
    by: Actor,
) -> int:
    """Give all rows of a problem one date; return how many.

    Raises:
        BatchChanged, BatchMovedOn, NothingLeft: there is nothing to correct.
    """
    numbers = _write(session, batch, check, about, seen, _by_hand("date", day.isoformat()), by)
    return _done(session, batch, "import.days_set", check, numbers, by, day=day.isoformat())


def take(
    session: Session, batch: ImportBatch, check: str, about: str, *, seen: int, by: Actor
) -> int:
    """Take all rows of a problem as they are; return how many.

    Raises:
        CannotBeTaken: it is nothing a person can decide.
        BatchChanged, BatchMovedOn, NothingLeft: there is nothing to decide.
    """
    found = problems.group(session, batch, check, about)
    if found is not None and not found.may_be_taken:
        raise CannotBeTaken

    def taken(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, TAKEN: {**values.get(TAKEN, {}), check: by.label}}

    numbers = _write(session, batch, check, about, seen, taken, by)
    return _done(session, batch, "import.rows_taken", check, numbers, by)


def leave_out(
    session: Session, batch: ImportBatch, check: str, about: str, *, seen: int, by: Actor
) -> int:
    """Leave out all rows of a problem; return how many.

    Raises:
        BatchChanged, BatchMovedOn, NothingLeft: there is nothing to leave out.
    """

    def left_out(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, LEFT_OUT: by.label}

    numbers = _write(session, batch, check, about, seen, left_out, by)
    return _done(session, batch, "import.rows_left_out", check, numbers, by)


def clearing_customer(session: Session, *, by: Actor, at: datetime) -> Customer:
    """The customer that sales without one go to; added where there is none yet."""
    code = Chosen.of(session).limit("customer_missing") or CLEARING
    there = session.scalars(select(Customer).where(Customer.code == code)).one_or_none()
    if there is not None:
        return there
    given = CustomerInput(code=code, name=CLEARING_NAME)
    return add_customer(session, given, by=by, at=at)


def remember_clearing(session: Session, customer: Customer, *, by: Actor) -> None:
    """From now on rows of documents without a customer go to this one."""
    severity = Chosen.of(session).severity("customer_missing")
    chosen.choose(session, "customer_missing", severity, customer.code, by=by)


def _by_hand(field: str, text: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def typed(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, BY_HAND: {**values.get(BY_HAND, {}), field: text}}

    return typed


def _counted(session: Session, batch: ImportBatch, check: str, about: str, seen: int) -> int:
    """Take the batch back into preparation as it was looked at; say how many rows there are."""
    if batch.version != seen:
        raise BatchChanged
    found = problems.group(session, batch, check, about)
    batches.open_for_changes(session, batch)
    if found is None:
        raise NothingLeft
    return found.count


def _write(
    session: Session,
    batch: ImportBatch,
    check: str,
    about: str,
    seen: int,
    change: Callable[[dict[str, Any]], dict[str, Any]],
    by: Actor,
) -> list[int]:
    _counted(session, batch, check, about, seen)
    query = select(StagedRow.row_no, StagedRow.id).where(*problems.matching(batch.id, check, about))
    rows = [(row_no, row_id) for row_no, row_id in session.execute(query)]
    staged.change_rows(session, (row_id for _, row_id in rows), change, by=by)
    return [row_no for row_no, _ in rows]


def _done(
    session: Session,
    batch: ImportBatch,
    action: str,
    check: str,
    numbers: Sequence[int],
    by: Actor,
    **more: str,
) -> int:
    batches.judge_again(session, batch, numbers)
    count = len(numbers)
    audit.record(session, by, action, batch, after={"rows": count, "check": check, **more})
    return count
