"""What is known about every customer in a period, read in a few sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.customers.models import Contact
from tieout.disputes.models import Dispute
from tieout.disputes.moves import LIVE
from tieout.intake.models import ImportBatch, StagedRow
from tieout.ledger.models import DocumentDraft
from tieout.money import Money
from tieout.periods import Period
from tieout.reconciliation.models import MatchGroup, Reconciliation
from tieout.statements import answers, auditing, family, moves
from tieout.statements.models import (
    Confirmation,
    PeriodClose,
    Statement,
    StatementDelivery,
    StatementSection,
)

#: Batches of our own files that are not through yet.
PENDING = ("uploaded", "staged", "submitted")
THEIRS = "their_ledger"


class Whose(Protocol):
    """An account and its customer, as a row."""

    account_id: int
    customer_id: int


class Account(Whose, Protocol):
    """The same with the customer's name."""

    code: str
    name: str
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """The statement of a customer that counts for a period."""

    id: int
    state: str
    issued_on: date | None
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What a customer answered about an account."""

    outcome: str
    #: It says another balance than ours, and does not say why.
    is_off: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """The latest comparison of both books of an account."""

    reconciliation_id: int
    unexplained: Money
    proposals: int


@dataclass(frozen=True)
class Facts:
    """Everything the stages are worked out from."""

    #: Customers whose rows wait in a file that is not posted yet.
    pending: frozenset[int]
    #: By customer.
    rows_to_put_right: Mapping[int, int]
    statements: Mapping[int, Told]
    reachable: frozenset[int]
    undelivered: frozenset[int]
    #: Customers and currencies an issued statement speaks of.
    told: frozenset[tuple[int, str]]
    #: By account.
    answers: Mapping[int, Answered]
    compared: Mapping[int, Compared]
    disputes: Mapping[int, int]
    drafts: Mapping[int, int]
    is_closed: bool


def read(session: Session, period: Period, kind: str) -> Facts:
    """Read what is known about a period."""
    told = statements(session, period, kind)
    return Facts(
        pending=frozenset(one for one in session.scalars(_pending()) if one is not None),
        rows_to_put_right=_counts(session, _rows_to_put_right()),
        statements=told,
        reachable=_reached(session),
        undelivered=_undelivered(session, period, kind),
        told=frozenset((row[0], row[1]) for row in session.execute(_sections(period, kind))),
        answers=_answers(session, period, kind),
        compared=compared(session, period),
        disputes=_counts(session, _disputes()),
        drafts=_counts(session, _drafts()),
        is_closed=closed(session, period, kind) is not None,
    )


def statements(session: Session, period: Period, kind: str) -> dict[int, Told]:
    """The statement of each customer that counts for a period; a correction counts once issued."""
    zone = ZoneInfo(settings.company(session).time_zone)
    found: dict[int, Told] = {}
    rows = session.execute(
        select(
            Statement.id,
            Statement.customer_id,
            Statement.state,
            Statement.issued_at,
            Statement.changed_since_at,
            Statement.supersedes_id,
        )
        .where(*_of(period, kind), Statement.state != moves.SUPERSEDED)
        .order_by(Statement.id)
    )
    for row in rows:
        there = found.get(row.customer_id)
        if there is not None and there.state == moves.ISSUED and row.state != moves.ISSUED:
            continue
        issued = row.state == moves.ISSUED and row.issued_at is not None
        found[row.customer_id] = Told(
            id=row.id,
            state=row.state,
            issued_on=row.issued_at.astimezone(zone).date() if issued else None,
            is_changed=row.changed_since_at is not None,
        )
    return found


def pending_imports(session: Session) -> int:
    """How many of our own files are not posted or discarded yet."""
    query = select(func.count()).where(ImportBatch.kind != THEIRS, ImportBatch.state.in_(PENDING))
    return session.execute(query).scalar_one()


def compared(session: Session, period: Period) -> dict[int, Compared]:
    """The latest comparison of each account as at the last day of a period."""
    latest = (
        select(func.max(Reconciliation.id))
        .where(Reconciliation.as_at == period.end)
        .group_by(Reconciliation.account_id)
    )
    proposed = (
        select(MatchGroup.reconciliation_id, func.count().label("count"))
        .where(MatchGroup.state == "proposed")
        .group_by(MatchGroup.reconciliation_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Reconciliation.id,
            Reconciliation.account_id,
            Reconciliation.currency,
            Reconciliation.unexplained_minor,
            func.coalesce(proposed.c.count, 0).label("proposals"),
        )
        .outerjoin(proposed, proposed.c.reconciliation_id == Reconciliation.id)
        .where(Reconciliation.id.in_(latest))
    )
    return {
        row.account_id: Compared(
            row.id, Money(row.unexplained_minor, row.currency), int(row.proposals)
        )
        for row in rows
    }


def closed(session: Session, period: Period, kind: str) -> PeriodClose | None:
    """The close of a period, once two people have closed it."""
    return _close(session, period, kind, "closed")


def asked(session: Session, period: Period, kind: str) -> PeriodClose | None:
    """The close that waits for the second person."""
    return _close(session, period, kind, "asked")


def _close(session: Session, period: Period, kind: str, state: str) -> PeriodClose | None:
    return session.scalar(
        select(PeriodClose)
        .where(
            PeriodClose.kind == kind,
            PeriodClose.period_start == period.start,
            PeriodClose.period_end == period.end,
            PeriodClose.state == state,
        )
        .order_by(PeriodClose.id.desc())
        .limit(1)
    )


def _of(period: Period, kind: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Statement.kind == kind,
        Statement.period_start == period.start,
        Statement.period_end == period.end,
    )


def _counts(session: Session, query: Select[Any, int]) -> dict[int, int]:
    return {row[0]: int(row[1]) for row in session.execute(query)}


def _pending() -> Select[int | None]:
    return (
        select(StagedRow.customer_id)
        .join(ImportBatch, ImportBatch.id == StagedRow.batch_id)
        .where(
            ImportBatch.kind != THEIRS,
            ImportBatch.state.in_(PENDING),
            StagedRow.state.in_(("ready", "refused", "decision")),
            StagedRow.customer_id.is_not(None),
        )
        .distinct()
    )


def _rows_to_put_right() -> Select[int | None, int]:
    return (
        select(StagedRow.customer_id, func.count())
        .join(ImportBatch, ImportBatch.id == StagedRow.batch_id)
        .where(
            ImportBatch.kind != THEIRS,
            ImportBatch.state.in_(PENDING),
            StagedRow.state.in_(("refused", "decision")),
            StagedRow.customer_id.is_not(None),
        )
        .group_by(StagedRow.customer_id)
    )


def _reachable() -> Select[int]:
    return (
        select(Contact.customer_id)
        .where(Contact.is_active, Contact.receives_statements, Contact.email != "")
        .distinct()
    )


def _reached(session: Session) -> frozenset[int]:
    """Customers somebody of whom, or of their family's head, gets statements by mail."""
    own = set(session.scalars(_reachable()))
    found = set(own)
    for member_id, (head_id, choice) in family.shared(session).items():
        if choice.gets == family.HEAD:
            found.discard(member_id)
        if choice.gets != family.EACH and head_id in own:
            found.add(member_id)
    return frozenset(found)


