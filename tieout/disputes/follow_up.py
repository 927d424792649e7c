"""What follows from a decision about the credit note of a dispute."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.audit import Actor
from tieout.disputes import moves, resolving, steps
from tieout.disputes.models import Dispute
from tieout.events import DraftDecided
from tieout.ledger import allocation, drafts
from tieout.ledger.models import Document, DocumentDraft
from tieout.money import Money


def draft_decided(session: Session, event: DraftDecided) -> None:
    """Close the dispute a credit note was drafted for, or give it back to whoever cares for it."""
    draft = session.get_one(DocumentDraft, event.draft_id)
    dispute = _waiting_for(session, draft)
    if dispute is None or draft.decided_at is None:
        return
    by = Actor("staff", draft.decided_by, draft.decided_label)
    if draft.state == drafts.POSTED:
        _posted(session, dispute, draft, by=by, at=draft.decided_at)
    else:
        _turned_down(session, dispute, draft, by=by, at=draft.decided_at)


def _waiting_for(session: Session, draft: DocumentDraft) -> Dispute | None:
    name, _, number = draft.origin.partition(":")
    dispute = session.get(Dispute, int(number)) if name == "dispute" and number.isdigit() else None
    if dispute is None or dispute.state != moves.ACCEPTING or dispute.draft_id != draft.id:
        return None
    return dispute


def _posted(
    session: Session, dispute: Dispute, draft: DocumentDraft, *, by: Actor, at: datetime
) -> None:
    note = session.get_one(Document, draft.document_id)
    said = [entry.text for entry in dispute.entries if entry.kind == "proposed"]
    resolving.settle(
        session,
        dispute,
        abs(Money(note.amount_minor, note.currency)),
        text=said[-1] if said else "",
        facts={"number": note.number, "document_id": note.id},
        by=by,
        on=at.astimezone(ZoneInfo(settings.company(session).time_zone)).date(),
        at=at,
    )
    _allocate(session, dispute.document, note, by=by, at=at)


def _allocate(
    session: Session, document: Document, note: Document, *, by: Actor, at: datetime
) -> None:
    """Settle the document with its credit note, as far as anything of it is open."""
    if note.account_id != document.account_id:
        return
    [credit] = note.due_items
    for item in document.due_items:
        amount = min(item.open_minor, credit.open_minor)
        if amount > 0 and item.direction > 0:
            settled = Money(amount, document.currency)
            allocation.allocate(session, item, credit, settled, rule="reference", by=by, at=at)


def _turned_down(
    session: Session, dispute: Dispute, draft: DocumentDraft, *, by: Actor, at: datetime
) -> None:
    steps.move(session, dispute, "send_back")
    dispute.draft_id = None
    facts = {"draft_id": draft.id}
    text = draft.decision_note
    steps.enter(
        session, dispute, "sent_back", text=text, is_internal=True, facts=facts, by=by, at=at
    )
    audit.record(session, by, "dispute.sent_back", dispute, after=facts)
