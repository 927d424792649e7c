"""How mail and chat leave: what the settings file says, whether it works, and a test to oneself."""

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from tieout import clock, events, settings
from tieout.config import Settings
from tieout.db import sessions, transaction
from tieout.errors import Conflict
from tieout.i18n import N_, Sentence
from tieout.identity.models import StaffUser
from tieout.identity.permissions import Permission
from tieout.messages import addresses, chats, queries
from tieout.messages.addresses import EMAIL
from tieout.messages.queries import MessageSearch
from tieout.operations import doctor_mail
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("settings_delivery", __name__)

#: How each verdict of a check is drawn.
TONES = {"well": "agreed", "wrong": "overdue", "note": "quiet", "unknown": "quiet"}
#: What `smtp_security` and `imap_security` mean.
SECURITY = {
    "starttls": N_("TLS, begun by STARTTLS"),
    "tls": N_("TLS from the first byte"),
    "plain": N_("no TLS; for a server on the own machine alone"),
}


class OwnAddressOff(Conflict):
    """A test for somebody whose own address is switched off."""

    message = N_("Your own address gets no messages; switch it on again under “Messages”.")


@bp.get("/settings/delivery")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show how mail and chat leave, without any secret."""
    return _page()


@bp.post("/settings/delivery/check")
@requires(Permission.CHANGE_SETTINGS)
def check() -> ResponseReturnValue:
    """Greet the mail server and look into the mailbox; nothing is sent, nothing changed."""
    given = _given()
    looks = (doctor_mail.mail, doctor_mail.post, doctor_mail.chat)
    return _page([(TONES[state], said) for look in looks for state, said in look(given)])


@bp.post("/settings/delivery/test")
@requires(Permission.CHANGE_SETTINGS)
def test() -> ResponseReturnValue:
    """Send oneself a test mail, and show what became of it."""
    with transaction() as session:
        me = session.get_one(StaffUser, viewer().person_id)
        mine = [one for one in addresses.reach(session, me, at=clock.now()) if one.channel == EMAIL]
        if not mine:
            raise OwnAddressOff
        events.publish(session, events.TrialAsked(mine[0].id, me.id))
        wanted = MessageSearch(kind="test_message", subject_type="address", subject_id=mine[0].id)
        message_id = session.scalars(queries.messages(wanted).limit(1)).one().id
    flash(gettext("A test message is on its way; this page says what became of it."))
    return redirect(url_for("internal.messages.show", message_id=message_id), 303)


def _page(found: list[tuple[str, Sentence]] | None = None) -> str:
    session = sessions()
    given = _given()
    company = settings.company(session)
    return page(
        "internal/settings_delivery.html",
        given=given,
        security=SECURITY,
        answers_to=given.mail_reply_to or company.contact_email,
        bot=chats.bot_name(session) or given.telegram_bot_name,
        found=found,
    )


def _given() -> Settings:
    given = current_app.config["TIEOUT"]
    assert isinstance(given, Settings)  # noqa: S101 - put there by the roof
    return given
