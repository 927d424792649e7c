"""Raising a dispute: in a minute, also from a phone, also by a link; then its receipt."""

from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.answering import contact_of, evidence
from portal.dispute_forms import DisputeForm, dispute_form
from portal.dispute_subjects import Subject, disputed_first, named, statement_of, subjects
from portal.scope import own
from portal.steps import Step, masked
from tieout import clock, settings
from tieout.customers.models import Contact, Customer
from tieout.db import sessions, transaction
from tieout.disputes import queries, raising
from tieout.disputes.models import Dispute
from tieout.disputes.raising import NothingChosen
from tieout.disputes.reasons import REASONS
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.rendering import formats
from tieout.rendering.translation import gettext, ngettext, reader, reading
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("disputing", __name__)


@bp.get("/disputes/new")
@requires(Permission.ANSWER)
def ask() -> ResponseReturnValue:
    """Ask what is wrong with lines of a statement, or with a document."""
    found = subjects(sessions())
    if not found:
        flash(gettext(NothingChosen.message), "warning")
        return redirect(url_for("portal.disputes.index"), 303)
    form = dispute_form(found, is_paid=_is_paid())(data={"reason": asked.choice("reason", REASONS)})
    for field in form.amounts():
        field.data = disputed_first(field.subject)
    return _ask(form, found)


@bp.post("/disputes/new")
@requires(Permission.ANSWER)
def send() -> ResponseReturnValue:
    """Record what is disputed, a dispute for each, or nothing at all."""
    found = subjects(sessions())
    if not found:
        raise NothingChosen
    form = dispute_form(found, is_paid=_is_paid()).checked(
        lambda given: _ask(given, subjects(sessions()))
    )
    files = form.handed_in()
    with transaction() as session:
        there = subjects(session)
        expected = {field.subject.key: field.expected() for field in form.amounts()}
        person = viewer()
        made = raising.raise_disputes(
            session,
            [one.claim(expected[one.key]) for one in there],
            reason=str(form.reason.data),
            note=form.said(),
            given=evidence(
                session,
                person,
                wording=_wording(session, there, form.language),
                authority=False,
            ),
            files=files,
            by=person.actor,
            on=settings.today(session),
            at=clock.now(),
        )
        ids = [one.id for one in made]
    return redirect(url_for(".sent", dispute=ids), 303)


@bp.get("/disputes/sent")
@requires(Permission.LOOK)
def sent() -> ResponseReturnValue:
    """Say what was recorded, under which number, and what happens next."""
    session = sessions()
    given = [one for one in request.args.getlist("dispute") if one.isdecimal() and len(one) < 16]
    found = [own(session, Dispute, int(one)) for one in dict.fromkeys(given)]
    if not found:
        return redirect(url_for("portal.disputes.index"), 303)
    first = found[0]
    return page(
        "portal/dispute_sent.html",
        disputes=found,
        first=first,
        amounts=_amounts(found),
        together=_sums(found),
        reason=gettext(REASONS[first.reason]),
        note=next((one.text for one in first.entries if one.kind == "raised"), ""),
        files=_files(session, first),
        steps=_next_steps(session, first),
        statement_id=queries.statement_id(session, first),
    )


def _files(session: Session, dispute: Dispute) -> list[str]:
    """The names of what was handed in with it."""
    begun = queries.timeline(session, dispute, internal=False)[:1]
    return [name for step in begun for _, name in step.files]


def _ask(form: DisputeForm, found: list[Subject]) -> ResponseReturnValue:
    session = sessions()
    form.words.data = reader.get().language
    statement = statement_of(found)
    return page(
        "portal/dispute_new.html",
        form=form,
        subjects=found,
        statement=statement,
        customer=session.get_one(Customer, found[0].document.customer_id).name,
        person=contact_of(session, viewer()).name,
        label=_label(found),
        answer_by=raising.answer_by(session, settings.today(session)),
    )


def _is_paid() -> bool:
    """Whether the address came with the question whether it is paid already."""
    return asked.choice("reason", REASONS) == "paid"


def _label(found: list[Subject]) -> str:
    """What the button says until an amount is known."""
    if len(found) == 1:
        return gettext("Dispute %(number)s", number=found[0].number)
    return ngettext("Dispute %(num)s line", "Dispute %(num)s lines", len(found))


def _wording(session: Session, found: list[Subject], language: str) -> str:
    """Everything a person saw beside the button, but for their own name."""
    customer = session.get_one(Customer, found[0].document.customer_id).name
    with reading(language, reader.get().zone):
        sentence = gettext(
            "Sent for %(customer)s by %(person)s. What you do not dispute stays as it is.",
            customer=customer,
            person="…",
        )
        return " · ".join((named(found), sentence, _label(found)))


def _is_mixed(found: list[Dispute]) -> bool:
    """Whether they are about what is owed and about what was paid or credited, too."""
    return len({one.document.amount_minor < 0 for one in found}) > 1


def _amounts(found: list[Dispute]) -> list[Money]:
    """What is disputed of each; where both ways are, as it counts in the balance."""
    mixed = _is_mixed(found)
    return [
        Money(
            -one.amount_minor if mixed and one.document.amount_minor < 0 else one.amount_minor,
            one.currency,
        )
        for one in found
    ]


def _sums(found: list[Dispute]) -> str:
    """What they come to; nothing where some are for and some against the customer."""
    if _is_mixed(found):
        return ""
    sums: dict[str, Money] = {}
    for one in found:
        amount = Money(one.amount_minor, one.currency)
        sums[one.currency] = sums.get(one.currency, Money.zero(one.currency)) + amount
    return str(reader.get().fact(list(sums.values())))


def _next_steps(session: Session, dispute: Dispute) -> list[Step]:
    contact = session.get(Contact, dispute.contact_id or 0)
    address = masked(contact.email) if contact is not None else ""
    steps = []
    if address:
        words = gettext("A copy goes to %(address)s.", address=address)
        steps.append(Step(gettext("now"), words, True))
    who = settings.company(session).contact_name or gettext("Our receivables team")
    return [
        *steps,
        Step(
            gettext("until then"),
            gettext("No reminder is sent for what you dispute. The rest stays due as it was."),
        ),
        Step(
            gettext("by %(day)s", day=_weekday(dispute.answer_by)),
            gettext("%(who)s answers you here, and by mail.", who=who),
        ),
    ]


def _weekday(day: date) -> str:
    return formats.weekday_day(day, reader.get().language)
