"""Statements as people look for them: what was issued, its answers, what waits for one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session, selectinload

from tieout.statements import answers
from tieout.statements.drafting import BLANK, NEGATIVE
from tieout.statements.models import (
    Confirmation,
    LineAnswer,
    Statement,
    StatementLine,
    StatementSection,
)
from tieout.statements.moves import FROZEN, ISSUED

#: Asked for every page of a statement, so it is put together once.
_STANDING = (
    select(StatementSection, Confirmation)
    .outerjoin(
        Confirmation,
        and_(Confirmation.section_id == StatementSection.id, Confirmation.replaced_by_id.is_(None)),
    )
    .where(StatementSection.statement_id == bindparam("statement_id"))
    .order_by(StatementSection.currency)
)


@dataclass(frozen=True)
class Answered:
    """One currency of a statement with the answer that counts, if there is one."""

    section: StatementSection
    answer: Confirmation | None
    #: The books have changed since it was answered.
    asks_again: bool = False
    #: It was answered, and only the auditor may know how yet.
    is_with_auditor: bool = False

    @property
    def is_given(self) -> bool:
        """Whether a person answered; silence by contract is no answer."""
        if self.is_with_auditor:
            return True
        return self.answer is not None and self.answer.outcome in answers.GIVEN


@dataclass(frozen=True)
class Standing:
    """A statement as it stands with its customer."""

    statement: Statement
    sections: tuple[Answered, ...]

    @property
    def is_open(self) -> bool:
        """Whether it can be answered: it was issued, and no new version took its place."""
        return self.statement.state == ISSUED

    @property
    def waits(self) -> bool:
        """Whether an answer is wanted that nobody has given yet."""
        wanted = self.statement.request != NEGATIVE
        return self.is_open and any(
            one.asks_again or (wanted and not one.is_given) for one in self.sections
        )

    @property
    def is_hidden(self) -> bool:
        """Whether the customer is to state its own balance before it sees ours."""
        blank = self.statement.request == BLANK
        return blank and not all(one.is_given for one in self.sections)


def issued() -> Select[Statement]:
    """Select what customers see, the latest period and version first."""
    return (
        select(Statement)
        .where(Statement.state.in_(FROZEN))
        .options(selectinload(Statement.sections))
        .order_by(Statement.period_end.desc(), Statement.version.desc(), Statement.id.desc())
    )


def current() -> Select[Statement]:
    """Select the versions that count, the latest period first."""
    return issued().where(Statement.state == ISSUED)


def versions(statement: Statement) -> Select[Statement]:
    """Select every version of a statement that was issued, the newest first."""
    return issued().where(Statement.number == statement.number)


def standings(
    session: Session, statements: Sequence[Statement], *, unheard: Collection[int] = ()
) -> list[Standing]:
    """Statements with the answers to their sections.

    Of `unheard` statements it is said only that there is an answer: they are the auditor's.
    """
    ids = [section.id for one in statements for section in one.sections]
    given = answers.current_by_section(session, ids) if ids else {}
    return [
        Standing(
            one,
            tuple(
                _answered(one, section, given.get(section.id), is_heard=one.id not in unheard)
                for section in one.sections
            ),
        )
        for one in statements
    ]


def standing(session: Session, statement: Statement, *, unheard: Collection[int] = ()) -> Standing:
    """One statement with the answers to its sections."""
    given: dict[StatementSection, Confirmation | None] = {}
    for section, answer in session.execute(_STANDING, {"statement_id": statement.id}):
        given[section] = answer
    is_heard = statement.id not in unheard
    return Standing(
        statement,
        tuple(
            _answered(statement, section, answer, is_heard=is_heard)
            for section, answer in given.items()
        ),
    )


def confirmation(receipt: str) -> Select[Confirmation]:
    """Select the answer with a reference number."""
    return select(Confirmation).where(Confirmation.receipt == receipt)


def line_answers(receipt: str) -> Select[LineAnswer]:
    """Select what was answered about lines under one reference number."""
    return select(LineAnswer).where(LineAnswer.receipt == receipt).order_by(LineAnswer.id)


def answered_lines(session: Session, receipt: str) -> list[StatementLine]:
    """The lines that were answered under one reference number, in the statement's order."""
    query = (
        select(StatementLine)
        .join(LineAnswer, LineAnswer.line_id == StatementLine.id)
        .where(LineAnswer.receipt == receipt)
        .order_by(StatementLine.section_id, StatementLine.no)
    )
    return list(session.scalars(query))


def lines(session: Session, section_id: int) -> list[StatementLine]:
    """The lines of a section, in its order."""
    query = select(StatementLine).where(StatementLine.section_id == section_id)
    return list(session.scalars(query.order_by(StatementLine.no)))


def _answered(
    statement: Statement,
    section: StatementSection,
    answer: Confirmation | None,
    *,
    is_heard: bool,
) -> Answered:
    if answer is not None and not is_heard:
        return Answered(section, None, is_with_auditor=True)
    again = answer is not None and answers.asks_again(statement, answer)
    return Answered(section, answer, again)
