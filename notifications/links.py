"""The addresses in messages: made once for a message, however often it is tried."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from notifications.kinds import Link
from notifications.readers import Reader
from tieout.db.base import Json
from tieout.identity import tokens
from tieout.identity.models import Token

#: A message's tokens, held while it is worked out: a session lets go of what nobody holds.
Held = dict[int, Token]


def issue(
    session: Session,
    links: Mapping[str, Link],
    reader: Reader,
    before: Json,
    *,
    held: Held,
    at: datetime,
) -> Json:
    """Make what is missing of a message's links: {"statement": {"path": …, "token": 7}}."""
    made: Json = {}
    for name, wanted in links.items():
        is_open = wanted.purpose is not None and reader.is_group
        link = Link(wanted.signed_in) if is_open else wanted
        there = before.get(name)
        if there is not None and there["path"] == link.path and _works(session, there, at):
            made[name] = there
            continue
        token = None
        if link.purpose is not None:
            new = tokens.issue(
                session,
                link.purpose,
                person_kind=reader.kind,
                person_id=reader.id,
                customer_id=reader.customer_id,
                object_id=link.object_id,
                facts=link.facts,
                at=at,
            )
            held[new.id], token = new, new.id
        made[name] = {"path": link.path, "token": token}
    return made


def addresses(
    session: Session, links: Json, base_url: str, held: Held
) -> tuple[dict[str, str], dict[str, int]]:
    """The whole addresses by name, and the secrets in them with the tokens they belong to."""
    whole: dict[str, str] = {}
    secrets: dict[str, int] = {}
    for name, link in links.items():
        path = str(link["path"])
        if link["token"] is not None:
            token = held.get(link["token"]) or session.get_one(Token, link["token"])
            secret = tokens.secret_of(token)
            secrets[secret] = link["token"]
            path = path.format(secret=secret)
        whole[name] = f"{base_url.rstrip('/')}{path}"
    return whole, secrets


def _works(session: Session, link: Json, at: datetime) -> bool:
    if link["token"] is None:
        return True
    token = session.get(Token, link["token"])
    return token is not None and token.revoked_at is None and token.expires_at > at
