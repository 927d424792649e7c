"""Who looks at the portal: somebody signed in, or whoever holds a link that was sent."""

from contextlib import suppress

from sqlalchemy.orm import Session

from portal import families
from tieout import clock
from tieout.customers import memberships
from tieout.customers.models import Contact
from tieout.db import SomebodyWrites, transaction
from tieout.db import sessions as db_sessions
from tieout.identity import sessions, tokens
from tieout.identity.sessions import Audience
from tieout.identity.tokens import LinkUnusable, Purpose
from tieout.statements.models import Statement
from tieout.web import cookies
from tieout.web.addresses import origin
from tieout.web.viewer import Place, Viewer

#: Which of several customers a person was looking at last.
CHOSEN = "tieout_customer"


def load() -> Viewer | None:
    """The viewer of this request: by signing in, else by a link."""
    session = db_sessions()
    return _signed_in(session) or _by_link(session)


def _signed_in(session: Session) -> Viewer | None:
    secret, at = cookies.secret_of(Audience.PORTAL), clock.now()
    signed_in = memberships.signed_in(session, secret, at=at) if secret else None
    if signed_in is None:
        return None
    found, login, acting = signed_in
    places = tuple(
        Place(a.customer_id, a.customer_name, a.contact_id, a.role, a.contact_name) for a in acting
    )
    places = families.widened(session, places)
    viewer = Viewer(
        audience=Audience.PORTAL,
        person_id=login.id,
        name=login.name,
        email=login.email,
        origin=origin(),
        language=login.language,
        places=places,
        place=_chosen(places),
        session_id=found.id,
    )
    if sessions.is_seen_late(found, at=at):
        with suppress(SomebodyWrites), transaction(waits=False) as writing:
            sessions.see(writing, found.id, at=at)
    return viewer


def _chosen(places: tuple[Place, ...]) -> Place:
    from flask import request

    wanted = request.cookies.get(CHOSEN, "")
    return next((place for place in places if str(place.customer_id) == wanted), places[0])


def _by_link(session: Session) -> Viewer | None:
    secret = cookies.secret_of(Audience.LINK)
    if not secret:
        return None
    try:
        token = tokens.find(session, secret, Purpose.STATEMENT, at=clock.now())
    except LinkUnusable:
        return None
    acting = memberships.acting_as_contact(session, token.person_id)
    contact = session.get(Contact, token.person_id)
    if acting is None or contact is None or acting.customer_id != token.customer_id:
        return None
    place = Place(
        acting.customer_id,
        acting.customer_name,
        acting.contact_id,
        acting.role,
        acting.contact_name,
    )
    places = families.widened(session, (place,))
    statement = session.get(Statement, token.object_id) if token.object_id else None
    about = [one for one in places if statement and one.customer_id == statement.customer_id]
    if not about:  # of a family that no longer shares its statements
        return None
    return Viewer(
        audience=Audience.LINK,
        person_id=contact.id,
        name=contact.name,
        email=contact.email,
        origin=origin(),
        language=contact.language or "",
        places=tuple(dict.fromkeys((*about, *places))),
        place=about[0],
        token_id=token.id,
        statement_id=token.object_id,
    )
