"""Silence that counts by contract: a negative request nobody objected to in the agreed time.

The clock starts at proven delivery, not at sending, and a bounce stops it. What comes out is
“deemed”: it stands apart from every answer and is never counted as agreed; an answer that comes
later takes its place.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.statements import answers, asking, delivery, drafting, evidence, moves
from tieout.statements.confirm import next_receipt
from tieout.statements.freeze import frozen
from tieout.statements.models import (
    Confirmation,
    Statement,
    StatementDelivery,
    StatementLine,
    StatementSection,
)

#: What the evidence says of how it came in.
METHOD = "silence"
WORDING = (
    "Asked to object only if it disagreed (%(clause)s). Delivery was proven on %(delivered)s;"
    " nobody objected within %(days)s days. Deemed by contract; not confirmed by anybody."
)


def deem(session: Session, *, at: datetime) -> list[Confirmation]:
    """Record every silence that counts from now on; what was recorded before stays as it is."""
    return [made for statement in _waiting(session) for made in _deem(session, statement, at)]


def counts_from(session: Session, statement: Statement) -> date | None:
    """The day from which a customer's silence counts; None while no delivery is proven."""
    delivered = _delivered(session, statement)
    if delivered is None or statement.request != asking.NEGATIVE:
        return None
    return _local(session, delivered) + timedelta(days=_days(statement) + 1)


def _deem(session: Session, statement: Statement, at: datetime) -> Iterable[Confirmation]:
    since = counts_from(session, statement)
    if since is None or _local(session, at) < since:
        return
    drafting.hold(session, statement)
    if statement.state != moves.ISSUED or statement.changed_since_at is not None:
        return
    for section in statement.sections:
        if answers.current(session, section.id) is None and not _objected(session, section):
            yield _record(session, statement, section, at)


def _record(
    session: Session, statement: Statement, section: StatementSection, at: datetime
) -> Confirmation:
    receipt = next_receipt(session, at)
    delivered = _delivered(session, statement)
    silence = frozen(statement)["silence"]
    wording = WORDING % {
        "clause": silence["clause"],
        "days": silence["days"],
        "delivered": _local(session, delivered).isoformat() if delivered else "",
    }
    nobody = evidence.Evidence(
        person="",
        method=METHOD,
        channel=METHOD,
        wording=wording,
        time_zone=settings.company(session).time_zone,
    )
    made = Confirmation(
        receipt=receipt,
        customer_id=statement.customer_id,
        statement_id=statement.id,
        section_id=section.id,
        contact_id=None,
        outcome=answers.DEEMED,
        currency=section.currency,
        balance_minor=section.closing_minor,
        answered_at=at,
        evidence=evidence.keep(
            session,
            nobody,
            receipt=receipt,
            contact_id=None,
            at=at,
            number=statement.number,
            version=statement.version,
            sha256=statement.sha256,
        ),
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        audit.SYSTEM,
        "statement.deemed",
        made,
        after={
            "receipt": receipt,
            "statement": statement.number,
            "version": statement.version,
            "sha256": statement.sha256,
        },
    )
    return made


def _waiting(session: Session) -> list[Statement]:
    answered = select(Confirmation.section_id).where(Confirmation.replaced_by_id.is_(None))
    query = (
        select(Statement)
        .where(
            Statement.state == moves.ISSUED,
            Statement.request == asking.NEGATIVE,
            Statement.changed_since_at.is_(None),
            Statement.sections.any(StatementSection.id.not_in(answered)),
        )
        .order_by(Statement.id)
    )
    return list(session.scalars(query))


def _objected(session: Session, section: StatementSection) -> bool:
    """Whether a line or a document is disputed: that is no silence."""
    statement = section.statement
    if answers.disputed_documents(session, section.account_id, statement.period_end):
        return True
    lines = session.scalars(
        select(StatementLine).where(StatementLine.section_id == section.id)
    ).all()
    states = answers.line_states(session, lines)
    return any(one.answer == answers.DISPUTED for one in states.values())


def _delivered(session: Session, statement: Statement) -> datetime | None:
    """When the first of its people had it, as is proven, and did not bounce since."""
    return session.scalar(
        select(func.min(StatementDelivery.delivered_at)).where(
            StatementDelivery.statement_id == statement.id,
            StatementDelivery.delivered_at.is_not(None),
            StatementDelivery.state != delivery.FAILED,
        )
    )


def _days(statement: Statement) -> int:
    return int(frozen(statement).get("silence", {}).get("days", asking.ONE_MONTH))


def _local(session: Session, at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
