"""Links that are sent: made from a key and the row's id, so that only the hash is stored.

token = tokens.issue(session, Purpose.STATEMENT, person_kind="contact", …)
address = f"{base_url}/s/{tokens.secret_of(token)}"
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.keys import digest, sign
from tieout.identity.models import Token


class Purpose(StrEnum):
    """What a link is for."""

    STATEMENT = "statement"
    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a purpose
    CHAT_LINK = "chat_link"
    ACTION = "action"
    UNSUBSCRIBE = "unsubscribe"
    #: Six digits that prove a mailbox, to whoever came by a link or has signed in.
    LINK_CODE = "link_code"
    SESSION_CODE = "session_code"


#: Their secret is six digits, so it is no address and finds nothing by itself.
CODES = (Purpose.LINK_CODE, Purpose.SESSION_CODE)


@dataclass(frozen=True)
class Lifetime:
    """How long a link works, and whether once only."""

    lasts: timedelta
    single_use: bool = False


LIFETIMES: Mapping[Purpose, Lifetime] = {
    Purpose.STATEMENT: Lifetime(timedelta(days=60)),
    Purpose.SIGN_IN: Lifetime(timedelta(minutes=30), single_use=True),
    Purpose.INVITATION: Lifetime(timedelta(days=7), single_use=True),
    Purpose.PASSWORD_RESET: Lifetime(timedelta(hours=1), single_use=True),
    Purpose.CHAT_LINK: Lifetime(timedelta(hours=1), single_use=True),
    Purpose.ACTION: Lifetime(timedelta(days=30)),
    Purpose.UNSUBSCRIBE: Lifetime(timedelta(days=730)),
    Purpose.LINK_CODE: Lifetime(timedelta(minutes=15), single_use=True),
    Purpose.SESSION_CODE: Lifetime(timedelta(minutes=15), single_use=True),
}


class LinkUnusable(NotFound):
    """A link that has expired, was used or taken back, or never was: the answer is the same."""

    message = N_("This link does not work any more. Ask for a new one.")


def issue(
    session: Session,
    purpose: Purpose,
    *,
    person_kind: str,
    person_id: int,
    at: datetime,
    customer_id: int | None = None,
    object_id: int | None = None,
    facts: Mapping[str, object] | None = None,
    expires_at: datetime | None = None,
) -> Token:
    """Make a link for one person; `secret_of` gives what stands in its address."""
    lifetime = LIFETIMES[purpose]
    token = Token(
        purpose=purpose,
        secret_hash=digest(secrets.token_urlsafe(32)),  # until the row has its id
        customer_id=customer_id,
        person_kind=person_kind,
        person_id=person_id,
        object_id=object_id,
        facts=dict(facts or {}),
        single_use=lifetime.single_use,
        created_at=at,
        expires_at=expires_at or at + lifetime.lasts,
    )
    session.add(token)
    session.flush()
    if purpose not in CODES:  # six digits come up again: they are asked with their row
        token.secret_hash = digest(secret_of(token))
    session.flush()
    return token


def secret_of(token: Token) -> str:
    """What stands in the link: 43 letters, digits, - and _; of a code, its six digits."""
    # The moment is part of it: a database restored from a backup gives ids out again.
    text = f"{token.purpose}:{token.id}:{token.created_at.astimezone(UTC).isoformat()}"
    if token.purpose in CODES:
        return f"{int.from_bytes(sign(text)[:8]) % 1_000_000:06d}"
    return urlsafe_b64encode(sign(text)).decode().rstrip("=")


def find(session: Session, secret: str, purpose: Purpose, *, at: datetime) -> Token:
    """The token of a link that still works; looking changes nothing.

    Raises:
        LinkUnusable: it does not, for whatever reason.
    """
    token = find_any(session, secret, purpose)
    if (
        token is None
        or token.revoked_at is not None
        or token.expires_at <= at
        or (token.single_use and token.used_at is not None)
    ):
        raise LinkUnusable
    return token


def find_any(session: Session, secret: str, purpose: Purpose) -> Token | None:
    """The token of a link, also one that no longer works: whom to send a new one."""
    return session.execute(
        select(Token).where(Token.secret_hash == digest(secret), Token.purpose == purpose)
    ).scalar_one_or_none()


def use(session: Session, token: Token, *, at: datetime) -> None:
    """Use up a single-use link; of two at the same moment one gets it.

    Raises:
        LinkUnusable: it was used before.
    """
    taken = session.execute(
        update(Token)
        .where(Token.id == token.id, Token.used_at.is_(None), Token.revoked_at.is_(None))
        .values(used_at=at)
        .returning(Token.id)
    ).scalar_one_or_none()
    if taken is None and token.single_use:
        raise LinkUnusable


def revoke(session: Session, token: Token, *, at: datetime) -> None:
    """Take a link back."""
    token.revoked_at = token.revoked_at or at


def revoke_all(
    session: Session,
    *,
    person_kind: str,
    person_id: int,
    at: datetime,
    purpose: Purpose | None = None,
) -> None:
    """Take back every link of a person, of one purpose or of all."""
    query = update(Token).where(
        Token.person_kind == person_kind,
        Token.person_id == person_id,
        Token.revoked_at.is_(None),
    )
    if purpose is not None:
        query = query.where(Token.purpose == purpose)
    session.execute(query.values(revoked_at=at))
