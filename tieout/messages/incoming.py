"""Reading the mails that came in, and saying that one was looked at."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.messages.models import IncomingMail, PostBox


def mails(
    kind: str = "", *, only_open: bool = False, message_id: int | None = None
) -> Select[IncomingMail]:
    """Select the mails someone is looking for, newest first."""
    query = select(IncomingMail).order_by(IncomingMail.id.desc())
    if kind:
        query = query.where(IncomingMail.kind == kind)
    if only_open:
        query = query.where(IncomingMail.is_open)
    if message_id is not None:
        query = query.where(IncomingMail.message_id == message_id)
    return query


def waiting() -> Select[int]:
    """Select how many mails somebody has to look at."""
    return select(func.count()).select_from(IncomingMail).where(IncomingMail.is_open)


def done(session: Session, mail: IncomingMail, *, by: Actor, at: datetime) -> None:
    """Note that somebody has looked at a mail; a second time changes nothing."""
    if not mail.is_open:
        return
    mail.is_open, mail.done_by, mail.done_at = False, by.label, at
    audit.record(session, by, "mail.looked_at", mail)


def boxes(session: Session) -> Sequence[PostBox]:
    """Every mailbox that was looked into, and how the last look went."""
    return session.scalars(select(PostBox).order_by(PostBox.name)).all()
