"""The statements a document stood on, version by version, and how they were answered."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.i18n import N_, Sentence
from tieout.ledger.history import Step
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.statements import auditing
from tieout.statements.answers import CONFIRMED, DISPUTED
from tieout.statements.models import (
    Confirmation,
    LineAnswer,
    Statement,
    StatementLine,
    StatementSection,
)

#: What was answered about a line.
_ANSWERED = {
    CONFIRMED: N_("The customer confirmed this line of %(statement)s"),
    DISPUTED: N_("The customer disputed this line of %(statement)s"),
    "withdrawn": N_("The customer took back what it had answered to this line of %(statement)s"),
}
#: What was answered about the balance.
_OUTCOMES = {
    "agreed": N_("The customer agreed to %(balance)s, the balance of %(statement)s"),
    "agreed_except": N_(
        "The customer agreed to %(balance)s, the balance of %(statement)s, except what it disputes"
    ),
    "disagreed": N_("The customer disagreed with %(balance)s, the balance of %(statement)s"),
    "own_balance": N_("The customer stated a balance of its own to %(statement)s"),
    "deemed": N_("No answer to %(statement)s in time; its balance counts as deemed, not as agreed"),
}

_WITH_AUDITOR = N_("The customer answered %(statement)s; the reply is with the auditor")


def told(session: Session, document: Document) -> list[Step]:
    """Tell which statements named a document and what was answered."""
    rows = session.execute(
        select(StatementLine, Statement)
        .join(StatementSection, StatementSection.id == StatementLine.section_id)
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(StatementLine.document_id == document.id, Statement.issued_at.is_not(None))
        .order_by(Statement.issued_at)
    ).all()
    steps: list[Step] = []
    for line, statement in rows:
        steps += [*_issued(statement), *_of_line(session, line, statement)]
        steps += _of_balance(session, line.section_id, statement)
    return steps


def _called(statement: Statement) -> str:
    return f"{statement.number} v{statement.version}"


def _issued(statement: Statement) -> list[Step]:
    if statement.issued_at is None:
        return []
    what = Sentence(N_("On statement %(statement)s"), {"statement": _called(statement)})
    who = statement.approved_by or statement.prepared_by
    return [Step(statement.issued_at, "stated", what, who, about=f"statement:{statement.id}")]


def _of_line(session: Session, line: StatementLine, statement: Statement) -> list[Step]:
    facts, about = {"statement": _called(statement)}, f"statement:{statement.id}"
    given = select(LineAnswer).where(LineAnswer.line_id == line.id).order_by(LineAnswer.id)
    return [
        Step(
            answer.answered_at,
            "answered",
            Sentence(_ANSWERED[answer.answer], facts),
            about=about,
        )
        for answer in session.scalars(given)
    ]


def _of_balance(session: Session, section_id: int, statement: Statement) -> list[Step]:
    given = select(Confirmation).where(Confirmation.section_id == section_id)
    is_held = bool(auditing.held(session, [statement]))
    return [
        Step(
            one.answered_at,
            "balance_answered",
            Sentence(
                _WITH_AUDITOR if is_held else _OUTCOMES[one.outcome],
                {
                    "statement": _called(statement),
                    "balance": Money(one.balance_minor, one.currency),
                },
            ),
            about=f"statement:{statement.id}",
        )
        for one in session.scalars(given.order_by(Confirmation.id))
    ]
