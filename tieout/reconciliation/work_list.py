"""What is open between us and our customers: the newest comparison of each account."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tieout.customers.models import Customer
from tieout.customers.names import folded
from tieout.matching import Difference
from tieout.reconciliation.models import MatchGroup, Reconciliation

#: How a work list may be sorted.
BY_DIFFERENCE, BY_AGE, BY_COUNT = "difference", "age", "count"
SORTS = (BY_DIFFERENCE, BY_AGE, BY_COUNT)


@dataclass(frozen=True)
class WorkSearch:
    """What of the work is looked for; everything left out matches everything."""

    keyword: str = ""
    #: A type of difference that is among those open.
    difference: str = ""
    #: Opened on this day or earlier.
    since: date | None = None
    currency: str = ""
    sort: str = BY_DIFFERENCE
    #: Also accounts with nothing left to do.
    is_all: bool = False


def newest() -> ColumnElement[bool]:
    """The comparison is the newest of its account."""
    later = aliased(Reconciliation)
    return ~exists().where(
        later.account_id == Reconciliation.account_id,
        or_(
            later.as_at > Reconciliation.as_at,
            (later.as_at == Reconciliation.as_at) & (later.id > Reconciliation.id),
        ),
    )


def work(search: WorkSearch) -> Select[Reconciliation]:
    """Select the newest comparisons somebody has something to do about."""
    query = (
        select(Reconciliation)
        .join(Customer, Customer.id == Reconciliation.customer_id)
        .where(newest())
    )
    if not search.is_all:
        query = query.where(Reconciliation.open_groups > 0)
    if search.keyword.strip():
        query = query.where(Customer.search_key.contains(folded(search.keyword), autoescape=True))
    if search.currency:
        query = query.where(Reconciliation.currency == search.currency)
    if search.since is not None:
        query = query.where(Reconciliation.oldest_open_on <= search.since)
    if search.difference:
        query = query.where(
            exists().where(
                MatchGroup.reconciliation_id == Reconciliation.id,
                MatchGroup.difference == search.difference,
                _is_left(),
            )
        )
    return query.order_by(*_order(search.sort), Reconciliation.id)


def by_type(session: Session, ids: list[int]) -> dict[int, list[tuple[Difference, int]]]:
    """What is open in each of these comparisons, by type, the most frequent first."""
    query = (
        select(MatchGroup.reconciliation_id, MatchGroup.difference, func.count().label("how_many"))
        .where(MatchGroup.reconciliation_id.in_(ids), _is_left())
        .group_by(MatchGroup.reconciliation_id, MatchGroup.difference)
        .order_by(func.count().desc(), MatchGroup.difference)
    )
    found: dict[int, list[tuple[Difference, int]]] = {one: [] for one in ids}
    for row in session.execute(query):
        found[row.reconciliation_id].append((Difference(row.difference), row.how_many))
    return found


def _is_left() -> ColumnElement[bool]:
    """Somebody has something to do about the group."""
    return or_(
        MatchGroup.state == "proposed",
        (MatchGroup.residual_minor != 0) & (MatchGroup.acts != "itself"),
    )


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    amount = func.abs(Reconciliation.our_balance_minor - Reconciliation.their_balance_minor)
    if sort == BY_AGE:
        return (Reconciliation.oldest_open_on.asc().nulls_last(), amount.desc())
    if sort == BY_COUNT:
        return (Reconciliation.open_groups.desc(), amount.desc())
    return (func.abs(Reconciliation.unexplained_minor).desc(), amount.desc())
