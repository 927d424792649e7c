"""The copy of a comparison: what both books say, and what of the difference is explained."""

from datetime import datetime

from sqlalchemy.orm import Session

from notifications import pages
from notifications.figures import cash
from notifications.kinds import Link, NotAtAll, Plain, Ready
from notifications.kinds.statements import statement_link
from tieout.messages.models import Message
from tieout.reconciliation.models import Reconciliation, TheirBook


class Compared(Plain):
    """A customer's own ledger was compared with ours."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say what came of it."""
        made = session.get_one(Reconciliation, message.subject_id)
        book = session.get_one(TheirBook, made.book_id)
        ours, theirs = made.our_balance_minor, made.their_balance_minor
        figures = {
            "receipt": made.receipt,
            "filename": book.filename,
            "as_at": made.as_at.isoformat(),
            "ours": cash(ours, made.currency),
            "theirs": cash(theirs, made.currency),
            "difference": cash(ours - theirs, made.currency),
            "unexplained": cash(made.unexplained_minor, made.currency),
            "last_agreed_on": made.last_agreed_on.isoformat() if made.last_agreed_on else None,
        }
        link = Link(pages.RECONCILIATION.format(id=made.id))
        if made.statement_id is not None:
            link = statement_link(made.statement_id)
        return Ready(figures, {"page": link})


COMPARED = Compared()
