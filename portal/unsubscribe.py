"""Stopping a kind of message on a channel, by the link at the foot of a mail."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tieout import clock
from tieout.audit import Actor
from tieout.customers.models import Contact
from tieout.db import sessions, transaction
from tieout.identity import tokens
from tieout.identity.models import Token
from tieout.identity.tokens import LinkUnusable, Purpose
from tieout.messages import wishes
from tieout.web.access import public
from tieout.web.addresses import origin
from tieout.web.csrf import is_one_click, one_click
from tieout.web.pages import page

bp = Blueprint("unsubscribe", __name__)


@bp.get("/unsubscribe/<secret>")
@public
def ask(secret: str) -> ResponseReturnValue:
    """Show what would stop; looking stops nothing."""
    session = sessions()
    token, _contact = _found(session, secret)
    wanted = wishes.wants(session, token.person_id, *_choice(token))
    return _page(secret, token, stopped=not wanted)


@bp.post("/unsubscribe/<secret>")
@public
@one_click
def stop(secret: str) -> ResponseReturnValue:
    """Stop it."""
    with transaction() as session:
        token, by = _found(session, secret)
        wishes.opt_out(session, token.person_id, *_choice(token), by=by, at=clock.now())
    if is_one_click():  # a mail program follows no redirect
        return _page(secret, token, stopped=True)
    return redirect(url_for(".ask", secret=secret), 303)


@bp.post("/unsubscribe/<secret>/again")
@public
def again(secret: str) -> ResponseReturnValue:
    """Take it back."""
    with transaction() as session:
        token, by = _found(session, secret)
        wishes.opt_in(session, token.person_id, *_choice(token), by=by)
    return redirect(url_for(".ask", secret=secret), 303)


def _found(session: Session, secret: str) -> tuple[Token, Actor]:
    """The link, and its person as whoever acts.

    Raises:
        LinkUnusable: it does not work, for whatever reason.
    """
    token = tokens.find(session, secret, Purpose.UNSUBSCRIBE, at=clock.now())
    contact = session.get(Contact, token.person_id) if token.person_kind == "contact" else None
    if contact is None:
        raise LinkUnusable
    return token, Actor("contact", contact.id, contact.name, origin())


def _choice(token: Token) -> tuple[str, str]:
    """The channel and the kind a link is for."""
    return str(token.facts["channel"]), str(token.facts["kind"])


def _page(secret: str, token: Token, *, stopped: bool) -> str:
    channel, kind = _choice(token)
    return page(
        "portal/unsubscribe.html",
        secret=secret,
        what=wishes.WISHES.get(kind, kind),
        channel=wishes.CHANNELS.get(channel, channel),
        stopped=stopped,
    )
