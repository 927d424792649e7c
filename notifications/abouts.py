"""About what: the row a message speaks of, and whether it is said at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from tieout import clock, events, settings
from tieout.customers.models import CustomerAccount
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.dunning.models import DunningCycle, Notice, PromiseToPay
from tieout.identity.tokens import CODES, Purpose
from tieout.ledger import copies
from tieout.ledger.models import DocumentDraft
from tieout.messages.models import Address
from tieout.reconciliation.models import Reconciliation
from tieout.statements.models import (
    AnswerReminder,
    Confirmation,
    Statement,
    StatementDelivery,
)


@dataclass(frozen=True)
class About:
    """What a message is about: a row of a table."""

    type: str
    id: int
    #: What more its kind has to know.
    payload: Mapping[str, Any] = field(default_factory=dict)
    #: What makes it another message about the same thing, such as a step of a thread.
    part: str = ""
    #: email, chat: the way it leaves where a reader has it; empty: every way.
    way: str = ""


def statement(session: Session, event: events.StatementIssued) -> About:
    """A statement that was issued."""
    return About("statement", event.statement_id)


def statement_again(session: Session, event: events.StatementQueuedAgain) -> About:
    """A statement that leaves once more, because somebody of ours asked for it."""
    row = session.get_one(StatementDelivery, event.delivery_id)
    return About("statement", row.statement_id, part=f"again-{clock.now().isoformat()}")


def answer(session: Session, event: events.StatementAnswered) -> About:
    """The statement an answer is to."""
    made = session.get_one(Confirmation, event.confirmation_id)
    return About("statement", made.statement_id, {"confirmation_id": made.id}, made.receipt)


def lines(session: Session, event: events.LinesConfirmed) -> About:
    """The statement whose lines were confirmed."""
    return About("statement", event.statement_id, {"receipt": event.receipt}, event.receipt)


def change(session: Session, event: events.StatementChangedSince) -> About:
    """A statement the books have moved away from; each time is told."""
    noticed = session.get_one(Statement, event.statement_id).changed_since_at or clock.now()
    return About("statement", event.statement_id, part=noticed.isoformat())


def answer_reminder(session: Session, event: events.AnswerReminded) -> About:
    """A statement nobody has answered; each reminder is another message."""
    made = session.get_one(AnswerReminder, event.reminder_id)
    return About("statement", made.statement_id, {"no": made.no}, part=f"reminder-{made.no}")


def disputes(session: Session, event: events.DisputesRaised) -> About:
    """Disputes raised in one act: the first, and with it the others."""
    first, *others = event.dispute_ids
    return About("dispute", first, {"with": others} if others else {})


def our_answer(session: Session, event: events.DisputeAnswered) -> About | None:
    """What staff wrote for the customer to read."""
    return _entry(session, event, side="staff")


def their_answer(session: Session, event: events.DisputeAnswered) -> About | None:
    """What the customer wrote for staff to read."""
    return _entry(session, event, side="customer")


def outcome(session: Session, event: events.DisputeResolved) -> About | None:
    """What we decided; a dispute the customer took back needs no telling."""
    row = session.get_one(Dispute, event.dispute_id)
    if row.state == "withdrawn":
        return None
    when = row.resolved_at.isoformat() if row.resolved_at else ""
    return About("dispute", row.id, part=f"{row.state}:{when}")


def mail(session: Session, event: events.MailCameIn) -> About:
    """A mail that came in."""
    return About("incoming_mail", event.mail_id)


def notice(session: Session, event: events.ReminderDue) -> About:
    """A reminder that is due; planned anew it is another message."""
    row = session.get_one(Notice, event.notice_id)
    way = str(row.explanation.get("channel", ""))
    return About("notice", row.id, part=row.planned_at.isoformat(), way=way)


def comparison(session: Session, event: events.BookCompared) -> About:
    """Two books that were compared."""
    return About("reconciliation", event.reconciliation_id)


def copy(session: Session, event: events.DocumentCopyAsked) -> About:
    """A document of which somebody gets a copy: once a day, and again where it was lost."""
    lost = copies.times_lost(session, event.document_id, event.contact_id)
    day = settings.today(session).isoformat()
    return About("document", event.document_id, part=f"{day}:{lost}")


def sign_in(session: Session, event: events.SignInLinkAsked) -> About | None:
    """A one-time link that was asked for."""
    if event.purpose != Purpose.SIGN_IN:
        return None
    return About("contact", event.contact_id, part=clock.now().isoformat())


def link_again(session: Session, event: events.SignInLinkAsked) -> About | None:
    """A statement whose link has expired."""
    if event.purpose != Purpose.STATEMENT or event.object_id is None:
        return None
    return About("statement", event.object_id, part=clock.now().isoformat())


def code(session: Session, event: events.SignInLinkAsked) -> About | None:
    """A code that was asked for before an answer."""
    if event.purpose not in CODES or event.object_id is None:
        return None
    holder = {"purpose": event.purpose, "holder_id": event.object_id}
    return About("contact", event.contact_id, holder, part=f"code:{clock.now().isoformat()}")


def address(session: Session, event: events.AddressSwitchedOff) -> About:
    """An address that takes no messages any more."""
    row = session.get_one(Address, event.address_id)
    return About("address", row.id, part=row.off_at.isoformat() if row.off_at else "")


def bank_account(session: Session, event: events.BankAccountChanged) -> About:
    """An account of ours that takes over."""
    return About("bank_account", event.bank_account_id)


def due_soon(session: Session, event: events.FallsDue) -> About:
    """What an account has to pay by a day; each day is told once."""
    day = event.due_on.isoformat()
    return About("account", event.account_id, {"due_on": day}, f"before:{day}")


def settled(session: Session, event: events.OverdueSettled) -> About | None:
    """What was reminded of and is paid, where the company says thanks."""
    if not settings.read(session, "reminders_thanks", False):
        return None
    return About("dunning_cycle", event.cycle_id)


def own_step(session: Session, event: events.DisputeStepTaken) -> About:
    """What somebody of the customer's did with its dispute."""
    return About(
        "dispute", event.dispute_id, {"entry_id": event.entry_id}, part=f"own-{event.entry_id}"
    )


