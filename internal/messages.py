"""Messages: what was said to whom, what became of it, and what to do where it did not arrive."""

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from internal import message_words as words
from internal.scope import condition, customer, seen, within
from internal.words import message_word
from tieout import clock
from tieout.db import sessions, transaction
from tieout.identity.permissions import Permission
from tieout.messages import addresses, incoming, queries, resending
from tieout.messages.models import Address, IncomingMail, Message
from tieout.messages.queries import MessageSearch
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("messages", __name__)


@bp.get("/messages")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the messages asked for, and the addresses that take none any more."""
    session = sessions()
    wanted = _wanted()
    found = listed(session, within(queries.messages(wanted), Message.customer_id))
    states = session.execute(queries.by_state().where(condition(Message.customer_id)))
    kinds = session.scalars(within(queries.kinds(), Message.customer_id))
    off = session.scalars(within(queries.switched_off(), Address.customer_id)).all()
    return page(
        "internal/messages.html",
        found=found,
        wanted=wanted,
        of=customer(session, wanted.customer_id) if wanted.customer_id is not None else None,
        counts={row[0]: row[1] for row in states},
        kinds=words.kind_choices(list(kinds)),
        names=queries.names(session, found.rows),
        customers=queries.customer_names(session, found.rows),
        off=[
            (one, addresses.person_of(session, one), addresses.called(session, one)) for one in off
        ],
        stopped=addresses.STOPPED,
        has_mailbox=has_mailbox(),
        came_in=session.scalar(incoming.waiting().where(condition(IncomingMail.customer_id))),
        words=words,
        message_word=message_word,
        here=here,
    )


@bp.get("/messages/<int:message_id>")
@requires(Permission.SEE_BOOKS)
def show(message_id: int) -> ResponseReturnValue:
    """Show one message as it left, with every try."""
    session = sessions()
    message = seen(session, Message, message_id)
    story = queries.story(session, message)
    return page(
        "internal/message.html",
        message=message,
        story=story,
        name=queries.names(session, [message])[message.id],
        customer=queries.customer_names(session, [message]).get(message.customer_id or 0, ""),
        words=words,
        message_word=message_word,
        came_in=session.scalars(incoming.mails(message_id=message.id)).all(),
    )


@bp.post("/messages/<int:message_id>/send-again")
@requires(Permission.ISSUE_STATEMENTS)
def send_again(message_id: int) -> ResponseReturnValue:
    """Send a message again, to where its person is reached now."""
    with transaction() as session:
        message = seen(session, Message, message_id)
        again = resending.send_again(session, message, by=viewer().actor, at=clock.now())
        again_id, to = again.id, again.to
    flash(gettext("It is queued again, for %(to)s.", to=to))
    return redirect(url_for(".show", message_id=again_id), 303)


@bp.post("/messages/addresses/<int:address_id>/switch-on")
@requires(Permission.KEEP_CUSTOMERS)
def switch_on(address_id: int) -> ResponseReturnValue:
    """Write to an address again that was put right."""
    with transaction() as session:
        address = seen(session, Address, address_id)
        addresses.switch_on(session, address, by=viewer().actor, at=clock.now())
        to = address.address
    flash(gettext("%(address)s gets messages again, from the next one on.", address=to))
    return redirect(url_for(".index"), 303)


def has_mailbox() -> bool:
    """Whether mail leaves for nowhere, so that it is read on the mailbox page."""
    return not current_app.config["TIEOUT"].smtp_host


def _wanted() -> MessageSearch:
    return MessageSearch(
        state=asked.choice("state", words.STATES),
        kind=asked.text("kind"),
        channel=asked.choice("channel", words.CHANNELS),
        customer_id=asked.number("customer"),
        contact_id=asked.number("contact"),
        subject_type=asked.text("about"),
        subject_id=asked.number("id"),
        keyword=asked.text("q"),
    )
