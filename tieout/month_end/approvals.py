"""Everything that waits for a second person, in one list, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerMerge
from tieout.intake.models import ImportBatch
from tieout.ledger import drafts, merging
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import DocumentDraft
from tieout.month_end.waiting import Within, everybody
from tieout.reconciliation import queries
from tieout.reconciliation.models import Reconciliation
from tieout.settings import BankAccount
from tieout.statements.models import PeriodClose

DRAFT, IMPORT, BANK_ACCOUNT, PERIOD = "draft", "import", "bank_account", "period"
MERGE, MATCH = "merge", "match"


@dataclass(frozen=True)
class ToApprove:
    """One thing that somebody has prepared and another person decides."""

    what: str
    id: int
    prepared_by: str = ""
    prepared_by_id: int | None = None
    at: datetime | None = None
    customer: Customer | None = None
    #: Of a draft: what would be posted.
    documents: tuple[DocumentInput, ...] = ()
    #: Of a draft: what asked for it, such as "dispute:7".
    origin: str = ""
    batch: ImportBatch | None = None
    bank_account: BankAccount | None = None
    period: PeriodClose | None = None
    #: The customer is the duplicate; this is the one that stays.
    into: Customer | None = None
    #: Of a match by hand: the comparison in which it is decided, and why it was made.
    comparison: Reconciliation | None = None
    reason: str = ""


def to_approve(session: Session, within: Within = everybody) -> list[ToApprove]:
    """List what waits for a second person; `within` leaves the customers a viewer sees."""
    found = [
        *_drafts(session, within),
        *_imports(session),
        *_periods(session),
        *_merges(session, within),
        *_matches(session, within),
    ]
    found.sort(key=lambda one: (one.at is None, one.at))
    return [*found, *_bank_accounts(session)]


def _drafts(session: Session, within: Within) -> list[ToApprove]:
    rows = session.execute(
        select(DocumentDraft, Customer)
        .join(Customer, Customer.id == DocumentDraft.customer_id)
        .where(DocumentDraft.state == drafts.SUBMITTED, within(DocumentDraft.customer_id))
    )
    return [
        ToApprove(
            DRAFT,
            draft.id,
            prepared_by=draft.prepared_label,
            prepared_by_id=draft.prepared_by,
            at=draft.prepared_at,
            customer=customer,
            documents=drafts.documents_of(draft),
            origin=draft.origin,
        )
        for draft, customer in rows
    ]


def _imports(session: Session) -> list[ToApprove]:
    query = select(ImportBatch).where(ImportBatch.state == "submitted")
    return [
        ToApprove(
            IMPORT,
            one.id,
            prepared_by=one.uploaded_label,
            prepared_by_id=one.submitted_by,
            at=one.submitted_at or one.uploaded_at,
            batch=one,
        )
        for one in session.scalars(query)
    ]


def _periods(session: Session) -> list[ToApprove]:
    query = select(PeriodClose).where(PeriodClose.state == "asked")
    return [
        ToApprove(
            PERIOD,
            one.id,
            prepared_by=one.asked_by,
            prepared_by_id=one.asked_by_id,
            at=one.asked_at,
            period=one,
        )
        for one in session.scalars(query)
    ]


def _merges(session: Session, within: Within) -> list[ToApprove]:
    query = select(CustomerMerge).where(
        CustomerMerge.state == merging.PROPOSED,
        within(CustomerMerge.customer_id),
        within(CustomerMerge.into_id),
    )
    return [
        ToApprove(
            MERGE,
            one.id,
            prepared_by=one.prepared_label,
            prepared_by_id=one.prepared_by,
            at=one.prepared_at,
            customer=session.get_one(Customer, one.customer_id),
            into=session.get_one(Customer, one.into_id),
        )
        for one in session.scalars(query)
    ]


def _matches(session: Session, within: Within) -> list[ToApprove]:
    return [
        ToApprove(
            MATCH,
            one.made.id,
            prepared_by=one.decision.decided_by,
            prepared_by_id=one.decision.decided_by_id,
            at=one.decision.decided_at,
            customer=one.customer,
            comparison=one.made,
            reason=one.decision.reason,
        )
        for one in queries.waiting_matches(session, within)
    ]


def _bank_accounts(session: Session) -> Sequence[ToApprove]:
    query = select(BankAccount).where(BankAccount.approved_by.is_(None)).order_by(BankAccount.id)
    return [
        ToApprove(BANK_ACCOUNT, one.id, prepared_by_id=one.prepared_by, bank_account=one)
        for one in session.scalars(query)
    ]
