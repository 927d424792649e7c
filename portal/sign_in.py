"""Signing in to the portal: by password, or by a link that is sent and used once."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import EmailField

from tieout import clock, events
from tieout.audit import Actor
from tieout.customers import memberships
from tieout.customers.models import Contact
from tieout.db import sessions as db_sessions
from tieout.db import transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity import limits, tokens
from tieout.identity.credentials import SignInRefused
from tieout.identity.people import Person
from tieout.identity.sessions import Audience
from tieout.identity.tokens import LinkUnusable, Purpose
from tieout.web import guessing
from tieout.web import sign_in as signing
from tieout.web.access import public
from tieout.web.addresses import origin
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.sign_in_pages import add_pages

bp = Blueprint("sign_in", __name__)


class LinkForm(Form):
    """Where a one-time link is sent to."""

    email = EmailField(N_("E-mail address"), [Required(N_("Enter your e-mail address."))])


class OnceForm(Form):
    """Nothing but the button of a one-time link."""


@bp.get("/sign-in/link")
@public
def ask_link() -> ResponseReturnValue:
    """Ask where a one-time link may be sent."""
    return _ask(LinkForm())


@bp.post("/sign-in/link")
@public
def send_link() -> ResponseReturnValue:
    """Have a one-time link sent, if the address is one we know; the answer is the same."""
    given = LinkForm.checked(_ask)
    email, at = str(given.email.data), clock.now()
    with transaction() as session:
        blocked = limits.count(
            session, f"link:{origin().address}", limits.LINKS_ASKED, at=at
        ) or limits.count(session, f"link:to:{email.strip().lower()}", limits.LINKS_ASKED, at=at)
        contacts = memberships.contacts_with_email(session, email)
        if blocked is None and contacts:
            events.publish(session, events.SignInLinkAsked(contacts[0].id, Purpose.SIGN_IN))
    limits.refuse(blocked, at=at)
    return page("portal/sign_in_sent.html")


@bp.get("/sign-in/once/<secret>")
@public
def once(secret: str) -> ResponseReturnValue:
    """Show what a one-time link does; looking uses nothing up."""
    guessing.check()
    try:
        tokens.find(db_sessions(), secret, Purpose.SIGN_IN, at=clock.now())
    except LinkUnusable:
        guessing.guessed()
        return page("portal/sign_in_expired.html"), 404
    return page("portal/sign_in_once.html", form=OnceForm())


@bp.post("/sign-in/once/<secret>")
@public
def use_once(secret: str) -> ResponseReturnValue:
    """Use a one-time link up and sign in."""
    at = clock.now()
    with transaction() as session:
        token = tokens.find(session, secret, Purpose.SIGN_IN, at=at)
        tokens.use(session, token, at=at)
        contact = session.get(Contact, token.person_id)
        if contact is None or memberships.acting_as_contact(session, contact.id) is None:
            raise NotFound
        by = Actor("contact", contact.id, contact.name, origin())
        login_id = memberships.join(session, contact, by=by, at=at).id
    begun = signing.start(Audience.PORTAL, login_id, method="link", by=_actor)
    return signing.go_on(Audience.PORTAL, begun, request.script_root + "/")


def _ask(given: LinkForm) -> ResponseReturnValue:
    return page("portal/sign_in_link.html", form=given)


def _actor(session: Session, person: Person) -> Actor:
    acting = memberships.acting(session, person.id)
    if not acting:  # of no customer any more
        raise SignInRefused
    return Actor("contact", acting[0].contact_id, person.name, origin())


add_pages(bp, Audience.PORTAL, home="/", template="portal/sign_in.html", by=_actor)
