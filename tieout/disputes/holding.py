"""What hangs on a dispute while it lasts: the disputed part, and the answer to the line."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.disputes import moves
from tieout.disputes.models import Dispute
from tieout.ledger import disputed
from tieout.money import Money
from tieout.statements import answers, confirm
from tieout.statements.models import StatementLine


def ref(dispute: Dispute) -> str:
    """How the ledger and drafts know a dispute."""
    return f"dispute:{dispute.id}"


def amount_of(dispute: Dispute) -> Money:
    """What is disputed, without sign."""
    return Money(dispute.amount_minor, dispute.currency)


def take(session: Session, dispute: Dispute, *, on: date, at: datetime) -> None:
    """Take the disputed part out of ageing and reminders, and mark the line.

    Raises:
        DisputesMoreThanThere, NothingDisputed: not by that much.
    """
    disputed.open_parts(
        session, dispute.document, amount_of(dispute), dispute_ref=ref(dispute), on=on, at=at
    )
    _answer_line(session, dispute, answers.DISPUTED, at)


def end(session: Session, dispute: Dispute, *, on: date, at: datetime) -> None:
    """Let the disputed part count again, and the line wait for an answer."""
    for part in disputed.parts_of(session, ref(dispute)):
        disputed.close_part(session, part, on=on, at=at)
    if not _line_is_disputed_otherwise(session, dispute):
        _answer_line(session, dispute, answers.WITHDRAWN, at)


def _answer_line(session: Session, dispute: Dispute, answer: str, at: datetime) -> None:
    if dispute.statement_line_id is None:
        return
    line = session.get_one(StatementLine, dispute.statement_line_id)
    confirm.answer_lines(
        session,
        [line],
        answer,
        receipt=dispute.receipt,
        kept=dispute.evidence,
        contact_id=dispute.contact_id,
        at=at,
    )


def _line_is_disputed_otherwise(session: Session, dispute: Dispute) -> bool:
    others = select(Dispute.id).where(
        Dispute.document_id == dispute.document_id,
        Dispute.statement_line_id.is_not(None),
        Dispute.id != dispute.id,
        Dispute.state.in_(moves.HOLDS),
    )
    return session.scalar(others.limit(1)) is not None
