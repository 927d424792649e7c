"""Which comparisons there are, which accounts they are about, how their files were read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.names import folded
from tieout.intake.models import ImportBatch
from tieout.ledger.models import Document
from tieout.reconciliation.models import (
    MatchGroup,
    MatchGroupLine,
    Reconciliation,
    RememberedDecision,
    TheirBook,
    TheirLine,
)
from tieout.reconciliation.rule_sets import REJECTED
from tieout.reconciliation.vocabulary import PROPOSED
from tieout.statements.models import Statement, StatementSection

#: What a list can be narrowed to: something is to be decided or explained; nothing is.
STATES = ("open", "settled")


@dataclass(frozen=True)
class ReconciliationSearch:
    """What someone is looking for; everything left out matches everything."""

    state: str = ""
    customer_id: int | None = None
    #: In the customer's names, or the reference number.
    keyword: str = ""
    #: Older runs of an account whose book was handed in again are left out.
    is_latest: bool = False


def reconciliations(search: ReconciliationSearch) -> Select[Reconciliation]:
    """Select the comparisons someone is looking for, the newest first."""
    query = select(Reconciliation).join(Customer, Customer.id == Reconciliation.customer_id)
    if search.customer_id is not None:
        query = query.where(Reconciliation.customer_id == search.customer_id)
    if search.keyword.strip():
        query = query.where(
            or_(
                Customer.search_key.contains(folded(search.keyword), autoescape=True),
                Reconciliation.receipt.icontains(search.keyword.strip(), autoescape=True),
            )
        )
    if search.state:
        waits = or_(
            Reconciliation.unexplained_minor != 0,
            exists().where(
                MatchGroup.reconciliation_id == Reconciliation.id, MatchGroup.state == PROPOSED
            ),
        )
        query = query.where(waits if search.state == "open" else ~waits)
    if search.is_latest:
        newer = aliased(Reconciliation)
        query = query.where(
            ~exists().where(
                newer.account_id == Reconciliation.account_id,
                newer.as_at == Reconciliation.as_at,
                newer.id > Reconciliation.id,
            )
        )
    return query.order_by(Reconciliation.id.desc())


def proposals(session: Session, ids: list[int]) -> dict[int, int]:
    """How many proposals wait in each of these comparisons."""
    query = (
        select(MatchGroup.reconciliation_id, func.count().label("waiting"))
        .where(MatchGroup.reconciliation_id.in_(ids), MatchGroup.state == PROPOSED)
        .group_by(MatchGroup.reconciliation_id)
    )
    return {row.reconciliation_id: row.waiting for row in session.execute(query)}


def customers_of(session: Session, found: list[Reconciliation]) -> dict[int, Customer]:
    """The customers of some comparisons, by id."""
    ids = {made.customer_id for made in found}
    return {one.id: one for one in session.scalars(select(Customer).where(Customer.id.in_(ids)))}


def accounts() -> Select[CustomerAccount]:
    """Select accounts, receivable first, by currency."""
    return select(CustomerAccount).order_by(
        CustomerAccount.kind.desc(), CustomerAccount.currency, CustomerAccount.id
    )


def accounts_of_statement(statement_id: int) -> Select[CustomerAccount]:
    """Select the accounts a statement speaks of."""
    return accounts().where(
        CustomerAccount.id.in_(
            select(StatementSection.account_id).where(StatementSection.statement_id == statement_id)
        )
    )


def last_cut_off(session: Session, account_ids: list[int]) -> date | None:
    """The cut-off of the newest issued statement about any of these accounts."""
    query = (
        select(func.max(Statement.period_end))
        .join(StatementSection, StatementSection.statement_id == Statement.id)
        .where(StatementSection.account_id.in_(account_ids), Statement.state == "issued")
    )
    return session.scalar(query)


def statement_at(session: Session, account_id: int, as_at: date) -> Statement | None:
    """The issued statement about an account at a cut-off, if there is one."""
    query = (
        select(Statement)
        .join(StatementSection, StatementSection.statement_id == Statement.id)
        .where(
            StatementSection.account_id == account_id,
            Statement.period_end == as_at,
            Statement.state == "issued",
        )
        .order_by(Statement.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def sisters(session: Session, made: Reconciliation) -> Select[Reconciliation]:
    """The comparisons of the same file with the customer's accounts in other currencies."""
    attachment_id = batch_of(session, made).attachment_id
    return (
        select(Reconciliation)
        .join(TheirBook, TheirBook.id == Reconciliation.book_id)
        .join(ImportBatch, ImportBatch.id == TheirBook.batch_id)
        .where(
            ImportBatch.attachment_id == attachment_id,
            Reconciliation.account_id != made.account_id,
            Reconciliation.as_at == made.as_at,
            Reconciliation.is_internal == made.is_internal,
        )
        .order_by(Reconciliation.id)
    )


