"""The whole life of a document: from the file it came in to statement, answer and settlement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tieout.disputes.models import Dispute
from tieout.disputes.moves import NAMES as DISPUTE_STATES
from tieout.disputes.queries import DisputeSearch, disputes
from tieout.i18n import N_, Sentence
from tieout.intake.models import ImportBatch
from tieout.ledger import reversing
from tieout.ledger.history import Step, history
from tieout.ledger.models import Allocation, Document, DueItem
from tieout.money import Money
from tieout.statements.answers import CONFIRMED, DISPUTED
from tieout.statements.models import LineAnswer, Statement, StatementLine, StatementSection

#: What was answered about a line.
_ANSWERED = {
    CONFIRMED: N_("The customer confirmed this line of %(statement)s"),
    DISPUTED: N_("The customer disputed this line of %(statement)s"),
    "withdrawn": N_("The customer took back what it had answered to this line of %(statement)s"),
}


@dataclass(frozen=True)
class Settlement:
    """Part of a document settled with part of another one."""

    allocation: Allocation
    amount: Money
    other: Document


@dataclass(frozen=True)
class DocumentPage:
    """What one page says of a document."""

    settlements: Sequence[Settlement]
    disputes: Sequence[Dispute]
    #: What it hangs together with: the other half of its action, its invoice, its reversal.
    related: Sequence[tuple[Sentence, Document]]
    #: The import it came from, and the row.
    batch: ImportBatch | None
    row: str
    steps: Sequence[Step]


def document_page(session: Session, document: Document) -> DocumentPage:
    """Gather what one page says of a document."""
    batch, row = _import(session, document)
    return DocumentPage(
        settlements=_settlements(session, document),
        disputes=session.scalars(disputes(DisputeSearch(document_id=document.id))).all(),
        related=_related(session, document),
        batch=batch,
        row=row,
        steps=_steps(session, document, batch, row),
    )


def _import(session: Session, document: Document) -> tuple[ImportBatch | None, str]:
    kind, _, rest = document.source.partition(":")
    number, _, row = rest.partition(":")
    if kind != "import" or not number.isdecimal():
        return None, ""
    return session.get(ImportBatch, int(number)), row


def _settlements(session: Session, document: Document) -> list[Settlement]:
    mine = {item.id for item in document.due_items}
    query = (
        select(Allocation)
        .where(
            or_(Allocation.debit_item_id.in_(mine), Allocation.credit_item_id.in_(mine)),
            Allocation.undone_at.is_(None),
        )
        .order_by(Allocation.effective_on, Allocation.id)
    )
    found = []
    for made in session.scalars(query):
        other = made.credit_item_id if made.debit_item_id in mine else made.debit_item_id
        found.append(
            Settlement(
                made,
                Money(made.amount_minor, document.currency),
                session.get_one(DueItem, other).document,
            )
        )
    return found


def _related(session: Session, document: Document) -> list[tuple[Sentence, Document]]:
    found: dict[int, tuple[Sentence, Document]] = {}

    def add(words: str, other: Document | None) -> None:
        if other is not None and other.id != document.id:
            found.setdefault(other.id, (Sentence(words), other))

    if document.reverses_id is not None:
        add(N_("takes back"), session.get(Document, document.reverses_id))
    add(N_("taken back by"), reversing.reversal_of(session, document.id))
    if document.pair:
        others = select(Document).where(
            Document.pair == document.pair, Document.reverses_id.is_(None)
        )
        for other in session.scalars(others.order_by(Document.id)):
            add(N_("one action with"), other)
    if document.related_id is not None:
        add(N_("belongs to"), session.get(Document, document.related_id))
    for other in session.scalars(
        select(Document).where(Document.related_id == document.id).order_by(Document.id).limit(20)
    ):
        add(N_("belongs to this one:"), other)
    return list(found.values())


def _steps(
    session: Session, document: Document, batch: ImportBatch | None, row: str
) -> Sequence[Step]:
    steps = []
    for step in history(session, document):
        if step.kind == "posted" and batch is not None:
            facts = {"file": batch.filename, "row": row}
            words = N_("Posted from the file %(file)s, row %(row)s")
            if not row:
                words = N_("Posted from the file %(file)s")
            steps.append(_brought_in(batch))
            step = replace(step, what=Sentence(words, facts))
        elif step.kind == "posted" and document.source.startswith("draft:"):
            step = replace(step, what=Sentence(N_("Posted")))
        steps.append(step)
    steps += _on_statements(session, document)
    steps += _decided(session, document)
    return sorted(steps, key=lambda step: step.at)


def _brought_in(batch: ImportBatch) -> Step:
    what = Sentence(N_("The file %(file)s was brought in"), {"file": batch.filename})
    return Step(batch.uploaded_at, "brought_in", what, batch.uploaded_label)


def _on_statements(session: Session, document: Document) -> list[Step]:
    rows = session.execute(
        select(StatementLine, Statement)
        .join(StatementSection, StatementSection.id == StatementLine.section_id)
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(StatementLine.document_id == document.id, Statement.issued_at.is_not(None))
        .order_by(Statement.issued_at)
    ).all()
    names: Mapping[int, str] = {
        line.id: f"{statement.number} v{statement.version}" for line, statement in rows
    }
    steps = [
        Step(
            statement.issued_at,
            "stated",
            Sentence(N_("On statement %(statement)s"), {"statement": names[line.id]}),
            statement.approved_by or statement.prepared_by,
        )
        for line, statement in rows
        if statement.issued_at is not None
    ]
    given = select(LineAnswer).where(LineAnswer.line_id.in_(names)).order_by(LineAnswer.id)
    for answer in session.scalars(given):
        facts = {"statement": names[answer.line_id]}
        steps.append(
            Step(answer.answered_at, "answered", Sentence(_ANSWERED[answer.answer], facts))
        )
    return steps


def _decided(session: Session, document: Document) -> list[Step]:
    query = select(Dispute).where(
        Dispute.document_id == document.id, Dispute.resolved_at.is_not(None)
    )
    return [
        Step(
            dispute.resolved_at,
            "decided",
            Sentence(
                N_("Dispute %(dispute)s: %(state)s"),
                {"dispute": dispute.receipt, "state": Sentence(DISPUTE_STATES[dispute.state])},
            ),
        )
        for dispute in session.scalars(query)
        if dispute.resolved_at is not None
    ]
