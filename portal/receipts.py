"""Receipts: what was recorded, what happens next and by when, and the certificate."""

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal import owed, steps
from portal.answering import company_name
from portal.owed import Owed
from portal.scope import mine
from portal.shown_lines import kind_name
from tieout import clock, settings
from tieout.customers import acts
from tieout.customers.acts import Act
from tieout.customers.models import Contact, Customer
from tieout.db import sessions
from tieout.disputes.models import Dispute
from tieout.disputes.queries import DisputeSearch, disputes
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.rendering import qr
from tieout.rendering.translation import gettext, in_a_row, reader
from tieout.reports.frozen import METHODS, certificate_print, files_of, verify_url
from tieout.reports.making import made
from tieout.statements import evidence, queries
from tieout.statements.models import Confirmation, LineAnswer, Statement
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.pages import page
from tieout.web.viewer import act_for, viewer

bp = Blueprint("receipts", __name__)


@bp.get("/receipts/<number>")
@requires(Permission.LOOK)
def show(number: str) -> ResponseReturnValue:
    """Show what was recorded under a reference number."""
    session = sessions()
    answer = _answer(session, number)
    if answer is not None:
        return _balance_page(session, answer)
    dispute = _dispute(session, number)
    if dispute is not None:
        return redirect(f"{request.script_root}/disputes/{dispute.id}", 303)
    made = acts.find(session, number)
    if made is not None:
        return _act_page(session, made)
    query = mine(queries.line_answers(number), LineAnswer, everywhere=True)
    lines = session.scalars(query).all()
    if not lines:
        raise NotFound
    act_for(lines[0].customer_id)
    return _lines_page(session, lines[0])


@bp.get("/receipts/<number>/certificate.pdf")
@requires(Permission.LOOK)
def certificate(number: str) -> ResponseReturnValue:
    """Hand out the certificate of an answer."""
    session = sessions()
    answer = _answer(session, number)
    if answer is None:
        raise NotFound
    data = certificate_print(
        session,
        answer,
        language=reader.get().language,
        zone=reader.get().zone,
        base_url=current_app.config["TIEOUT"].base_url,
        printed_at=clock.now(),
    )
    session.rollback()  # making a file takes a while; the books are let go before
    content = made("certificate.pdf", data)
    return download(content, f"{number}.pdf", "application/pdf", show=True)


def _answer(session: Session, number: str) -> Confirmation | None:
    """An answer of one of the viewer's customers; the page turns to that customer."""
    query = mine(queries.confirmation(number), Confirmation, everywhere=True)
    found = session.scalar(query)
    if found is not None:
        act_for(found.customer_id)
    return found


def _dispute(session: Session, number: str) -> Dispute | None:
    query = mine(disputes(DisputeSearch(keyword=number)), Dispute, everywhere=True)
    return next((one for one in session.scalars(query) if one.receipt == number), None)


def _balance_page(session: Session, answer: Confirmation) -> str:
    statement = session.get_one(Statement, answer.statement_id)
    contact = session.get(Contact, answer.contact_id or 0)
    kept = evidence.told(session, answer.receipt, answer.evidence)
    standing = queries.standing(session, statement)
    return page(
        "portal/receipt.html",
        answer=answer,
        statement=statement,
        person=kept["personal"].get("person") or "",
        amounts=_amounts(statement, answer),
        us=company_name(session),
        customer=statement.customer.name,
        steps=steps.after_answer(session, statement, answer, contact),
        late=_still_to_pay(session, statement, answer),
        recorded_facts=[
            *_recorded(statement, kept, contact),
            *((gettext("File"), one["name"]) for one in files_of(session, answer)),
        ],
        drawing=_drawing(statement),
        others=[one.section for one in standing.sections if not one.is_given]
        if standing.is_open
        else [],
        can_change=standing.is_open and answer.replaced_by_id is None,
    )


