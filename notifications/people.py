"""To whom: the people each event concerns."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import events
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.disputes.models import Dispute
from tieout.dunning.models import DunningCycle, Notice
from tieout.identity.models import StaffUser
from tieout.identity.permissions import Permission, may
from tieout.intake.models import ImportBatch
from tieout.ledger.models import DocumentDraft
from tieout.messages.models import Address, IncomingMail
from tieout.reconciliation.models import Reconciliation
from tieout.settings import BankAccount
from tieout.statements import family
from tieout.statements.models import (
    AnswerReminder,
    Confirmation,
    LineAnswer,
    Statement,
    StatementDelivery,
)

Person = Contact | StaffUser


def statement_contacts(session: Session, event: events.StatementIssued) -> Sequence[Person]:
    """Everybody who gets the customer's statements, in its family too."""
    statement = session.get_one(Statement, event.statement_id)
    return family.getters(session, statement.customer_id)


def who_has_not_answered(session: Session, event: events.AnswerReminded) -> Sequence[Person]:
    """Everybody the statement went to."""
    made = session.get_one(AnswerReminder, event.reminder_id)
    sent = select(StatementDelivery.contact_id).where(
        StatementDelivery.statement_id == made.statement_id
    )
    query = select(Contact).where(
        Contact.id.in_(sent), Contact.is_active, Contact.receives_statements
    )
    return session.scalars(query.order_by(Contact.id)).all()


def who_was_not_reached(session: Session, event: events.StatementQueuedAgain) -> Sequence[Person]:
    """The person a statement did not reach."""
    return _contact(session, session.get_one(StatementDelivery, event.delivery_id).contact_id)


def who_answered(session: Session, event: events.StatementAnswered) -> Sequence[Person]:
    """Whoever gave the answer."""
    return _contact(session, session.get_one(Confirmation, event.confirmation_id).contact_id)


def who_confirmed_lines(session: Session, event: events.LinesConfirmed) -> Sequence[Person]:
    """Whoever confirmed the lines."""
    query = select(LineAnswer.contact_id).where(LineAnswer.receipt == event.receipt).limit(1)
    return _contact(session, session.scalar(query))


def who_had_confirmed(session: Session, event: events.StatementChangedSince) -> Sequence[Person]:
    """Everybody whose answer still counts."""
    answered = select(Confirmation.contact_id).where(
        Confirmation.statement_id == event.statement_id, Confirmation.replaced_by_id.is_(None)
    )
    query = select(Contact).where(Contact.id.in_(answered), Contact.is_active)
    return session.scalars(query.order_by(Contact.id)).all()


def who_disputes(
    session: Session, event: events.DisputesRaised | events.DisputeAnswered | events.DisputeResolved
) -> Sequence[Person]:
    """The person of the customer's who raised a dispute."""
    return _contact(session, _dispute(session, event).contact_id)


def _dispute(
    session: Session, event: events.DisputesRaised | events.DisputeAnswered | events.DisputeResolved
) -> Dispute:
    """The dispute, or the first of those of one act: they are of one person and customer."""
    first = event.dispute_ids[0] if isinstance(event, events.DisputesRaised) else event.dispute_id
    return session.get_one(Dispute, first)


def who_settles(
    session: Session, event: events.DisputesRaised | events.DisputeAnswered
) -> Sequence[Person]:
    """Whom a dispute is for: its assignee, else the customer's owner, else all who may."""
    dispute = _dispute(session, event)
    customer = session.get_one(Customer, dispute.customer_id)
    for staff_id in (dispute.assignee_id, customer.owner_id):
        user = session.get(StaffUser, staff_id) if staff_id is not None else None
        if user is not None and user.is_active:
            return [user]
    return _staff(session, Permission.RESOLVE_DISPUTES)


def who_is_reminded(session: Session, event: events.ReminderDue) -> Sequence[Person]:
    """Everybody of the customer's who receives reminders."""
    notice = session.get_one(Notice, event.notice_id)
    return [one for one in _contacts(session, notice.customer_id) if one.receives_reminders]


def who_pays_then(session: Session, event: events.FallsDue) -> Sequence[Person]:
    """Everybody of the customer's who receives reminders."""
    return who_pays_for(session, session.get_one(CustomerAccount, event.account_id).customer_id)


def who_acted(
    session: Session, event: events.ActRecorded | events.DisputeStepTaken
) -> Sequence[Person]:
    """Whoever of the customer's did it."""
    return _contact(session, event.contact_id)


