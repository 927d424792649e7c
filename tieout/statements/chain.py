"""The statement before: where an account's next opening comes from, and what it did not show."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tieout.ledger import movements
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
    select(
        Statement.id,
        Statement.number,
        Statement.period_end,
        Statement.known_at,
        StatementSection.closing_minor,
        StatementSection.currency,
    )
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
    first_day = session.execute(_FIRST_DAY, given).scalar_one()
    return Previous(
        statement_id=row.id,
        number=row.number or "",
        closing=Money(row.closing_minor, row.currency),
        period_end=row.period_end,
        known_at=row.known_at,
        first_day=first_day,
    )


def previous_of(
    session: Session, account_ids: Collection[int], before: date
) -> dict[int, Previous]:
    """The same of each of some accounts that has one, by one query."""
    account_id = StatementSection.account_id
    newest_first = (
        Statement.period_end.desc(),
        Statement.issued_at.desc(),
        Statement.id.desc(),
    )
    ends_before = (
        select(
            StatementSection.account_id,
            StatementSection.currency,
            StatementSection.closing_minor,
            StatementSection.statement_id,
            func.row_number().over(partition_by=account_id, order_by=newest_first).label("place"),
            func.min(Statement.period_start).over(partition_by=account_id).label("first_day"),
        )
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(
            StatementSection.account_id.in_(list(account_ids)),
            Statement.state == ISSUED,
            Statement.period_end < before,
        )
        .subquery()
    )
    query = (
        select(ends_before, Statement.number, Statement.period_end, Statement.known_at)
        .join(Statement, Statement.id == ends_before.c.statement_id)
        .where(ends_before.c.place == 1)
    )
    return {
        row.account_id: Previous(
            statement_id=row.statement_id,
            number=row.number or "",
            closing=Money(row.closing_minor, row.currency),
            period_end=row.period_end,
            known_at=row.known_at,
            first_day=row.first_day,
        )
        for row in session.execute(query)
    }


def not_shown(
    session: Session, lasts: Mapping[int, Previous], before: date, known_at: datetime
) -> dict[int, list[Movement]]:
    """What of some accounts is dated before a day, but was on no statement yet.

    It is dated after the account's last statement ended, or the books learned of it after that
    was frozen.
    """
    if not lasts:
        return {}
    found = movements.earlier_of(
        session,
        lasts,
        before,
        since=min(last.period_end for last in lasts.values()) + timedelta(days=1),
        recorded_after=min(last.known_at for last in lasts.values()) - SLACK,
        known_at=known_at,
    )
    doubtful = {
        one.document_id
        for account_id, last in lasts.items()
        for one in found[account_id]
        if one.issued_on <= last.period_end and _is_doubtful(one, last)
    }
    shown = _shown(session, doubtful)
    return {
        account_id: [one for one in found[account_id] if _is_new(one, last, shown)]
        for account_id, last in lasts.items()
    }


def _is_doubtful(one: Movement, last: Previous) -> bool:
    """Whether it may have been committed after that was frozen, though it bears an earlier time."""
    return last.known_at - SLACK < one.recorded_at <= last.known_at


def _is_new(one: Movement, last: Previous, shown: Mapping[int, date]) -> bool:
    """Whether the last statement, and those before it, have not shown an entry."""
    if one.issued_on > last.period_end or one.recorded_at > last.known_at:
        return True
    if not _is_doubtful(one, last) or one.issued_on < last.first_day:
        return False
    return shown.get(one.document_id, date.max) > last.period_end


def _shown(session: Session, document_ids: Collection[int]) -> dict[int, date]:
    """The first period's end at which an issued statement showed each of some documents."""
    if not document_ids:
        return {}
    query = (
        select(StatementLine.document_id, func.min(Statement.period_end))
        .join(StatementSection, StatementSection.id == StatementLine.section_id)
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(StatementLine.document_id.in_(list(document_ids)), Statement.state == ISSUED)
        .group_by(StatementLine.document_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
