"""The statement before: where an account's next opening comes from, and what it did not show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tieout.ledger import balances
from tieout.ledger.items import Movement
from tieout.money import Money
from tieout.statements.models import Statement, StatementLine, StatementSection
from tieout.statements.moves import ISSUED

#: An entry may be committed a little after the moment it bears: so far back we look twice.
SLACK = timedelta(days=1)


@dataclass(frozen=True)
class Previous:
    """What the last issued statement of an account said, and what it knew."""

    statement_id: int
    number: str
    closing: Money
    period_end: date
    known_at: datetime
    #: The first day any statement of this account shows.
    first_day: date


#: Asked for every page of a statement, so they are put together once.
_ENDS_BEFORE = (
    StatementSection.account_id == bindparam("account_id"),
    Statement.state == ISSUED,
    Statement.period_end < bindparam("before"),
)
_LAST = (
    select(Statement, StatementSection)
    .join(StatementSection, StatementSection.statement_id == Statement.id)
    .where(*_ENDS_BEFORE)
    .order_by(Statement.period_end.desc(), Statement.issued_at.desc(), Statement.id.desc())
    .limit(1)
)
_FIRST_DAY = (
    select(func.min(Statement.period_start))
    .join(StatementSection, StatementSection.statement_id == Statement.id)
    .where(*_ENDS_BEFORE)
)


def previous(session: Session, account_id: int, before: date) -> Previous | None:
    """The last issued statement of an account that ends before a day."""
    given = {"account_id": account_id, "before": before}
    row = session.execute(_LAST, given).first()
    if row is None:
        return None
    statement, section = row
    first_day = session.execute(_FIRST_DAY, given).scalar_one()
    return Previous(
        statement_id=statement.id,
        number=statement.number or "",
        closing=Money(section.closing_minor, section.currency),
        period_end=statement.period_end,
        known_at=statement.known_at,
        first_day=first_day,
    )


def not_shown(
    session: Session, account_id: int, last: Previous, before: date, known_at: datetime
) -> list[Movement]:
    """What is dated before a day, but was on no statement yet.

    It is dated after the last statement ended, or the books learned of it after that was frozen.
    """
    after = last.period_end + timedelta(days=1)
    between = balances.movements(session, account_id, after, before - timedelta(days=1), known_at)
    earlier = balances.booked_late(session, account_id, after, last.known_at - SLACK, known_at)
    doubtful = {one.document_id for one in earlier if one.recorded_at <= last.known_at}
    shown = _shown(session, account_id, doubtful, last.period_end)
    late = [
        one
        for one in earlier
        if one.recorded_at > last.known_at
        or (one.issued_on >= last.first_day and one.document_id not in shown)
    ]
    return late + between


def _shown(
    session: Session, account_id: int, document_ids: set[int], through: date
) -> frozenset[int]:
    if not document_ids:
        return frozenset()
    query = (
        select(StatementLine.document_id)
        .join(StatementSection, StatementSection.id == StatementLine.section_id)
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(
            StatementLine.document_id.in_(document_ids),
            StatementSection.account_id == account_id,
            Statement.state == ISSUED,
            Statement.period_end <= through,
        )
    )
    return frozenset(session.scalars(query))