def newest_of_each(found: Iterable[Reconciliation]) -> list[Reconciliation]:
    """Of comparisons in their order the last of each account."""
    return list({one.account_id: one for one in found}.values())


def filenames(session: Session, book_ids: list[int]) -> dict[int, str]:
    """The files of some books."""
    query = select(TheirBook.id, TheirBook.filename).where(TheirBook.id.in_(book_ids))
    return {row.id: row.filename for row in session.execute(query)}


def book_of(session: Session, made: Reconciliation) -> TheirBook:
    """The book that was compared."""
    return session.get_one(TheirBook, made.book_id)


def batch_of(session: Session, made: Reconciliation) -> ImportBatch:
    """How the file of a comparison was read."""
    book = session.get_one(TheirBook, made.book_id)
    return session.get_one(ImportBatch, book.batch_id)


def rejections(session: Session, made: Reconciliation) -> list[RememberedDecision]:
    """What was rejected about lines of a comparison, the newest first."""
    query = (
        select(RememberedDecision)
        .where(
            RememberedDecision.account_id == made.account_id,
            RememberedDecision.decision == REJECTED,
            RememberedDecision.undone_at.is_(None),
        )
        .order_by(RememberedDecision.id.desc())
    )
    found = list(session.scalars(query))
    if not found:
        return []
    lines = session.execute(
        select(MatchGroupLine.document_id, MatchGroupLine.their_line_id).where(
            MatchGroupLine.reconciliation_id == made.id
        )
    ).all()
    ours, theirs = {row.document_id for row in lines}, {row.their_line_id for row in lines}
    return [
        one
        for one in found
        if set(one.lines["ours"]) <= ours and set(one.lines["theirs"]) <= theirs
    ]


def numbers(
    session: Session, found: list[RememberedDecision]
) -> dict[int, tuple[list[str], list[str]]]:
    """The numbers of the lines each of these decisions is about, ours and theirs."""
    ours = {line for one in found for line in one.lines["ours"]}
    theirs = {line for one in found for line in one.lines["theirs"]}
    our_numbers = {
        row.id: row.number
        for row in session.execute(
            select(Document.id, Document.number).where(Document.id.in_(ours))
        )
    }
    their_numbers = {
        row.id: row.number or row.description
        for row in session.execute(
            select(TheirLine.id, TheirLine.number, TheirLine.description).where(
                TheirLine.id.in_(theirs)
            )
        )
    }
    return {
        one.id: (
            [our_numbers[line] for line in one.lines["ours"]],
            [their_numbers[line] for line in one.lines["theirs"]],
        )
        for one in found
    }


def account_of(session: Session, made: Reconciliation) -> CustomerAccount:
    """The account that was compared."""
    return session.get_one(CustomerAccount, made.account_id)


@dataclass(frozen=True)
class WaitingMatch:
    """A match by hand that a second person has to agree to."""

    decision: RememberedDecision
    #: The newest comparison of the account, where it is approved.
    made: Reconciliation
    customer: Customer


def waiting_matches(
    session: Session, within: Callable[[InstrumentedAttribute[Any]], ColumnElement[bool]]
) -> list[WaitingMatch]:
    """Matches by hand that wait for a second person, the oldest first."""
    any_one = aliased(Reconciliation)
    newest = (
        select(func.max(any_one.id))
        .where(any_one.account_id == RememberedDecision.account_id)
        .correlate(RememberedDecision)
        .scalar_subquery()
    )
    rows = session.execute(
        select(RememberedDecision, Reconciliation, Customer)
        .join(CustomerAccount, CustomerAccount.id == RememberedDecision.account_id)
        .join(Customer, Customer.id == CustomerAccount.customer_id)
        .join(Reconciliation, Reconciliation.id == newest)
        .where(
            RememberedDecision.waits_for_approval,
            RememberedDecision.undone_at.is_(None),
            within(CustomerAccount.customer_id),
        )
        .order_by(RememberedDecision.decided_at, RememberedDecision.id)
    )
    return [WaitingMatch(decision, made, customer) for decision, made, customer in rows]
