"""What waits for somebody: how many, how much, since when, and why now.

Each function counts one kind of work over a few rows or in one query; `within` leaves the
customers a viewer sees.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from tieout import settings
from tieout.customers.models import Customer, CustomerAccount, CustomerMerge
from tieout.disputes import moves as dispute_moves
from tieout.disputes.models import Dispute
from tieout.dunning.models import PromiseToPay, StaffTask
from tieout.handover.models import Handover
from tieout.handover.states import HandoverState
from tieout.i18n import N_, Sentence
from tieout.intake.connectors.queries import error_of, failing
from tieout.intake.models import ImportBatch, StagedRow
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import AccountTotal, Document, DocumentDraft, DueItem
from tieout.messages.models import IncomingMail, Message
from tieout.money import Money
from tieout.reconciliation.queries import waiting_matches
from tieout.settings import BankAccount, calendars
from tieout.statements import answers
from tieout.statements import moves as statement_moves
from tieout.statements.models import Confirmation, PeriodClose, Statement, StatementSection

#: Leaves the customers somebody sees, given the column that says whose a row is.
Within = Callable[[InstrumentedAttribute[Any]], ColumnElement[bool]]

#: A promise that was broken longer ago than this is no news.
BROKEN_SINCE = timedelta(days=30)


@dataclass(frozen=True)
class Waiting:
    """One kind of work that waits."""

    #: approvals, disputes, unapplied, unanswered, messages, over_limit, promises, rows, handover.
    what: str
    count: int = 0
    #: One a currency; they are never added.
    amounts: tuple[Money, ...] = ()
    oldest: date | None = None
    why: tuple[Sentence, ...] = ()
    #: A date we promised has passed.
    is_late: bool = False


def everybody(_column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Leave every customer."""
    return true()


def own_customers(owner_id: int) -> Within:
    """Leave the customers of one sales person."""
    mine = select(Customer.id).where(Customer.owner_id == owner_id)
    return lambda column: column.in_(mine)


def approvals(session: Session, within: Within = everybody) -> Waiting:
    """Everything that waits for a second person."""
    zone = _zone(session)
    drafts = session.execute(
        select(DocumentDraft.content, DocumentDraft.prepared_at).where(
            DocumentDraft.state == "submitted", within(DocumentDraft.customer_id)
        )
    ).all()
    batches = session.scalars(
        select(ImportBatch.submitted_at).where(ImportBatch.state == "submitted")
    ).all()
    accounts = session.execute(
        select(func.count()).where(BankAccount.approved_by.is_(None))
    ).scalar_one()
    closes = session.scalars(select(PeriodClose.asked_at).where(PeriodClose.state == "asked")).all()
    merges = session.scalars(
        select(CustomerMerge.prepared_at).where(
            CustomerMerge.state == "proposed",
            within(CustomerMerge.customer_id),
            within(CustomerMerge.into_id),
        )
    ).all()
    matches = [one.decision.decided_at for one in waiting_matches(session, within)]
    moments = [
        *(row.prepared_at for row in drafts),
        *(at for at in batches if at),
        *closes,
        *merges,
        *matches,
    ]
    parts = (
        (len(batches), N_("imports: %(count)s")),
        (len(drafts), N_("documents: %(count)s")),
        (accounts, N_("bank accounts: %(count)s")),
        (len(closes), N_("periods to close: %(count)s")),
        (len(merges), N_("customers to merge: %(count)s")),
        (len(matches), N_("matches by hand: %(count)s")),
    )
    return Waiting(
        "approvals",
        count=sum(count for count, _ in parts),
        amounts=sums(_drafted(row.content) for row in drafts),
        oldest=min((at.astimezone(zone).date() for at in moments), default=None),
        why=tuple(Sentence(words, {"count": count}) for count, words in parts if count),
    )


