"""Documents being prepared: drafted, submitted, approved by a second person, posted."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.errors import Conflict, InvalidInput, NotAllowed
from tieout.i18n import N_, Sentence
from tieout.ledger import locks, posting, rules
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import Document, DocumentDraft, DocumentKind
from tieout.ledger.words import kind_name

DRAFT, SUBMITTED, POSTED, REJECTED = "draft", "submitted", "posted", "rejected"


class DraftMovedOn(Conflict):
    """A draft that is no longer where it was thought to be."""

    message = N_("This draft is %(state)s meanwhile. Look at it again.")


class DraftChanged(Conflict):
    """What was looked at is not what would be posted."""

    message = N_("This draft was changed after you looked at it. Read it again, then decide.")


class SecondPersonNeeded(NotAllowed):
    """Whoever prepared it may not approve it."""

    message = N_(
        "You prepared this yourself. Ask somebody else to approve it: this company wants two people"
        " for it."
    )


class NoteMissing(InvalidInput):
    """A rejection without a reason."""

    message = N_("Say why it is rejected, so that it can be put right.")


STATES = {
    DRAFT: N_("being prepared"),
    SUBMITTED: N_("waiting for approval"),
    POSTED: N_("posted"),
    REJECTED: N_("rejected"),
}


def prepare(
    session: Session, given: DocumentInput, *, origin: str = "", by: Actor, at: datetime
) -> DocumentDraft:
    """Draft a document; nothing of it counts yet.

    Raises:
        InvalidInput, PeriodLocked: it could not be posted as it is.
    """
    account = session.get_one(CustomerAccount, given.account_id)
    _check(session, given, account)
    draft = DocumentDraft(
        customer_id=account.customer_id,
        account_id=account.id,
        content=given.to_json(),
        content_digest=given.digest(),
        state=DRAFT,
        origin=origin,
        prepared_by=by.id if by.kind == "staff" else None,
        prepared_label=by.label,
        prepared_at=at,
    )
    session.add(draft)
    session.flush()
    audit.record(session, by, "draft.prepared", draft, after={**draft.content, "origin": origin})
    return draft


def change(
    session: Session, draft: DocumentDraft, given: DocumentInput, *, by: Actor, at: datetime
) -> None:
    """Change a draft; whoever changes it has prepared it, and it must be submitted again.

    Raises:
        DraftMovedOn: it was decided meanwhile.
    """
    account = session.get_one(CustomerAccount, given.account_id)
    _check(session, given, account)
    before = draft.content
    _move(session, draft, (DRAFT, SUBMITTED), DRAFT)
    draft.customer_id, draft.account_id = account.customer_id, account.id
    draft.content, draft.content_digest = given.to_json(), given.digest()
    draft.prepared_by = by.id if by.kind == "staff" else None
    draft.prepared_label, draft.prepared_at = by.label, at
    session.flush()
    audit.record(session, by, "draft.changed", draft, before=before, after=draft.content)


def submit(session: Session, draft: DocumentDraft, *, by: Actor, at: datetime) -> None:
    """Hand a draft on for approval.

    Raises:
        DraftMovedOn: it is not being prepared any more.
    """
    _move(session, draft, (DRAFT,), SUBMITTED)
    audit.record(
        session, by, "draft.submitted", draft, after={"content": draft.content_digest, "at": at}
    )
    events.publish(session, events.DraftSubmitted(draft.id))


def approve(
    session: Session, draft: DocumentDraft, *, digest: str, by: Actor, at: datetime
) -> Document:
    """Approve exactly what was looked at (`digest` of it), and post it.

    Raises:
        DraftMovedOn, DraftChanged: it is not what was looked at.
        SecondPersonNeeded: the preparer may not approve it.
    """
    given = content_of(draft)
    if digest != draft.content_digest or given.digest() != draft.content_digest:
        raise DraftChanged
    if needs_second_person(session, given) and not may_approve(draft, by):
        raise SecondPersonNeeded
    _move(session, draft, (SUBMITTED,), POSTED)
    document = posting.post(session, given.with_source(f"draft:{draft.id}"), by=by, at=at)
    _decide(draft, by, at, "")
    draft.document_id = document.id
    session.flush()
    audit.record(
        session,
        by,
        "draft.approved",
        draft,
        after={"content": draft.content_digest, "document_id": document.id},
    )
    return document


def reject(session: Session, draft: DocumentDraft, *, note: str, by: Actor, at: datetime) -> None:
    """Turn a draft down.

    Raises:
        DraftMovedOn: it was decided meanwhile.
        NoteMissing: no reason was given.
    """
    if not note.strip():
        raise NoteMissing
    _move(session, draft, (DRAFT, SUBMITTED), REJECTED)
    _decide(draft, by, at, note.strip())
    session.flush()
    audit.record(session, by, "draft.rejected", draft, after={"note": draft.decision_note})


def content_of(draft: DocumentDraft) -> DocumentInput:
    """The document a draft would become."""
    return DocumentInput.from_json(draft.content)


def act_of(kind: DocumentKind) -> str:
    """What the company's rule about two people calls posting such a document."""
    named = {DocumentKind.CREDIT_NOTE: "credit_note", DocumentKind.WRITE_OFF: "write_off"}
    return named.get(kind, "write_off" if kind == DocumentKind.RECOVERY else "document")


def needs_second_person(session: Session, given: DocumentInput) -> bool:
    """Whether the company wants two people for such a document."""
    return settings.needs_two_people(session, act_of(given.kind))


def may_approve(draft: DocumentDraft, by: Actor) -> bool:
    """Whether somebody is another person than the preparer."""
    return by.kind == "staff" and by.id is not None and by.id != draft.prepared_by


def waiting(session: Session, *, origin: str = "") -> list[DocumentDraft]:
    """The drafts that wait for approval, oldest first."""
    query = select(DocumentDraft).where(DocumentDraft.state == SUBMITTED)
    if origin:
        query = query.where(DocumentDraft.origin == origin)
    return list(session.scalars(query.order_by(DocumentDraft.id)))


def _check(session: Session, given: DocumentInput, account: CustomerAccount) -> None:
    if not given.number and given.kind in posting.OWN_NUMBERS:
        # its number is taken when it is posted; stands in so that the other rules are held
        rules.check(replace(given, number="-"), account.currency)
    else:
        rules.check(given, account.currency)
    locks.check(session, given.issued_on, given.number or kind_name(given.kind))


def _move(session: Session, draft: DocumentDraft, allowed: tuple[str, ...], state: str) -> None:
    """Move a draft on, unless somebody else has."""
    moved = session.execute(
        update(DocumentDraft)
        .where(DocumentDraft.id == draft.id, DocumentDraft.state.in_(allowed))
        .where(DocumentDraft.version == draft.version)
        .values(state=state, version=DocumentDraft.version + 1)
        .returning(DocumentDraft.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(draft)
    if moved is None:
        raise DraftMovedOn(state=Sentence(STATES[draft.state]))


def _decide(draft: DocumentDraft, by: Actor, at: datetime, note: str) -> None:
    draft.decided_by = by.id if by.kind == "staff" else None
    draft.decided_label, draft.decided_at = by.label, at
    draft.decision_note = note
