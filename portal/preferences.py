"""What a person chooses for themselves: which messages, on which channel, in which language."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField

from portal.answering import contact_of
from portal.contacts import values_of
from portal.recording import recorded, shown_or
from tieout import clock
from tieout.customers import acts
from tieout.customers.models import Contact
from tieout.customers.services import ContactInput, change_contact
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.messages import addresses, chats, wishes
from tieout.rendering import qr
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.forms import Form, apart
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("preferences", __name__)


class LanguageForm(Form):
    """The language messages come in."""

    language = SelectField(
        N_("Language of messages to you"),
        choices={"": N_("Your company's"), "en": "English", "zh": "中文"},
    )


class FrequencyForm(Form):
    """How often at most somebody is reminded."""

    frequency = SelectField(
        N_("Reminders, and notes before something falls due"),
        coerce=int,
        choices={str(days): words for days, words in wishes.FREQUENCIES.items()},
    )


@bp.get("/preferences")
@requires(Permission.LOOK)
def show() -> ResponseReturnValue:
    """Show what comes to a person, where, how often and in which language."""
    return _page()


@bp.post("/preferences/messages")
@requires(Permission.LOOK)
def choose() -> ResponseReturnValue:
    """Choose which messages come on which channel."""
    wanted = set(request.form.getlist("wish"))
    with transaction() as session:
        contact = contact_of(session, viewer())
        by, at = viewer().actor, clock.now()
        before = wishes.unwanted(session, contact.id)
        for channel in _channels(session, contact):
            for kind in wishes.WISHES:
                if f"{kind}:{channel}" in wanted:
                    wishes.opt_in(session, contact.id, channel, kind, by=by)
                else:
                    wishes.opt_out(session, contact.id, channel, kind, by=by, at=at)
        is_new = wishes.unwanted(session, contact.id) != before
        number = recorded(session, acts.MESSAGES) if is_new else ""
    return shown_or(number, url_for(".show"))


@bp.post("/preferences/language")
@requires(Permission.LOOK)
def language() -> ResponseReturnValue:
    """Choose the language messages come in."""
    form = LanguageForm.checked(_with_language)
    with transaction() as session:
        contact = contact_of(session, viewer())
        is_new = form.language.data != contact.language
        given = ContactInput(**{**values_of(contact), "language": form.language.data})
        change_contact(session, contact, given, version=contact.version, by=viewer().actor)
        number = recorded(session, acts.LANGUAGE) if is_new else ""
    return shown_or(number, url_for(".show"))


@bp.post("/preferences/frequency")
@requires(Permission.LOOK)
def frequency() -> ResponseReturnValue:
    """Choose how often at most reminders come."""
    form = FrequencyForm.checked(_with_frequency)
    with transaction() as session:
        contact = contact_of(session, viewer())
        is_new = form.frequency.data != wishes.frequency(session, contact.id)
        wishes.choose_frequency(session, contact.id, form.frequency.data, by=viewer().actor)
        number = recorded(session, acts.FREQUENCY) if is_new else ""
    return shown_or(number, url_for(".show"))


@bp.post("/preferences/telegram")
@requires(Permission.LOOK)
def telegram() -> ResponseReturnValue:
    """Make the link by which a person joins their chat with the bot; it works once."""
    with transaction() as session:
        link = chats.telegram_link(session, contact_of(session, viewer()), clock.now())
    if link is None:
        flash(gettext("There is no Telegram bot here yet. Ask us for it."))
        return redirect(url_for(".show"), 303)
    words = gettext("QR code: opens the chat with our bot")
    return page("portal/telegram.html", link=link, drawing=qr.svg(link.url, words))


@bp.post("/preferences/chats/leave")
@requires(Permission.LOOK)
def leave() -> ResponseReturnValue:
    """Write to one of the person's chats no more."""
    chosen, number = request.form.get("chat", ""), ""
    with transaction() as session:
        for chat in chats.chats_of(session, contact_of(session, viewer())):
            if str(chat.id) == chosen:
                said = "unlinked on the page of preferences"
                addresses.unlink(session, chat, said, by=viewer().actor, at=clock.now())
                number = recorded(session, acts.CHAT_LEFT)
    return shown_or(number, url_for(".show"))


def _with_language(form: LanguageForm) -> str:
    return _page(language=form)


def _with_frequency(form: FrequencyForm) -> str:
    return _page(frequency=form)


def _page(language: LanguageForm | None = None, frequency: FrequencyForm | None = None) -> str:
    session = sessions()
    contact = contact_of(session, viewer())
    days = wishes.frequency(session, contact.id)
    return page(
        "portal/preferences.html",
        form=language or LanguageForm(formdata=None, language=contact.language),
        often=apart(frequency or FrequencyForm(formdata=None, frequency=days)),
        contact=contact,
        channels=[(code, wishes.CHANNELS.get(code, code)) for code in _channels(session, contact)],
        wishes=list(wishes.WISHES.items()),
        unwanted=wishes.unwanted(session, contact.id),
        chats=chats.chats_of(session, contact),
        has_bot=bool(chats.bot_name(session)),
    )


def _channels(session: Session, contact: Contact) -> list[str]:
    """Where a person is reached: by mail, and in the chats they have linked."""
    linked = {chat.channel for chat in chats.chats_of(session, contact)}
    return [addresses.EMAIL, *sorted(linked)]
