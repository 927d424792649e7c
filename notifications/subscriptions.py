"""Who is told what when something has happened: one table, event → message → to whom."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from notifications import abouts, people, readers
from notifications.abouts import About
from notifications.kinds import KINDS
from notifications.people import Person
from notifications.readers import Reader
from tieout import clock, events
from tieout.customers.models import Contact
from tieout.db.base import Json
from tieout.events import Event, Subscription
from tieout.identity.models import StaffUser
from tieout.messages import addresses, outbox, robots
from tieout.messages.models import Address, Message
from tieout.messages.outbox import Draft

E = TypeVar("E", bound=Event)

MAIL_ONLY = (addresses.EMAIL,)


@dataclass(frozen=True)
class Notify(Generic[E]):
    """One line of the table."""

    event: type[E]
    #: Names the kind and the folder of its templates.
    kind: str
    #: None: nothing is said.
    about: Callable[[Session, E], About | None]
    to: Callable[[Session, E], Iterable[Person]]
    #: Empty: every channel a person is reached on.
    channels: tuple[str, ...] = ()

    def tell(self, session: Session, event: E) -> None:
        """Write the messages an event causes."""
        about = self.about(session, event)
        if about is not None:
            tell(session, self.kind, about, self.to(session, event), self.channels)


TABLE: tuple[Notify[Any], ...] = (
    # to customers
    Notify(events.StatementIssued, "statement_issued", abouts.statement, people.statement_contacts),
    Notify(
        events.StatementQueuedAgain,
        "statement_issued",
        abouts.statement_again,
        people.who_was_not_reached,
    ),
    Notify(events.StatementAnswered, "statement_answered", abouts.answer, people.who_answered),
    Notify(events.LinesConfirmed, "statement_answered", abouts.lines, people.who_confirmed_lines),
    Notify(events.StatementChangedSince, "changed_since", abouts.change, people.who_had_confirmed),
    Notify(
        events.AnswerReminded,
        "answer_reminder",
        abouts.answer_reminder,
        people.who_has_not_answered,
    ),
    Notify(events.DisputesRaised, "dispute_raised", abouts.disputes, people.who_disputes),
    Notify(events.DisputeAnswered, "dispute_answered", abouts.our_answer, people.who_disputes),
    Notify(events.DisputeResolved, "dispute_resolved", abouts.outcome, people.who_disputes),
    Notify(events.ReminderDue, "reminder", abouts.notice, people.who_is_reminded),
    Notify(events.FallsDue, "due_soon", abouts.due_soon, people.who_pays_then),
    Notify(events.OverdueSettled, "thanks", abouts.settled, people.who_was_reminded),
    Notify(events.DisputeStepTaken, "dispute_step", abouts.own_step, people.who_acted, MAIL_ONLY),
    Notify(events.ActRecorded, "act_recorded", abouts.act, people.who_acted, MAIL_ONLY),
    Notify(events.PromiseGiven, "promise_given", abouts.promise, people.who_promised, MAIL_ONLY),
    Notify(events.BankAccountChanged, "bank_account_changed", abouts.bank_account, people.who_pays),
    Notify(events.BookCompared, "book_compared", abouts.comparison, people.who_compared),
    Notify(
        events.DocumentCopyAsked, "document_copy", abouts.copy, people.who_gets_a_copy, MAIL_ONLY
    ),
    Notify(events.SignInLinkAsked, "sign_in_link", abouts.sign_in, people.who_asked, MAIL_ONLY),
    Notify(
        events.SignInLinkAsked,
        "statement_link_again",
        abouts.link_again,
        people.who_asked,
        MAIL_ONLY,
    ),
    Notify(events.SignInLinkAsked, "mail_code", abouts.code, people.who_asked, MAIL_ONLY),
    # to people of the company
    Notify(events.DisputesRaised, "staff_dispute", abouts.disputes, people.who_settles),
    Notify(events.DisputeAnswered, "staff_dispute", abouts.their_answer, people.who_settles),
    Notify(events.AddressSwitchedOff, "staff_address", abouts.address, people.who_keeps_addresses),
    Notify(events.MailCameIn, "staff_mail", abouts.mail, people.who_reads_mail),
    Notify(events.ImportSubmitted, "staff_import", abouts.batch, people.who_approves_imports),
    Notify(events.DraftSubmitted, "staff_draft", abouts.draft, people.who_approves_drafts),
)


def tell(
    session: Session,
    kind: str,
    about: About,
    to: Iterable[Person],
    channels: Sequence[str] = (),
) -> None:
    """Write a message to each person, on every channel they are reached on, or on some."""
    for person in to:
        reader = _reader(session, person)
        for address in _by_way(about, addresses.reach(session, person, at=clock.now())):
            if not channels or address.channel in channels:
                _write(session, kind, about, reader, address)
    if not channels and about.way != addresses.EMAIL:
        customer_id = abouts.customer_of(session, about)
        for robot, address in robots.told(session, kind, customer_id):
            reader = readers.robot_reader(session, robot, customer_id)
            _write(session, kind, about, reader, address)


def _by_way(about: About, reached: Sequence[Address]) -> Sequence[Address]:
    """The addresses of the way a message leaves; every one where a reader has none of them."""
    if not about.way:
        return reached
    by_mail = about.way == addresses.EMAIL
    return [one for one in reached if (one.channel == addresses.EMAIL) == by_mail] or reached


def _reader(session: Session, person: Person) -> Reader:
    if isinstance(person, Contact):
        return readers.contact_reader(session, person)
    return readers.staff_reader(session, person)


def _write(session: Session, name: str, about: About, reader: Reader, address: Address) -> None:
    """Write one message to one address, unless it was written before."""
    kind, at = KINDS[name], clock.now()
    first = outbox.first_about(session, about.type, about.id, address.address)
    what = f"{about.id}:{about.part}" if about.part else f"{about.id}"
    outbox.write(
        session,
        Draft(
            key=f"{name}:{what}:to:{address.id}",
            kind=name,
            channel=address.channel,
            to=address.address,
            language=reader.language,
            subject_type=about.type,
            subject_id=about.id,
            address_id=address.id,
            customer_id=_whom(session, about, reader),
            contact_id=reader.id if reader.kind == "contact" else None,
            payload={**about.payload, **_WHOSE[reader.kind](reader.id)},
            # what is said about one thing stands together in the reader's mail program
            in_reply_to=first.identity if first is not None else None,
            may_repeat=kind.may_repeat,
            patience=kind.patience,
        ),
        at=at,
    )


def _whom(session: Session, about: About, reader: Reader) -> int | None:
    """The customer a message is about: its reader's, or one of the family of it."""
    if reader.kind != "contact":
        return reader.customer_id
    return abouts.customer_of(session, about) or reader.customer_id


