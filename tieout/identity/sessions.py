"""Signed-in browsers: rows that can be listed and ended; the cookie holds only a secret."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from tieout.audit import Origin
from tieout.identity.keys import digest
from tieout.identity.models import PortalLogin, SignInSession, StaffUser


class Audience(StrEnum):
    """For whom a session is; one of another audience does not count."""

    STAFF = "staff"
    PORTAL = "portal"
    LINK = "link"


#: A session ends after so long without a request, and after so long in any case.
IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
#: How exactly it is known when a session was last used.
SEEN_EVERY = timedelta(minutes=1)


_HAS_NOT_ENDED = (
    SignInSession.revoked_at.is_(None),
    SignInSession.expires_at > bindparam("at"),
    SignInSession.seen_at > bindparam("idle"),
    SignInSession.secret_hash == bindparam("secret_hash"),
    SignInSession.audience == bindparam("audience"),
)
_BY_SECRET = select(SignInSession).where(*_HAS_NOT_ENDED)
#: Asked for every page, so they are put together once.
_STAFF = (
    select(SignInSession, StaffUser)
    .join(StaffUser, StaffUser.id == SignInSession.person_id)
    .where(*_HAS_NOT_ENDED, StaffUser.is_active)
)
PORTAL = (
    select(SignInSession, PortalLogin)
    .join(PortalLogin, PortalLogin.id == SignInSession.person_id)
    .where(*_HAS_NOT_ENDED, PortalLogin.is_active)
)


def start(
    session: Session,
    audience: Audience,
    person_id: int,
    *,
    method: str,
    origin: Origin,
    at: datetime,
) -> str:
    """Begin a session and return the secret for the cookie; the row holds its hash."""
    secret = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            secret_hash=digest(secret),
            audience=audience,
            person_id=person_id,
            method=method,
            created_at=at,
            seen_at=at,
            expires_at=at + LONGEST,
            address=origin.address[:200],
            user_agent=origin.user_agent[:500],
        )
    )
    session.flush()
    return secret


def find(
    session: Session, secret: str, audience: Audience, *, at: datetime
) -> SignInSession | None:
    """The session a cookie speaks of, if it is of this audience and has not ended."""
    return session.execute(_BY_SECRET, named_by(secret, audience, at)).scalar_one_or_none()


def of_staff(
    session: Session, secret: str, *, at: datetime
) -> tuple[SignInSession, StaffUser] | None:
    """The session a cookie of the company's people speaks of, and whose it is."""
    found = session.execute(_STAFF, named_by(secret, Audience.STAFF, at)).one_or_none()
    return None if found is None else (found[0], found[1])


def of_person(audience: Audience, person_id: int, *, at: datetime) -> Select[SignInSession]:
    """Select a person's sessions that have not ended, the latest used first."""
    return (
        _alive(at)
        .where(SignInSession.audience == audience, SignInSession.person_id == person_id)
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    )


def is_seen_late(signed_in: SignInSession, *, at: datetime) -> bool:
    """Whether its last use should be written down again."""
    return at - signed_in.seen_at >= SEEN_EVERY


def see(session: Session, session_id: int, *, at: datetime) -> None:
    """Write down that a session is being used."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=at))


def end(session: Session, session_id: int, *, at: datetime) -> None:
    """End one session; its cookie, also a copied one, opens nothing any more."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def end_all(
    session: Session,
    audience: Audience,
    person_id: int,
    *,
    at: datetime,
    besides: int | None = None,
) -> None:
    """End every session of a person, but for the one that asks for it."""
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.audience == audience,
            SignInSession.person_id == person_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.id != (besides or 0),
        )
        .values(revoked_at=at)
    )


def named_by(secret: str, audience: Audience, at: datetime) -> dict[str, object]:
    """What the queries for the session of a cookie are asked with."""
    return {"secret_hash": digest(secret), "audience": audience, "at": at, "idle": at - IDLE}


def _alive(at: datetime) -> Select[SignInSession]:
    return select(SignInSession).where(
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > at,
        SignInSession.seen_at > at - IDLE,
    )