def act(session: Session, event: events.ActRecorded) -> About:
    """What somebody of a customer's did for themselves."""
    return About("contact", event.contact_id, {"receipt": event.number}, part=event.number)


def promise(session: Session, event: events.PromiseGiven) -> About:
    """A promise to pay."""
    return About("promise", event.promise_id)


def batch(session: Session, event: events.ImportSubmitted) -> About:
    """A file that waits for a second person."""
    return About("import_batch", event.batch_id)


def draft(session: Session, event: events.DraftSubmitted) -> About:
    """A document that waits for a second person."""
    return About("document_draft", event.draft_id)


#: The tables of what messages are about that concern one customer.
_OF_ONE: Mapping[str, type[Any]] = {
    "statement": Statement,
    "dispute": Dispute,
    "notice": Notice,
    "account": CustomerAccount,
    "reconciliation": Reconciliation,
    "address": Address,
    "promise": PromiseToPay,
    "document_draft": DocumentDraft,
}


def customer_of(session: Session, about: About) -> int | None:
    """The customer a message concerns; None where it concerns none, or many."""
    model = _OF_ONE.get(about.type)
    if about.type == "dunning_cycle":
        cycle = session.get_one(DunningCycle, about.id)
        return session.get_one(CustomerAccount, cycle.account_id).customer_id
    row = session.get(model, about.id) if model is not None else None
    return row.customer_id if row is not None else None


def _entry(session: Session, event: events.DisputeAnswered, side: str) -> About | None:
    entry = session.get_one(DisputeEntry, event.entry_id)
    if entry.is_internal or entry.side != side:
        return None
    payload = {"entry_id": entry.id, "words": entry.text}
    return About("dispute", event.dispute_id, payload, part=f"entry-{entry.id}")