def _act_page(session: Session, made: Act) -> str:
    """What somebody changed; only they come back to it.

    Raises:
        NotFound: it is another's.
    """
    person = viewer().at(made.customer_id)
    if person.contact_id != made.contact_id or (person.is_link and made.what in acts.OF_PEOPLE):
        raise NotFound
    act_for(made.customer_id)
    contact = session.get_one(Contact, made.contact_id)
    done, follows = acts.words(session, made)
    say = reader.get().sentence
    return page(
        "portal/act.html",
        act=made,
        done=say(done),
        for_whom=gettext(
            "Recorded by %(person)s for %(customer)s",
            person=contact.name,
            customer=session.get_one(Customer, made.customer_id).name,
        ),
        steps=steps.after_act(contact, say(follows)),
        back=_back_of(made),
    )


def _back_of(made: Act) -> tuple[str, str]:
    """The page an act was done on, and what it is called."""
    if made.what in acts.OF_PEOPLE:
        return url_for("portal.contacts.index"), gettext("Back to the people")
    if made.what in acts.OF_BROWSERS:
        return url_for("portal.security.show"), gettext("Back to signing in")
    return url_for("portal.preferences.show"), gettext("Back to the preferences")


def _lines_page(session: Session, first: LineAnswer) -> str:
    lines = queries.answered_lines(session, first.receipt)
    statement = lines[0].section.statement
    contact = session.get(Contact, first.contact_id or 0)
    kept = evidence.told(session, first.receipt, first.evidence)
    amounts = [Money(line.amount_minor, line.section.currency) for line in lines]
    return page(
        "portal/receipt_lines.html",
        receipt_number=first.receipt,
        at=first.answered_at,
        statement=statement,
        person=kept["personal"].get("person") or "",
        lines=[
            (kind_name(line.kind), line.number, amount)
            for line, amount in zip(lines, amounts, strict=True)
        ],
        steps=steps.after_lines(contact),
        recorded_facts=_recorded(statement, kept, contact),
        drawing=_drawing(statement),
    )


def _amounts(statement: Statement, answer: Confirmation) -> dict[str, Money | None]:
    """The figures of an answer, turned for the reader: + is what the customer owes."""
    sign = 1 if statement.kind == "receivable" else -1
    stated = answer.stated_minor
    return {
        "balance": Money(sign * answer.balance_minor, answer.currency),
        "disputed": Money(sign * answer.disputed_minor, answer.currency),
        "agreed": Money(sign * (answer.balance_minor - answer.disputed_minor), answer.currency),
        "stated": None if stated is None else Money(sign * stated, answer.currency),
    }


def _still_to_pay(session: Session, statement: Statement, answer: Confirmation) -> Owed | None:
    """What is overdue today in the currency answered for: confirming is not paying."""
    if statement.kind != "receivable":
        return None
    today = owed.today(session, statement.customer_id, settings.today(session))
    return next(
        (one for one in today if one.amount.currency == answer.currency and one.overdue.minor > 0),
        None,
    )


def _recorded(
    statement: Statement, kept: dict[str, object], contact: Contact | None
) -> list[tuple[str, str]]:
    """What the evidence says, in the words of a page."""
    personal = kept["personal"]
    assert isinstance(personal, dict)  # noqa: S101 - as `told` gives it
    named = [personal.get("person") or "–", personal.get("position")]
    said = [part for part in named if part]
    if kept.get("authority"):
        said.append(gettext("stated authority to sign"))
    method = str(kept.get("method", ""))
    where = steps.masked(contact.email) if contact is not None and method == "link" else ""
    came_in = (
        gettext("link sent to %(address)s", address=where)
        if where
        else gettext(METHODS.get(method, method))
    )
    return [
        (
            gettext("Statement"),
            gettext(
                "%(number)s, version %(version)s",
                number=statement.number,
                version=statement.version,
            ),
        ),
        (gettext("Answered by"), in_a_row(*said)),
        (gettext("Signed in with"), came_in),
        (gettext("Words shown"), str(kept.get("wording", ""))),
    ]


def _drawing(statement: Statement) -> str:
    base_url = current_app.config["TIEOUT"].base_url
    words_for_it = gettext("QR code: opens the page on which anyone can check the statement")
    return qr.svg(verify_url(base_url, statement), words_for_it)
