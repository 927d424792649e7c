"""The lines of a statement as its page shows them: movements, open items, deliveries.

What was frozen is read once and kept; what was answered is looked up each time.
"""

from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from tieout.ledger.models import DocumentKind
from tieout.ledger.words import KINDS
from tieout.money import Money
from tieout.rendering.translation import gettext, reader
from tieout.reports.data import SectionData
from tieout.statements import answers, queries
from tieout.statements.models import Statement
from tieout.web.keeping import Shelf

#: Answers lines can be narrowed to.
ANSWERS = ("unanswered", "confirmed", "disputed")


@dataclass(frozen=True)
class Line:
    """One movement, with what was answered about it."""

    id: int
    document_id: int
    on: date
    kind: str
    number: str
    reference: str
    note: str
    amount: Money
    balance: Money
    due_on: date | None
    #: One of `ANSWERS`.
    answer: str
    status: str
    word: str
    selectable: bool
    href: str


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


@dataclass(frozen=True, slots=True)
class FixedLine:
    """One movement as it was frozen, in the words of whoever reads."""

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


@dataclass(frozen=True)
class Fixed:
    """What of a section never changes, read once and kept."""

    lines: tuple[FixedLine, ...]
    open_rows: tuple[OpenRow, ...]


#: Lines and open items of statements that were looked at lately.
_FIXED: Shelf[Fixed] = Shelf(50_000)


def lines_of(
    session: Session, section_id: int, fixed: Fixed, disputed: set[int], *, is_settled: bool
) -> tuple[Line, ...]:
    """The lines; where the balance is agreed, one that nobody answered asks for nothing."""
    states = answers.section_states(session, section_id, fixed.lines)
    carried = gettext("Confirmed before, unchanged")
    address = url_for("portal.documents.show", document_id=0)[:-1]
    found = []
    for row in fixed.lines:
        state = states[row.id]
        answer = answers.DISPUTED if row.document_id in disputed else state.answer
        found.append(
            Line(
                id=row.id,
                document_id=row.document_id,
                on=row.on,
                kind=row.kind,
                number=row.number,
                reference=row.reference,
                note=row.note,
                amount=row.amount,
                balance=row.balance,
                due_on=row.due_on,
                answer=answer,
                status=_status(answer, is_settled=is_settled),
                word=carried if state.is_carried and answer == answers.CONFIRMED else "",
                selectable=answer == answers.UNANSWERED,
                href=f"{address}{row.document_id}",
            )
        )
    return tuple(found)


def fixed_of(session: Session, statement: Statement, section_id: int, data: SectionData) -> Fixed:
    """What of a section never changes; drawn once for each language."""
    key = (statement.sha256, section_id, reader.get().language)
    found = _FIXED.get(key)
    if found is None:
        currency, late = data["currency"], gettext("earlier date, booked late")
        lines = tuple(
            FixedLine(
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
            )
            for row in queries.lines(session, section_id)
        )
        found = Fixed(lines, _open_rows(data))
        _FIXED.put(key, found, len(lines) + len(found.open_rows) + 10)
    return found


def _status(answer: str, *, is_settled: bool) -> str:
    if answer != answers.UNANSWERED:
        return answer
    return "" if is_settled else "not_answered"


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
