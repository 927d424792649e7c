"""The company's people and those who sign in for customers."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor, Origin
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_
from tieout.identity import passwords, sessions, tokens
from tieout.identity.models import PortalLogin, StaffUser, Token
from tieout.identity.permissions import Role, checked
from tieout.identity.sessions import Audience
from tieout.identity.tokens import Purpose

Person = StaffUser | PortalLogin
P = TypeVar("P", StaffUser, PortalLogin)


class NotAnEmail(InvalidInput):
    """Text that is no e-mail address."""

    message = N_("“%(text)s” is no e-mail address. Write it like chen.li@example.com.")


class EmailTaken(Conflict):
    """Two people with one address."""

    message = N_("Somebody with the address %(email)s is there already: %(name)s.")


class NoSuchPerson(NotFound):
    """An address nobody has."""

    message = N_("Nobody here has the address %(email)s.")


class NoRole(InvalidInput):
    """Somebody without any role could do nothing."""

    message = N_("Choose at least one role.")


class LastAdministrator(Conflict):
    """Nobody would be left who can add people."""

    message = N_("%(name)s is the only administrator. Make somebody else one first.")


def audience_of(person: Person) -> Audience:
    """Which pages a person signs in to."""
    return Audience.STAFF if isinstance(person, StaffUser) else Audience.PORTAL


def kind_of(person: Person) -> str:
    """What links call this kind of person."""
    return "staff" if isinstance(person, StaffUser) else "login"


def staff_actor(user: StaffUser, origin: Origin | None = None) -> Actor:
    """A staff user as whoever acts."""
    return Actor("staff", user.id, user.name, origin)


def cleaned_email(text: str) -> str:
    """An e-mail address as it is kept: lower case, nothing around it.

    Raises:
        NotAnEmail: it is none.
    """
    email = text.strip().lower()
    name, at, host = email.rpartition("@")
    if not (name and at and "." in host.strip(".")) or len(email) > 200 or email.split() != [email]:
        raise NotAnEmail(text=text.strip())
    return email


def staff() -> Select[StaffUser]:
    """Select the company's people, those who may sign in first."""
    return select(StaffUser).order_by(StaffUser.is_active.desc(), StaffUser.name, StaffUser.id)


def choices(session: Session) -> list[tuple[int, str]]:
    """Id and name of everybody who still signs in, to be chosen from."""
    active = staff().where(StaffUser.is_active).order_by(None).order_by(StaffUser.name)
    return [(one.id, one.name) for one in session.scalars(active)]


def find_staff(session: Session, email: str) -> StaffUser:
    """The staff user with an address.

    Raises:
        NoSuchPerson: nobody has it.
    """
    found = _with_email(session, StaffUser, email)
    if found is None:
        raise NoSuchPerson(email=email)
    return found


def find_login(session: Session, email: str) -> PortalLogin | None:
    """Whoever signs in to the portal with an address, if anybody does."""
    return _with_email(session, PortalLogin, email)


def with_email(session: Session, audience: Audience, email: str) -> Person | None:
    """Whoever signs in with an address to the pages of an audience."""
    if audience is Audience.STAFF:
        return _with_email(session, StaffUser, email)
    return _with_email(session, PortalLogin, email)


def get(session: Session, audience: Audience, person_id: int) -> Person | None:
    """The person a session of an audience belongs to."""
    if audience is Audience.STAFF:
        return session.get(StaffUser, person_id)
    return session.get(PortalLogin, person_id)


def add_staff(
    session: Session,
    *,
    email: str,
    name: str,
    roles: Iterable[str],
    language: str = "en",
    password: str | None = None,
    by: Actor,
    at: datetime,
) -> StaffUser:
    """Add somebody of the company; without a password they need an invitation.

    Raises:
        NotAnEmail, EmailTaken, NoRole, UnknownRole: what was said cannot be taken.
        PasswordTooShort, PasswordTooCommon: the password is not good enough.
    """
    user = StaffUser(
        email=_free_email(session, StaffUser, email),
        name=name.strip(),
        roles=_checked_roles(roles),
        language=language,
        created_at=at,
    )
    if password is not None:
        passwords.check(password, about=_known(user))
        user.password_hash = passwords.hashed(password)
    session.add(user)
    session.flush()
    audit.record(
        session,
        by,
        "staff.added",
        user,
        after={"roles": user.roles},
        personal={"name": user.name, "email": user.email},
    )
    return user


