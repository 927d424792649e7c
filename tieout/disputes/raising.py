"""Raising disputes: about a document, a line of a statement, or part of the amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit import Actor
from tieout.disputes import holding, moves, reasons, steps
from tieout.disputes.files import File
from tieout.disputes.models import Dispute
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger import reversing, totals
from tieout.ledger.disputed import NothingDisputed
from tieout.ledger.models import Document, DocumentKind
from tieout.money import Money
from tieout.settings import calendars
from tieout.statements import confirm, evidence
from tieout.statements.evidence import Evidence
from tieout.statements.models import Statement, StatementLine

#: Working days within which we promise an answer; a setting of the company.
ANSWER_DAYS, DEFAULT_ANSWER_DAYS = "dispute_answer_days", 5


class NothingChosen(InvalidInput):
    """A dispute about nothing."""

    message = N_("Choose what you dispute: a line of a statement or a document.")


class SayWhatIsWrong(InvalidInput):
    """A reason that says nothing by itself."""

    message = N_("Say what is wrong, so that the right person can answer.")


class ExpectedTooMuch(InvalidInput):
    """More is expected than the invoice is over."""

    message = N_("The expected amount is more than the invoice. Enter at most %(most)s.")


class ExpectedAboveDocument(ExpectedTooMuch):
    """The same for what is no invoice."""

    message = N_("The expected amount is more than the document. Enter at most %(most)s.")


class ExpectedBelowZero(InvalidInput):
    """An expected amount that no document has."""

    message = N_("The expected amount cannot be below zero. Enter 0.00 if nothing is owed.")


class NothingInDispute(InvalidInput):
    """An expected amount that is the document's."""

    message = N_(
        "%(number)s is over %(amount)s, just as you expect, so nothing is disputed. Enter another"
        " amount, or leave it empty to dispute all of it."
    )


class DisputedTooMuch(InvalidInput):
    """More is disputed than the document is over."""

    message = N_("The disputed amount is more than the document. Enter at most %(most)s.")


class AlreadyDisputed(Conflict):
    """The same thing a second time."""

    message = N_(
        "%(amount)s of %(number)s is disputed already, under %(receipt)s. Write there what is new;"
        " nothing was recorded twice."
    )


class WasReversed(Conflict):
    """A document that was taken back."""

    message = N_("%(number)s was reversed by %(reversal)s, so there is nothing left to dispute.")


@dataclass(frozen=True)
class Claim:
    """What is disputed: a document, as a line of a statement shows it; all of it or a part."""

    document: Document
    line: StatementLine | None = None
    #: What the document should be over; without sign.
    expected: Money | None = None
    #: What of it is disputed, where that was said instead; without sign.
    amount: Money | None = None

    def disputed(self) -> Money:
        """What is in dispute, without sign.

        Raises:
            ExpectedTooMuch, ExpectedBelowZero, NothingInDispute, DisputedTooMuch: not so.
        """
        whole = abs(Money(self.document.amount_minor, self.document.currency))
        if self.amount is not None:
            if self.amount > whole:
                raise DisputedTooMuch(most=whole.decimal)
            return self.amount
        if self.expected is None:
            return whole
        if self.expected < Money.zero(whole.currency):
            raise ExpectedBelowZero
        if self.expected > whole:
            is_invoice = self.document.kind == DocumentKind.INVOICE
            raise (ExpectedTooMuch if is_invoice else ExpectedAboveDocument)(most=whole.decimal)
        if self.expected == whole:
            raise NothingInDispute(number=self.document.number, amount=whole)
        return whole - self.expected


def raise_disputes(
    session: Session,
    claims: Sequence[Claim],
    *,
    reason: str,
    note: str = "",
    given: Evidence,
    files: Sequence[File] = (),
    for_contact: int | None = None,
    by: Actor,
    on: date,
    at: datetime,
) -> list[Dispute]:
    """Raise a dispute about each of these, with one reason and one note, or none of them.

    `for_contact` is whose dispute it is where somebody of ours writes it down for them.

    Raises:
        NothingChosen, UnknownReason, SayWhatIsWrong: something is missing.
        ExpectedTooMuch, NothingInDispute, …: an amount cannot be (see `Claim.disputed`).
        AlreadyDisputed, DisputesMoreThanThere, WasReversed: the books stand against it.
        NoPerson, NoWording: it would show nothing later.
    """
    if not claims:
        raise NothingChosen
    reasons.checked(reason)
    if not note.strip() and reason == "other":
        raise SayWhatIsWrong
    _check_evidence(given)
    totals.hold(session, {claim.document.account_id for claim in claims})
    made = [
        _raise(
            session,
            claim,
            reason,
            note,
            given,
            files,
            for_contact=for_contact,
            by=by,
            on=on,
            at=at,
        )
        for claim in claims
    ]
    for statement in _statements(claims):
        confirm.note_seen(session, statement, by, given, at)
    events.publish(session, events.DisputesRaised(tuple(one.id for one in made)))
    return made