#: How a message says whom it is for, where that is no contact.
_WHOSE: Mapping[str, Callable[[int], Json]] = {
    "contact": lambda _id: {},
    "staff": lambda staff_id: {"staff_id": staff_id},
    "robot": lambda robot_id: {"robot_id": robot_id},
}


def _test(session: Session, event: events.TrialAsked) -> None:
    """Write a test to one address: a robot's, or the own one of whoever asks."""
    address = session.get_one(Address, event.address_id)
    asked_by = session.get(StaffUser, event.staff_id) if event.staff_id is not None else None
    words = {"asked_by": asked_by.name if asked_by is not None else ""}
    about = About("address", address.id, words, part=f"test-{clock.now().isoformat()}")
    if address.person_kind == robots.KIND:
        robot = robots.robot(session, address.person_id)
        reader = readers.robot_reader(session, robot, robot.customer_id)
    else:
        person = addresses.person_of(session, address)
        if person is None:
            return
        reader = _reader(session, person)
    _write(session, "test_message", about, reader, address)


def _settled(session: Session, event: events.MessageSettled) -> None:
    """Let a message's kind draw its conclusions."""
    message = session.get_one(Message, event.message_id)
    KINDS[message.kind].settled(session, message, clock.now())


def _arrived(session: Session, event: events.MessageArrived) -> None:
    """Let a message's kind know that it is in its reader's mailbox."""
    message = session.get_one(Message, event.message_id)
    KINDS[message.kind].arrived(session, message, clock.now())


SUBSCRIPTIONS: list[Subscription] = [
    *((line.event, line.tell) for line in TABLE),
    (events.TrialAsked, _test),
    (events.MessageSettled, _settled),
    (events.MessageArrived, _arrived),
]
