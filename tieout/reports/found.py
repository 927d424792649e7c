"""Statements, disputes and files by a text: number, receipt, name, the customer they are of."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from tieout.customers.models import Customer
from tieout.customers.names import folded
from tieout.disputes.models import Dispute
from tieout.disputes.queries import DisputeSearch, disputes
from tieout.intake.models import ImportBatch
from tieout.statements.models import Statement


def statements_called(
    session: Session, text: str, theirs: ColumnElement[bool], limit: int
) -> list[Statement]:
    """The latest statements whose number or customer holds a text; `theirs` limits customers."""
    query = (
        select(Statement)
        .join(Customer, Customer.id == Statement.customer_id)
        .where(
            theirs,
            or_(
                Statement.number.icontains(text, autoescape=True),
                Customer.search_key.contains(folded(text), autoescape=True),
            ),
        )
        .options(joinedload(Statement.customer))
        .order_by(Statement.period_end.desc(), Statement.id.desc())
    )
    return list(session.scalars(query.limit(limit)))


def disputes_called(
    session: Session, text: str, theirs: ColumnElement[bool], limit: int
) -> list[Dispute]:
    """The disputes whose receipt, document or customer holds a text."""
    query = disputes(DisputeSearch(keyword=text)).where(theirs)
    return list(session.scalars(query.limit(limit)))


def imports_called(session: Session, text: str, limit: int) -> list[ImportBatch]:
    """The latest files that were brought in under a name which holds a text."""
    query = (
        select(ImportBatch)
        .where(ImportBatch.filename.icontains(text, autoescape=True))
        .order_by(ImportBatch.id.desc())
    )
    return list(session.scalars(query.limit(limit)))
