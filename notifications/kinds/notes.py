"""Notes beside reminders: before something falls due, and thanks once nothing is overdue."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from notifications import pages
from notifications.figures import cash
from notifications.kinds import Link, NotAtAll, NotNow, Plain, Ready
from notifications.kinds.reminders import declined, page_of, pay_to, references, waits
from tieout import settings
from tieout.customers.models import CustomerAccount
from tieout.dunning import coming, notices
from tieout.dunning.models import DunningCycle
from tieout.i18n import N_, Sentence
from tieout.messages.models import Message


class DueSoon(Plain):
    """What an account has to pay within days; worked out again as it leaves."""

    may_repeat = False
    is_wish = True

    def prepare(
        self, session: Session, message: Message, at: datetime
    ) -> Ready | NotNow | NotAtAll:
        """Name what falls due; nothing of it: nothing is said."""
        if gone := declined(session, message):
            return gone
        if waiting := waits(session, message, at):
            return waiting
        account = session.get_one(CustomerAccount, message.subject_id)
        due_on = date.fromisoformat(str(message.payload["due_on"]))
        found = coming.work_out(session, account, due_on, _today(session, at))
        if isinstance(found, Sentence):
            return NotAtAll(found)
        known = references(session, [part.due_item_id for part in found.parts])
        figures = {
            "due_on": due_on.isoformat(),
            "total": cash(found.total_minor, account.currency),
            "items": [
                {
                    "number": part.number,
                    "reference": known.get(part.due_item_id, ""),
                    "amount": cash(part.amount_minor, account.currency),
                }
                for part in found.parts
            ],
            "pay_to": pay_to(session, account.currency, at),
        }
        return Ready(figures, {"page": page_of(session, message)})


class Thanks(Plain):
    """Thanks, once what was reminded of is paid."""

    may_repeat = False
    is_wish = True

    def prepare(
        self, session: Session, message: Message, at: datetime
    ) -> Ready | NotNow | NotAtAll:
        """Say it, unless something is overdue again."""
        if gone := declined(session, message):
            return gone
        if waiting := waits(session, message, at):
            return waiting
        cycle = session.get_one(DunningCycle, message.subject_id)
        on = _today(session, at)
        if notices.is_overdue(session, cycle.account_id, on):
            return NotAtAll(Sentence(N_("Something is overdue again.")))
        account = session.get_one(CustomerAccount, cycle.account_id)
        figures = {"on": on.isoformat(), "currency": account.currency}
        return Ready(figures, {"page": Link(pages.HOME)})


def _today(session: Session, at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()


DUE_SOON = DueSoon()
THANKS = Thanks()
