"""What has happened, told at once to whoever subscribed, in the same session.

An event carries ids, and days where they spare a search. The roof registers the subscriptions
of every context and face; the core does not know who listens.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Event:
    """Something that has happened."""


@dataclass(frozen=True)
class DocumentPosted(Event):
    """A document stands in the ledger."""

    document_id: int


@dataclass(frozen=True)
class DocumentCopyAsked(Event):
    """Somebody of a customer's is to get a copy of a document."""

    document_id: int
    contact_id: int


@dataclass(frozen=True)
class DocumentsPosted(Event):
    """Documents stand in the ledger that were posted at once, reversals among them."""

    #: Each account they are in, with the first of their days there.
    earliest: tuple[tuple[int, date], ...]
    at: datetime


@dataclass(frozen=True)
class DocumentsReversed(Event):
    """Documents were taken back at once, such as those of a batch."""

    document_ids: tuple[int, ...]


@dataclass(frozen=True)
class ImportSubmitted(Event):
    """A batch waits for approval."""

    batch_id: int


@dataclass(frozen=True)
class DraftSubmitted(Event):
    """A drafted document waits for a second person."""

    draft_id: int


@dataclass(frozen=True)
class DraftDecided(Event):
    """A drafted document was posted or turned down."""

    draft_id: int


@dataclass(frozen=True)
class StatementIssued(Event):
    """A statement is frozen and leaves for its contacts."""

    statement_id: int


@dataclass(frozen=True)
class StatementQueuedAgain(Event):
    """A statement leaves once more for somebody it did not reach."""

    delivery_id: int


@dataclass(frozen=True)
class StatementAnswered(Event):
    """A customer answered the balance of a section."""

    confirmation_id: int


@dataclass(frozen=True)
class LinesConfirmed(Event):
    """A customer confirmed single lines."""

    statement_id: int
    receipt: str


@dataclass(frozen=True)
class StatementChangedSince(Event):
    """What was answered is no longer what the books say."""

    statement_id: int


@dataclass(frozen=True)
class AnswerReminded(Event):
    """A customer is reminded of a statement it has not answered."""

    reminder_id: int


@dataclass(frozen=True)
class DisputesRaised(Event):
    """A customer disputes documents or parts of them, all in one act."""

    dispute_ids: tuple[int, ...]


@dataclass(frozen=True)
class DisputeAnswered(Event):
    """Somebody wrote into a dispute's thread."""

    dispute_id: int
    entry_id: int


@dataclass(frozen=True)
class DisputeResolved(Event):
    """A dispute was accepted, part accepted, rejected or withdrawn."""

    dispute_id: int


@dataclass(frozen=True)
class DisputeStepTaken(Event):
    """Somebody of a customer's wrote into its dispute, took it back or insisted on it."""

    dispute_id: int
    entry_id: int
    contact_id: int


@dataclass(frozen=True)
class ActRecorded(Event):
    """Somebody of a customer's did something for themselves or their own, under a number."""

    number: str
    contact_id: int


@dataclass(frozen=True)
class PromiseGiven(Event):
    """A customer promised to pay."""

    promise_id: int
    #: Who gave it; nobody where one of ours noted it.
    contact_id: int | None = None


@dataclass(frozen=True)
class BookCompared(Event):
    """A customer's own ledger was compared with ours."""

    reconciliation_id: int


@dataclass(frozen=True)
class ReminderDue(Event):
    """A notice is to leave for an account."""

    notice_id: int


@dataclass(frozen=True)
class FallsDue(Event):
    """Something of an account falls due within the days the company tells of beforehand."""

    account_id: int
    due_on: date


@dataclass(frozen=True)
class OverdueSettled(Event):
    """Nothing that was reminded of is overdue any more; something was paid."""

    cycle_id: int


@dataclass(frozen=True)
class BankAccountChanged(Event):
    """Customers are to pay into another account of ours from a day on."""

    bank_account_id: int


@dataclass(frozen=True)
class MessageArrived(Event):
    """The far side's server says that a mail arrived in its reader's mailbox."""

    message_id: int


@dataclass(frozen=True)
class MailCameIn(Event):
    """Somebody of a customer's wrote a mail that one of ours has to look at."""

    mail_id: int


@dataclass(frozen=True)
class AddressSwitchedOff(Event):
    """An address will not take messages any more; staff should know."""

    address_id: int


@dataclass(frozen=True)
class MessageSettled(Event):
    """A message is sent, failed, cancelled, or nobody knows."""

    message_id: int


@dataclass(frozen=True)
class SignInLinkAsked(Event):
    """Somebody asked for a new link or a one-time sign-in."""

    contact_id: int
    purpose: str
    object_id: int | None = None


@dataclass(frozen=True)
class TrialAsked(Event):
    """Somebody of ours wants to see whether an address is reached."""

    address_id: int
    staff_id: int | None = None


E = TypeVar("E", bound=Event)
Handler = Callable[[Session, E], None]
Subscription = tuple[type[Event], Callable[[Session, Any], None]]

_handlers: dict[type[Event], list[Callable[[Session, Any], None]]] = defaultdict(list)

#: Events that nobody needs to hear of, said on purpose.
NONE_NEEDED: set[type[Event]] = set()


def subscribe(subscriptions: Iterable[Subscription]) -> None:
    """Register handlers; the same one twice counts once."""
    for kind, handler in subscriptions:
        if handler not in _handlers[kind]:
            _handlers[kind].append(handler)


def forget() -> None:
    """Drop every subscription, so that the roof can compose anew."""
    _handlers.clear()


def handlers(kind: type[Event]) -> list[Callable[[Session, Any], None]]:
    """The handlers of one kind of event, in the order they were registered."""
    return list(_handlers[kind])


def publish(session: Session, event: Event) -> None:
    """Call the handlers of an event at once, in the same session."""
    for handler in handlers(type(event)):
        handler(session, event)


def kinds() -> list[type[Event]]:
    """Every kind of event there is."""
    return sorted(Event.__subclasses__(), key=lambda kind: kind.__name__)