def disputes(session: Session, on: date, within: Within = everybody) -> Waiting:
    """Disputes that wait for us."""
    rows = session.execute(
        select(Dispute.currency, Dispute.amount_minor, Dispute.raised_on, Dispute.answer_by).where(
            Dispute.state.in_(dispute_moves.WITH_US), within(Dispute.customer_id)
        )
    ).all()
    late = sum(1 for row in rows if row.answer_by < on)
    late_words = Sentence(N_("past the date we promised: %(count)s"), {"count": late})
    return Waiting(
        "disputes",
        count=len(rows),
        amounts=sums(Money(row.amount_minor, row.currency) for row in rows),
        oldest=min((row.raised_on for row in rows), default=None),
        why=(late_words,) if late else (Sentence(N_("each is to be answered by its date")),),
        is_late=late > 0,
    )


def calendar(session: Session, on: date) -> Waiting:
    """A year that is here, or begins soon, and has no holiday marked."""
    return Waiting("calendar", count=calendars.unmarked_year(session, on) is not None)


def unapplied(session: Session, within: Within = everybody) -> Waiting:
    """Payments and credits that settle nothing yet."""
    rows = session.execute(
        select(
            Document.currency,
            func.count(),
            func.sum(DueItem.open_minor),
            func.min(Document.issued_on),
            func.count(Document.customer_id.distinct()),
        )
        .join(DueItem, DueItem.document_id == Document.id)
        .where(DueItem.open_minor > 0, DueItem.direction < 0, within(Document.customer_id))
        .group_by(Document.currency)
        .order_by(Document.currency)
    ).all()
    customers = sum(row[4] for row in rows)
    return Waiting(
        "unapplied",
        count=sum(row[1] for row in rows),
        amounts=tuple(Money(-int(row[2]), row[0]) for row in rows),
        oldest=min((row[3] for row in rows), default=None),
        why=(Sentence(N_("at %(count)s customers' accounts"), {"count": customers}),),
    )


def unanswered(session: Session, on: date, within: Within = everybody) -> Waiting:
    """Customers whose latest statement waits for an answer."""
    answered = select(Confirmation.section_id).where(Confirmation.replaced_by_id.is_(None))
    waits = (
        Statement.state == statement_moves.ISSUED,
        Statement.kind == "receivable",
        StatementSection.id.not_in(answered),
        Statement.id.in_(latest()),
        within(Statement.customer_id),
    )
    is_past = case((Statement.answer_by < on, Statement.customer_id))
    figures = select(
        func.count(Statement.customer_id.distinct()),
        func.count(is_past.distinct()),
        func.min(Statement.issued_at),
    )
    owed = select(StatementSection.currency, func.sum(StatementSection.closing_minor))
    ours = StatementSection.statement_id == Statement.id
    count, past, first = session.execute(figures.join(StatementSection, ours).where(*waits)).one()
    rows = session.execute(
        owed.join(Statement, ours).where(*waits).group_by(StatementSection.currency)
    )
    return Waiting(
        "unanswered",
        count=count,
        amounts=sums(Money(int(row[1]), row[0]) for row in rows),
        oldest=None if first is None else first.astimezone(_zone(session)).date(),
        why=(Sentence(N_("past the day they were asked to answer by: %(count)s"), {"count": past}),)
        if past
        else (Sentence(N_("all may still answer in time")),),
    )


def changed(session: Session, within: Within = everybody) -> Waiting:
    """Customers whose answer is no longer to what the books say."""
    rows = session.execute(
        select(Statement.customer_id, Statement.changed_since_at).where(
            Statement.state == statement_moves.ISSUED,
            Statement.kind == "receivable",
            Statement.changed_since_at.is_not(None),
            Statement.id.in_(latest()),
            Statement.id.in_(
                select(Confirmation.statement_id).where(
                    Confirmation.replaced_by_id.is_(None),
                    Confirmation.outcome.in_(answers.GIVEN),
                )
            ),
            within(Statement.customer_id),
        )
    ).all()
    zone = _zone(session)
    return Waiting(
        "changed",
        count=len(rows),
        oldest=min((row.changed_since_at.astimezone(zone).date() for row in rows), default=None),
        why=(Sentence(N_("they were asked to look again")),),
    )


