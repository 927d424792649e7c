"""One document: what it says, what is open of it, how it was settled, its whole life."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from internal.places import place
from internal.scope import customer, seen
from internal.words import account_word, kind_word, reference_word, rule_word, status_word
from tieout import clock, settings
from tieout.catalog import Product
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import copies, drafts, entering, queries
from tieout.ledger.models import Document, DocumentDraft, DocumentKind
from tieout.money import Money
from tieout.rendering.translation import gettext
from tieout.reports.document_page import document_page
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("documents", __name__)


#: Where the pages are of what a document's life is made of.
PLACES = {
    "draft": "drafts",
    "import": "imports",
    "statement": "statements",
    "dispute": "disputes",
    "message": "messages",
    "reconciliation": "matching",
    "document": "documents",
}


#: What it takes to open them, beyond seeing the books.
NEEDED = {"import": Permission.SEE_IMPORTS}


class ReverseForm(Form):
    """Taking a document back."""

    reason = TextAreaField(
        N_("Why it is taken back"),
        [Required(N_("Say why. It stands on the reversal and in the audit trail."))],
    )


@bp.get("/documents/<int:document_id>")
@requires(Permission.SEE_BOOKS)
def show(document_id: int) -> ResponseReturnValue:
    """Show a document."""
    return _show(document_id, ReverseForm())


@bp.post("/documents/<int:document_id>/reverse")
@requires(Permission.KEEP_BOOKS)
def reverse(document_id: int) -> ResponseReturnValue:
    """Take a document back, or hand that in for a second person."""
    seen(sessions(), Document, document_id)
    form = ReverseForm.checked(lambda shown: _show(document_id, shown))
    with transaction() as session:
        made = entering.take_back(
            session,
            seen(session, Document, document_id),
            reason=str(form.reason.data).strip(),
            by=viewer().actor,
            at=clock.now(),
        )
    return entered(made)


def entered(made: Document | DocumentDraft) -> ResponseReturnValue:
    """Lead to what was entered, and say what became of it."""
    if isinstance(made, Document):
        facts = {"kind": kind_word(made.kind), "number": made.number}
        flash(gettext("%(kind)s %(number)s is posted.", **facts))
        return redirect(url_for("internal.documents.show", document_id=made.id), 303)
    if made.state == drafts.SUBMITTED:
        flash(gettext("It is handed in. It counts once a second person has approved it."))
    else:
        flash(gettext("The draft is kept. It counts for nothing until it is handed in."))
    return redirect(url_for("internal.drafts.show", draft_id=made.id), 303)


def step_href(about: str) -> str:
    """The page of what a step of a document's life is about; empty where there is none."""
    kind, _, rest = about.partition(":")
    number, _, row = rest.partition(":")
    needed = NEEDED.get(kind)
    if needed is not None and not viewer().may(needed):
        return ""
    if kind == "import" and row:
        return place(f"imports/{number}/rows/{row}")
    return place(f"{PLACES[kind]}/{number}") if kind in PLACES else ""


def _show(document_id: int, form: ReverseForm) -> ResponseReturnValue:
    session = sessions()
    document = seen(session, Document, document_id)
    today = settings.today(session)
    status_of = queries.statuses(session, [document.id], today).get(document.id, "")
    products = {line.product_id for line in document.lines if line.product_id}
    return page(
        "internal/document.html",
        document=document,
        amount=Money(document.amount_minor, document.currency),
        customer=customer(session, document.customer_id),
        about=document_page(session, document),
        products={one: session.get_one(Product, one) for one in products},
        status=status_of,
        two_people=drafts.wants_two(session, DocumentKind(document.kind)),
        form=form,
        paper=copies.is_paper(document) and status_of != "reversed",
        today=today,
        step_href=step_href,
        kind_word=kind_word,
        account_word=account_word,
        reference_word=reference_word,
        rule_word=rule_word,
        status_word=status_word,
    )
