"""The message about our bank account: which one counts from a day on, and which until then."""

from datetime import datetime

from sqlalchemy.orm import Session

from notifications import pages
from notifications.kinds import Link, NotAtAll, Plain, Ready
from tieout.db.base import Json
from tieout.i18n import N_, Sentence
from tieout.messages.models import Message
from tieout.settings import BankAccount, banks


class Changed(Plain):
    """Our account is another one from a day on; the customer's own page says the same."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Name both accounts and the day; nothing where the new one has ended meanwhile."""
        account = session.get_one(BankAccount, message.subject_id)
        change = banks.change_to(session, account)
        if change is None or (account.valid_to and account.valid_to < account.valid_from):
            return NotAtAll(Sentence(N_("The account has been replaced meanwhile.")))
        figures = {
            "currency": account.currency,
            "valid_from": account.valid_from.isoformat(),
            "new": _named(change.new),
            "old": _named(change.old),
        }
        return Ready(figures, {"page": Link(pages.HOME)})


def _named(account: BankAccount) -> Json:
    return {
        "holder": account.holder,
        "bank": account.bank,
        "number": account.number,
        "swift": account.swift,
    }


CHANGED = Changed()