def messages(session: Session, since: datetime, within: Within = everybody) -> Waiting:
    """Messages that did not arrive, or of which nobody knows whether they did."""
    rows = session.execute(
        select(Message.state, func.count(), func.min(Message.created_at))
        .where(
            Message.state.in_(("failed", "unknown")),
            Message.created_at >= since,
            Message.customer_id.is_(None) | within(Message.customer_id),
        )
        .group_by(Message.state)
    ).all()
    found = {row[0]: row[1] for row in rows}
    parts = (("failed", N_("failed: %(count)s")), ("unknown", N_("sending unknown: %(count)s")))
    zone = _zone(session)
    return Waiting(
        "messages",
        count=sum(found.values()),
        oldest=min((row[2].astimezone(zone).date() for row in rows), default=None),
        why=tuple(
            Sentence(words, {"count": found[state]}) for state, words in parts if found.get(state)
        ),
    )


def mails(session: Session, within: Within = everybody) -> Waiting:
    """Mails of customers that somebody has to look at."""
    row = session.execute(
        select(func.count(), func.min(IncomingMail.came_at)).where(
            IncomingMail.is_open, within(IncomingMail.customer_id)
        )
    ).one()
    first: datetime | None = row[1]
    oldest = None if first is None else first.astimezone(_zone(session)).date()
    return Waiting("mails", count=row[0], oldest=oldest)


def over_limit(session: Session, within: Within = everybody) -> Waiting:
    """Accounts that owe more than their limit."""
    rows = session.execute(
        select(
            CustomerAccount.currency,
            func.count(),
            func.sum(AccountTotal.balance_minor),
            func.sum(AccountTotal.balance_minor - CustomerAccount.credit_limit_minor),
        )
        .join(AccountTotal, AccountTotal.account_id == CustomerAccount.id)
        .where(
            CustomerAccount.kind == "receivable",
            CustomerAccount.credit_limit_minor.is_not(None),
            AccountTotal.balance_minor > CustomerAccount.credit_limit_minor,
            within(CustomerAccount.customer_id),
        )
        .group_by(CustomerAccount.currency)
    ).all()
    over = sums(Money(int(row[3]), row[0]) for row in rows)
    return Waiting(
        "over_limit",
        count=sum(row[1] for row in rows),
        amounts=sums(Money(int(row[2]), row[0]) for row in rows),
        why=tuple(Sentence(N_("above the limit by %(amount)s"), {"amount": one}) for one in over),
    )


def promises(session: Session, on: date, within: Within = everybody) -> Waiting:
    """Promises that were broken lately."""
    rows = session.execute(
        select(
            CustomerAccount.currency,
            PromiseToPay.amount_minor,
            PromiseToPay.pay_on,
        )
        .join(CustomerAccount, CustomerAccount.id == PromiseToPay.account_id)
        .where(
            PromiseToPay.state == "broken",
            PromiseToPay.judged_on >= on - BROKEN_SINCE,
            within(PromiseToPay.customer_id),
        )
    ).all()
    return Waiting(
        "promises",
        count=len(rows),
        amounts=sums(Money(row.amount_minor, row.currency) for row in rows),
        oldest=min((row.pay_on for row in rows), default=None),
        why=(Sentence(N_("reminders have resumed")),),
    )


def tasks(session: Session, on: date, within: Within = everybody) -> Waiting:
    """What one of us is to do about what stays unpaid: calls, letters, stops."""
    row = session.execute(
        select(func.count(), func.min(StaffTask.due_on)).where(
            StaffTask.state == "open", within(StaffTask.customer_id)
        )
    ).one()
    first: date | None = row[1]
    return Waiting(
        "tasks",
        count=row[0],
        oldest=first,
        why=(Sentence(N_("the first is due on %(day)s"), {"day": first}),) if first else (),
        is_late=first is not None and first < on,
    )


