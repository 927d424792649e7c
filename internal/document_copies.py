"""A copy of a document: looked at as PDF, and sent to people of the customer by mail."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectMultipleField

from internal import message_words
from internal.scope import customer, seen
from internal.words import kind_word
from tieout import clock, settings
from tieout.customers.models import Contact
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import copies
from tieout.ledger.models import Document
from tieout.ledger.words import kind_name
from tieout.money import Money
from tieout.reconciliation.models import Reconciliation
from tieout.rendering.environment import render
from tieout.rendering.translation import gettext, reader, reading
from tieout.reports.copied import copy_print, file_name
from tieout.reports.making import made as file_of
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.forms import Form
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("document_copies", __name__)


class CopyForm(Form):
    """Who gets the copy."""

    contacts = SelectMultipleField(N_("Who gets it"), coerce=int, validate_choice=False)

    def __init__(self, *arguments: object, **keywords: object) -> None:
        super().__init__(*arguments, **keywords)
        self.contacts.choices = []


@bp.get("/documents/<int:document_id>/copy")
@requires(Permission.MATCH)
def ask(document_id: int) -> ResponseReturnValue:
    """Show what would be sent, and ask to whom."""
    return _ask(document_id, CopyForm(formdata=None))


@bp.post("/documents/<int:document_id>/copy")
@requires(Permission.MATCH)
def send(document_id: int) -> ResponseReturnValue:
    """Queue the copy to each person chosen; nobody gets it twice on a day."""
    seen(sessions(), Document, document_id)
    form = CopyForm.checked(lambda given: _ask(document_id, given))
    with transaction() as session:
        document = seen(session, Document, document_id)
        people = [_contact(session, document, one) for one in form.contacts.data or []]
        sending = copies.send(session, document, people, by=viewer().actor, at=clock.now())
        number = document.number
        to = [one.email for one in sending.to]
        before = [one.email for one in sending.before]
    if to:
        flash(gettext("The copy of %(number)s goes to %(to)s.", number=number, to=", ".join(to)))
    if before:
        words = gettext(
            "%(to)s has the copy of %(number)s of today already; nothing was sent twice.",
            number=number,
            to=", ".join(before),
        )
        flash(words, "warning")
    return redirect(_back(document_id), 303)


@bp.get("/documents/<int:document_id>/copy.pdf")
@requires(Permission.SEE_BOOKS)
def pdf(document_id: int) -> ResponseReturnValue:
    """Hand out the copy as it is sent."""
    session = sessions()
    document = seen(session, Document, document_id)
    if not copies.is_paper(document):
        raise NotFound
    name = file_name(document)
    data = copy_print(
        session,
        document,
        language=asked.choice("language", ("en", "zh"), reader.get().language),
        zone=reader.get().zone,
        printed_at=None,
    )
    session.rollback()  # making a file takes a while; the books are let go before
    return download(file_of("document.pdf", data), name, "application/pdf", show=True)


def _ask(document_id: int, form: CopyForm) -> ResponseReturnValue:
    session = sessions()
    document = seen(session, Document, document_id)
    if not copies.is_paper(document):
        raise copies.NoPaper(number=document.number)
    there = customer(session, document.customer_id)
    people = [one for one in there.contacts if one.is_active]
    ticked = form.contacts.data
    chosen = _usual(people) if ticked is None else set(ticked)
    languages = {one.id: one.language or there.language for one in people}
    return page(
        "internal/document_copy.html",
        document=document,
        called=f"{kind_word(document.kind)} {document.number}",
        amount=Money(document.amount_minor, document.currency),
        customer=there,
        people=people,
        chosen=chosen,
        languages=languages,
        texts={one: _text(session, document, one) for one in dict.fromkeys(languages.values())},
        sent=copies.sent(session, document),
        words=message_words,
        form=form,
        action=url_for(".send", document_id=document.id, comparison=_comparison(session)),
        back=_back(document_id),
    )


def _usual(people: list[Contact]) -> set[int]:
    """Who gets our papers: those who receive statements; the first of them is enough."""
    reached = [one for one in people if one.email.strip()]
    wanted = [one for one in reached if one.receives_statements] or reached
    return {one.id for one in wanted[:1]}


def _text(session: Session, document: Document, language: str) -> str:
    """What the mail says in a language, but for its head and foot."""
    due = [item.due_on for item in document.due_items]
    with reading(language, settings.company(session).time_zone):
        return render(
            f"messages/{copies.KIND}/body.txt",
            kind_words=kind_name(document.kind),
            number=document.number,
            issued_on=document.issued_on,
            due_on=due[0] if len(due) == 1 and document.amount_minor > 0 else None,
            amount=Money(document.amount_minor, document.currency),
        ).strip()


def _contact(session: Session, document: Document, contact_id: int) -> Contact:
    contact = session.get(Contact, contact_id)
    if contact is None or contact.customer_id != document.customer_id:
        raise NotFound
    return contact


def _comparison(session: Session) -> int | None:
    """The comparison one came from, where one came from one that one sees."""
    wanted = asked.number("comparison")
    return None if wanted is None else seen(session, Reconciliation, wanted).id


def _back(document_id: int) -> str:
    made = _comparison(sessions())
    if made is not None:
        return url_for("internal.matching.show", reconciliation_id=made, view="differences")
    return url_for("internal.documents.show", document_id=document_id)
