"""Escalation: an answer was promised by a day that is over, so more people are told, once."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.disputes import queries, steps, thread
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.identity.models import StaffUser
from tieout.identity.permissions import Permission, may

#: So many at a time; what is left comes next.
MOST = 500


def due(session: Session, on: date) -> list[Dispute]:
    """The disputes whose promised day is over, and nobody was told of that day yet."""
    query = select(Dispute).where(queries.is_late(on)).order_by(Dispute.answer_by, Dispute.id)
    late = session.scalars(query).all()
    told = _told(session, [one.id for one in late])
    return [one for one in late if (one.id, one.answer_by.isoformat()) not in told][:MOST]


def escalate(session: Session, dispute: Dispute, *, by: Actor, at: datetime) -> list[StaffUser]:
    """Write on the timeline that a promise was missed; return the people to be told.

    Only staff read it. A new promise that is missed again is told again.
    """
    to = to_whom(session, dispute)
    facts = {"day": dispute.answer_by.isoformat(), "name": ", ".join(one.name for one in to)}
    steps.enter(session, dispute, "escalated", is_internal=True, facts=facts, by=by, at=at)
    audit.record(session, by, "dispute.escalated", dispute, after=facts)
    return to


def to_whom(session: Session, dispute: Dispute) -> list[StaffUser]:
    """Whoever cares for it, and everybody who may decide; else all who may answer it."""
    people = thread.assignable(session, dispute)
    chosen = [
        one for one in people if one.id == dispute.assignee_id or may(one.roles, Permission.APPROVE)
    ]
    return chosen or people


def _told(session: Session, ids: list[int]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for start in range(0, len(ids), 500):
        query = select(DisputeEntry.dispute_id, DisputeEntry.facts).where(
            DisputeEntry.kind == "escalated", DisputeEntry.dispute_id.in_(ids[start : start + 500])
        )
        found.update(
            (dispute_id, str(facts["day"])) for dispute_id, facts in session.execute(query)
        )
    return found