def rows_to_put_right(session: Session) -> Waiting:
    """Rows of files on their way in that cannot be taken as they are."""
    found = session.execute(
        select(func.count(), func.min(ImportBatch.uploaded_at))
        .select_from(StagedRow)
        .join(ImportBatch, ImportBatch.id == StagedRow.batch_id)
        .where(
            ImportBatch.state.in_(("staged", "submitted")),
            ImportBatch.kind != "their_ledger",
            StagedRow.state.in_(("refused", "decision")),
        )
    ).one()
    return Waiting(
        "rows",
        count=found[0],
        oldest=found[1].astimezone(_zone(session)).date() if found[1] is not None else None,
        why=(Sentence(N_("each says what is wrong with it")),),
    )


def to_hand_over(session: Session, within: Within = everybody) -> Waiting:
    """What was made here and the system that keeps the books does not know of yet."""
    rows = session.execute(
        select(Document.currency, Document.amount_minor, Document.issued_on)
        .join(Handover, Handover.document_id == Document.id)
        .where(Handover.state == HandoverState.WAITING, within(Handover.customer_id))
    ).all()
    words = N_("made here, to be booked in the system that keeps the books")
    return Waiting(
        "handover",
        count=len(rows),
        amounts=sums(Money(abs(row.amount_minor), row.currency) for row in rows),
        oldest=min((row.issued_on for row in rows), default=None),
        why=(Sentence(words),),
    )


def connectors(session: Session) -> Waiting:
    """Connectors whose last pull failed; each is tried again by itself."""
    failed = failing(session)
    zone = _zone(session)
    return Waiting(
        "connectors",
        count=len(failed),
        oldest=min((pull.asked_at.astimezone(zone).date() for _, pull in failed), default=None),
        why=tuple(
            Sentence(N_("%(name)s: %(error)s"), {"name": one.name, "error": error})
            for one, pull in failed[:2]
            if (error := error_of(pull)) is not None
        ),
    )


def places(session: Session, since: datetime, within: Within = everybody) -> dict[str, int]:
    """How much waits in each place, in a few quick counts; messages that failed since a moment."""
    counted = {
        "imports": select(func.count()).where(
            ImportBatch.state.in_(("staged", "submitted")), ImportBatch.kind != "their_ledger"
        ),
        "disputes": select(func.count()).where(
            Dispute.state.in_(dispute_moves.WITH_US), within(Dispute.customer_id)
        ),
        "messages": select(func.count()).where(
            Message.state.in_(("failed", "unknown")),
            Message.created_at >= since,
            Message.customer_id.is_(None) | within(Message.customer_id),
        ),
    }
    return {name: session.execute(query).scalar_one() for name, query in counted.items()}


def latest() -> Select[int]:
    """The last issued statement of each customer and side."""
    last = (
        select(
            Statement.customer_id,
            Statement.kind,
            func.max(Statement.period_end).label("period_end"),
        )
        .where(Statement.state == statement_moves.ISSUED)
        .group_by(Statement.customer_id, Statement.kind)
        .subquery()
    )
    return select(Statement.id).join(
        last,
        (last.c.customer_id == Statement.customer_id)
        & (last.c.kind == Statement.kind)
        & (last.c.period_end == Statement.period_end),
    )


def _drafted(content: Mapping[str, Any]) -> Money:
    return DocumentInput.from_json(content).amount


def sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum a currency."""
    found: dict[str, Money] = {}
    for amount in amounts:
        found[amount.currency] = found.get(amount.currency, Money.zero(amount.currency)) + amount
    return tuple(found[currency] for currency in sorted(found))


def _zone(session: Session) -> ZoneInfo:
    return ZoneInfo(settings.company(session).time_zone)
