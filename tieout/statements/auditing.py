"""Requests for confirmation that are the auditor's: replies reach the auditor before staff.

A request is of a customer and a period, so that a new version of the statement belongs to it too.
Until the auditor releases it, staff see that an answer came, and nothing of what it says.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import Customer
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.periods import Period
from tieout.statements.models import AuditorRequest, Confirmation, Statement

#: What staff read in place of the answer.
WITH_AUDITOR = "with_auditor"


class NothingToRelease(Conflict):
    """Requests that staff see already."""

    message = N_("These replies are released already, or nobody has answered yet.")


def ask(
    session: Session,
    customers: Collection[int],
    period: Period,
    *,
    kind: str = "receivable",
    sample_id: int | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Make the requests of a period to some customers the auditor's; say how many are new."""
    there = set(session.scalars(select(AuditorRequest.customer_id).where(*_of(period, kind))))
    new = [
        AuditorRequest(
            customer_id=customer_id,
            kind=kind,
            period_start=period.start,
            period_end=period.end,
            sample_id=sample_id,
            asked_by=by.label,
            asked_by_id=by.id if by.kind == "staff" else None,
            asked_at=at,
        )
        for customer_id in dict.fromkeys(customers)
        if customer_id not in there
    ]
    session.add_all(new)
    session.flush()
    for one in new:
        audit.record(session, by, "auditor_request.made", one, after={"period": period.code})
    return len(new)


def release(
    session: Session, requests: Iterable[AuditorRequest], *, by: Actor, at: datetime
) -> int:
    """Let staff see the replies to some requests; say how many.

    Raises:
        NothingToRelease: they do, or there is no reply.
    """
    answered = set(session.scalars(_answered()))
    given = [one for one in requests if one.released_at is None and one.id in answered]
    if not given:
        raise NothingToRelease
    for one in given:
        one.released_at, one.released_by = at, by.label
        audit.record(session, by, "auditor_request.released", one)
    session.flush()
    return len(given)


def requests(period: Period, kind: str) -> Select[AuditorRequest, Customer]:
    """Select the auditor's requests of a period with their customers."""
    return (
        select(AuditorRequest, Customer)
        .join(Customer, Customer.id == AuditorRequest.customer_id)
        .where(*_of(period, kind))
        .order_by(Customer.name, AuditorRequest.id)
    )


def is_held() -> ColumnElement[bool]:
    """Whether the replies to a `Statement` are the auditor's alone, for a query."""
    return exists().where(_about(), AuditorRequest.released_at.is_(None))


def held(session: Session, statements: Iterable[Statement]) -> frozenset[int]:
    """The statements among these whose replies are the auditor's alone."""
    ids = [one.id for one in statements]
    return frozenset(session.scalars(select(Statement.id).where(Statement.id.in_(ids), is_held())))


def held_answers(session: Session, confirmation_ids: Collection[int]) -> frozenset[int]:
    """The answers among these that are the auditor's alone."""
    return frozenset(
        session.scalars(
            select(Confirmation.id)
            .join(Statement, Confirmation.statement_id == Statement.id)
            .where(Confirmation.id.in_(confirmation_ids), is_held())
        )
    )


def _answered() -> Select[int]:
    return (
        select(AuditorRequest.id)
        .join(Statement, _about())
        .join(Confirmation, Confirmation.statement_id == Statement.id)
    )


def _about() -> ColumnElement[bool]:
    return (
        (AuditorRequest.customer_id == Statement.customer_id)
        & (AuditorRequest.kind == Statement.kind)
        & (AuditorRequest.period_start == Statement.period_start)
        & (AuditorRequest.period_end == Statement.period_end)
    )


def _of(period: Period, kind: str) -> tuple[ColumnElement[bool], ...]:
    return (
        AuditorRequest.kind == kind,
        AuditorRequest.period_start == period.start,
        AuditorRequest.period_end == period.end,
    )
