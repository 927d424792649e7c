"""Who signs in for which customers, and as which of their contacts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.audit import Actor
from tieout.customers.models import Contact, Customer, Membership
from tieout.identity import people, sessions
from tieout.identity.models import PortalLogin, SignInSession
from tieout.identity.sessions import Audience


@dataclass(frozen=True)
class Acting:
    """A customer somebody acts for, and as whom."""

    customer_id: int
    customer_name: str
    contact_id: int
    role: str
    contact_name: str = ""


_ACTING = (
    Membership.customer_id,
    Customer.name,
    Membership.contact_id,
    Contact.role,
    Contact.name,
)
_MAY_ACT = (
    Contact.is_active,
    # one that was merged stays readable for its own people
    or_(Customer.is_active, Customer.merged_into_id.is_not(None)),
    func.lower(Contact.email) == PortalLogin.email,
)
_OF_LOGIN = (
    select(*_ACTING)
    .join(Customer, Customer.id == Membership.customer_id)
    .join(Contact, Contact.id == Membership.contact_id)
    .join(PortalLogin, PortalLogin.id == Membership.login_id)
    .where(Membership.login_id == bindparam("login_id"), *_MAY_ACT)
    .order_by(Customer.name, Customer.id)
)
#: Asked for every page, so it is put together once.
_SIGNED_IN = (
    sessions.PORTAL.join(Membership, Membership.login_id == PortalLogin.id)
    .join(Customer, Customer.id == Membership.customer_id)
    .join(Contact, Contact.id == Membership.contact_id)
    .add_columns(*_ACTING)
    .where(*_MAY_ACT)
    .order_by(Customer.name, Customer.id)
)


def acting(session: Session, login_id: int) -> list[Acting]:
    """The customers somebody acts for, by name.

    The contact decides what they may do there; one whose address was changed since is somebody
    else now.
    """
    return [Acting(*row) for row in session.execute(_OF_LOGIN, {"login_id": login_id})]


def signed_in(
    session: Session, secret: str, *, at: datetime
) -> tuple[SignInSession, PortalLogin, list[Acting]] | None:
    """The session a cookie of the portal speaks of, whose it is, and for whom they act.

    None where it has ended, or its person acts for nobody any more.
    """
    asked = sessions.named_by(secret, Audience.PORTAL, at)
    rows = session.execute(_SIGNED_IN, asked).all()
    if not rows:
        return None
    found, login, *_ = rows[0]
    return found, login, [Acting(*acting) for _, _, *acting in rows]


def acting_as_contact(session: Session, contact_id: int) -> Acting | None:
    """The customer a contact belongs to, unless either was switched off."""
    row = session.execute(
        select(Contact.customer_id, Customer.name, Contact.id, Contact.role, Contact.name)
        .join(Customer, Customer.id == Contact.customer_id)
        .where(Contact.id == contact_id, Contact.is_active, Customer.is_active)
    ).one_or_none()
    return Acting(*row) if row else None


def contacts_with_email(session: Session, email: str) -> list[Contact]:
    """The contacts, of any customer, who have an address."""
    return list(
        session.execute(
            select(Contact)
            .join(Customer, Customer.id == Contact.customer_id)
            .where(func.lower(Contact.email) == email.strip().lower())
            .where(Contact.is_active, Customer.is_active)
            .order_by(Contact.id)
        ).scalars()
    )


def _language(session: Session, contact: Contact) -> str:
    """What a contact reads: their own language, their company's, or our first."""
    customer = session.get_one(Customer, contact.customer_id)
    return contact.language or customer.language or settings.company(session).languages[0]


def join(session: Session, contact: Contact, *, by: Actor, at: datetime) -> PortalLogin:
    """Let a contact sign in, for every customer that knows the same address.

    Only for somebody who has shown that the address is theirs, as by a link sent to it.
    """
    login = people.find_login(session, contact.email)
    if login is None:
        login = people.add_login(
            session,
            email=contact.email,
            name=contact.name,
            language=_language(session, contact),
            by=by,
            at=at,
        )
    known = set(
        session.execute(
            select(Membership.customer_id).where(Membership.login_id == login.id)
        ).scalars()
    )
    for each in contacts_with_email(session, contact.email):
        if each.customer_id in known:
            continue
        known.add(each.customer_id)
        membership = Membership(
            login_id=login.id, customer_id=each.customer_id, contact_id=each.id, role=each.role
        )
        session.add(membership)
        session.flush()
        audit.record(session, by, "membership.added", membership, after={"role": each.role})
    return login
