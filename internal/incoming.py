"""Mail that came in: what customers answered, what came back, and what waits for a look."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from internal import message_words
from internal.scope import condition, seen, within
from tieout import clock
from tieout.customers.models import Customer
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.messages import incoming, queries
from tieout.messages.models import IncomingMail, Message
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("incoming", __name__)

#: What a mail is.
KINDS = {
    "answer": N_("Answer"),
    "returned": N_("Came back"),
    "delivered": N_("Notice of delivery"),
    "delayed": N_("Notice of delay"),
    "automatic": N_("Automatic reply"),
}
#: Narrows the list to what waits.
OPEN = "open"


@bp.get("/messages/incoming")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the mails that came in, and how the mailbox is."""
    session = sessions()
    state, kind = asked.choice("state", (OPEN,)), asked.choice("kind", KINDS)
    wanted = incoming.mails(kind, only_open=state == OPEN)
    found = listed(session, within(wanted, IncomingMail.customer_id))
    waiting = session.scalar(incoming.waiting().where(condition(IncomingMail.customer_id)))
    return page(
        "internal/incoming.html",
        found=found,
        chosen=state,
        kind=kind,
        kinds=KINDS,
        words=message_words,
        waiting=waiting,
        boxes=incoming.boxes(session),
        customers=queries.customer_names(session, found.rows),
        here=here,
    )


@bp.get("/messages/incoming/<int:mail_id>")
@requires(Permission.SEE_BOOKS)
def show(mail_id: int) -> ResponseReturnValue:
    """Show one mail, and what was done with it."""
    session = sessions()
    mail = seen(session, IncomingMail, mail_id)
    return page(
        "internal/incoming_mail.html",
        mail=mail,
        kinds=KINDS,
        words=message_words,
        customer=session.get(Customer, mail.customer_id) if mail.customer_id else None,
        message=session.get(Message, mail.message_id) if mail.message_id else None,
    )


@bp.post("/messages/incoming/<int:mail_id>/done")
@requires(Permission.RESOLVE_DISPUTES)
def done(mail_id: int) -> ResponseReturnValue:
    """Note that somebody has looked at it."""
    with transaction() as session:
        mail = seen(session, IncomingMail, mail_id)
        incoming.done(session, mail, by=viewer().actor, at=clock.now())
    flash(gettext("It is off the list of what waits."))
    return redirect(url_for(".show", mail_id=mail_id), 303)
