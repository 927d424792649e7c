"""Codes sent by mail before something that matters: six digits, good once and not for long.

A code belongs to one browser: to the link or the session it was asked from (`Holder`).
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.identity import limits, tokens
from tieout.identity.models import Token
from tieout.identity.tokens import LIFETIMES, LinkUnusable, Purpose

#: How long a browser counts as proven.
PROVEN = timedelta(hours=12)
ASKED = limits.Rule(5, timedelta(hours=1), timedelta(hours=1))
TRIED = limits.Rule(5, timedelta(minutes=15), timedelta(minutes=15))
MINUTES = int(LIFETIMES[Purpose.LINK_CODE].lasts.total_seconds() // 60)


class WrongMailCode(InvalidInput):
    """Six digits that were not sent, or not any more."""

    message = N_(
        "This code is not right, was used before or is too old. Enter the newest one we sent, or"
        " have another one sent."
    )


@dataclass(frozen=True)
class Holder:
    """Who proves it: the contact, and the link or session they came by."""

    contact_id: int
    purpose: Purpose
    id: int


def count_asked(session: Session, holder: Holder, *, at: datetime) -> datetime | None:
    """Count that a code is asked for; return until when none is sent, or None."""
    return limits.count(session, f"code:asked:{holder.contact_id}", ASKED, at=at)


def count_tried(session: Session, holder: Holder, *, at: datetime) -> datetime | None:
    """Count that a code is tried; return until when none is looked at, or None."""
    return limits.count(session, f"code:tried:{holder.contact_id}", TRIED, at=at)


def use(session: Session, holder: Holder, code: str, *, at: datetime) -> Token | None:
    """Use a code up; None where it is none of those that were sent to this holder."""
    digits = "".join(code.split())
    query = select(Token).where(
        *_of(holder), Token.used_at.is_(None), Token.revoked_at.is_(None), Token.expires_at > at
    )
    right = None
    for token in session.scalars(query.order_by(Token.id.desc())):
        if hmac.compare_digest(tokens.secret_of(token).encode(), digits.encode()):
            right = right or token
    if right is None:
        return None
    try:
        tokens.use(session, right, at=at)
    except LinkUnusable:  # the same code at the same moment
        return None
    limits.clear(session, f"code:tried:{holder.contact_id}")
    return right


def is_proven(session: Session, holder: Holder, token_id: int, *, at: datetime) -> bool:
    """Whether a code this browser says it used was used by this holder, and not long ago."""
    used_at = session.scalar(select(Token.used_at).where(Token.id == token_id, *_of(holder)))
    return used_at is not None and at - used_at < PROVEN


def _of(holder: Holder) -> tuple[ColumnElement[bool], ...]:
    return (
        Token.purpose == holder.purpose,
        Token.person_kind == "contact",
        Token.person_id == holder.contact_id,
        Token.object_id == holder.id,
    )