def answer_by(session: Session, on: date) -> date:
    """By when we promise to answer what is disputed on a day."""
    days = settings.read(session, ANSWER_DAYS, DEFAULT_ANSWER_DAYS)
    return calendars.after_working_days(session, on, days)


def promise_anew(session: Session, dispute: Dispute, *, at: datetime) -> None:
    """The ball comes back to us: we promise as many days for it as for a new dispute."""
    zone = ZoneInfo(settings.company(session).time_zone)
    day, before = answer_by(session, at.astimezone(zone).date()), dispute.answer_by
    if day <= before:
        return
    dispute.answer_by = day
    audit.record(
        session,
        audit.SYSTEM,
        "dispute.promised",
        dispute,
        before={"answer_by": before},
        after={"answer_by": day},
    )


def _raise(
    session: Session,
    claim: Claim,
    reason: str,
    note: str,
    given: Evidence,
    files: Sequence[File],
    *,
    for_contact: int | None,
    by: Actor,
    on: date,
    at: datetime,
) -> Dispute:
    document, amount = claim.document, claim.disputed()
    if amount <= Money.zero(amount.currency):
        raise NothingDisputed(amount=amount)
    if (reversal := reversing.reversal_of(session, document.id)) is not None:
        raise WasReversed(number=document.number, reversal=reversal.number)
    _refuse_twice(session, document, amount, reason)
    dispute = Dispute(
        receipt=confirm.next_receipt(session, at),
        customer_id=document.customer_id,
        account_id=document.account_id,
        document_id=document.id,
        statement_line_id=claim.line.id if claim.line is not None else None,
        currency=document.currency,
        amount_minor=amount.minor,
        expected_minor=claim.expected.minor if claim.expected is not None else None,
        reason=reason,
        contact_id=for_contact or confirm.contact_of(by),
        raised_on=on,
        raised_at=at,
        answer_by=answer_by(session, on),
    )
    dispute.evidence = evidence.keep(
        session,
        given,
        receipt=dispute.receipt,
        contact_id=dispute.contact_id,
        at=at,
        document=document.number,
        amount=amount.plain,
        currency=document.currency,
        reason=reason,
        **_seen(claim.line),
    )
    session.add(dispute)
    session.flush()
    holding.take(session, dispute, on=on, at=at)
    facts: dict[str, object] = {
        "amount": amount.minor,
        "expected": dispute.expected_minor,
        "reason": reason,
    }
    if for_contact is not None:
        facts["on_behalf"] = True
    steps.enter(session, dispute, "raised", text=note, facts=facts, files=files, by=by, at=at)
    audit.record(
        session,
        by,
        "dispute.raised",
        dispute,
        after={
            "receipt": dispute.receipt,
            "document_id": document.id,
            "number": document.number,
            "amount": amount.plain,
            "currency": document.currency,
            "reason": reason,
            "answer_by": dispute.answer_by,
            **({"for_contact": for_contact} if for_contact is not None else {}),
        },
        personal={"person": given.person, "position": given.position},
    )
    return dispute


def _check_evidence(given: Evidence) -> None:
    """Who and which words; to dispute, nobody has to sign for the company."""
    if not given.person.strip():
        raise evidence.NoPerson
    if not given.wording.strip():
        raise evidence.NoWording


def _refuse_twice(session: Session, document: Document, amount: Money, reason: str) -> None:
    there = session.scalar(
        select(Dispute).where(
            Dispute.document_id == document.id,
            Dispute.state.in_(moves.LIVE),
            Dispute.amount_minor == amount.minor,
            Dispute.reason == reason,
        )
    )
    if there is not None:
        raise AlreadyDisputed(amount=amount, number=document.number, receipt=there.receipt)


def _seen(line: StatementLine | None) -> dict[str, object]:
    """What the person had before their eyes."""
    if line is None:
        return {}
    statement = line.section.statement
    return {
        "number": statement.number,
        "version": statement.version,
        "sha256": statement.sha256,
        "line": {"no": line.no, "digest": line.content_digest},
    }


def _statements(claims: Sequence[Claim]) -> list[Statement]:
    found = [claim.line.section.statement for claim in claims if claim.line is not None]
    return list({statement.id: statement for statement in found}.values())
