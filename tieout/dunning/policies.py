"""Policies: made, assigned, and looked up item → customer → group → company."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.customers.models import Customer
from tieout.dunning.models import DunningLevel, DunningPolicy, PolicyAssignment
from tieout.dunning.selection import Level, Policy
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_


class LevelsDoNotRise(InvalidInput):
    """Levels that do not follow one another."""

    message = N_("Each level has to begin later than the one before, the first after a day.")


class PolicyChanged(Conflict):
    """Two people at one policy."""

    message = N_("Somebody else has changed “%(name)s” meanwhile. Look at it again, then save.")


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
    """Make a policy.

    Raises:
        LevelsDoNotRise: a later level begins no later than the one before.
    """
    check_levels(levels)
    made = DunningPolicy(
        name=name, minimum_minor=minimum_minor, gap_days=gap_days, may_jump=may_jump
    )
    made.levels = [
        DunningLevel(
            level=one.level,
            days=one.days,
            tone=one.tone,
            pay_within_days=one.pay_within_days,
            final_step=one.final_step,
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


def change_policy(
    session: Session,
    policy: DunningPolicy,
    name: str,
    levels: Sequence[Level],
    *,
    minimum_minor: int,
    gap_days: int,
    may_jump: bool,
    seen: int,
    by: audit.Actor,
) -> None:
    """Change a policy that was looked at in version `seen`; it holds from the next reminder on.

    Raises:
        PolicyChanged: somebody else has changed it meanwhile.
        LevelsDoNotRise: a later level begins no later than the one before.
    """
    check_levels(levels)
    session.refresh(policy, with_for_update=True)
    if policy.version != seen:
        raise PolicyChanged(name=policy.name)
    before = _as_audited(policy)
    policy.name, policy.minimum_minor = name, minimum_minor
    policy.gap_days, policy.may_jump = gap_days, may_jump
    policy.version += 1
    session.execute(delete(DunningLevel).where(DunningLevel.policy_id == policy.id))
    session.add_all(_level_row(one, policy.id) for one in levels)
    session.flush()
    session.expire(policy, ["levels"])
    audit.record(
        session, by, "dunning_policy.changed", policy, before=before, after=_as_audited(policy)
    )


def check_levels(levels: Sequence[Level]) -> None:
    """See that each level begins later than the one before.

    Raises:
        LevelsDoNotRise: one does not, or there is none.
    """
    days = [one.days for one in levels]
    if not days or days != sorted(set(days)) or days[0] < 1:
        raise LevelsDoNotRise


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


def as_rule(policy: DunningPolicy) -> Policy:
    """A policy as the pure rule reads it."""
    return Policy(
        tuple(
            Level(s.level, s.days, s.tone, s.pay_within_days, s.final_step) for s in policy.levels
        ),
        policy.minimum_minor,
        policy.gap_days,
        policy.may_jump,
    )


def _level_row(one: Level, policy_id: int) -> DunningLevel:
    return DunningLevel(
        policy_id=policy_id,
        level=one.level,
        days=one.days,
        tone=one.tone,
        pay_within_days=one.pay_within_days,
        final_step=one.final_step,
    )


def _as_audited(policy: DunningPolicy) -> dict[str, object]:
    return {
        "name": policy.name,
        "levels": {str(one.level): one.days for one in policy.levels},
        "final_steps": {str(one.level): one.final_step for one in policy.levels if one.final_step},
        "minimum_minor": policy.minimum_minor,
        "gap_days": policy.gap_days,
        "may_jump": policy.may_jump,
    }


def _assigned(session: Session, scope: str, scope_id: int) -> DunningPolicy | None:
    return session.execute(
        select(DunningPolicy)
        .join(PolicyAssignment, PolicyAssignment.policy_id == DunningPolicy.id)
        .where(PolicyAssignment.scope == scope, PolicyAssignment.scope_id == scope_id)
    ).scalar_one_or_none()
