"""Messages about disputes: the receipt, an answer in the thread, what came of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from notifications import pages
from notifications.figures import cash
from notifications.kinds import Link, NotAtAll, Plain, Ready
from notifications.kinds.statements import statement_link
from tieout.db.base import Json
from tieout.disputes import own_steps
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.disputes.reasons import REASONS
from tieout.messages.models import Message
from tieout.statements.models import StatementLine


class Raised(Plain):
    """The customer's copy of a dispute, with the reference number and what happens next."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say what is disputed and by when we answer."""
        dispute = session.get_one(Dispute, message.subject_id)
        figures = {**figures_of(dispute), "others": others_of(session, message)}
        return Ready(figures, {"page": page_of(session, dispute)})


class Answered(Plain):
    """Somebody of ours has written into the dispute's thread."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say what was written."""
        dispute = session.get_one(Dispute, message.subject_id)
        entry = session.get_one(DisputeEntry, message.payload["entry_id"])
        figures = {**figures_of(dispute), "words": entry.text, "author": entry.author}
        return Ready(figures, {"page": page_of(session, dispute)})


class Step(Plain):
    """The customer's copy of what it wrote into its dispute, or of taking it back."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say what was done, what follows, and by when we answer."""
        dispute = session.get_one(Dispute, message.subject_id)
        entry = session.get_one(DisputeEntry, message.payload["entry_id"])
        done, follows = own_steps.words(dispute, entry)
        figures = {
            **figures_of(dispute),
            "done": done.to_json(),
            "follows": follows.to_json(),
            "is_answered": own_steps.is_answered(entry),
            "words": entry.text,
        }
        return Ready(figures, {"page": page_of(session, dispute)})


class Resolved(Plain):
    """What came of a dispute."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say what was decided, and why."""
        dispute = session.get_one(Dispute, message.subject_id)
        said = [
            entry
            for entry in dispute.entries
            if not entry.is_internal and entry.kind == dispute.state
        ]
        figures = {**figures_of(dispute), "words": said[-1].text if said else ""}
        return Ready(figures, {"page": page_of(session, dispute)})


def figures_of(dispute: Dispute) -> Json:
    """What every message about a dispute says of it."""
    accepted = dispute.accepted_minor
    return {
        "receipt": dispute.receipt,
        "number": dispute.document.number,
        "amount": cash(dispute.amount_minor, dispute.currency),
        "reason_words": REASONS.get(dispute.reason, dispute.reason),
        "state": dispute.state,
        "accepted": None if accepted is None else cash(accepted, dispute.currency),
        "answer_by": dispute.answer_by.isoformat(),
        # money or a credit: nothing of it is due, and no credit note puts it right
        "lowers": dispute.document.amount_minor < 0,
    }


def others_of(session: Session, message: Message) -> list[Json]:
    """What was disputed in the same act, besides what the message is about."""
    return [
        figures_of(session.get_one(Dispute, other)) for other in message.payload.get("with", ())
    ]


def page_of(session: Session, dispute: Dispute) -> Link:
    """Where to read on: the statement it was raised on, else the dispute after signing in."""
    if dispute.statement_line_id is None:
        return Link(pages.DISPUTE.format(id=dispute.id))
    line = session.get_one(StatementLine, dispute.statement_line_id)
    return statement_link(line.section.statement_id)


RAISED = Raised()
ANSWERED = Answered()
STEP = Step()
RESOLVED = Resolved()
