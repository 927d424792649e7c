"""The links in mails and chats: opened without registering, and opening changes nothing."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from tieout import clock, events
from tieout.customers import memberships
from tieout.db import sessions as db_sessions
from tieout.db import transaction
from tieout.identity import limits, tokens
from tieout.identity.sessions import Audience
from tieout.identity.tokens import LinkUnusable, Purpose
from tieout.web import cookies, guessing
from tieout.web.access import public
from tieout.web.addresses import origin
from tieout.web.pages import page

bp = Blueprint("links", __name__)


@bp.get("/s/<secret>")
@public
def statement(secret: str) -> ResponseReturnValue:
    """Go on to the statement a link is for; the secret leaves the address."""
    guessing.check()
    try:
        token = tokens.find(db_sessions(), secret, Purpose.STATEMENT, at=clock.now())
    except LinkUnusable:
        guessing.guessed()
        return page("portal/link_expired.html", secret=secret), 404
    target = f"{request.script_root}/statements/{token.object_id}"
    return cookies.hand_out(redirect(target, 303), Audience.LINK, secret)


@bp.post("/s/<secret>/again")
@public
def send_again(secret: str) -> ResponseReturnValue:
    """Have a new link sent to the address the old one went to; the answer is the same."""
    at = clock.now()
    with transaction() as session:
        token = tokens.find_any(session, secret, Purpose.STATEMENT)
        key = f"link:contact:{token.person_id}" if token else f"link:{origin().address}"
        blocked = limits.count(session, key, limits.LINKS_ASKED, at=at)
        if token and blocked is None and memberships.acting_as_contact(session, token.person_id):
            asked = events.SignInLinkAsked(token.person_id, token.purpose, token.object_id)
            events.publish(session, asked)
    limits.refuse(blocked, at=at)
    return page("portal/link_sent.html")
