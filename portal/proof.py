"""The code that is sent by mail before what matters, where the company wants one."""

from flask import Blueprint, flash, redirect, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField

from portal.answering import contact_of
from portal.proving import KEY, holder_of
from portal.steps import masked
from tieout import clock, events
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity import codes, limits
from tieout.identity.codes import WrongMailCode
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.addresses import own_page
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("proof", __name__)


class SendForm(Form):
    """Nothing but the button that has a code sent."""

    next = HiddenField()


class CodeForm(Form):
    """The six digits of the mail."""

    code = StringField(N_("Code from the mail"), [Required(N_("Enter the six digits."))])
    next = HiddenField()


@bp.get("/code")
@requires(Permission.LOOK)
def ask() -> ResponseReturnValue:
    """Say why a code is asked for, and ask for it."""
    return _page(CodeForm(formdata=None, next=own_page(request.args.get("next"), "")))


@bp.post("/code/send")
@requires(Permission.LOOK)
def send() -> ResponseReturnValue:
    """Have a code sent to the mailbox of whoever looks."""
    form = SendForm.checked(lambda _given: _page(CodeForm(formdata=None)))
    holder, at = holder_of(viewer()), clock.now()
    with transaction() as session:
        blocked = codes.count_asked(session, holder, at=at)
        if blocked is None:
            asked = events.SignInLinkAsked(holder.contact_id, holder.purpose, holder.id)
            events.publish(session, asked)
    limits.refuse(blocked, at=at)
    flash(gettext("The code is on its way. It works once, for %(num)s minutes.", num=codes.MINUTES))
    return redirect(url_for(".ask", next=own_page(form.next.data, "") or None), 303)


@bp.post("/code")
@requires(Permission.LOOK)
def enter() -> ResponseReturnValue:
    """Take the code; from then on this browser may answer for some hours."""
    form = CodeForm.checked(_page)
    holder, at = holder_of(viewer()), clock.now()
    with transaction() as session:
        blocked = codes.count_tried(session, holder, at=at)
        token = codes.use(session, holder, str(form.code.data), at=at) if not blocked else None
        used = token.id if token is not None else None
    limits.refuse(blocked, at=at)
    if used is None:
        raise WrongMailCode
    browser[KEY] = used
    flash(gettext("Thank you. You can answer now."))
    return redirect(own_page(form.next.data, request.script_root + "/"), 303)


def _page(form: CodeForm) -> str:
    contact = contact_of(sessions(), viewer())
    return page(
        "portal/code.html",
        form=form,
        send_form=SendForm(formdata=None, next=form.next.data or ""),
        address=masked(contact.email),
        minutes=codes.MINUTES,
    )
