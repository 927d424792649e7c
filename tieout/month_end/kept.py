"""Samples auditors have drawn, kept as rows: who, when, by what; drawn again and compared."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.db.base import Json
from tieout.ledger import ageing
from tieout.money import Money
from tieout.month_end import moved, sample
from tieout.month_end.models import AuditSample
from tieout.month_end.moved import AccountMoved
from tieout.month_end.sample import Draw, Drawn
from tieout.periods import Period


def keep(
    session: Session,
    period: Period,
    draw: Draw,
    *,
    kind: str = "receivable",
    owner_id: int | None = None,
    by: Actor,
    at: datetime,
) -> AuditSample:
    """Draw a sample from the books as they are known now, and keep it."""
    everybody = _population(session, period, draw, kind, at, owner_id)
    drawn = sample.drawn(everybody, draw)
    made = AuditSample(
        kind=kind,
        period_start=period.start,
        period_end=period.end,
        currency=draw.above.currency,
        method=draw.method,
        seed=draw.seed[:200],
        size=draw.size,
        above_minor=draw.above.minor,
        known_at=at,
        population=len(everybody),
        population_minor=sum(one.closing.minor for one in everybody),
        accounts=[_told(one) for one in drawn],
        drawn_by=by.label,
        drawn_by_id=by.id if by.kind == "staff" else None,
        drawn_at=at,
    )
    session.add(made)
    session.flush()
    after = {"period": period.code, "method": draw.method, "seed": draw.seed, "drawn": len(drawn)}
    audit.record(session, by, "audit_sample.drawn", made, after=after)
    return made


def kept() -> Select[AuditSample]:
    """Select the samples that were kept, the newest first."""
    return select(AuditSample).order_by(AuditSample.id.desc())


def draw_of(kept: AuditSample) -> Draw:
    """How a kept sample was drawn."""
    return Draw(kept.method, kept.seed, kept.size, Money(kept.above_minor, kept.currency))


def period_of(kept: AuditSample) -> Period:
    """The days it is about."""
    return Period(kept.period_start, kept.period_end)


def again(
    session: Session, kept: AuditSample, *, owner_id: int | None = None
) -> tuple[list[AccountMoved], list[Drawn]]:
    """Draw a kept sample again, from the books as they were known when it was drawn."""
    draw, period = draw_of(kept), period_of(kept)
    everybody = _population(session, period, draw, kept.kind, kept.known_at, owner_id)
    return everybody, sample.drawn(everybody, draw)


def customers_of(session: Session, kept: AuditSample) -> list[int]:
    """The customers whose accounts were drawn."""
    ids = [int(one["account_id"]) for one in kept.accounts]
    query = select(CustomerAccount.customer_id).where(CustomerAccount.id.in_(ids)).distinct()
    return list(session.scalars(query.order_by(CustomerAccount.customer_id)))


def is_the_same(kept: AuditSample, drawn: list[Drawn]) -> bool:
    """Whether a sample drawn again holds the same accounts, strata and balances."""
    return [_told(one) for one in drawn] == kept.accounts


def _population(
    session: Session,
    period: Period,
    draw: Draw,
    kind: str,
    known_at: datetime,
    owner_id: int | None,
) -> list[AccountMoved]:
    everybody = moved.accounts(
        session,
        period,
        draw.above.currency,
        kind=kind,
        owner_id=owner_id,
        bounds=ageing.bounds(session),
        known_at=known_at,
    )
    return [one for one in everybody if one.closing]


def _told(one: Drawn) -> Json:
    return {
        "account_id": one.account.standing.account_id,
        "code": one.account.standing.code,
        "stratum": one.stratum,
        "balance": one.account.closing.minor,
    }
