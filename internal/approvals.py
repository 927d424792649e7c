"""What waits for a second person, and drafted documents approved as they were shown."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from internal.places import place
from internal.scope import condition, customer, seen
from internal.words import account_word, kind_word, reference_word
from tieout import clock, settings
from tieout.customers.models import CustomerAccount
from tieout.db import sessions, transaction
from tieout.disputes.models import Dispute
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import balances, drafts
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import Document, DocumentDraft
from tieout.money import Money
from tieout.month_end import approvals
from tieout.month_end.approvals import ToApprove
from tieout.periods import Period
from tieout.rendering import formats
from tieout.rendering.translation import gettext, reader
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("approvals", __name__)


class ApproveForm(Form):
    """Exactly what was looked at."""

    digest = HiddenField()


class RejectForm(Form):
    """Why it is turned down."""

    note = TextAreaField(
        N_("Why it is turned down"), [Required(drafts.NoteMissing.message), Length(max=4000)]
    )


@bp.get("/approvals")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List what waits for a second person."""
    session = sessions()
    me = viewer()
    return page(
        "internal/approvals.html",
        rows=[_row(one) for one in approvals.to_approve(session, condition)],
        my_id=me.person_id,
        may_approve=me.may(Permission.APPROVE),
    )


@bp.get("/approvals/drafts/<int:draft_id>")
@requires(Permission.SEE_BOOKS)
def draft(draft_id: int) -> ResponseReturnValue:
    """Show a document as it would be posted."""
    return _show(draft_id)


@bp.post("/approvals/drafts/<int:draft_id>/approve")
@requires(Permission.APPROVE)
def approve(draft_id: int) -> ResponseReturnValue:
    """Post exactly what was looked at."""
    seen(sessions(), DocumentDraft, draft_id)
    form = ApproveForm.checked(lambda again: _show(draft_id, approving=again))
    with transaction() as session:
        made = drafts.approve(
            session,
            seen(session, DocumentDraft, draft_id),
            digest=str(form.digest.data or ""),
            by=viewer().actor,
            at=clock.now(),
        )
        facts = {"kind": kind_word(made.kind), "number": made.number}
    flash(gettext("%(kind)s %(number)s is posted.", **facts))
    return redirect(url_for(".index"), 303)


@bp.post("/approvals/drafts/<int:draft_id>/reject")
@requires(Permission.APPROVE)
def reject(draft_id: int) -> ResponseReturnValue:
    """Turn it down, with the reason."""
    seen(sessions(), DocumentDraft, draft_id)
    form = RejectForm.checked(lambda again: _show(draft_id, rejecting=again))
    with transaction() as session:
        drafts.reject(
            session,
            seen(session, DocumentDraft, draft_id),
            note=str(form.note.data),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("It is turned down; whoever prepared it sees why."))
    return redirect(url_for(".index"), 303)


def _show(
    draft_id: int, *, approving: ApproveForm | None = None, rejecting: RejectForm | None = None
) -> str:
    session, me = sessions(), viewer()
    found = seen(session, DocumentDraft, draft_id)
    session.refresh(found)
    documents = drafts.documents_of(found)
    second = drafts.needs_second_person(session, *documents)
    approving = approving or ApproveForm(formdata=None)
    approving.digest.data = found.content_digest
    rejecting = rejecting or RejectForm(formdata=None)
    for field in rejecting:
        field.id = f"reject-{field.id}"
    taken_back = drafts.reverses(found)
    dispute = _dispute(session, found)
    return page(
        "internal/approval.html",
        draft=found,
        documents=documents,
        title=_title(documents, found.origin),
        customer=customer(session, found.customer_id),
        accounts={one.account_id: _account(session, one) for one in documents},
        effects=_effects(session, documents),
        related=[_related(session, one) for one in documents],
        reversed=session.get(Document, taken_back) if taken_back else None,
        dispute=dispute,
        words=_proposed(dispute, found),
        may_approve=me.may(Permission.APPROVE),
        is_own=second and not drafts.may_approve(found, me.actor),
        approving=approving,
        rejecting=rejecting,
        kind_word=kind_word,
        reference_word=reference_word,
        account_word=account_word,
    )


def _row(one: ToApprove) -> dict[str, object]:
    """One line of the list, in the reader's words."""
    href, words = "", ""
    if one.documents:
        href, words = url_for(".draft", draft_id=one.id), _title(one.documents, one.origin)
    elif one.batch is not None:
        href = place(f"imports/{one.id}")
        words = gettext("Import %(filename)s", filename=one.batch.filename)
    elif one.period is not None:
        month = Period(one.period.period_start, one.period.period_end)
        href = place("month-end", month=month.start.isoformat()[:7])
        shown = formats.period(month, reader.get().language)
        words = gettext("Close %(period)s", period=shown)
    elif one.into is not None:
        href = url_for("internal.duplicates.show", merge_id=one.id)
        words = gettext("Merge into %(name)s", name=one.into.name)
    elif one.comparison is not None:
        href = url_for("internal.matching.show", reconciliation_id=one.comparison.id)
        words = gettext("Match by hand in %(comparison)s", comparison=one.comparison.receipt)
    elif one.bank_account is not None:
        href = place("settings/bank-accounts")
        account = one.bank_account
        words = gettext(
            "Bank account %(bank)s %(number)s", bank=account.bank, number=account.number
        )
    return {
        "one": one,
        "href": href,
        "words": words,
        "amounts": _amounts(one),
    }


def _amounts(one: ToApprove) -> list[Money]:
    """What it comes to: of an import a sum in each currency."""
    if one.batch is not None:
        sums = one.batch.totals.get("sums", {})
        return [Money(minor, currency) for currency, minor in sums.items()]
    return [one.documents[0].amount] if one.documents else []


def _title(documents: tuple[DocumentInput, ...], origin: str) -> str:
    first = documents[0]
    named = f"{kind_word(first.kind)} {first.number}".strip()
    if origin.startswith("reversal:"):
        return gettext("Reversal of %(document)s", document=kind_word(first.kind))
    if len(documents) > 2:
        return gettext("%(document)s for several customers", document=named)
    if len(documents) > 1:
        return gettext("%(first)s and %(second)s", first=named, second=_second(documents[1]))
    return named


def _second(document: DocumentInput) -> str:
    return f"{kind_word(document.kind)} {document.number}".strip()


def _account(session: Session, document: DocumentInput) -> CustomerAccount:
    return session.get_one(CustomerAccount, document.account_id)


def _related(session: Session, document: DocumentInput) -> Document | None:
    return session.get(Document, document.related_id) if document.related_id else None


def _effects(
    session: Session, documents: tuple[DocumentInput, ...]
) -> list[tuple[Money, Money, Money]]:
    """Of each document: the balance before, its amount, the balance after."""
    today = settings.today(session)
    found = []
    for one in documents:
        before = balances.balance(session, one.account_id, max(today, one.issued_on))
        found.append((before, one.amount, before + one.amount))
    return found


def _proposed(dispute: Dispute | None, found: DocumentDraft) -> str:
    """What the customer will read once it is posted."""
    entries = dispute.entries if dispute is not None else []
    said = [one.text for one in entries if one.facts.get("draft_id") == found.id]
    return said[0] if said else ""


def _dispute(session: Session, found: DocumentDraft) -> Dispute | None:
    kind, _, number = found.origin.partition(":")
    known = kind == "dispute" and number.isdecimal() and len(number) < 16
    return session.get(Dispute, int(number)) if known else None
