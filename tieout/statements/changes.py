"""What the books learn after a statement was issued is noticed, and whoever answered asked again.

Only what is dated up to the statement's last day changes what it says; an allocation never does.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import events
from tieout.db.bulk import chunks
from tieout.ledger import balances
from tieout.ledger.models import Document
from tieout.statements.answers import GIVEN
from tieout.statements.models import Confirmation, Statement, StatementSection
from tieout.statements.moves import ISSUED


def document_posted(session: Session, event: events.DocumentPosted) -> None:
    """Look whether a document belongs to days that a statement has told already."""
    document = session.get_one(Document, event.document_id)
    _notice(session, [(document.account_id, document.issued_on)], document.recorded_at)


def documents_posted(session: Session, event: events.DocumentsPosted) -> None:
    """Look whether documents posted at once belong to days that statements have told already."""
    for some in chunks(event.earliest, 2000):
        told = session.scalars(
            select(StatementSection.account_id)
            .join(Statement, Statement.id == StatementSection.statement_id)
            .where(
                Statement.state == ISSUED,
                StatementSection.account_id.in_([account_id for account_id, _ in some]),
            )
            .distinct()
        )
        known = set(told)
        _notice(session, [one for one in some if one[0] in known], event.at)


def _notice(session: Session, posted: Iterable[tuple[int, date]], at: datetime) -> None:
    """Mark the statements whose balance is no longer what the books say, or is so again."""
    for account_id, earliest in posted:
        told = session.execute(
            select(Statement, StatementSection)
            .join(StatementSection, StatementSection.statement_id == Statement.id)
            .where(
                StatementSection.account_id == account_id,
                Statement.state == ISSUED,
                Statement.period_end >= earliest,
            )
            .order_by(Statement.period_end, Statement.id)
        ).all()
        for statement, section in told:
            if _says_the_same(session, statement, section):
                if all(_says_the_same(session, statement, each) for each in statement.sections):
                    statement.changed_since_at = None
                continue
            statement.changed_since_at = at
            session.flush()
            if _was_answered(session, section):
                events.publish(session, events.StatementChangedSince(statement.id))


def _says_the_same(session: Session, statement: Statement, section: StatementSection) -> bool:
    owed = balances.balance(session, section.account_id, statement.period_end)
    return owed.minor == section.closing_minor


def _was_answered(session: Session, section: StatementSection) -> bool:
    answered = select(Confirmation.id).where(
        Confirmation.section_id == section.id,
        Confirmation.replaced_by_id.is_(None),
        Confirmation.outcome.in_(GIVEN),
    )
    return session.scalar(answered.limit(1)) is not None
