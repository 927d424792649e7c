"""The lines of a customer's own book that a document was compared with."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.i18n import N_, Sentence
from tieout.ledger.history import Step
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.reconciliation.models import MatchGroup, MatchGroupLine, Reconciliation, TheirLine

#: Lines of theirs that are named.
_NAMED = 3


def told(session: Session, document: Document) -> list[Step]:
    """Tell which lines of their book a document was matched with, comparison by comparison."""
    rows = session.execute(
        select(MatchGroup, Reconciliation)
        .join(MatchGroupLine, MatchGroupLine.group_id == MatchGroup.id)
        .join(Reconciliation, Reconciliation.id == MatchGroup.reconciliation_id)
        .where(MatchGroupLine.document_id == document.id)
        .where(MatchGroup.state.in_(("accepted", "listed")))
        .order_by(Reconciliation.id)
    ).all()
    return [_compared(session, group, made) for group, made in rows]


def _compared(session: Session, group: MatchGroup, made: Reconciliation) -> Step:
    lines = session.scalars(
        select(TheirLine)
        .join(MatchGroupLine, MatchGroupLine.their_line_id == TheirLine.id)
        .where(MatchGroupLine.group_id == group.id)
        .order_by(TheirLine.booked_on, TheirLine.id)
    ).all()
    names = ", ".join(line.number or line.booked_on.isoformat() for line in lines[:_NAMED])
    facts: dict[str, object] = {
        "comparison": made.receipt,
        "lines": names + (" …" if len(lines) > _NAMED else ""),
        "sum": Money(sum(line.amount_minor for line in lines), made.currency),
    }
    words = N_("In comparison %(comparison)s: matched with %(lines)s of their book, %(sum)s")
    if not lines:
        words = N_("In comparison %(comparison)s: not in their book")
    return Step(
        group.decided_at or made.made_at,
        "compared",
        Sentence(words, facts),
        group.decided_by or made.made_by,
        about=f"reconciliation:{made.id}",
    )
