"""What has been answered so far: to sections, and to single lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from tieout.i18n import N_
from tieout.ledger.models import DisputedPart, Document, DueItem
from tieout.money import Money
from tieout.statements.models import Confirmation, LineAnswer, Statement, StatementLine

AGREED, AGREED_EXCEPT, DISAGREED = "agreed", "agreed_except", "disagreed"
OWN_BALANCE, DEEMED, NO_ANSWER = "own_balance", "deemed", "no_answer"
#: What people read; “deemed” is never “agreed”.
OUTCOMES = {
    AGREED: N_("Agreed"),
    AGREED_EXCEPT: N_("Agreed except for what is disputed"),
    DISAGREED: N_("Disagreed"),
    OWN_BALANCE: N_("Own balance stated"),
    DEEMED: N_("No objection within the agreed time"),
    NO_ANSWER: N_("No answer"),
}
#: A person said it.
GIVEN = (AGREED, AGREED_EXCEPT, DISAGREED, OWN_BALANCE)

CONFIRMED, DISPUTED, UNANSWERED = "confirmed", "disputed", "unanswered"
#: Takes back what was answered before.
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class DisputedDocument:
    """A document of which something is disputed now; the amount carries the document's sign."""

    document_id: int
    number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class LineState:
    """What was answered about a line, here or on an earlier statement that showed the same."""

    answer: str
    receipt: str = ""
    answered_at: datetime | None = None
    #: Answered on another version or statement, and unchanged since.
    is_carried: bool = False


#: Of most lines.
_NOTHING = LineState(UNANSWERED)


class ShownLine(Protocol):
    """A line of a statement, as far as its answers are asked for."""

    @property
    def id(self) -> int:
        """Its own."""

    @property
    def customer_id(self) -> int:
        """Whose it is."""

    @property
    def content_digest(self) -> str:
        """Of what the customer sees of it."""


#: Asked for every page of a statement, so they are put together once.
_CURRENT = select(Confirmation).where(
    Confirmation.section_id.in_(bindparam("section_ids", expanding=True)),
    Confirmation.replaced_by_id.is_(None),
)
_DISPUTED = (
    select(
        Document.id,
        Document.number,
        Document.currency,
        func.sum(DisputedPart.amount_minor * DueItem.direction).label("amount"),
    )
    .join(DueItem, DueItem.document_id == Document.id)
    .join(DisputedPart, DisputedPart.due_item_id == DueItem.id)
    .where(
        DueItem.account_id == bindparam("account_id"),
        DisputedPart.ended_at.is_(None),
        Document.issued_on <= bindparam("through"),
    )
    .group_by(Document.id, Document.number, Document.currency)
    .order_by(Document.id)
)
_THERE = aliased(StatementLine)
_ANSWERED = (
    select(
        LineAnswer.line_id,
        LineAnswer.answer,
        LineAnswer.receipt,
        LineAnswer.answered_at,
        StatementLine.content_digest,
    )
    .join(StatementLine, StatementLine.id == LineAnswer.line_id)
    .where(LineAnswer.customer_id == bindparam("customer_id"))
    .order_by(LineAnswer.answered_at, LineAnswer.id)
)
_ANSWERED_OF_LINES = _ANSWERED.where(
    StatementLine.document_id.in_(bindparam("document_ids", expanding=True))
)
_ANSWERED_OF_SECTION = _ANSWERED.where(
    StatementLine.document_id.in_(
        select(_THERE.document_id).where(_THERE.section_id == bindparam("section_id"))
    )
)


def current(session: Session, section_id: int) -> Confirmation | None:
    """The answer to a section that counts."""
    return current_by_section(session, [section_id]).get(section_id)


def current_by_section(session: Session, section_ids: Iterable[int]) -> dict[int, Confirmation]:
    """The answers that count, by section."""
    query = session.scalars(_CURRENT, {"section_ids": list(section_ids)})
    return {one.section_id: one for one in query}


def asks_again(statement: Statement, answer: Confirmation) -> bool:
    """Whether the books have changed since it was answered."""
    changed = statement.changed_since_at
    return changed is not None and answer.answered_at <= changed


def disputed_documents(session: Session, account_id: int, through: date) -> list[DisputedDocument]:
    """The documents of an account, dated up to a day, of which something is disputed now."""
    rows = session.execute(_DISPUTED, {"account_id": account_id, "through": through})
    return [
        DisputedDocument(row.id, row.number, Money(int(row.amount), row.currency)) for row in rows
    ]


def line_states(session: Session, lines: Sequence[StatementLine]) -> dict[int, LineState]:
    """What was answered about lines; the latest answer to the same content counts."""
    if not lines:
        return {}
    ids = list({line.document_id for line in lines})
    given = {"document_ids": ids, "customer_id": lines[0].customer_id}
    return _states(lines, session.execute(_ANSWERED_OF_LINES, given))


def section_states(
    session: Session, section_id: int, lines: Sequence[ShownLine]
) -> dict[int, LineState]:
    """The same for all lines of a section, however many there are."""
    if not lines:
        return {}
    given = {"section_id": section_id, "customer_id": lines[0].customer_id}
    return _states(lines, session.execute(_ANSWERED_OF_SECTION, given))


def _states(lines: Sequence[ShownLine], rows: Iterable[Row[Any]]) -> dict[int, LineState]:
    latest = {row.content_digest: row for row in rows}
    states: dict[int, LineState] = {}
    for line in lines:
        row = latest.get(line.content_digest)
        if row is None or row.answer == WITHDRAWN:
            states[line.id] = _NOTHING
        else:
            carried = row.line_id != line.id
            states[line.id] = LineState(row.answer, row.receipt, row.answered_at, carried)
    return states
