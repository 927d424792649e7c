"""The address the Bot API hands to what people write to the bot, where that is wanted."""

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from tieout import clock
from tieout.db import transaction
from tieout.errors import NotAllowed, NotFound
from tieout.messages import updates
from tieout.web.access import public
from tieout.web.csrf import by_program

bp = Blueprint("telegram", __name__)


@bp.post(updates.PATH)
@public
@by_program(updates.HEADER)
def take() -> ResponseReturnValue:
    """Keep an update of the Bot API; the worker answers it.

    Raises:
        NotFound: the bot asks for its updates itself.
        NotAllowed: whoever hands it over does not know the secret.
    """
    settings = current_app.config["TIEOUT"]
    if not (settings.telegram_token and settings.telegram_webhook_secret):
        raise NotFound
    if not updates.is_it(request.headers.get(updates.HEADER, ""), settings.telegram_webhook_secret):
        raise NotAllowed
    update = request.get_json(silent=True)
    if isinstance(update, dict):
        with transaction() as session:
            updates.take(session, update, at=clock.now())
    return "", 204
