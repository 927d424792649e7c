"""Forms opened by a link: each may be sent once."""

import hmac
import secrets
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.identity.keys import sign
from tieout.identity.models import Nonce


class SentAlready(Conflict):
    """The same form a second time."""

    message = N_("This was sent already; the second time changed nothing.")


class NotOurForm(InvalidInput):
    """A form that did not come from the page it says."""

    message = N_("This form is not complete. Open the page again and send it from there.")


def make(token_id: int) -> str:
    """A number for one form; nothing is stored until it is used."""
    chance = secrets.token_hex(16)
    return chance + _tag(token_id, chance)


def use(session: Session, token_id: int, nonce: str, *, at: datetime) -> None:
    """Use a form's number up.

    Raises:
        NotOurForm: it is no number we made for this link.
        SentAlready: it was used before.
    """
    chance, tag = nonce[:32], nonce[32:]
    if not hmac.compare_digest(tag.encode(), _tag(token_id, chance).encode()):
        raise NotOurForm
    try:
        with session.begin_nested():
            session.add(Nonce(nonce=chance, token_id=token_id, used_at=at))
    except IntegrityError as error:
        raise SentAlready from error


def _tag(token_id: int, chance: str) -> str:
    return sign(f"form:{token_id}:{chance}").hex()[:32]
