"""The copy of a promise to pay: how much by when, and what happens next."""

from datetime import datetime

from sqlalchemy.orm import Session

from notifications.figures import cash
from notifications.kinds import NotAtAll, Plain, Ready
from notifications.kinds.reminders import page_of, pay_to
from tieout.customers.models import CustomerAccount
from tieout.dunning import promises
from tieout.dunning.models import PromiseToPay
from tieout.i18n import N_, Sentence
from tieout.messages.models import Message


class Given(Plain):
    """The customer's copy of what was promised, with its number."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say what was noted; of a promise that was taken back nothing."""
        made = session.get_one(PromiseToPay, message.subject_id)
        if made.state == "withdrawn":
            return NotAtAll(Sentence(N_("The promise was taken back.")))
        account = session.get_one(CustomerAccount, made.account_id)
        figures = {
            "receipt": promises.reference(made),
            "amount": cash(made.amount_minor, account.currency),
            "pay_on": made.pay_on.isoformat(),
            "last": (made.pay_on + promises.TOLERANCE).isoformat(),
            "pay_to": pay_to(session, account.currency, at),
        }
        return Ready(figures, {"page": page_of(session, message)})


GIVEN = Given()
