"""Policies: made, assigned, and looked up item → customer → group → company."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.customers.models import Customer
from tieout.dunning.models import DunningLevel, DunningPolicy, PolicyAssignment
from tieout.dunning.selection import Level, Policy

#: What holds until a company decides otherwise.
STANDARD = (Level(1, 3, "friendly", 7), Level(2, 14, "firm", 7), Level(3, 30, "final", 7))


def add_policy(
    session: Session,
    name: str,
    levels: Sequence[Level],
    *,
    minimum_minor: int = 0,
    gap_days: int = 7,
    may_jump: bool = False,
    by: audit.Actor,
) -> DunningPolicy:
    """Make a policy."""
    made = DunningPolicy(
        name=name, minimum_minor=minimum_minor, gap_days=gap_days, may_jump=may_jump
    )
    made.levels = [
        DunningLevel(
            level=one.level, days=one.days, tone=one.tone, pay_within_days=one.pay_within_days
        )
        for one in levels
    ]
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "dunning_policy.added",
        made,
        after={"name": name, "levels": {one.level: one.days for one in levels}},
    )
    return made


def assign(
    session: Session, policy: DunningPolicy, scope: str, scope_id: int, *, by: audit.Actor
) -> None:
    """Let a policy hold for the company, a group, a customer or an item."""
    row = session.execute(
        select(PolicyAssignment).where(
            PolicyAssignment.scope == scope, PolicyAssignment.scope_id == scope_id
        )
    ).scalar_one_or_none()
    before = row.policy_id if row else None
    if row is None:
        row = PolicyAssignment(scope=scope, scope_id=scope_id, policy_id=policy.id)
        session.add(row)
    row.policy_id = policy.id
    session.flush()
    audit.record(
        session,
        by,
        "dunning_policy.assigned",
        row,
        before={"policy": before},
        after={"policy": policy.id, "scope": scope, "scope_id": scope_id},
    )


def standard_policy(session: Session, *, by: audit.Actor) -> DunningPolicy:
    """The company's policy, made from the standard one the first time."""
    there = _assigned(session, "company", 0)
    if there is not None:
        return there
    made = add_policy(session, "Standard", STANDARD, by=by)
    assign(session, made, "company", 0, by=by)
    return made


def policy_for(session: Session, customer: Customer) -> DunningPolicy | None:
    """The policy of a customer: its own, else its group's, else the company's."""
    return (
        _assigned(session, "customer", customer.id)
        or (_assigned(session, "group", customer.group_id) if customer.group_id else None)
        or _assigned(session, "company", 0)
    )


def rule_for(session: Session, customer: Customer) -> Policy:
    """The rule of a customer; the standard one where no policy was ever assigned."""
    policy = policy_for(session, customer)
    return as_rule(policy) if policy else Policy(STANDARD)


def item_policies(session: Session, due_item_ids: Sequence[int]) -> dict[int, DunningPolicy]:
    """The policies that items have of their own."""
    rows = session.execute(
        select(PolicyAssignment.scope_id, DunningPolicy)
        .join(DunningPolicy, DunningPolicy.id == PolicyAssignment.policy_id)
        .where(PolicyAssignment.scope == "item", PolicyAssignment.scope_id.in_(due_item_ids))
    )
    return {row[0]: row[1] for row in rows}


def as_rule(policy: DunningPolicy) -> Policy:
    """A policy as the pure rule reads it."""
    return Policy(
        tuple(Level(s.level, s.days, s.tone, s.pay_within_days) for s in policy.levels),
        policy.minimum_minor,
        policy.gap_days,
        policy.may_jump,
    )


def _assigned(session: Session, scope: str, scope_id: int) -> DunningPolicy | None:
    return session.execute(
        select(DunningPolicy)
        .join(PolicyAssignment, PolicyAssignment.policy_id == DunningPolicy.id)
        .where(PolicyAssignment.scope == scope, PolicyAssignment.scope_id == scope_id)
    ).scalar_one_or_none()
