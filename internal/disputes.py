"""Disputes: the work list, and one with its facts, its timeline and what can be done."""

from datetime import date, timedelta

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select
from sqlalchemy.orm import Session

from internal.dispute_forms import (
    AcceptForm,
    AnswerForm,
    CareForm,
    DisputeForm,
    NoteForm,
    RejectForm,
    TakeUpForm,
)
from internal.scope import customer, seen, within
from internal.words import kind_word
from tieout import attachments, settings
from tieout.attachments import Attachment
from tieout.customers.models import Contact
from tieout.db import sessions
from tieout.disputes import moves, queries, templates, thread
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.disputes.queries import NOBODY, DisputeSearch, Step
from tieout.disputes.reasons import REASONS
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity import people
from tieout.identity.permissions import Permission
from tieout.ledger.models import DocumentDraft
from tieout.money import Money
from tieout.rendering.translation import gettext, reader
from tieout.statements.models import Statement
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.listing import here, listed, sorting
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("disputes", __name__)

#: The parts of the work list, in the order of its chips.
GROUPS = {
    "live": N_("All open"),
    "with_us": N_("Waiting for us"),
    "late": N_("Past the date promised"),
    "with_customer": N_("Waiting for the customer"),
    "to_approve": N_("Credit note to approve"),
    "ended": N_("Decided"),
}
ORDERS = (*queries.ORDERS, *(f"-{name}" for name in queries.ORDERS))
#: At least so many days old.
AGES = ("7", "14", "30", "60", "90")
#: In the address: nobody in particular, or whoever looks.
NO_ONE, ME = "none", "me"
#: The chip of each state.
CHIPS = {
    moves.OPEN: "waiting_for_us",
    moves.ANSWERED: "waiting_for_customer",
    moves.ACCEPTING: "to_approve",
}


@bp.get("/disputes")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the disputes asked for."""
    session = sessions()
    today = settings.today(session)
    group = asked.choice("group", GROUPS, "live")
    query = _wanted(group, today)
    customer_id = asked.number("customer")
    return page(
        "internal/disputes.html",
        found=listed(session, query),
        sums=queries.sums(session, query),
        group=group,
        groups=[
            (code, gettext(words), queries.count(session, _wanted(code, today)))
            for code, words in GROUPS.items()
        ],
        of_customer=customer(session, customer_id) if customer_id else None,
        people=[(str(one), name) for one, name in people.choices(session)],
        reasons={code: gettext(words) for code, words in REASONS.items()},
        ages=[(one, gettext("%(num)s days or more", num=one)) for one in AGES],
        templates=[(one.name, one.name) for one in templates.templates(session)],
        today=today,
        chip=chip,
        kind_word=kind_word,
        here=here,
        sorting=sorting,
    )


@bp.get("/disputes/<int:dispute_id>")
@requires(Permission.SEE_BOOKS)
def show(dispute_id: int) -> ResponseReturnValue:
    """Show a dispute."""
    return dispute_page(dispute_id)


@bp.get("/disputes/<int:dispute_id>/files/<int:entry_id>")
@requires(Permission.SEE_BOOKS)
def file(dispute_id: int, entry_id: int) -> ResponseReturnValue:
    """Hand out a file of the thread."""
    session = sessions()
    dispute = seen(session, Dispute, dispute_id)
    entry = seen(session, DisputeEntry, entry_id)
    if entry.dispute_id != dispute.id or entry.attachment_id is None:
        raise NotFound
    found = session.get_one(Attachment, entry.attachment_id)
    return download(attachments.content_of(found), found.filename, found.media_type, show=True)


def dispute_page(dispute_id: int, refused: DisputeForm | None = None) -> str:
    """Draw a dispute; `refused` is the form that has to be put right."""
    session = sessions()
    dispute = seen(session, Dispute, dispute_id)
    session.refresh(dispute)
    statement_id = queries.statement_id(session, dispute)
    draft = session.get(DocumentDraft, dispute.draft_id) if dispute.draft_id else None
    acts = [act for act in moves.ACTS if _may(dispute, act)]
    forms = _forms(session, dispute, refused)
    return page(
        "internal/dispute.html",
        dispute=dispute,
        document=dispute.document,
        customer=dispute.customer,
        contact=session.get(Contact, dispute.contact_id) if dispute.contact_id else None,
        statement=session.get(Statement, statement_id) if statement_id else None,
        draft=draft,
        amount=Money(dispute.amount_minor, dispute.currency),
        reason=gettext(REASONS[dispute.reason]),
        chip=chip(dispute),
        today=settings.today(session),
        steps=[_entry(dispute_id, one) for one in _timeline(session, dispute)],
        acts=acts,
        forms=forms,
        refused=type(refused).__name__ if refused is not None else "",
        # a form that has no place on the page any more: what was wrong stands at the top
        unshown=None
        if any(forms[name] is refused for name in forms.keys() & _shown(acts))
        else refused,
        kind_word=kind_word,
    )


def chip(dispute: Dispute) -> tuple[str, str]:
    """The chip of a dispute's state, and its word."""
    return CHIPS.get(dispute.state, dispute.state), gettext(moves.NAMES[dispute.state])


