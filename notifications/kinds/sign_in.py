"""A one-time link to sign in with."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from notifications import pages
from notifications.kinds import Link, NotAtAll, Plain, Ready
from tieout.identity.codes import MINUTES
from tieout.identity.tokens import LIFETIMES, Purpose
from tieout.messages.models import Message


class SignInLink(Plain):
    """A link that is used once; of no use when it comes late."""

    patience = timedelta(minutes=20)

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say how long it works."""
        minutes = int(LIFETIMES[Purpose.SIGN_IN].lasts.total_seconds() // 60)
        return Ready({"minutes": minutes}, {"sign_in": Link(pages.SIGN_IN_ONCE, Purpose.SIGN_IN)})


class MailCode(Plain):
    """Six digits asked for before an answer; of no use when they come late."""

    patience = timedelta(minutes=20)

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say how long it works; the digits are the secret of its token."""
        holder = message.payload
        purpose, holder_id = Purpose(holder["purpose"]), int(holder["holder_id"])
        code = Link("/{secret}", purpose, holder_id)
        return Ready({"minutes": MINUTES}, {"code": code, "page": Link(pages.CODE)})


MAIL_CODE = MailCode()
SIGN_IN_LINK = SignInLink()
