"""Alerts that somebody of ours wants to hear of at once."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from notifications import pages
from notifications.kinds import Link, NotAtAll, Plain, Ready
from tieout.i18n import N_, Sentence
from tieout.messages.models import Message
from tieout.month_end import alerts

#: Named in one message; the others are counted, and stand on the page.
NAMED = 10


class AlertsRaised(Plain):
    """What went wrong since the last look, as far as it still is."""

    patience = timedelta(hours=12)

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Name the first ones and count the rest."""
        found = alerts.still(session, message.payload["alerts"])
        if not found:
            return NotAtAll(Sentence(N_("It has come right meanwhile.")))
        figures = {
            "count": len(found),
            "rows": [one.words for one in found[:NAMED]],
            "more": max(len(found) - NAMED, 0),
        }
        return Ready(figures, {"page": Link(pages.DESK_ALERTS)})


ALERTS = AlertsRaised()
