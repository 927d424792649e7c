"""Statements that say what somebody is about to take back."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tieout.i18n import N_, Sentence
from tieout.statements.models import Statement, StatementLine, StatementSection
from tieout.statements.moves import ISSUED

ON_STATEMENTS = N_(
    "Documents that stand on issued statements: %(documents)s, on %(statements)s statements. "
    "These stay as they were sent; whoever answered one is told that it has changed."
)


def on_statements(session: Session, documents: Select[int]) -> list[Sentence]:
    """What issued statements say of documents of these ids; nothing where none speaks of them."""
    counts = (
        select(
            func.count(StatementLine.document_id.distinct()),
            func.count(StatementSection.statement_id.distinct()),
        )
        .join(StatementSection, StatementSection.id == StatementLine.section_id)
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(Statement.state == ISSUED, StatementLine.document_id.in_(documents))
    )
    told, statements = session.execute(counts).one()
    if not told:
        return []
    return [Sentence(ON_STATEMENTS, {"documents": told, "statements": statements})]