def add_login(
    session: Session,
    *,
    email: str,
    name: str,
    language: str = "en",
    password: str | None = None,
    by: Actor,
    at: datetime,
) -> PortalLogin:
    """Let somebody of a customer's sign in; what they see is said by memberships.

    Raises:
        NotAnEmail, EmailTaken: what was said cannot be taken.
        PasswordTooShort, PasswordTooCommon: the password is not good enough.
    """
    login = PortalLogin(
        email=_free_email(session, PortalLogin, email),
        name=name.strip(),
        language=language,
        created_at=at,
    )
    if password is not None:
        passwords.check(password, about=_known(login))
        login.password_hash = passwords.hashed(password)
    session.add(login)
    session.flush()
    audit.record(
        session,
        by,
        "login.added",
        login,
        personal={"name": login.name, "email": login.email},
    )
    return login


def change_staff(
    session: Session, user: StaffUser, *, name: str, roles: Iterable[str], by: Actor
) -> None:
    """Change somebody's name and roles; they hold from the next page on.

    Raises:
        NoRole, UnknownRole: the roles cannot be taken.
        LastAdministrator: nobody would be left to add people.
    """
    wanted = _checked_roles(roles)
    if Role.ADMINISTRATOR not in wanted:
        _keep_an_administrator(session, user)
    before = {"roles": user.roles}
    audit.record(
        session,
        by,
        "staff.changed",
        user,
        before=before,
        after={"roles": wanted},
        personal={"name_before": user.name, "name": name.strip()},
    )
    user.name, user.roles, user.version = name.strip(), wanted, user.version + 1


def deactivate(session: Session, person: Person, *, by: Actor, at: datetime) -> None:
    """Let somebody sign in no more; their sessions and links end at once.

    Raises:
        LastAdministrator: nobody would be left to add people.
    """
    if not person.is_active:
        return
    if isinstance(person, StaffUser):
        _keep_an_administrator(session, person)
    person.is_active, person.version = False, person.version + 1
    sessions.end_all(session, audience_of(person), person.id, at=at)
    tokens.revoke_all(session, person_kind=kind_of(person), person_id=person.id, at=at)
    audit.record(session, by, f"{kind_of(person)}.deactivated", person)


def reactivate(session: Session, person: Person, *, by: Actor) -> None:
    """Let somebody sign in again."""
    if person.is_active:
        return
    person.is_active, person.version = True, person.version + 1
    audit.record(session, by, f"{kind_of(person)}.reactivated", person)


def invite(session: Session, person: Person, *, at: datetime) -> Token:
    """Make the link by which somebody chooses a password; earlier ones end."""
    kind = kind_of(person)
    tokens.revoke_all(
        session, person_kind=kind, person_id=person.id, at=at, purpose=Purpose.INVITATION
    )
    return tokens.issue(session, Purpose.INVITATION, person_kind=kind, person_id=person.id, at=at)


def set_password(
    session: Session,
    person: Person,
    password: str,
    *,
    by: Actor,
    at: datetime,
    besides: int | None = None,
) -> None:
    """Set a password; every session but the one named ends.

    Raises:
        PasswordTooShort, PasswordTooCommon: it is not good enough.
    """
    passwords.check(password, about=_known(person))
    person.password_hash = passwords.hashed(password)
    person.version += 1
    sessions.end_all(session, audience_of(person), person.id, at=at, besides=besides)
    audit.record(session, by, f"{kind_of(person)}.password_set", person)


def _with_email(session: Session, model: type[P], email: str) -> P | None:
    return session.execute(
        select(model).where(model.email == email.strip().lower())
    ).scalar_one_or_none()


def _free_email(session: Session, model: type[P], text: str) -> str:
    email = cleaned_email(text)
    there = _with_email(session, model, email)
    if there is not None:
        raise EmailTaken(email=email, name=there.name)
    return email


def _checked_roles(roles: Iterable[str]) -> list[str]:
    wanted = sorted({checked(role).value for role in roles})
    if not wanted:
        raise NoRole
    return wanted


def _keep_an_administrator(session: Session, user: StaffUser) -> None:
    if Role.ADMINISTRATOR not in user.roles or not user.is_active:
        return
    others = session.execute(
        select(StaffUser).where(StaffUser.is_active, StaffUser.id != user.id)
    ).scalars()
    if not any(Role.ADMINISTRATOR in other.roles for other in others):
        raise LastAdministrator(name=user.name)


def _known(person: Person) -> tuple[str, ...]:
    return (person.email, person.email.partition("@")[0], *person.name.split())
