"""Words of messages: what each kind says, changed in the page and seen with real figures."""

from typing import ClassVar

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField, TextAreaField

from internal.mailbox import MAIL_POLICY
from internal.scope import condition
from internal.words import message_word
from tieout import clock
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.messages.models import Message
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import ToldAt
from tieout.web.pages import page
from tieout.web.security import POLICY
from tieout.web.versions import VersionedForm
from tieout.web.viewer import viewer
from tieout.wording import kept, shown, text
from tieout.wording.kept import Spot
from tieout.wording.places import CHANNELS, INTERNAL, WORDED
from tieout.wording.shown import Example
from tieout.wording.starting import beginning
from tieout.wording.text import Own

bp = Blueprint("message_templates", __name__)

LANGUAGES = {"en": "English", "zh": "中文"}


class WordsForm(VersionedForm):
    """What a message is to say."""

    subject = StringField(N_("Subject"))
    body = TextAreaField(N_("Text"))

    told_at: ClassVar[ToldAt] = {
        text.SubjectMissing: "subject",
        text.UnknownInSubject: "subject",
        text.BraceInSubject: "subject",
        text.NothingSaid: "body",
        text.TooMuchSaid: "body",
        text.UnknownPlaceholder: "body",
        text.BraceAlone: "body",
        text.BlockInsideLine: "body",
        text.ButtonMissing: "body",
    }

    @property
    def own(self) -> Own:
        """The words as they were typed."""
        return Own(str(self.subject.data or "").strip(), text.tidied(str(self.body.data or "")))


class AgainForm(VersionedForm):
    """Which version holds again."""

    no = HiddenField()


@bp.get("/settings/messages")
@requires(Permission.CHANGE_SETTINGS)
def index() -> ResponseReturnValue:
    """List what can be said in one's own words, and where that is so."""
    return page(
        "internal/message_templates.html",
        parts=[
            (N_("To customers"), [kind for kind in WORDED if kind not in INTERNAL]),
            (N_("To our own people"), list(INTERNAL)),
        ],
        message_word=message_word,
        in_use=kept.spots_in_use(sessions()),
        channels=CHANNELS,
        languages=LANGUAGES,
    )


@bp.get("/settings/messages/<message_kind>")
@requires(Permission.CHANGE_SETTINGS)
def show(message_kind: str) -> ResponseReturnValue:
    """Show the words of a kind, to be changed."""
    return _form(_filled(_spot(message_kind)), _spot(message_kind))


@bp.post("/settings/messages/<message_kind>")
@requires(Permission.CHANGE_SETTINGS)
def keep(message_kind: str) -> ResponseReturnValue:
    """Keep words; they hold from the next message on."""
    spot = _spot(message_kind)
    form = WordsForm.checked(lambda again: _form(again, spot))
    with transaction() as session:
        kept.keep(session, spot, form.own, seen=form.seen, by=viewer().actor, at_=clock.now())
    flash(gettext("Kept. It is said so from the next message on."))
    return _back(spot)


@bp.post("/settings/messages/<message_kind>/preview")
@requires(Permission.CHANGE_SETTINGS)
def preview(message_kind: str) -> ResponseReturnValue:
    """Show the words as they were typed with real figures, without keeping them."""
    spot = _spot(message_kind)
    form = WordsForm.checked(lambda again: _form(again, spot))
    text.check(form.own, spot.kind, spot.channel)
    return _form(form, spot, form.own)


@bp.post("/settings/messages/<message_kind>/test")
@requires(Permission.CHANGE_SETTINGS)
def test(message_kind: str) -> ResponseReturnValue:
    """Send oneself the words that hold, with the figures of the page."""
    spot = _spot(message_kind)
    with transaction() as session:
        example = _example(session, spot)
        message_id = shown.send_to_oneself(
            session, spot, _holding(spot), example, viewer().person_id, at=clock.now()
        ).id
    flash(gettext("A test message is on its way; this page says what became of it."))
    return redirect(url_for("internal.messages.show", message_id=message_id), 303)


