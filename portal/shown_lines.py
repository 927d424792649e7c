"""The lines of a statement as its page shows them: movements, open items, deliveries.

What was frozen is read once and kept; what was answered is looked up each time.
"""

from dataclasses import dataclass, replace
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from portal import owed
from portal.owed import Owed
from tieout.ledger.models import DocumentKind
from tieout.ledger.words import KINDS
from tieout.money import Money
from tieout.rendering.translation import gettext, reader
from tieout.reports.data import SectionData
from tieout.statements import answers, queries
from tieout.statements.answers import LineState
from tieout.statements.models import Statement
from tieout.web.keeping import Shelf

#: Answers lines can be narrowed to.
ANSWERS = ("unanswered", "confirmed", "disputed")
#: What a line asks for.
NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, slots=True)
class Line:
    """One movement as it was frozen, with what was answered about it."""

    id: int
    customer_id: int
    document_id: int
    on: date
    due_on: date | None
    kind: str
    number: str
    reference: str
    note: str
    amount: Money
    balance: Money
    content_digest: str
    href: str
    #: One of `ANSWERS`.
    answer: str = answers.UNANSWERED
    status: str = NOT_ANSWERED
    word: str = ""

    @property
    def selectable(self) -> bool:
        """Whether it can be ticked, to be confirmed with others."""
        return self.answer == answers.UNANSWERED


@dataclass(frozen=True)
class OpenRow:
    """A document of which something is open, as a row."""

    kind: str
    number: str
    on: date
    due_on: date | None
    disputed: Money
    open: Money
    days: int
    is_retention: bool = False


@dataclass(frozen=True)
class DeliveryRow:
    """Goods delivered and not yet invoiced, as a row."""

    number: str
    on: date
    order_number: str
    description: str
    amount: Money


@dataclass(frozen=True)
class Fixed:
    """What of a section never changes, read once and kept: its lines as if nobody had answered."""

    lines: tuple[Line, ...]
    open_rows: tuple[OpenRow, ...]
    owed: Owed


#: Lines and open items of statements that were looked at lately.
_FIXED: Shelf[Fixed] = Shelf(50_000)


def lines_of(
    session: Session, section_id: int, fixed: Fixed, disputed: set[int]
) -> tuple[Line, ...]:
    """The lines with what was answered about each."""
    states = answers.section_states(session, section_id, fixed.lines)
    carried = gettext("Confirmed before, unchanged")
    return tuple(
        line
        if states[line.id].answer == answers.UNANSWERED and line.document_id not in disputed
        else _answered(line, states[line.id], carried, is_disputed=line.document_id in disputed)
        for line in fixed.lines
    )


def _answered(line: Line, state: LineState, carried: str, *, is_disputed: bool) -> Line:
    answer = answers.DISPUTED if is_disputed else state.answer
    was_before = state.is_carried and answer == answers.CONFIRMED
    return replace(line, answer=answer, status=answer, word=carried if was_before else "")


def fixed_of(
    session: Session,
    statement: Statement,
    section_id: int,
    data: SectionData,
    as_at: date,
    *,
    is_settled: bool,
) -> Fixed:
    """What of a section never changes; drawn once for each language.

    Where the balance is agreed, a line that nobody answered asks for nothing.
    """
    address = url_for("portal.documents.show", document_id=0)[:-1]
    key = (statement.sha256, section_id, reader.get().language, is_settled, address)
    found = _FIXED.get(key)
    if found is None:
        currency, late = data["currency"], gettext("earlier date, booked late")
        lines = tuple(
            Line(
                id=row.id,
                customer_id=row.customer_id,
                document_id=row.document_id,
                on=row.issued_on,
                due_on=row.due_on,
                kind=kind_name(row.kind),
                number=row.number,
                reference=row.reference,
                note=late if row.is_late else row.description,
                amount=Money(row.amount_minor, currency),
                balance=Money(row.balance_minor, currency),
                content_digest=row.content_digest,
                href=f"{address}{row.document_id}",
                status="" if is_settled else NOT_ANSWERED,
            )
            for row in queries.lines(session, section_id)
        )
        found = Fixed(lines, _open_rows(data), owed.on_statement(data, statement.kind, as_at))
        _FIXED.put(key, found, len(lines) + len(found.open_rows) + 10)
    return found


def _open_rows(data: SectionData) -> tuple[OpenRow, ...]:
    currency = data["currency"]
    return tuple(
        OpenRow(
            kind=kind_name(item["kind"]),
            number=item["number"],
            on=date.fromisoformat(item["date"]),
            due_on=date.fromisoformat(item["due_on"]) if item["due_on"] else None,
            disputed=Money(item["disputed"], currency),
            open=Money(item["open"], currency),
            days=item["days"],
            is_retention=item.get("retention", False),
        )
        for item in data["open_items"]
    )


def deliveries_of(data: SectionData) -> tuple[DeliveryRow, ...]:
    """Its deliveries that wait for their invoice."""
    return tuple(
        DeliveryRow(
            one["number"],
            date.fromisoformat(one["date"]),
            one["order"],
            one["description"],
            Money(one["amount"], data["currency"]),
        )
        for one in data.get("deliveries", [])
    )


def kind_name(kind: str) -> str:
    """What a kind of document is called by whoever reads."""
    return gettext(KINDS[DocumentKind(kind)])