def _wanted(group: str, today: date) -> Select[Dispute]:
    days = asked.choice("age", AGES)
    return within(
        queries.disputes(
            DisputeSearch(
                group=group,
                reason=asked.choice("reason", REASONS),
                customer_id=asked.number("customer"),
                assignee_id=_assignee(),
                keyword=asked.text("q"),
                least=asked.amount("least"),
                most=asked.amount("most"),
                raised_by=today - timedelta(days=int(days)) if days else None,
                today=today,
                order=asked.choice("sort", ORDERS, "age"),
            )
        ),
        Dispute.customer_id,
    )


def _assignee() -> int | None:
    given = asked.text("assignee")
    if given == ME:
        return viewer().person_id
    return NOBODY if given == NO_ONE else asked.number("assignee")


def _timeline(session: Session, dispute: Dispute) -> list[Step]:
    return queries.timeline(session, dispute, internal=True)


def _entry(dispute_id: int, step: Step) -> dict[str, object]:
    """A step of the timeline as its component draws it."""
    return {
        "at": step.at,
        "who": step.who,
        "side": "theirs" if step.side == "customer" else "ours",
        "act": reader.get().sentence(step.act),
        "text": step.text,
        "internal": step.is_internal,
        "files": [
            (name, url_for("internal.disputes.file", dispute_id=dispute_id, entry_id=entry_id))
            for entry_id, name in step.files
        ],
    }


def _may(dispute: Dispute, act: str) -> bool:
    return viewer().may(Permission.RESOLVE_DISPUTES) and moves.may(dispute.state, act)


def _shown(acts: list[str]) -> set[str]:
    """The forms a page has room for, by what may be done."""
    care = {"care"} if "assign" in acts else set()
    return {*acts, *care} - ({"accept"} if "propose" not in acts else set())


def _forms(
    session: Session, dispute: Dispute, refused: DisputeForm | None
) -> dict[str, DisputeForm]:
    """Every form of the page; the one that was refused keeps what was typed."""
    amount = Money(dispute.amount_minor, dispute.currency)
    care = {"assignee": str(dispute.assignee_id or ""), "answer_by": dispute.answer_by}
    offered = thread.assignable(session, dispute)
    made: dict[str, DisputeForm] = {
        "answer": AnswerForm(formdata=None),
        "note": NoteForm(formdata=None),
        "care": CareForm(formdata=None, people=offered, dispute=dispute, data=care),
        "accept": AcceptForm(
            formdata=None, currency=amount.currency, data={"amount": amount.plain}
        ),
        "reject": RejectForm(formdata=None),
        "take_up": TakeUpForm(formdata=None),
    }
    for name, form in made.items():
        if refused is not None and type(form) is type(refused):
            made[name] = refused
        made[name].ready(dispute)
    return made
