"""Documents being prepared: read, changed, handed in for approval, or dropped."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import TextAreaField

from internal.entry import MORE, more_rows, show_entry
from internal.entry_forms import EntryForm
from internal.scope import customer, owner_id, seen
from internal.words import account_word, kind_word, reference_word
from tieout import clock, settings
from tieout.customers.models import CustomerAccount
from tieout.customers.queries import names
from tieout.db import sessions, transaction
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.intake import by_hand
from tieout.ledger import drafts, linked
from tieout.ledger.models import Document, DocumentDraft
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("drafts", __name__)


class NotChangedHere(Conflict):
    """A draft that is dropped and prepared anew rather than changed."""

    message = N_(
        "A reversal, an exchange, a transfer, or what a dispute asked for is not changed: drop this"
        " draft and prepare it anew."
    )


class DropForm(Form):
    """Why a draft is dropped."""

    note = TextAreaField(N_("Why it is dropped"), [Required(N_("Say why it is dropped."))])


@bp.get("/drafts")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List what nobody has handed in yet."""
    session = sessions()
    found = drafts.in_preparation(session, owner_id=owner_id())
    return page(
        "internal/drafts.html",
        drafts=[(draft, drafts.content_of(draft)) for draft in found],
        names=names(session, {draft.customer_id for draft in found}),
        reverses=drafts.reverses,
        kind_word=kind_word,
    )


@bp.get("/drafts/<int:draft_id>")
@requires(Permission.SEE_BOOKS)
def show(draft_id: int) -> ResponseReturnValue:
    """Show a draft and where it stands."""
    return _show(draft_id, DropForm())


@bp.post("/drafts/<int:draft_id>/submit")
@requires(Permission.KEEP_BOOKS)
def submit(draft_id: int) -> ResponseReturnValue:
    """Hand a draft in for approval."""
    with transaction() as session:
        draft = seen(session, DocumentDraft, draft_id)
        drafts.submit(session, draft, by=viewer().actor, at=clock.now())
    flash(gettext("It is handed in. It counts once a second person has approved it."))
    return redirect(url_for(".show", draft_id=draft_id), 303)


@bp.post("/drafts/<int:draft_id>/drop")
@requires(Permission.KEEP_BOOKS)
def drop(draft_id: int) -> ResponseReturnValue:
    """Drop a draft; it stays to be read."""
    seen(sessions(), DocumentDraft, draft_id)
    form = DropForm.checked(lambda shown: _show(draft_id, shown))
    with transaction() as session:
        draft = seen(session, DocumentDraft, draft_id)
        note = str(form.note.data)
        drafts.reject(session, draft, note=note, by=viewer().actor, at=clock.now())
    flash(gettext("The draft is dropped."))
    return redirect(url_for(".show", draft_id=draft_id), 303)


@bp.get("/drafts/<int:draft_id>/edit")
@requires(Permission.KEEP_BOOKS)
def edit(draft_id: int) -> ResponseReturnValue:
    """Ask what of a draft changes."""
    session = sessions()
    draft, account = _changed(session, draft_id)
    form = EntryForm.of(session, account, drafts.content_of(draft))
    return show_entry(form, account, draft_id)


@bp.post("/drafts/<int:draft_id>/edit")
@requires(Permission.KEEP_BOOKS)
def save(draft_id: int) -> ResponseReturnValue:
    """Change a draft, and hand it in unless it is only kept."""
    _, account = _changed(sessions(), draft_id)
    if request.form.get("step") == MORE:
        return more_rows(account, draft_id)
    form = EntryForm.checked(lambda shown: show_entry(shown, account, draft_id), account=account)
    with form.asking(), transaction() as session:
        draft, form.account = _changed(session, draft_id)
        by, at = viewer().actor, clock.now()
        given = form.given(session)
        linked.check(session, given)
        taken, _ = by_hand.checked(session, [given], taken=form.taken, on=settings.today(session))
        drafts.change(session, draft, given, by=by, at=at)
        by_hand.note_taken(session, draft, taken, by=by)
        if request.form.get("step") != "keep":
            drafts.submit(session, draft, by=by, at=at)
    flash(gettext("The draft is changed."))
    return redirect(url_for(".show", draft_id=draft_id), 303)


def _changed(session: Session, draft_id: int) -> tuple[DocumentDraft, CustomerAccount]:
    """A draft that can be changed, and its account.

    Raises:
        NotChangedHere: it is none of a single document.
    """
    draft = seen(session, DocumentDraft, draft_id)
    if draft.origin or len(drafts.documents_of(draft)) > 1:
        raise NotChangedHere
    return draft, session.get_one(CustomerAccount, draft.account_id)


def _show(draft_id: int, form: DropForm) -> ResponseReturnValue:
    session = sessions()
    draft = seen(session, DocumentDraft, draft_id)
    reversed_id = drafts.reverses(draft)
    documents = drafts.documents_of(draft)
    accounts = {
        one.account_id: session.get_one(CustomerAccount, one.account_id) for one in documents
    }
    return page(
        "internal/draft.html",
        draft=draft,
        documents=documents,
        accounts=accounts,
        customer=customer(session, draft.customer_id),
        reversed=session.get(Document, reversed_id) if reversed_id else None,
        may_change=not draft.origin and len(documents) == 1,
        state_words=drafts.STATES,
        form=form,
        kind_word=kind_word,
        reference_word=reference_word,
        account_word=account_word,
    )
