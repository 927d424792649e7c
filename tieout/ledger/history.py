"""The life of a document on one page: from its source to its settlement, in order.

The ledger tells what it knows. Whatever stands above it adds its own through `TELLERS`: a
function that is given a document and returns steps. A plug-in registers one the same way, as an
entry point of the group `tieout.history`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from tieout.i18n import N_, Sentence
from tieout.ledger import allocation
from tieout.ledger.models import Allocation, DisputedPart, Document, DocumentDraft, DueItem
from tieout.ledger.words import RULES
from tieout.money import Money
from tieout.registry import Registry


@dataclass(frozen=True)
class Step:
    """Something that happened to a document."""

    at: datetime
    #: drafted, submitted…, posted, reversed, settled, undone, disputed, dispute_ended.
    kind: str
    what: Sentence
    who: str = ""
    #: The day from which it counts, where that is not the moment's.
    on: date | None = None
    #: The other document, to link to.
    document_id: int | None = None
    #: What else to link to: "statement:7", "import:12:34" (batch and row).
    about: str = ""
    #: What was said or written there, as it stood.
    text: str = ""


#: Tells some steps of a document's life.
Teller = Callable[[Session, Document], list[Step]]

TELLERS: Registry[Teller] = Registry(
    "tieout.history",
    intake="tieout.intake.telling:told",
    statements="tieout.statements.telling:told",
    disputes="tieout.disputes.telling:told",
    dunning="tieout.dunning.telling:told",
    reconciliation="tieout.reconciliation.telling:told",
)


def whole_history(session: Session, document: Document) -> list[Step]:
    """Tell the life of a document with everything others know of it, in order."""
    steps = history(session, document)
    for name in TELLERS:
        steps += TELLERS[name](session, document)
    return sorted(steps, key=_order)


#: Of what happened at one moment, this comes first.
_FIRST = ("brought_in", "row_read", "file_done", "drafted", "approved", "posted")


def _order(step: Step) -> tuple[datetime, int]:
    return step.at, _FIRST.index(step.kind) if step.kind in _FIRST else len(_FIRST)


def history(session: Session, document: Document) -> list[Step]:
    """Tell what the ledger itself knows of a document's life."""
    steps = [
        *_drafted(session, document),
        _posted(document),
        *_reversed(session, document),
        *_settled(session, document),
        *_disputed(session, document),
    ]
    return sorted(steps, key=_order)


def _posted(document: Document) -> Step:
    what = Sentence(N_("Posted"))
    if document.source:
        what = Sentence(N_("Posted from %(source)s"), {"source": document.source})
    return Step(document.recorded_at, "posted", what, document.posted_by, document.issued_on)


def _drafted(session: Session, document: Document) -> list[Step]:
    drafted: ColumnElement[bool] = DocumentDraft.document_id == document.id
    kind, _, number = document.source.partition(":")
    if kind == "draft" and number.isdecimal():  # the second document of one action
        drafted = or_(drafted, DocumentDraft.id == int(number))
    draft = session.scalar(select(DocumentDraft).where(drafted))
    if draft is None:
        return []
    about = f"draft:{draft.id}"
    prepared = Sentence(N_("Prepared"))
    steps = [Step(draft.prepared_at, "drafted", prepared, draft.prepared_label, about=about)]
    if draft.decided_at is not None:
        approved = Sentence(N_("Approved"))
        steps.append(Step(draft.decided_at, "approved", approved, draft.decided_label, about=about))
    return steps


def _reversed(session: Session, document: Document) -> list[Step]:
    steps = []
    if document.reverses_id is not None:
        there = session.get_one(Document, document.reverses_id)
        what = Sentence(N_("Takes back %(number)s"), {"number": there.number})
        at, who = document.recorded_at, document.posted_by
        steps.append(Step(at, "reverses", what, who, document.issued_on, there.id))
    by = session.scalar(select(Document).where(Document.reverses_id == document.id))
    if by is not None:
        what = Sentence(N_("Taken back by %(number)s"), {"number": by.number})
        steps.append(Step(by.recorded_at, "reversed", what, by.posted_by, by.issued_on, by.id))
    return steps


def _settled(session: Session, document: Document) -> list[Step]:
    items = {item.id for item in document.due_items}
    steps = []
    for made in allocation.of_document(session, document.id, live=False):
        other_item = made.credit_item_id if made.debit_item_id in items else made.debit_item_id
        other = session.get_one(DueItem, other_item).document
        steps += _steps_of(made, Money(made.amount_minor, document.currency), other)
    return steps


def _steps_of(made: Allocation, amount: Money, other: Document) -> list[Step]:
    facts = {"amount": amount, "number": other.number, "why": Sentence(RULES[made.rule])}
    steps = [
        Step(
            made.recorded_at,
            "settled",
            Sentence(N_("%(amount)s settled with %(number)s: %(why)s"), facts),
            made.recorded_by,
            made.effective_on,
            other.id,
        )
    ]
    if made.undone_at is not None:
        what = Sentence(N_("%(amount)s no longer settled with %(number)s"), facts)
        steps.append(
            Step(made.undone_at, "undone", what, made.undone_by or "", made.undone_on, other.id)
        )
    return steps


def _disputed(session: Session, document: Document) -> list[Step]:
    items = select(DueItem.id).where(DueItem.document_id == document.id)
    steps = []
    for part in session.scalars(select(DisputedPart).where(DisputedPart.due_item_id.in_(items))):
        facts = {
            "amount": Money(part.amount_minor, document.currency),
            "dispute": part.dispute_ref,
        }
        what = Sentence(N_("%(amount)s disputed (%(dispute)s)"), facts)
        steps.append(Step(part.recorded_at, "disputed", what, on=part.effective_on))
        if part.ended_at is not None:
            what = Sentence(N_("%(amount)s no longer disputed (%(dispute)s)"), facts)
            steps.append(Step(part.ended_at, "dispute_ended", what, on=part.ended_on))
    return steps
