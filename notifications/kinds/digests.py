"""The digest: once a day what waits for one of our people, instead of a mail for each thing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from notifications import pages
from notifications.figures import cash
from notifications.kinds import Link, NotAtAll, Plain, Ready
from tieout.db.base import Json
from tieout.i18n import N_, Sentence
from tieout.identity.models import StaffUser
from tieout.identity.permissions import sees_all_customers
from tieout.messages.models import Message
from tieout.month_end import waiting
from tieout.month_end.waiting import Waiting, Within

#: Messages that failed longer ago are history.
FAILED_SINCE = timedelta(days=30)


class Digest(Plain):
    """What waits, for the customers the reader sees; a group of ours sees all."""

    patience = timedelta(hours=12)

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Count it as it is now; where nothing waits nothing is said."""
        on = date.fromordinal(int(message.subject_id or 0))
        rows = [_row(one(session, on, at, _within(session, message))) for one in COUNTED]
        found = [row for row in rows if row["count"]]
        if not found:
            return NotAtAll(Sentence(N_("Nothing waits for anybody.")))
        return Ready({"on": on.isoformat(), "rows": found}, {"page": Link(pages.DESK)})


Counted = Callable[[Session, date, datetime, Within], Waiting]

#: What a digest tells of, in its order.
COUNTED: tuple[Counted, ...] = (
    lambda session, on, at, within: waiting.over_limit(session, within),
    lambda session, on, at, within: waiting.promises(session, on, within),
    lambda session, on, at, within: waiting.messages(session, at - FAILED_SINCE, within),
    lambda session, on, at, within: waiting.unanswered(session, on, within),
    lambda session, on, at, within: waiting.disputes(session, on, within),
    lambda session, on, at, within: waiting.calendar(session, on),
)


def _within(session: Session, message: Message) -> Within:
    staff_id = message.payload.get("staff_id")
    if staff_id is None:
        return waiting.everybody
    reader = session.get_one(StaffUser, int(staff_id))
    if sees_all_customers(reader.roles):
        return waiting.everybody
    return waiting.own_customers(reader.id)


def _row(one: Waiting) -> Json:
    return {
        "what": one.what,
        "count": one.count,
        "amounts": [cash(amount.minor, amount.currency) for amount in one.amounts],
    }


DIGEST = Digest()
