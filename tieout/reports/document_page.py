"""The whole life of a document: from the file it came in to statement, answer and settlement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tieout.disputes.models import Dispute
from tieout.disputes.queries import DisputeSearch, disputes
from tieout.i18n import N_, Sentence
from tieout.intake.models import ImportBatch
from tieout.ledger import reversing
from tieout.ledger.history import Step, whole_history
from tieout.ledger.models import Allocation, Document, DueItem
from tieout.money import Money

#: The ledger's part of what the disputes tell better themselves.
_TOLD_BY_DISPUTES = ("disputed", "dispute_ended")


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
    return [
        replace(step, what=_posted(document, batch, row)) if step.kind == "posted" else step
        for step in whole_history(session, document)
        if step.kind not in _TOLD_BY_DISPUTES
    ]


def _posted(document: Document, batch: ImportBatch | None, row: str) -> Sentence:
    """Say where it was posted from."""
    if batch is not None:
        facts: dict[str, object] = {"file": batch.filename, "row": row}
        if row:
            return Sentence(N_("Posted from the file %(file)s, row %(row)s"), facts)
        return Sentence(N_("Posted from the file %(file)s"), facts)
    return Sentence(N_("Posted"))
