"""The only way the portal fetches records: another customer's are not there.

    with transaction() as session:
        statement = own(session, Statement, statement_id)

Whoever came by a link sees that statement, its other versions, and what hangs on them; `REACH`
says for each model how it hangs on a statement.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, false, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tieout.attachments import Attachment
from tieout.customers.models import CustomerAccount
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.dunning.models import PromiseToPay
from tieout.errors import NotAllowed, NotFound
from tieout.ledger.models import Document, DueItem
from tieout.reconciliation.models import MatchGroup, Reconciliation
from tieout.statements.models import (
    Confirmation,
    LineAnswer,
    Statement,
    StatementLine,
    StatementSection,
)
from tieout.web.login import needed
from tieout.web.viewer import Viewer, act_for, viewer


class Owned(Protocol):
    """A row the portal can show: it says whose it is."""

    id: Any
    customer_id: Any


T = TypeVar("T", bound=Owned)


def own(session: Session, model: type[T], record_id: int) -> T:
    """Fetch a record of the viewer's own customers; the page turns to its customer.

    Raises:
        NotFound: there is none, or it is somebody else's.
        NotAllowed: it is theirs, but their role for that customer does not allow this page.
    """
    person = viewer()
    query = _one(model)
    if person.is_link:
        query = query.where(_reached(person, model))
    given = {"record_id": record_id, "customer_ids": person.customer_ids}
    record: T | None = session.scalars(query, given).one_or_none()
    if record is None:
        raise NotFound
    acting = act_for(record.customer_id)
    permission = needed()
    if permission is not None and not acting.may(permission):
        raise NotAllowed
    return record


@cache
def _one(model: type[T]) -> Select[T]:
    """The query for one record of some customers, put together once."""
    query = _of_customers(select(model), model, bindparam("customer_ids", expanding=True))
    return query.where(model.id == bindparam("record_id"))


def mine(query: Select[T], model: type[T], *, everywhere: bool = False) -> Select[T]:
    """Keep to what the viewer may see: of this page's customer, or of all of theirs."""
    person = viewer()
    ids = person.customer_ids if everywhere else (person.customer_id,)
    query = _of_customers(query, model, ids)
    return query.where(_reached(person, model)) if person.is_link else query


def _of_customers(query: Select[T], model: type[T], ids: Any) -> Select[T]:
    """Keep to what the customers with these ids are shown."""
    query = query.where(model.customer_id.in_(ids))
    internal = _INTERNAL.get(model)
    return query.where(internal()) if internal is not None else query


def _reached(person: Viewer, model: type[Any]) -> ColumnElement[bool]:
    reach = REACH.get(model)
    return reach(_versions(person)) if reach else false()


def _versions(person: Viewer) -> Select[int]:
    """The ids of every version of the statement a link is for."""
    sent = aliased(Statement)
    return (
        select(Statement.id)
        .join(sent, or_(sent.id == Statement.id, sent.number == Statement.number))
        .where(sent.id == person.statement_id, sent.customer_id == Statement.customer_id)
    )


def _lines(statements: Select[int], column: InstrumentedAttribute[Any]) -> Select[Any]:
    return (
        select(column)
        .join(StatementSection, StatementSection.id == StatementLine.section_id)
        .where(StatementSection.statement_id.in_(statements))
    )


def _documents(statements: Select[int]) -> Select[Any]:
    """What stands in a line, and what was open before its first day and still is."""
    earlier = (
        select(DueItem.document_id)
        .join(StatementSection, StatementSection.account_id == DueItem.account_id)
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(
            Statement.id.in_(statements),
            DueItem.open_minor > 0,
            DueItem.document_id == Document.id,
            Document.issued_on < Statement.period_start,
        )
    )
    lines = _lines(statements, StatementLine.document_id)
    return select(Document.id).where(or_(Document.id.in_(lines), earlier.exists()))


#: Some comparisons look into other customers' accounts: none of them is ever shown here.
_INTERNAL: Mapping[type[Any], Callable[[], ColumnElement[bool]]] = {
    Reconciliation: lambda: Reconciliation.is_internal.is_(False),
    MatchGroup: lambda: MatchGroup.reconciliation_id.not_in(
        select(Reconciliation.id).where(Reconciliation.is_internal)
    ),
}

#: How each model hangs on a statement; what is not here, no link opens.
REACH: Mapping[type[Any], Callable[[Select[int]], ColumnElement[bool]]] = {
    Statement: lambda s: Statement.id.in_(s),
    StatementSection: lambda s: StatementSection.statement_id.in_(s),
    StatementLine: lambda s: StatementLine.id.in_(_lines(s, StatementLine.id)),
    Confirmation: lambda s: Confirmation.statement_id.in_(s),
    LineAnswer: lambda s: LineAnswer.line_id.in_(_lines(s, StatementLine.id)),
    Document: lambda s: Document.id.in_(_documents(s)),
    Dispute: lambda s: Dispute.document_id.in_(_documents(s)),
    DisputeEntry: lambda s: DisputeEntry.dispute_id.in_(
        select(Dispute.id).where(Dispute.document_id.in_(_documents(s)))
    ),
    CustomerAccount: lambda s: CustomerAccount.id.in_(
        select(StatementSection.account_id).where(StatementSection.statement_id.in_(s))
    ),
    PromiseToPay: lambda s: PromiseToPay.account_id.in_(
        select(StatementSection.account_id).where(StatementSection.statement_id.in_(s))
    ),
    # A ledger handed in about a statement says so: `reconciliation.handing_in.purpose_of`.
    Attachment: lambda s: Attachment.purpose.in_(
        select(literal("their_ledger:") + cast(Statement.id, String)).where(Statement.id.in_(s))
    ),
    Reconciliation: lambda s: Reconciliation.statement_id.in_(s),
    MatchGroup: lambda s: MatchGroup.reconciliation_id.in_(
        select(Reconciliation.id).where(Reconciliation.statement_id.in_(s))
    ),
}
