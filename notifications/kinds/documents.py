"""The copy of a document, such as an invoice a customer does not have."""

from datetime import datetime

from sqlalchemy.orm import Session

from notifications import pages, readers
from notifications.figures import cash
from notifications.kinds import Link, NotAtAll, Plain, Print, Ready
from tieout.i18n import N_, Sentence
from tieout.ledger import reversing
from tieout.ledger.models import Document, DocumentKind
from tieout.ledger.words import KINDS
from tieout.messages.models import Message
from tieout.reports.copied import copy_print, file_name

TAKEN_BACK = N_("%(number)s was taken back meanwhile.")


class Copy(Plain):
    """A document once more, with its paper."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say which document it is; one that was taken back does not go."""
        document = session.get_one(Document, message.subject_id)
        if reversing.reversal_of(session, document.id) is not None:
            return NotAtAll(Sentence(TAKEN_BACK, {"number": document.number}))
        due = [item.due_on.isoformat() for item in document.due_items]
        figures = {
            "number": document.number,
            "kind_words": KINDS[DocumentKind(document.kind)],
            "issued_on": document.issued_on.isoformat(),
            "due_on": due[0] if len(due) == 1 and document.amount_minor > 0 else None,
            "amount": cash(document.amount_minor, document.currency),
        }
        paper = copy_print(
            session,
            document,
            language=message.language,
            zone=readers.of(session, message).zone,
            printed_at=None,
        )
        link = Link(pages.DOCUMENT.format(id=document.id))
        return Ready(figures, {"page": link}, (Print("document.pdf", file_name(document), paper),))


COPY = Copy()
