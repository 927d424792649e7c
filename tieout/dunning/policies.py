"""Policies: made, assigned, and looked up item → customer → group → company."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.customers.models import Customer
from tieout.dunning.interest import WHOLE
from tieout.dunning.models import DunningLevel, DunningPolicy, PolicyAssignment
from tieout.dunning.selection import Level, Policy
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_


class LevelsDoNotRise(InvalidInput):
    """Levels that do not follow one another."""

    message = N_("Each level has to begin later than the one before, the first after a day.")


class RateBeyondReason(InvalidInput):
    """A fee below zero, or interest nobody charges."""

    message = N_("Interest is between 0 and 100 % a year, and a fee at least 0.")


class PolicyChanged(Conflict):
    """Two people at one policy."""

    message = N_("Somebody else has changed “%(name)s” meanwhile. Look at it again, then save.")


ASK, POST = "ask", "post"
#: How what reminding costs comes into the books.
CHARGES: Mapping[str, str] = {
    ASK: N_("Each waits until somebody has approved it"),
    POST: N_("By themselves, as this policy says"),
}
#: By which way a level leaves.
CHANNELS: Mapping[str, str] = {
    "": N_("every way"),
    "email": N_("e-mail alone"),
    "chat": N_("chats alone"),
}
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
    charges: str = ASK,
    by: audit.Actor,
) -> DunningPolicy:
    """Make a policy.

    Raises:
        LevelsDoNotRise: a later level begins no later than the one before.
    """
    check_levels(levels)
    made = DunningPolicy(
        name=name,
        minimum_minor=minimum_minor,
        gap_days=gap_days,
        may_jump=may_jump,
        charges=charges,
    )
    made.levels = [DunningLevel(**asdict(one)) for one in levels]
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "dunning_policy.added",
        made,
        after=_as_audited(made),
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
    charges: str = ASK,
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
    policy.charges = charges
    policy.version += 1
    session.execute(delete(DunningLevel).where(DunningLevel.policy_id == policy.id))
    session.add_all(DunningLevel(policy_id=policy.id, **asdict(one)) for one in levels)
    session.flush()
    session.expire(policy, ["levels"])
    audit.record(
        session, by, "dunning_policy.changed", policy, before=before, after=_as_audited(policy)
    )


def check_levels(levels: Sequence[Level]) -> None:
    """See that each level begins later than the one before.

    Raises:
        LevelsDoNotRise: one does not, or there is none.
        RateBeyondReason: a fee or a rate is out of bounds.
    """
    days = [one.days for one in levels]
    if not days or days != sorted(set(days)) or days[0] < 1:
        raise LevelsDoNotRise
    if any(one.fee_minor < 0 or not 0 <= one.interest_ppm <= WHOLE for one in levels):
        raise RateBeyondReason


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
            Level(
                s.level,
                s.days,
                s.tone,
                s.pay_within_days,
                s.final_step,
                s.fee_minor,
                s.interest_ppm,
                s.gap_days,
                s.channel,
            )
            for s in policy.levels
        ),
        policy.minimum_minor,
        policy.gap_days,
        policy.may_jump,
        policy.name,
        policy.charges,
    )


def _as_audited(policy: DunningPolicy) -> dict[str, object]:
    return {
        "name": policy.name,
        "levels": {str(one.level): one.days for one in policy.levels},
        "final_steps": {str(one.level): one.final_step for one in policy.levels if one.final_step},
        "minimum_minor": policy.minimum_minor,
        "gap_days": policy.gap_days,
        "may_jump": policy.may_jump,
        "charges": policy.charges,
        "fees_minor": {str(one.level): one.fee_minor for one in policy.levels if one.fee_minor},
        "interest_ppm": {
            str(one.level): one.interest_ppm for one in policy.levels if one.interest_ppm
        },
    }


def _assigned(session: Session, scope: str, scope_id: int) -> DunningPolicy | None:
    return session.execute(
        select(DunningPolicy)
        .join(PolicyAssignment, PolicyAssignment.policy_id == DunningPolicy.id)
        .where(PolicyAssignment.scope == scope, PolicyAssignment.scope_id == scope_id)
    ).scalar_one_or_none()
