"""Messages to people of the company: what waits for somebody, and what went wrong."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from notifications import pages
from notifications.figures import cash
from notifications.kinds import Link, NotAtAll, Plain, Ready
from notifications.kinds.disputes import others_of
from tieout.customers.models import Customer
from tieout.db.base import Json
from tieout.disputes.models import Dispute
from tieout.disputes.reasons import REASONS
from tieout.dunning import stale
from tieout.i18n import N_, Sentence
from tieout.intake.models import ImportBatch
from tieout.ledger.models import DocumentDraft
from tieout.messages import addresses, wishes
from tieout.messages.models import Address, IncomingMail, Message

DECIDED = N_("Somebody has decided this already.")


class DisputeWaits(Plain):
    """A customer disputes something and was promised an answer."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Name the customer, the document, the amount and the date promised."""
        dispute = session.get_one(Dispute, message.subject_id)
        customer = session.get_one(Customer, dispute.customer_id)
        words = str(message.payload.get("words", ""))
        figures = {
            "receipt": dispute.receipt,
            "customer_name": customer.name,
            "number": dispute.document.number,
            "amount": cash(dispute.amount_minor, dispute.currency),
            "reason_words": REASONS.get(dispute.reason, dispute.reason),
            "answer_by": dispute.answer_by.isoformat(),
            "words": words,
            "others": others_of(session, message),
        }
        return Ready(figures, {"page": Link(pages.DESK_DISPUTE.format(id=dispute.id))})


class AddressOff(Plain):
    """An address takes no messages any more; nobody would know."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say whose it is and what the far side said."""
        address = session.get_one(Address, message.subject_id)
        if address.is_active:
            return NotAtAll(Sentence(N_("The address takes messages again.")))
        customer = session.get(Customer, address.customer_id) if address.customer_id else None
        figures = {
            "channel": wishes.CHANNELS.get(address.channel, address.channel),
            "address": address.address,
            "person_name": addresses.called(session, address),
            "customer_name": customer.name if customer else "",
            "words": address.off_reason,
        }
        return Ready(figures, {"page": Link(pages.DESK_MESSAGES)})


class MailWaits(Plain):
    """A customer answered by mail, and it is for somebody of ours to look at."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say who wrote, and what."""
        mail = session.get_one(IncomingMail, message.subject_id)
        if not mail.is_open:
            return NotAtAll(Sentence(N_("Somebody has looked at it already.")))
        customer = session.get(Customer, mail.customer_id) if mail.customer_id else None
        figures = {
            "customer_name": customer.name if customer else "",
            "writer": mail.sender_name or mail.sender,
            "address": mail.sender,
            "title": mail.subject,
            "words": mail.text,
        }
        return Ready(figures, {"page": Link(pages.DESK_MAIL.format(id=mail.id))})


class ImportWaits(Plain):
    """A file is to be looked at and posted by a second person."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Name the file and who prepared it."""
        batch = session.get_one(ImportBatch, message.subject_id)
        if batch.state != "submitted":
            return NotAtAll(Sentence(DECIDED))
        figures = {"filename": batch.filename, "prepared_by": batch.uploaded_label}
        return Ready(figures, {"page": Link(pages.DESK_IMPORT.format(id=batch.id))})


class DraftWaits(Plain):
    """A document is to be approved by a second person."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Name the customer and who prepared it."""
        draft = session.get_one(DocumentDraft, message.subject_id)
        if draft.state != "submitted":
            return NotAtAll(Sentence(DECIDED))
        customer = session.get_one(Customer, draft.customer_id)
        figures = {"customer_name": customer.name, "prepared_by": draft.prepared_label}
        return Ready(figures, {"page": Link(pages.DESK_DRAFTS)})


class RemindersHeld(Plain):
    """No reminder leaves today, because the newest payments are old."""

    patience = timedelta(hours=20)

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say why, as long as it is so."""
        on = date.fromordinal(int(message.subject_id or 0))
        newest = stale.freshness(session, on)
        if newest.held is None:
            return NotAtAll(Sentence(N_("Newer payments have come in; reminders leave again.")))
        figures = {
            "on": on.isoformat(),
            "newest_on": newest.newest_on.isoformat() if newest.newest_on else None,
            "pull": _pull(*newest.failed) if newest.failed is not None else None,
        }
        return Ready(figures, {"page": Link(pages.DESK_IMPORTS)})


def _pull(name: str, day: date) -> Json:
    return {"name": name, "on": day.isoformat()}


class Trial(Plain):
    """A word to see whether an address is reached; it says nothing about anybody's books."""

    patience = timedelta(hours=1)

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say who asked for it; a test of words carries the figures to say them with."""
        if trial := message.payload.get("trial"):
            return Ready(trial["figures"], {"page": Link(pages.DESK)})
        return Ready(
            {"asked_by": str(message.payload.get("asked_by", ""))}, {"page": Link(pages.DESK)}
        )


DISPUTE = DisputeWaits()
ADDRESS = AddressOff()
MAIL = MailWaits()
IMPORT = ImportWaits()
DRAFT = DraftWaits()
HELD = RemindersHeld()
TEST = Trial()
