"""Rows by what is wrong with them: how many, what they come to, and a few to look at."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.i18n import N_, Sentence
from tieout.intake import batches
from tieout.intake.amounts import rounded_money
from tieout.intake.judging.checks import CHECKS
from tieout.intake.judging.judge import WITH
from tieout.intake.judging.whose import ABOUT_CUSTOMERS
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.places import Problem
from tieout.intake.states import RowState
from tieout.money import Money

WAITS = N_("Rows that wait for another row of their document")
OTHER = N_("Something else")
STOPPING = (RowState.REFUSED, RowState.DECISION)
#: Rows of which something is said that can still be acted on.
_SPOKEN_OF = (*STOPPING, RowState.READY)
#: Of more rows the overview does not add up what they come to; their own page does.
_MOST_ADDED = 20_000


@dataclass(frozen=True)
class Problems:
    """Rows of which one check says the same."""

    check: str
    #: What they share, such as a name; empty where nothing.
    about: str
    count: int
    row_no: int
    #: What is said of the first of them, with its place.
    sentence: Sentence
    #: Whether they keep the file from being posted.
    stops: bool
    #: Whether a person may take them as they are.
    may_be_taken: bool
    #: By currency; None where there are too many to add up here.
    sums: tuple[Money, ...] | None = None
    samples: tuple[StagedRow, ...] = ()

    @property
    def label(self) -> str:
        """What the check is called."""
        if self.waits_for_others:
            return WAITS
        return CHECKS[self.check].label if self.check in CHECKS else OTHER

    @property
    def is_about_customers(self) -> bool:
        """Whether it is put right by saying whose the rows are."""
        return self.check in ABOUT_CUSTOMERS

    @property
    def waits_for_others(self) -> bool:
        """Whether the rows only wait for another row of their document."""
        return self.check == WITH


def matching(batch_id: int, check: str, about: str) -> tuple[ColumnElement[bool], ...]:
    """The condition of rows of which a check says the same."""
    return (
        StagedRow.batch_id == batch_id,
        StagedRow.cause == check,
        StagedRow.about == about,
        StagedRow.state.in_(_SPOKEN_OF),
    )


def rows(batch_id: int, check: str, about: str) -> Select[StagedRow]:
    """Select the rows of which a check says the same, in the order of the file."""
    return select(StagedRow).where(*matching(batch_id, check, about)).order_by(StagedRow.row_no)


def groups(session: Session, batch: ImportBatch, most: int = 20) -> list[Problems]:
    """Everything that is said of rows: what stops them first, the most frequent first."""
    stopping = func.sum(case((StagedRow.state.in_(STOPPING), 1), else_=0))
    query = (
        select(StagedRow.cause, StagedRow.about, func.count(), func.min(StagedRow.row_no), stopping)
        .where(
            StagedRow.batch_id == batch.id,
            StagedRow.cause != "",
            StagedRow.state.in_(_SPOKEN_OF),
        )
        .group_by(StagedRow.cause, StagedRow.about)
    )
    found = sorted(
        session.execute(query),
        key=lambda one: (not one[4], one[0] == WITH, -one[2], one[3]),
    )[:most]
    adding = sum(count for _, _, count, _, _ in found) <= _MOST_ADDED
    return [
        _group(session, batch, check, about, count, row_no, adding=adding, samples=3)
        for check, about, count, row_no, _ in found
    ]


def group(session: Session, batch: ImportBatch, check: str, about: str) -> Problems | None:
    """The rows of which a check says one thing; None where there are none, or none any more."""
    query = select(func.count(), func.min(StagedRow.row_no)).where(
        *matching(batch.id, check, about)
    )
    count, row_no = session.execute(query).one()
    if not count:
        return None
    return _group(session, batch, check, about, count, row_no, adding=True, samples=10)


def _group(
    session: Session,
    batch: ImportBatch,
    check: str,
    about: str,
    count: int,
    row_no: int,
    *,
    adding: bool,
    samples: int,
) -> Problems:
    shown = tuple(session.scalars(rows(batch.id, check, about).limit(samples)))
    first = leading(shown[0])
    may_be_taken = (
        first.is_decision
        and not first.is_warning
        and check not in ABOUT_CUSTOMERS
        and check in CHECKS
    )
    sums = tuple(_sums(session, batch, check, about)) if adding else None
    return Problems(
        check,
        about,
        count,
        row_no,
        first.placed(batch.filename, batch.sheet, shown[0].row_no),
        stops=shown[0].state in STOPPING,
        may_be_taken=may_be_taken,
        sums=sums,
        samples=shown,
    )


def leading(row: StagedRow) -> Problem:
    """What is said of a row first: what keeps it, else what is worth a look."""
    said = [Problem.from_json(one) for one in row.problems]
    return next((one for one in said if not one.is_warning), said[0])


def _sums(session: Session, batch: ImportBatch, check: str, about: str) -> Iterator[Money]:
    """What the rows come to, by currency; nothing of those whose amount cannot be read."""
    if batch.kind not in (BatchKind.DOCUMENTS, BatchKind.PAYMENTS):
        return
    mapping = batches.mapping_of(batch)
    otherwise = mapping.currency or settings.company(session).base_currency
    query = select(StagedRow.values).where(*matching(batch.id, check, about))
    found: dict[str, Decimal] = defaultdict(Decimal)
    for values in session.scalars(query.execution_options(yield_per=2000)):
        if (amount := amount_of(values)) is not None:
            found[values.get("currency") or otherwise] += amount
    for currency, value in sorted(found.items()):
        yield rounded_money(value, currency)


def amount_of(values: dict[str, Any]) -> Decimal | None:
    """What a stored row comes to by itself: its line, else what it says as a whole, if anything."""
    if (line := values.get("line_amount")) is not None:
        return Decimal(line)
    if (price := values.get("unit_price")) is not None and "quantity" in values:
        return Decimal(price) * Decimal(values["quantity"])
    whole = values.get("_signed")
    return None if whole is None else Decimal(whole)


def without_customer(found: Sequence[Problems]) -> Problems | None:
    """The rows that name no customer at all, where there are any."""
    return next((one for one in found if one.check == "customer_missing"), None)
