"""A comparison beside the statement it explains: which ones there are, and putting it there."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.money import Money
from tieout.reconciliation import agreeing, queries
from tieout.reconciliation.models import Reconciliation, TheirBook
from tieout.statements import answers
from tieout.statements.models import Statement, StatementLine, StatementSection


class StatementSaysOtherwise(Conflict):
    """A comparison whose balance is not the statement's: it explains another one."""

    message = N_(
        "Statement %(number)s closes at %(closing)s, the comparison was made with %(compared)s."
        " Compare their ledger again, then attach it; nothing was changed."
    )


class NoStatementToExplain(Conflict):
    """No statement of the account at that day."""

    message = N_("No issued statement of this account ends on %(day)s.")


@dataclass(frozen=True)
class Attached:
    """A comparison as the statement's page tells it."""

    made: Reconciliation
    filename: str
    ours: Money
    theirs: Money
    unexplained: Money

    @property
    def difference(self) -> Money:
        """Ours less theirs."""
        return self.ours - self.theirs


def _newest(attached: ColumnElement[bool]) -> Select[int, str]:
    newest = select(func.max(Reconciliation.id)).where(attached).group_by(Reconciliation.account_id)
    return (
        select(Reconciliation.id, TheirBook.filename)
        .join(TheirBook, TheirBook.id == Reconciliation.book_id)
        .where(Reconciliation.id.in_(newest))
        .order_by(Reconciliation.currency, Reconciliation.id)
    )


#: Put together once; the statement's id is given each time.
_ID: BindParameter[int] = bindparam("statement_id")
_MADE_OF_IT = (
    select(StatementSection.account_id)
    .join(Statement, Statement.id == StatementSection.statement_id)
    .where(
        Statement.id == _ID,
        StatementSection.account_id == Reconciliation.account_id,
        Statement.period_end == Reconciliation.as_at,
    )
)
_SHOWN_TO_STAFF = _newest(or_(Reconciliation.statement_id == _ID, _MADE_OF_IT.exists()))
_SHOWN = _newest(and_(Reconciliation.statement_id == _ID, Reconciliation.is_internal.is_(False)))


def of_statement(session: Session, statement_id: int, *, staff: bool) -> Sequence[Attached]:
    """The newest comparison of each account of a statement; staff also see their own ones."""
    query = _SHOWN_TO_STAFF if staff else _SHOWN
    found = session.execute(query, {"statement_id": statement_id}).all()
    return [
        _told(session.get_one(Reconciliation, made_id), filename) for made_id, filename in found
    ]


def explained(session: Session, made: Reconciliation) -> Statement | None:
    """The statement a comparison explains, or could: of its account, ending on its day."""
    if made.statement_id is not None:
        return session.get(Statement, made.statement_id)
    return queries.statement_at(session, made.account_id, made.as_at)


def unanswered(session: Session, made: Reconciliation, statement: Statement) -> set[int]:
    """Lines of a statement that agree with their book and nobody has answered yet, by id."""
    agreed = agreeing.documents(session, made)
    query = (
        select(StatementLine)
        .join(StatementSection, StatementSection.id == StatementLine.section_id)
        .where(
            StatementSection.statement_id == statement.id,
            StatementSection.account_id == made.account_id,
        )
    )
    lines = [one for one in session.scalars(query) if one.document_id in agreed]
    states = answers.line_states(session, lines)
    return {one for one, state in states.items() if state.answer == answers.UNANSWERED}


def attach(session: Session, made: Reconciliation, *, by: Actor) -> Statement:
    """Put a comparison beside the statement it explains.

    Raises:
        NoStatementToExplain: none ends on its day.
        StatementSaysOtherwise: it closes at another balance.
    """
    statement = queries.statement_at(session, made.account_id, made.as_at)
    if statement is None:
        raise NoStatementToExplain(day=made.as_at)
    section = session.scalars(
        select(StatementSection).where(
            StatementSection.statement_id == statement.id,
            StatementSection.account_id == made.account_id,
        )
    ).one()
    if section.closing_minor != made.our_balance_minor:
        raise StatementSaysOtherwise(
            number=statement.number or "",
            closing=Money(section.closing_minor, made.currency),
            compared=Money(made.our_balance_minor, made.currency),
        )
    before = made.statement_id
    made.statement_id = statement.id
    audit.record(
        session,
        by,
        "reconciliation.attached",
        made,
        before={"statement_id": before},
        after={"statement_id": statement.id},
    )
    return statement


def _told(made: Reconciliation, filename: str) -> Attached:
    currency = made.currency
    return Attached(
        made,
        filename,
        Money(made.our_balance_minor, currency),
        Money(made.their_balance_minor, currency),
        Money(made.unexplained_minor, currency),
    )