@bp.post("/settings/messages/<message_kind>/built-in")
@requires(Permission.CHANGE_SETTINGS)
def go_back(message_kind: str) -> ResponseReturnValue:
    """Let the built-in words hold again."""
    spot = _spot(message_kind)
    with transaction() as session:
        kept.go_back(session, spot, by=viewer().actor)
    flash(gettext("The built-in words hold again; yours stay below, to be taken up again."))
    return _back(spot)


@bp.post("/settings/messages/<message_kind>/again")
@requires(Permission.CHANGE_SETTINGS)
def take_again(message_kind: str) -> ResponseReturnValue:
    """Let an earlier version hold again."""
    spot = _spot(message_kind)
    form = AgainForm.checked(lambda _given: _form(_filled(spot), spot))
    no = str(form.no.data or "")
    with transaction() as session:
        number = int(no) if no.isascii() and no.isdecimal() and len(no) < 10 else 0
        kept.take_again(session, spot, number, by=viewer().actor, at_=clock.now())
    flash(gettext("Version %(number)s holds again, as a new version.", number=no))
    return _back(spot)


@bp.get("/settings/messages/<message_kind>/html")
@requires(Permission.CHANGE_SETTINGS)
def html(message_kind: str) -> ResponseReturnValue:
    """The mail that holds as a mail program shows it, for the frame of its page."""
    spot = _spot(message_kind)
    if spot.channel != "email":
        raise NotFound
    example = _example(sessions(), spot)
    response = make_response(shown.said(spot, _holding(spot), example).html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


def _spot(kind: str) -> Spot:
    """Which words the address names; the mail in the reader's language where it does not say."""
    level = request.args.get("level", "")
    spot = Spot(
        kind,
        int(level) if level.isascii() and level.isdecimal() and len(level) < 4 else 0,
        asked.choice("language", LANGUAGES, viewer().language),
        asked.choice("channel", CHANNELS, "email"),
    )
    if not spot.is_known:
        raise NotFound
    return spot


def _example(session: Session, spot: Spot) -> Example:
    return shown.example(session, spot, condition(Message.customer_id), viewer().person_id)


def _holding(spot: Spot) -> Own | None:
    found = kept.holding(sessions(), spot.kind, spot.level, spot.language, spot.channel)
    return None if found is None else Own(found["subject"], found["body"])


def _filled(spot: Spot) -> WordsForm:
    """The form with the words that hold; the built-in ones where there are no others."""
    template = kept.at(sessions(), spot)
    own = _holding(spot) or beginning(spot.kind, spot.level, spot.language, spot.channel)
    version = template.version if template is not None else 0
    return WordsForm(formdata=None, subject=own.subject, body=own.body, version=str(version))


def _form(form: WordsForm, spot: Spot, typed: Own | None = None) -> ResponseReturnValue:
    session = sessions()
    example = _example(session, spot)
    template = kept.at(session, spot)
    response = make_response(
        page(
            "internal/message_template.html",
            form=form,
            spot=spot,
            address=_address(spot),
            template=template,
            versions=kept.versions(session, template) if template is not None else [],
            levels=range(kept.LEVELS + 1) if WORDED[spot.kind].has_levels else (),
            channels=CHANNELS,
            languages=LANGUAGES,
            word=message_word(spot.kind),
            known=shown.known(spot, example),
            example=example,
            typed=typed,
            filled=shown.said(spot, typed or _holding(spot), example),
            spot_of=lambda **changes: _address(spot, **changes),
        )
    )
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


def _address(spot: Spot, **changes: object) -> dict[str, object]:
    """What the address of a spot's page says."""
    return {
        "message_kind": spot.kind,
        "level": spot.level or None,
        "language": spot.language,
        "channel": spot.channel,
        **changes,
    }


def _back(spot: Spot) -> ResponseReturnValue:
    return redirect(url_for(".show", **_address(spot)), 303)  # type: ignore[arg-type]