def who_promised(session: Session, event: events.PromiseGiven) -> Sequence[Person]:
    """Whoever gave the promise."""
    return _contact(session, event.contact_id)


def who_was_reminded(session: Session, event: events.OverdueSettled) -> Sequence[Person]:
    """Everybody of the customer's who receives reminders."""
    cycle = session.get_one(DunningCycle, event.cycle_id)
    return who_pays_for(session, session.get_one(CustomerAccount, cycle.account_id).customer_id)


def who_pays_for(session: Session, customer_id: int) -> Sequence[Person]:
    """Everybody of a customer's who receives reminders."""
    return [one for one in _contacts(session, customer_id) if one.receives_reminders]


def who_compared(session: Session, event: events.BookCompared) -> Sequence[Person]:
    """The person of the customer's who handed in their ledger."""
    made = session.get_one(Reconciliation, event.reconciliation_id)
    return [one for one in _contacts(session, made.customer_id) if one.name == made.made_by]


def who_gets_a_copy(session: Session, event: events.DocumentCopyAsked) -> Sequence[Person]:
    """The person a copy of a document is for."""
    return _contact(session, event.contact_id)


def who_pays(session: Session, event: events.BankAccountChanged) -> Sequence[Person]:
    """Everybody who receives statements of customers that owe in the account's currency."""
    account = session.get_one(BankAccount, event.bank_account_id)
    customers = select(CustomerAccount.customer_id).where(
        CustomerAccount.currency == account.currency, CustomerAccount.kind == "receivable"
    )
    query = select(Contact).where(
        Contact.customer_id.in_(customers), Contact.is_active, Contact.receives_statements
    )
    return session.scalars(query.order_by(Contact.id)).all()


def who_asked(session: Session, event: events.SignInLinkAsked) -> Sequence[Person]:
    """Whoever asked for a link."""
    return _contact(session, event.contact_id)


def who_keeps_addresses(session: Session, event: events.AddressSwitchedOff) -> Sequence[Person]:
    """Whoever can put an address right, but for the one it belongs to."""
    address = session.get_one(Address, event.address_id)
    return [
        one
        for one in _staff(session, Permission.KEEP_CUSTOMERS)
        if (address.person_kind, address.person_id) != ("staff", one.id)
    ]


def who_reads_mail(session: Session, event: events.MailCameIn) -> Sequence[Person]:
    """Whom a customer's mail is for: the customer's owner, else all who answer disputes."""
    mail = session.get_one(IncomingMail, event.mail_id)
    customer = session.get(Customer, mail.customer_id) if mail.customer_id else None
    owner = session.get(StaffUser, customer.owner_id) if customer and customer.owner_id else None
    if owner is not None and owner.is_active:
        return [owner]
    return _staff(session, Permission.RESOLVE_DISPUTES)


def who_works_here(session: Session) -> Sequence[Person]:
    """Everybody of the company's who sees the books."""
    return _staff(session, Permission.SEE_BOOKS)


def who_reminds(session: Session) -> Sequence[Person]:
    """Everybody who keeps the reminders."""
    return _staff(session, Permission.REMIND)


def who_approves_imports(session: Session, event: events.ImportSubmitted) -> Sequence[Person]:
    """Everybody who may approve a file that somebody else prepared."""
    batch = session.get_one(ImportBatch, event.batch_id)
    return [one for one in _staff(session, Permission.APPROVE) if one.id != batch.submitted_by]


def who_approves_drafts(session: Session, event: events.DraftSubmitted) -> Sequence[Person]:
    """Everybody who may approve a document that somebody else prepared."""
    draft = session.get_one(DocumentDraft, event.draft_id)
    return [one for one in _staff(session, Permission.APPROVE) if one.id != draft.prepared_by]


def _contacts(session: Session, customer_id: int) -> Sequence[Contact]:
    query = select(Contact).where(Contact.customer_id == customer_id, Contact.is_active)
    return session.scalars(query.order_by(Contact.id)).all()


def _contact(session: Session, contact_id: int | None) -> Sequence[Contact]:
    contact = session.get(Contact, contact_id) if contact_id is not None else None
    return [contact] if contact is not None and contact.is_active else []


def _staff(session: Session, permission: Permission) -> Sequence[StaffUser]:
    query = select(StaffUser).where(StaffUser.is_active).order_by(StaffUser.id)
    return [one for one in session.scalars(query) if may(one.roles, permission)]
