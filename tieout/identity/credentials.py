"""Signing in with a password: counted before it is looked at, the same words for every fault."""

from datetime import datetime

from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor, Origin
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.identity import limits, passwords
from tieout.identity.people import Person, kind_of, with_email
from tieout.identity.sessions import Audience


class SignInRefused(InvalidInput):
    """A wrong password, or nobody with this address: it is not said which."""

    message = N_("The e-mail address or the password is not right.")


def count(
    session: Session, audience: Audience, email: str, origin: Origin, *, at: datetime
) -> datetime | None:
    """Count a try for the account and for the address it comes from."""
    blocked = [
        limits.count(session, account_key(audience, email), limits.SIGN_IN_ACCOUNT, at=at),
        limits.count(
            session,
            f"sign_in:{audience}:from:{origin.address}",
            limits.SIGN_IN_ADDRESS,
            at=at,
        ),
    ]
    return max((until for until in blocked if until), default=None)


def account_key(audience: Audience, email: str) -> str:
    """Under which key the tries of one account are counted."""
    return f"sign_in:{audience}:{email.strip().lower()}"


def check(session: Session, audience: Audience, email: str, password: str) -> Person | None:
    """Whoever signs in with these; takes as long where nobody does."""
    person = with_email(session, audience, email)
    right = passwords.matches(person.password_hash if person else "", password)
    return person if person is not None and right and person.is_active else None


def succeeded(
    session: Session, person: Person, audience: Audience, *, by: Actor, password: str = ""
) -> None:
    """Forget the tries, and make the hash anew where today's would be stronger."""
    limits.clear(session, account_key(audience, person.email))
    if password and passwords.is_outdated(person.password_hash):
        person.password_hash = passwords.hashed(password)
    audit.record(session, by, f"{kind_of(person)}.signed_in", person)


def failed(session: Session, audience: Audience, email: str, origin: Origin) -> None:
    """Write down that somebody tried to sign in as a person of ours."""
    person = with_email(session, audience, email)
    if person is not None:
        by = Actor("system", None, "Tieout", origin)
        audit.record(session, by, f"{kind_of(person)}.sign_in_failed", person)
