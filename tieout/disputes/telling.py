"""The disputes about a document: raised, answered, decided."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.disputes.models import Dispute, DisputeEntry
from tieout.disputes.moves import NAMES
from tieout.disputes.reasons import REASONS
from tieout.i18n import N_, Sentence
from tieout.ledger.history import Step
from tieout.ledger.models import Document
from tieout.money import Money

#: Entries of a thread that are moves, and what each is called.
_MOVES = {
    "answer": N_("Dispute %(dispute)s was answered"),
    "proposed": N_("Dispute %(dispute)s: a credit note was proposed"),
    "sent_back": N_("Dispute %(dispute)s: the credit note was sent back"),
    "reopened": N_("Dispute %(dispute)s was opened again"),
}


def told(session: Session, document: Document) -> list[Step]:
    """Tell what a customer did not agree with, and what came of it."""
    steps: list[Step] = []
    query = select(Dispute).where(Dispute.document_id == document.id).order_by(Dispute.id)
    for dispute in session.scalars(query):
        steps += _of(session, dispute)
    return steps


def _of(session: Session, dispute: Dispute) -> list[Step]:
    about, facts = f"dispute:{dispute.id}", {"dispute": dispute.receipt}
    raised = Sentence(
        N_("%(amount)s disputed in %(dispute)s: %(reason)s"),
        {
            **facts,
            "amount": Money(dispute.amount_minor, dispute.currency),
            "reason": Sentence(REASONS.get(dispute.reason, dispute.reason)),
        },
    )
    entries = session.scalars(
        select(DisputeEntry).where(DisputeEntry.dispute_id == dispute.id).order_by(DisputeEntry.id)
    ).all()
    by = next((entry.author for entry in entries if entry.kind == "raised"), "")
    steps = [Step(dispute.raised_at, "dispute_raised", raised, by, about=about)]
    for entry in entries:
        if entry.kind in _MOVES and not entry.is_internal:
            what = Sentence(_MOVES[entry.kind], facts)
            steps.append(Step(entry.at, "dispute_moved", what, entry.author, about=about))
    if dispute.resolved_at is not None:
        state = Sentence(NAMES[dispute.state])
        what = Sentence(N_("Dispute %(dispute)s: %(state)s"), {**facts, "state": state})
        steps.append(Step(dispute.resolved_at, "decided", what, about=about))
    return steps
