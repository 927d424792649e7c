"""Documents being prepared: drafted, submitted, approved by a second person, posted.

What is drafted is one document, the documents of one act (an exchange, a transfer, a payment
shared out), or the taking back of a posted one. Whoever approves reads `documents_of(draft)` and
hands in its digest.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit import Actor
from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.queries import visible_to
from tieout.errors import Conflict, InvalidInput, NotAllowed
from tieout.i18n import N_, Sentence
from tieout.ledger import acts, locks, posting, reversing, rules, taken
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


class ReversalDrafted(Conflict):
    """A document whose reversal is being prepared already."""

    message = N_("The reversal of %(number)s is being prepared already, by %(who)s.")


STATES = {
    DRAFT: N_("being prepared"),
    SUBMITTED: N_("waiting for approval"),
    POSTED: N_("posted"),
    REJECTED: N_("rejected"),
}

#: Where the second document of one act stands in a draft, and those after it.
_SECOND, _REST = "second", "rest"
#: What asks for a draft that takes a document back: "reversal:12".
_REVERSAL = "reversal"


def prepare(
    session: Session,
    given: DocumentInput,
    *rest: DocumentInput,
    origin: str = "",
    by: Actor,
    at: datetime,
) -> DocumentDraft:
    """Draft a document, or all of one act; nothing of it counts yet.

    Raises:
        InvalidInput, PeriodLocked: it could not be posted as it is.
        AlreadyPosted, NumberTaken: its number is in use.
        NoPair: they belong to no single act.
    """
    account = _check(session, given, *rest)
    draft = _draft(account, given, *rest, origin=origin, by=by, at=at)
    return _keep(session, draft, by)


def prepare_reversal(
    session: Session, document: Document, *, on: date | None, reason: str, by: Actor, at: datetime
) -> DocumentDraft:
    """Draft the taking back of a document, for a second person to approve.

    Raises:
        AlreadyReversed, ReversalIsFinal, ReversedBeforePosted: it cannot be reversed, or not so.
        PeriodLocked: `on` lies in a locked period.
        ReversalDrafted: somebody has prepared it already.
    """
    day = reversing.check(session, document, on)
    locks.check(session, day, document.number or kind_name(document.kind))
    origin = f"{_REVERSAL}:{document.id}"
    there = session.scalar(
        select(DocumentDraft).where(
            DocumentDraft.origin == origin, DocumentDraft.state.in_((DRAFT, SUBMITTED))
        )
    )
    if there is not None:
        raise ReversalDrafted(number=document.number, who=there.prepared_label)
    given = reversing.opposite(session, document, day, reason, number="")
    account = session.get_one(CustomerAccount, document.account_id)
    return _keep(session, _draft(account, given, origin=origin, by=by, at=at), by)


def change(
    session: Session,
    draft: DocumentDraft,
    given: DocumentInput,
    *rest: DocumentInput,
    by: Actor,
    at: datetime,
) -> None:
    """Change a draft; whoever changes it has prepared it, and it must be submitted again.

    Raises:
        DraftMovedOn: it was decided meanwhile.
    """
    account = _check(session, given, *rest)
    before = draft.content
    _move(session, draft, (DRAFT, SUBMITTED), DRAFT)
    made = _draft(account, given, *rest, origin=draft.origin, by=by, at=at)
    draft.customer_id, draft.account_id = made.customer_id, made.account_id
    draft.content, draft.content_digest = made.content, made.content_digest
    draft.prepared_by, draft.prepared_label = made.prepared_by, made.prepared_label
    draft.prepared_at = at
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
    documents = documents_of(draft)
    if digest != draft.content_digest or _digest(*documents) != draft.content_digest:
        raise DraftChanged
    if needs_second_person(session, *documents) and not may_approve(draft, by):
        raise SecondPersonNeeded
    _move(session, draft, (SUBMITTED,), POSTED)
    document = _post(session, draft, by=by, at=at)
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
    events.publish(session, events.DraftDecided(draft.id))
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
    events.publish(session, events.DraftDecided(draft.id))


def content_of(draft: DocumentDraft) -> DocumentInput:
    """The document a draft would become; of several, the first."""
    return DocumentInput.from_json(draft.content)


def documents_of(draft: DocumentDraft) -> tuple[DocumentInput, ...]:
    """Every document a draft would become: one, or all of one act."""
    second: Mapping[str, Any] | None = draft.content.get(_SECOND)
    stored = ([] if second is None else [second]) + list(draft.content.get(_REST, ()))
    return (content_of(draft), *(DocumentInput.from_json(one) for one in stored))


def reverses(draft: DocumentDraft) -> int | None:
    """The id of the document that a draft would take back, if it would."""
    kind, _, number = draft.origin.partition(":")
    return int(number) if kind == _REVERSAL else None


def act_of(kind: DocumentKind) -> str:
    """What the company's rule about two people calls posting such a document."""
    named = {DocumentKind.CREDIT_NOTE: "credit_note", DocumentKind.WRITE_OFF: "write_off"}
    return named.get(kind, "write_off" if kind == DocumentKind.RECOVERY else "document")


