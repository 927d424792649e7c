"""What messages said is kept, but not the secrets of their links.

In the kept text each secret is replaced by the number of its token. Where mail leaves for nowhere,
the mailbox page puts the secrets back; otherwise nobody who reads the log can open a link.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from tieout import attachments, audit
from tieout.db.base import Json
from tieout.identity import tokens
from tieout.identity.models import Token
from tieout.messages.models import Message, RenderedMessage

_MARK = re.compile(r"link-no-(\d+)")


@dataclass(frozen=True)
class Said:
    """What a message says."""

    subject: str
    text: str
    html: str = ""
    #: [{"label": …, "url": …}]
    buttons: Sequence[Json] = ()
    #: [{"filename": …, "size": …, "attachment_id": …}], the last where the file is kept too.
    files: Sequence[Json] = field(default_factory=tuple)


def keep(
    session: Session,
    message_id: int,
    said: Said,
    secrets: Mapping[str, int],
    *,
    is_first: bool = False,
    at: datetime,
) -> None:
    """Keep what a message says as it leaves; `secrets` are those in it, with their tokens.

    Of a first try nothing can have been kept yet.
    """

    def without(text: str) -> str:
        for secret, token_id in secrets.items():
            text = text.replace(secret, f"link-no-{token_id}")
        return text

    there = None if is_first else session.get(RenderedMessage, message_id)
    row = there or RenderedMessage(message_id=message_id)
    row.subject, row.text, row.html = said.subject, without(said.text), without(said.html)
    row.buttons = [{**button, "url": without(str(button["url"]))} for button in said.buttons]
    row.attachments = list(said.files)
    row.rendered_at = at
    session.add(row)


def keep_file(
    session: Session,
    message_id: int,
    filename: str,
    media_type: str,
    content: bytes,
    *,
    at: datetime,
) -> int:
    """Keep a file of a message, where it goes nowhere else; its id stands in `Said.files`."""
    message = session.get_one(Message, message_id)
    return attachments.store(
        session,
        content,
        filename=filename,
        media_type=media_type,
        purpose="message",
        customer_id=message.customer_id,
        by=audit.SYSTEM,
        at=at,
    ).id


def revealed(session: Session, row: RenderedMessage) -> Said:
    """What a message said, with links that work: for the mailbox where mail leaves for nowhere."""

    def secret(mark: re.Match[str]) -> str:
        token = session.get(Token, int(mark[1]))
        return tokens.secret_of(token) if token else mark[0]

    def again(text: str) -> str:
        return _MARK.sub(secret, text)

    buttons = [{**button, "url": again(str(button["url"]))} for button in row.buttons]
    return Said(row.subject, again(row.text), again(row.html), buttons, row.attachments)
