"""A dispute written down for a customer who says on the telephone that a line is not right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import Length

from internal.scope import customer, seen
from internal.words import kind_word
from tieout import clock, settings
from tieout.customers.models import Contact
from tieout.db import sessions, transaction
from tieout.disputes import raising
from tieout.disputes.queries import of_documents
from tieout.disputes.raising import Claim
from tieout.disputes.reasons import REASONS
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.reconciliation.decisions import GroupHasMoved
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.picture import picture
from tieout.reconciliation.shown import ShownGroup
from tieout.rendering.translation import gettext
from tieout.statements.evidence import Evidence
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.comparison import Told
from tieout.web.forms import AmountField, Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("matching_disputes", __name__)


class OnBehalfForm(Form):
    """What the customer disputes, who of them says so, and how."""

    contact = SelectField(
        N_("Who says so"), [Required(N_("Choose who of the customer's says so."))], coerce=int
    )
    reason = RadioField(N_("What is wrong"), [Required(N_("Choose a reason."))], choices=[])
    amount = AmountField(N_("Disputed amount"), [Required(N_("Enter what is disputed."))])
    note = TextAreaField(
        N_("What they said, and how"),
        [Required(N_("Write what was said, when and by which way.")), Length(max=4000)],
        description=N_("Such as: by telephone on 3 July, the goods came back. They read it."),
    )

    def __init__(
        self, *arguments: object, people: Sequence[Contact], currency: str, **keywords: object
    ) -> None:
        super().__init__(*arguments, **keywords)
        self.contact.choices = [(one.id, one.name) for one in people]
        self.reason.choices = [(code, gettext(words)) for code, words in REASONS.items()]
        self.amount.currency = currency


@dataclass(frozen=True)
class Subject:
    """The line of a comparison that is disputed."""

    made: Reconciliation
    group: ShownGroup
    told: Told
    document: Document
    people: Sequence[Contact]


@bp.get("/matching/<int:reconciliation_id>/dispute")
@requires(Permission.RESOLVE_DISPUTES)
def ask(reconciliation_id: int) -> ResponseReturnValue:
    """Ask who disputes what of a difference."""
    subject = _subject(sessions(), reconciliation_id)
    if subject is None:
        return _back(reconciliation_id)
    at_stake = min(abs(subject.group.residual), _left(sessions(), subject.document))
    form = OnBehalfForm(
        formdata=None,
        people=subject.people,
        currency=subject.made.currency,
        reason=subject.told.cause(subject.group),
        amount=at_stake.plain,
    )
    return _page(form, subject)


@bp.post("/matching/<int:reconciliation_id>/dispute")
@requires(Permission.RESOLVE_DISPUTES)
def send(reconciliation_id: int) -> ResponseReturnValue:
    """Raise the dispute in the customer's name; it says who of ours wrote it down."""
    subject = _subject(sessions(), reconciliation_id)
    if subject is None:
        raise GroupHasMoved
    form = OnBehalfForm.checked(
        lambda given: _again(reconciliation_id, given),
        people=subject.people,
        currency=subject.made.currency,
    )
    with transaction() as session:
        there = _subject(session, reconciliation_id)
        if there is None:
            raise GroupHasMoved
        contact = next((one for one in there.people if one.id == form.contact.data), None)
        if contact is None:
            raise NotFound
        made = raising.raise_disputes(
            session,
            [Claim(there.document, amount=form.amount.money())],
            reason=str(form.reason.data),
            note=str(form.note.data),
            given=_evidence(session, contact, str(form.note.data)),
            for_contact=contact.id,
            by=viewer().actor,
            on=_today(session),
            at=clock.now(),
        )
        receipt, name = made[0].receipt, contact.name
    flash(gettext("Dispute %(receipt)s is raised for %(name)s.", receipt=receipt, name=name))
    return _back(reconciliation_id)


def _again(reconciliation_id: int, form: OnBehalfForm) -> ResponseReturnValue:
    subject = _subject(sessions(), reconciliation_id)
    return _back(reconciliation_id) if subject is None else _page(form, subject)


def _page(form: OnBehalfForm, subject: Subject) -> ResponseReturnValue:
    session, made, document = sessions(), subject.made, subject.document
    return page(
        "internal/matching_dispute.html",
        form=form,
        made=made,
        group=subject.group,
        told=subject.told,
        document=document,
        called=f"{kind_word(document.kind)} {document.number}",
        whole=_whole(document),
        customer=customer(session, made.customer_id),
        answer_by=raising.answer_by(session, _today(session)),
        action=url_for(
            ".send",
            reconciliation_id=made.id,
            group=subject.group.no,
            seen=subject.group.seen,
        ),
        back=_address(made.id),
    )


def _subject(session: Session, reconciliation_id: int) -> Subject | None:
    """What the address names: a group as it was looked at, with a document of this account."""
    made = seen(session, Reconciliation, reconciliation_id)
    shown = picture(session, made)
    no, was = asked.number("group"), asked.text("seen")
    group = next((one for one in shown.groups if one.no == no and one.seen == was), None)
    line = group.main if group is not None and group.ours else None
    if group is None or line is None or line.elsewhere:
        return None
    there = customer(session, made.customer_id)
    return Subject(
        made,
        group,
        Told(shown, staff=True),
        seen(session, Document, line.id),
        [one for one in there.contacts if one.is_active],
    )


def _evidence(session: Session, contact: Contact, said: str) -> Evidence:
    return Evidence(
        person=contact.name,
        position=contact.position,
        authority=False,
        method="staff",
        channel="staff",
        wording=said,
        time_zone=settings.company(session).time_zone,
        origin=viewer().origin,
    )


def _whole(document: Document) -> Money:
    return abs(Money(document.amount_minor, document.currency))


def _left(session: Session, document: Document) -> Money:
    """What of a document is not disputed yet."""
    there = of_documents(session, [document.id]).get(document.id, [])
    return _whole(document) - Money(sum(one.amount_minor for one in there), document.currency)


def _today(session: Session) -> date:
    return settings.today(session)


def _address(reconciliation_id: int) -> str:
    return url_for(
        "internal.matching.show", reconciliation_id=reconciliation_id, view="differences"
    )


def _back(reconciliation_id: int) -> ResponseReturnValue:
    return redirect(_address(reconciliation_id), 303)
