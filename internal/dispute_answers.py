"""Answering many disputes at once with a template: first what each customer would read."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField

from internal.dispute_bulk import chosen
from tieout import clock, settings
from tieout.customers.models import Contact
from tieout.db import sessions, transaction
from tieout.disputes import moves, resolving, templates, thread
from tieout.disputes.models import Dispute
from tieout.disputes.reasons import REASONS
from tieout.disputes.templates import REJECT, AnswerTemplate
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.rendering import formats
from tieout.rendering.translation import gettext, ngettext, translator
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("dispute_answers", __name__)

NOT_NOW = N_("it is “%(state)s”: this cannot be done with it")
DAY_OVER = N_("we promised %(day)s, which is over: promise another day first")


class SendForm(Form):
    """The button, and what was looked at: "7:2 9:1" is dispute 7 at its version 2, and so on."""

    seen = HiddenField()

    def version_of(self, dispute: Dispute) -> int:
        """The version that was looked at; -1 where it was not."""
        pairs = [one.partition(":") for one in str(self.seen.data or "").split()]
        found = [int(version) for id_, _, version in pairs
                 if id_ == str(dispute.id) and version.isdecimal()]  # fmt: skip
        return found[0] if found else -1


@dataclass(frozen=True)
class Letter:
    """What would be written about one of the disputes."""

    dispute: Dispute
    text: str
    #: Why nothing would.
    why_not: str = ""


@bp.get("/disputes/answer")
@requires(Permission.RESOLVE_DISPUTES)
def preview() -> ResponseReturnValue:
    """Show what each customer would read."""
    return _preview(SendForm(formdata=None))


@bp.post("/disputes/answer")
@requires(Permission.RESOLVE_DISPUTES)
def send() -> ResponseReturnValue:
    """Write to those that can be answered, all or none of them."""
    form = SendForm.checked(_preview)
    by, at = viewer().actor, clock.now()
    with transaction() as session:
        template = templates.template(session, asked.text("template"))
        letters = [one for one in _letters(session, template) if not one.why_not]
        on = settings.today(session)
        for one in letters:
            seen = form.version_of(one.dispute)
            if template.act == REJECT:
                resolving.reject(session, one.dispute, one.text, seen=seen, by=by, on=on, at=at)
            else:
                thread.answer(session, one.dispute, one.text, seen=seen, by=by, at=at)
        count = len(letters)
    flash(
        ngettext(
            "%(num)s dispute is answered; the customer is told.",
            "%(num)s disputes are answered; the customers are told.",
            count,
        )
    )
    return redirect(url_for("internal.disputes.index"), 303)


def _preview(form: SendForm) -> ResponseReturnValue:
    session = sessions()
    if not asked.text("template"):
        flash(gettext("Choose a template first."), "warning")
        return redirect(url_for("internal.disputes.index"), 303)
    template = templates.template(session, asked.text("template"))
    letters = _letters(session, template)
    if not letters:
        flash(gettext("Tick the disputes first."), "warning")
        return redirect(url_for("internal.disputes.index"), 303)
    form.seen.data = " ".join(f"{one.dispute.id}:{one.dispute.version}" for one in letters)
    return page(
        "internal/dispute_answers.html",
        form=form,
        template=template,
        rejects=template.act == REJECT,
        letters=letters,
        count=sum(not one.why_not for one in letters),
    )


def _letters(session: Session, template: AnswerTemplate) -> list[Letter]:
    today = settings.today(session)
    return [
        Letter(one, _text(session, one, template), _why_not(one, template, today))
        for one in chosen(session)
    ]


def _text(session: Session, dispute: Dispute, template: AnswerTemplate) -> str:
    """The words of a template for a dispute, as whoever raised it reads them."""
    language = templates.language_of(session, dispute)
    contact = session.get(Contact, dispute.contact_id) if dispute.contact_id else None
    reason = REASONS.get(dispute.reason, dispute.reason)
    facts = {
        "receipt": dispute.receipt,
        "number": dispute.document.number,
        "amount": formats.amount(Money(dispute.amount_minor, dispute.currency), language),
        "reason": translator(language).gettext(reason),
        "answer_by": formats.longday(dispute.answer_by, language),
        "person": contact.name if contact is not None else dispute.customer.name,
    }
    return templates.filled(template, language, facts)


def _why_not(dispute: Dispute, template: AnswerTemplate, today: date) -> str:
    if not moves.may(dispute.state, template.act):
        return gettext(NOT_NOW, state=gettext(moves.NAMES[dispute.state]))
    if "{answer_by}" in template.en + template.zh and dispute.answer_by < today:
        return gettext(DAY_OVER, day=dispute.answer_by)
    return ""
