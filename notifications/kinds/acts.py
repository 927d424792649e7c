"""The copy of what somebody changed in the portal: what holds now, under its number."""

from datetime import datetime

from sqlalchemy.orm import Session

from notifications import pages
from notifications.kinds import Link, NotAtAll, Plain, Ready
from tieout.customers import acts
from tieout.i18n import N_, Sentence
from tieout.messages.models import Message


class Recorded(Plain):
    """The copy for whoever acted; who did not act hears of it so."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say what was done, and what follows."""
        made = acts.find(session, message.payload["receipt"])
        if made is None:
            return NotAtAll(Sentence(N_("There is no such act.")))
        done, follows = acts.words(session, made)
        figures = {
            "receipt": made.number,
            "done": done.to_json(),
            "follows": follows.to_json(),
            "of_sign_in": made.what in acts.OF_SIGN_IN,
        }
        return Ready(figures, {"page": Link(pages.RECEIPT.format(number=made.number))})


RECORDED = Recorded()
