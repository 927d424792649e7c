"""The second factor: six digits from an app (TOTP), each good once."""

import hmac
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import attachments, audit
from tieout.audit import Actor
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.identity import limits
from tieout.identity.models import PortalLogin, StaffUser
from tieout.identity.people import Person, kind_of

STEP = 30
_ONCE = limits.Rule(1, timedelta(minutes=5), timedelta(minutes=5))


class WrongCode(InvalidInput):
    """Six digits that are not the ones of now."""

    message = N_("This code is not right or was used before. Wait for the next one and enter that.")


def new_secret() -> str:
    """A secret for the app; it counts once `switch_on` has seen a code made with it."""
    return pyotp.random_base32()


def usable(secret: str) -> str:
    """A secret that came back with a form; a new one where it is none of ours."""
    try:
        pyotp.TOTP(secret).generate_otp(0)
    except ValueError:
        return new_secret()
    return secret


def address(secret: str, person: Person, company: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=company)


def switch_on(
    session: Session, person: Person, secret: str, code: str, *, by: Actor, at: datetime
) -> None:
    """Ask for a second factor from now on.

    Raises:
        WrongCode: the app does not have this secret.
    """
    if _step(secret, code, at) is None:
        raise WrongCode
    person.totp_secret = attachments.seal(secret)
    person.version += 1
    audit.record(session, by, f"{kind_of(person)}.second_factor_on", person)


def switch_off(session: Session, person: Person, *, by: Actor) -> None:
    """Ask for the password alone."""
    person.totp_secret = None
    person.version += 1
    audit.record(session, by, f"{kind_of(person)}.second_factor_off", person)


def renew(session: Session) -> int:
    """Close every secret with the newest key, and return how many there were."""
    found: list[Person] = []
    for kind in (StaffUser, PortalLogin):
        found += session.scalars(select(kind).where(kind.totp_secret.is_not(None)))
    for person in found:
        person.totp_secret = attachments.seal(attachments.unseal(person.totp_secret or ""))
    session.flush()
    return len(found)


def is_right(session: Session, person: Person, code: str, *, at: datetime) -> bool:
    """Whether a code is the one of now; it is used up by asking."""
    if person.totp_secret is None:
        return False
    step = _step(attachments.unseal(person.totp_secret), code, at)
    if step is None:
        return False
    used = f"totp:{kind_of(person)}:{person.id}:{step}"
    return limits.count(session, used, _ONCE, at=at) is None


def _step(secret: str, code: str, at: datetime) -> int | None:
    """The step of time a code belongs to, one before and one after allowed."""
    digits = "".join(code.split())
    now = int(at.timestamp()) // STEP
    try:
        for step in (now, now - 1, now + 1):
            right = pyotp.TOTP(secret).generate_otp(step)
            if hmac.compare_digest(right.encode(), digits.encode()):
                return step
    except ValueError:  # what came back with the form is no secret of ours
        pass
    return None
