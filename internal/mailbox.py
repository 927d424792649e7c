"""The mailbox: where no mail server is set, mails are read here, with links that work.

A mail's HTML is shown in a frame that may run nothing and load nothing; what is pressed in it
opens in a window of its own.
"""

from flask import Blueprint, make_response
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.messages import has_mailbox
from internal.scope import seen, within
from tieout import attachments
from tieout.attachments import Attachment
from tieout.db import sessions
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.messages import kept, queries
from tieout.messages.kept import Said
from tieout.messages.models import Message, RenderedMessage
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.listing import listed
from tieout.web.pages import page
from tieout.web.security import POLICY

bp = Blueprint("mailbox", __name__)

#: Styles in place, as mail has them, and nothing else. Only our own page may frame it: a browser
#: that knows frame-ancestors goes by that, an old one shows no frame.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)
_OPENS_A_WINDOW = '<base target="_blank">'


@bp.get("/mailbox")
@requires(Permission.ISSUE_STATEMENTS)
def index() -> ResponseReturnValue:
    """List the mails that were kept."""
    _see_that_there_is_one()
    session = sessions()
    found = listed(session, within(queries.kept_mails(), Message.customer_id))
    return page("internal/mailbox.html", found=found)


@bp.get("/mailbox/<int:message_id>")
@requires(Permission.ISSUE_STATEMENTS)
def show(message_id: int) -> ResponseReturnValue:
    """Show a mail as its reader sees it."""
    session = sessions()
    message, said = _mail(session, message_id)
    response = make_response(page("internal/mail.html", message=message, mail=said))
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


@bp.get("/mailbox/<int:message_id>/html")
@requires(Permission.ISSUE_STATEMENTS)
def html(message_id: int) -> ResponseReturnValue:
    """The HTML of a mail, for the frame of its page."""
    _message, said = _mail(sessions(), message_id)
    response = make_response(said.html.replace("<head>", f"<head>{_OPENS_A_WINDOW}", 1))
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@bp.get("/mailbox/<int:message_id>/files/<int:file_no>")
@requires(Permission.ISSUE_STATEMENTS)
def file(message_id: int, file_no: int) -> ResponseReturnValue:
    """Hand over a file of a mail."""
    session = sessions()
    _message, said = _mail(session, message_id)
    if not 0 < file_no <= len(said.files):
        raise NotFound
    stored = session.get(Attachment, said.files[file_no - 1].get("attachment_id"))
    if stored is None:
        raise NotFound
    return download(attachments.content_of(stored), stored.filename, stored.media_type, show=True)


def _mail(session: Session, message_id: int) -> tuple[Message, Said]:
    _see_that_there_is_one()
    message = seen(session, Message, message_id)
    rendered = session.get(RenderedMessage, message.id)
    if rendered is None or message.channel != "email":
        raise NotFound
    return message, kept.revealed(session, rendered)


def _see_that_there_is_one() -> None:
    """Where mail leaves for its readers, nobody else reads it."""
    if not has_mailbox():
        raise NotFound
