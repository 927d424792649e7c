"""What comes of a dispute: accepted, part accepted, rejected, withdrawn, opened again."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from tieout import audit, events
from tieout.audit import Actor
from tieout.disputes import holding, moves, raising, reasons, steps
from tieout.disputes.files import File
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.ledger import drafts, locks
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import DocumentDraft, DocumentKind
from tieout.money import Money


class AcceptsTooMuch(InvalidInput):
    """More accepted than is disputed."""

    message = N_("Only %(amount)s is disputed. Accept at most that.")


class AcceptsNothing(InvalidInput):
    """Nothing accepted is a rejection."""

    message = N_("Accept an amount above zero, or reject the dispute.")


class SayWhyNotAll(InvalidInput):
    """The customer has to read why the rest was not accepted."""

    message = N_("Say why the rest is not accepted; the customer reads it.")


class SayWhyRejected(InvalidInput):
    """The customer has to read why it was rejected."""

    message = N_("Say why the dispute is rejected; the customer reads it.")


class SayWhyAgain(InvalidInput):
    """A rejected dispute opened again without a word."""

    message = N_("Say why you do not agree with the answer.")


def accept(
    session: Session,
    dispute: Dispute,
    amount: Money | None = None,
    *,
    text: str = "",
    seen: int | None = None,
    by: Actor,
    on: date,
    at: datetime,
) -> DocumentDraft | None:
    """Accept all of what is disputed, or a part of it, with words for the customer.

    A credit note is drafted and submitted: the dispute is accepted once a second person has
    posted it. Where the document lowers what is owed, nothing is drafted: the dispute is
    accepted at once, and the document put right by hand.

    Raises:
        AcceptsTooMuch, AcceptsNothing, SayWhyNotAll: not so.
        MoveNotAllowed, DisputeMovedOn: the dispute is not where it was thought to be.
        PeriodLocked, …: such a credit note could not be posted.
    """
    whole = holding.amount_of(dispute)
    amount = whole if amount is None else amount
    if amount > whole:
        raise AcceptsTooMuch(amount=whole)
    if amount <= Money.zero(whole.currency):
        raise AcceptsNothing
    if amount < whole and not text.strip():
        raise SayWhyNotAll
    if dispute.document.amount_minor < 0:
        settle(session, dispute, amount, text=text, seen=seen, by=by, on=on, at=at)
        return None
    held = dispute.state in moves.HOLDS
    steps.move(session, dispute, "propose", seen=seen)
    if not held:
        holding.take(session, dispute, on=on, at=at)
    draft = drafts.prepare(
        session,
        _credit_note(session, dispute, amount, on),
        origin=holding.ref(dispute),
        by=by,
        at=at,
    )
    dispute.draft_id = draft.id
    steps.enter(
        session,
        dispute,
        "proposed",
        text=text,
        is_internal=True,
        facts={"amount": amount.minor, "draft_id": draft.id},
        by=by,
        at=at,
    )
    audit.record(
        session,
        by,
        "dispute.proposed",
        dispute,
        after={"amount": amount.plain, "currency": amount.currency, "draft_id": draft.id},
    )
    drafts.submit(session, draft, by=by, at=at)
    if not drafts.needs_second_person(session, drafts.content_of(draft)):
        drafts.approve(session, draft, digest=draft.content_digest, by=by, at=at)
    return draft


def settle(
    session: Session,
    dispute: Dispute,
    amount: Money,
    *,
    text: str,
    facts: dict[str, object] | None = None,
    seen: int | None = None,
    by: Actor,
    on: date,
    at: datetime,
) -> None:
    """Close a dispute as accepted, in all or in part."""
    act = "accept" if amount >= holding.amount_of(dispute) else "part_accept"
    steps.move(session, dispute, act, seen=seen)
    dispute.accepted_minor = amount.minor
    _end(
        session,
        dispute,
        dispute.state,
        text=text,
        facts={"amount": amount.minor, **(facts or {})},
        by=by,
        on=on,
        at=at,
    )


def reject(
    session: Session,
    dispute: Dispute,
    text: str,
    *,
    seen: int | None = None,
    by: Actor,
    on: date,
    at: datetime,
) -> None:
    """Reject a dispute, with the reason the customer reads.

    Raises:
        SayWhyRejected: there is none.
        MoveNotAllowed, DisputeMovedOn: the dispute is not where it was thought to be.
    """
    if not text.strip():
        raise SayWhyRejected
    steps.move(session, dispute, "reject", seen=seen)
    _end(session, dispute, "rejected", text=text, by=by, on=on, at=at)


def withdraw(
    session: Session, dispute: Dispute, text: str = "", *, by: Actor, on: date, at: datetime
) -> DisputeEntry:
    """Take a dispute back; a credit note that waits for it is turned down.

    Raises:
        MoveNotAllowed: it was decided meanwhile.
    """
    draft_id = dispute.draft_id
    steps.move(session, dispute, "withdraw")
    entry = _end(session, dispute, "withdrawn", text=text, by=by, on=on, at=at)
    draft = session.get(DocumentDraft, draft_id) if draft_id is not None else None
    if draft is not None and draft.state in (drafts.DRAFT, drafts.SUBMITTED):
        drafts.reject(session, draft, note=text.strip() or dispute.receipt, by=by, at=at)
    return entry


def reopen(
    session: Session,
    dispute: Dispute,
    text: str,
    *,
    files: Sequence[File] = (),
    by: Actor,
    at: datetime,
) -> DisputeEntry:
    """Insist on a rejected dispute; that pauses nothing until staff take it up again.

    Raises:
        SayWhyAgain: without a word nothing is new.
        MoveNotAllowed: it was not rejected.
    """
    if not text.strip():
        raise SayWhyAgain
    steps.move(session, dispute, "reopen")
    raising.promise_anew(session, dispute, at=at)
    dispute.resolved_at = dispute.resolved_on = None
    entry = steps.enter(session, dispute, "reopened", text=text, files=files, by=by, at=at)
    audit.record(session, by, "dispute.reopened", dispute, after={"entry_id": entry.id})
    events.publish(session, events.DisputeAnswered(dispute.id, entry.id))
    return entry


def take_up(
    session: Session,
    dispute: Dispute,
    text: str = "",
    *,
    seen: int | None = None,
    by: Actor,
    on: date,
    at: datetime,
) -> None:
    """Open a rejected dispute again as staff: the disputed part pauses once more.

    Raises:
        MoveNotAllowed, DisputeMovedOn: the dispute is not where it was thought to be.
        DisputesMoreThanThere: another dispute holds that part meanwhile.
    """
    steps.move(session, dispute, "take_up", seen=seen)
    raising.promise_anew(session, dispute, at=at)
    dispute.resolved_at = dispute.resolved_on = None
    holding.take(session, dispute, on=on, at=at)
    entry = steps.enter(session, dispute, "taken_up", text=text, by=by, at=at)
    audit.record(session, by, "dispute.taken_up", dispute, after={"entry_id": entry.id})
    if entry.text:
        events.publish(session, events.DisputeAnswered(dispute.id, entry.id))


def _end(
    session: Session,
    dispute: Dispute,
    kind: str,
    *,
    text: str,
    facts: dict[str, object] | None = None,
    by: Actor,
    on: date,
    at: datetime,
) -> DisputeEntry:
    dispute.resolved_at, dispute.resolved_on = at, on
    holding.end(session, dispute, on=on, at=at)
    entry = steps.enter(session, dispute, kind, text=text, facts=facts, by=by, at=at)
    audit.record(
        session,
        by,
        f"dispute.{kind}",
        dispute,
        after={"accepted_minor": dispute.accepted_minor, **(facts or {})},
    )
    events.publish(session, events.DisputeResolved(dispute.id))
    return entry


def _credit_note(session: Session, dispute: Dispute, amount: Money, on: date) -> DocumentInput:
    document = dispute.document
    return DocumentInput(
        account_id=dispute.account_id,
        kind=DocumentKind.CREDIT_NOTE,
        number="",
        issued_on=locks.open_day(session, max(on, document.issued_on)),
        amount=-amount,
        description=f"{document.number} · {dispute.receipt}",
        reason=reasons.credit_reason(dispute.reason),
        related_id=document.id,
    )