def needs_second_person(session: Session, *documents: DocumentInput) -> bool:
    """Whether the company wants two people for such documents."""
    return any(wants_two(session, one.kind) for one in documents)


def wants_two(session: Session, kind: DocumentKind) -> bool:
    """Whether the company wants two people for documents of a kind."""
    return settings.needs_two_people(session, act_of(kind))


def may_approve(draft: DocumentDraft, by: Actor) -> bool:
    """Whether somebody is another person than the preparer."""
    return by.kind == "staff" and by.id is not None and by.id != draft.prepared_by


def waiting(session: Session, *, origin: str = "") -> list[DocumentDraft]:
    """The drafts that wait for approval, oldest first."""
    query = select(DocumentDraft).where(DocumentDraft.state == SUBMITTED)
    if origin:
        query = query.where(DocumentDraft.origin == origin)
    return list(session.scalars(query.order_by(DocumentDraft.id)))


def in_preparation(session: Session, *, owner_id: int | None = None) -> list[DocumentDraft]:
    """The drafts nobody has handed in yet, oldest first; of every customer or a sales person's."""
    query = visible_to(
        select(DocumentDraft)
        .join(Customer, Customer.id == DocumentDraft.customer_id)
        .where(DocumentDraft.state == DRAFT),
        owner_id,
    )
    return list(session.scalars(query.order_by(DocumentDraft.id)))


def same_waiting(session: Session, *documents: DocumentInput) -> DocumentDraft | None:
    """A draft of exactly these documents that nobody has decided yet.

    Whoever enters the same at the same moment waits here; entries on other accounts do not.
    """
    one_at_a_time = select(CustomerAccount.id).where(CustomerAccount.id == documents[0].account_id)
    session.execute(one_at_a_time.with_for_update(key_share=True))
    return session.scalars(
        select(DocumentDraft)
        .where(
            DocumentDraft.account_id == documents[0].account_id,
            DocumentDraft.content_digest == _digest(*documents),
            DocumentDraft.state.in_((DRAFT, SUBMITTED)),
        )
        .limit(1)
    ).first()


def _check(session: Session, *documents: DocumentInput) -> CustomerAccount:
    for one in documents:
        account = session.get_one(CustomerAccount, one.account_id)
        if not one.number and one.kind in posting.OWN_NUMBERS:
            # its number is taken when it is posted; stands in so that the other rules are held
            rules.check(replace(one, number="-"), account.currency)
        else:
            rules.check(one, account.currency)
        locks.check(session, one.issued_on, one.number or kind_name(one.kind))
    acts.check(documents)
    taken.check(session, taken.numbers_of(documents))
    return session.get_one(CustomerAccount, documents[0].account_id)


def _draft(
    account: CustomerAccount,
    given: DocumentInput,
    *rest: DocumentInput,
    origin: str,
    by: Actor,
    at: datetime,
) -> DocumentDraft:
    more: dict[str, Any] = {}
    if rest:
        more[_SECOND] = rest[0].to_json()
    if rest[1:]:
        more[_REST] = [one.to_json() for one in rest[1:]]
    return DocumentDraft(
        customer_id=account.customer_id,
        account_id=account.id,
        content={**given.to_json(), **more},
        content_digest=_digest(given, *rest),
        state=DRAFT,
        origin=origin,
        prepared_by=by.id if by.kind == "staff" else None,
        prepared_label=by.label,
        prepared_at=at,
    )


def _keep(session: Session, draft: DocumentDraft, by: Actor) -> DocumentDraft:
    session.add(draft)
    session.flush()
    after = {**draft.content, "origin": draft.origin}
    audit.record(session, by, "draft.prepared", draft, after=after)
    return draft


def _digest(*documents: DocumentInput) -> str:
    digests = [one.digest() for one in documents]
    return (
        digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    )


def _post(session: Session, draft: DocumentDraft, *, by: Actor, at: datetime) -> Document:
    """Do what the draft says; of several documents, the first is returned."""
    documents = [one.with_source(f"draft:{draft.id}") for one in documents_of(draft)]
    first = documents[0]
    taken_back = reverses(draft)
    if taken_back is not None:
        document = session.get_one(Document, taken_back)
        return reversing.reverse(
            session, document, on=first.issued_on, reason=first.description, by=by, at=at
        )
    return acts.post(session, documents, by=by, at=at)


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
