"""What the Bot API hands to our own address: kept at once, answered by the worker."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tieout.db.insertion import insert_once
from tieout.messages.models import BotUpdate

#: The Bot API names its secret with each update.
HEADER = "X-Telegram-Bot-Api-Secret-Token"
#: Where it hands them to, below our own address.
PATH = "/telegram"
#: Answered ones are kept so long, in case the same is handed over again.
KEPT = timedelta(days=2)


def is_it(given: str, secret: str) -> bool:
    """Whether whoever hands something over knows the secret; takes the same time in any case."""
    return hmac.compare_digest(given.encode(), secret.encode())


def take(session: Session, update: Mapping[str, Any], *, at: datetime) -> bool:
    """Keep an update; False where it is none, or was kept before."""
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**63:
        return False
    row = {"update_id": number, "content": dict(update), "came_at": at}
    return insert_once(session, BotUpdate, row, ("update_id",))


def waiting(session: Session, most: int = 50) -> Sequence[BotUpdate]:
    """Those that wait for an answer, as they came."""
    query = select(BotUpdate).where(BotUpdate.done_at.is_(None)).order_by(BotUpdate.id).limit(most)
    return session.scalars(query).all()


def answered(session: Session, update_id: int, *, at: datetime) -> None:
    """Note that one was answered, and let go of old ones."""
    row = session.scalar(select(BotUpdate).where(BotUpdate.update_id == update_id))
    if row is not None:
        row.done_at, row.content = at, {}
    session.execute(delete(BotUpdate).where(BotUpdate.done_at < at - KEPT))