def _undelivered(session: Session, period: Period, kind: str) -> frozenset[int]:
    """Customers none of whose people the statement has reached, or may still reach."""
    rows = session.execute(
        select(StatementDelivery.customer_id, StatementDelivery.state)
        .join(Statement, Statement.id == StatementDelivery.statement_id)
        .where(*_of(period, kind), Statement.state == moves.ISSUED)
    )
    states: dict[int, set[str]] = {}
    for customer_id, state in rows:
        states.setdefault(customer_id, set()).add(state)
    return frozenset(customer for customer, known in states.items() if known == {"failed"})


def _sections(period: Period, kind: str) -> Select[int, str]:
    return (
        select(StatementSection.customer_id, StatementSection.currency)
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(*_of(period, kind), Statement.state == moves.ISSUED)
    )


def _answers(session: Session, period: Period, kind: str) -> dict[int, Answered]:
    rows = session.execute(
        select(
            StatementSection.account_id,
            Confirmation.outcome,
            Confirmation.balance_minor,
            Confirmation.stated_minor,
            auditing.is_held().label("is_held"),
        )
        .join(Confirmation, Confirmation.section_id == StatementSection.id)
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(
            *_of(period, kind),
            Statement.state == moves.ISSUED,
            Confirmation.replaced_by_id.is_(None),
        )
    )
    return {
        row.account_id: Answered(auditing.WITH_AUDITOR, False)
        if row.is_held
        else Answered(
            row.outcome,
            row.outcome in (answers.DISAGREED, answers.OWN_BALANCE)
            and row.stated_minor != row.balance_minor,
        )
        for row in rows
    }


def _disputes() -> Select[int, int]:
    return (
        select(Dispute.account_id, func.count())
        .where(Dispute.state.in_(LIVE))
        .group_by(Dispute.account_id)
    )


def _drafts() -> Select[int, int]:
    return (
        select(DocumentDraft.account_id, func.count())
        .where(DocumentDraft.state == "submitted")
        .group_by(DocumentDraft.account_id)
    )
