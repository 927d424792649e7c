"""The rules two books are compared by: what the company chose, its groups and customers changed.

A set holds only what its scope chose: the customer's word counts before the group's, the
group's before the company's, and what nobody chose keeps its usual value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import Customer, CustomerAccount
from tieout.matching import FixedGroup, Rules
from tieout.money import decimals_of
from tieout.reconciliation import habits
from tieout.reconciliation.cleaning import Cleaning
from tieout.reconciliation.models import RememberedDecision, RuleSet
from tieout.reconciliation.pass_names import PASS_NAMES, more_passes
from tieout.reconciliation.rule_choices import CHOICES, OFF, modes
from tieout.reconciliation.weighing import Weighing

MATCHED, REJECTED, CLEARS = "matched", "rejected", "clears"
COMPANY, GROUP, CUSTOMER = "company", "group", "customer"


@dataclass(frozen=True)
class Chosen:
    """The rules of one account, ready to compare by."""

    rules: Rules
    weighing: Weighing
    cleaning: Cleaning
    #: As they were chosen, for the record.
    stored: Mapping[str, object]


def rules_for(
    session: Session,
    account: CustomerAccount,
    *,
    cutoff: date,
    instead: Mapping[str, object] | None = None,
    decided: Sequence[RememberedDecision] | None = None,
) -> Chosen:
    """The rules of an account, with what people have decided about its lines.

    `instead` are choices to try in place of those that hold; `decided` what they have decided,
    where that was read before.
    """
    stored = holding(session, account.customer) if instead is None else dict(instead)
    digits = decimals_of(account.currency)
    off = modes(stored, OFF)
    passes = [name for name in PASS_NAMES if name not in off] if off else []
    known = Rules.from_dict({**stored, "passes": passes}, minor_digits=digits)
    rejected: set[tuple[int, int]] = set()
    fixed: list[FixedGroup] = []
    for decision in decisions(session, account.id) if decided is None else decided:
        ours, theirs = decision.lines["ours"], decision.lines["theirs"]
        if decision.decision == REJECTED:
            rejected |= {(one, other) for one in ours for other in theirs}
        elif decision.decision == MATCHED:
            fixed.append(FixedGroup(tuple(ours), tuple(theirs)))
    # What somebody has put together since counts for more than an earlier refusal.
    for group in fixed:
        rejected -= {(one, other) for one in group.ours for other in group.theirs}
    habit = habits.known(session, account.id)
    cleaning = Cleaning.of(stored)
    if habit.own_numbers and "own_numbers" in habit.said:
        cleaning = replace(cleaning, drops_theirs=True)
    return Chosen(
        replace(
            habit.applied(known, account.id),
            cutoff=cutoff,
            payable=account.kind == "payable",
            rejected=frozenset(rejected),
            fixed=tuple(fixed),
            more_passes=more_passes(),
        ),
        Weighing.of(stored),
        cleaning,
        stored,
    )


def decisions(session: Session, account_id: int) -> list[RememberedDecision]:
    """What people have decided about the lines of an account, and not undone."""
    query = (
        select(RememberedDecision)
        .where(RememberedDecision.account_id == account_id, RememberedDecision.undone_at.is_(None))
        .order_by(RememberedDecision.id)
    )
    return list(session.scalars(query))


def holding(session: Session, customer: Customer) -> dict[str, object]:
    """What was chosen for a customer: by itself, its group, or the company."""
    found: dict[str, object] = {}
    for scope, scope_id in reversed(scopes_of(customer)):
        found |= chosen(session, scope, scope_id)
    return found


def above(session: Session, scope: str, customer: Customer | None = None) -> dict[str, object]:
    """What holds for a scope where it chooses nothing itself."""
    if scope == COMPANY:
        return {}
    found = chosen(session, COMPANY, 0)
    if scope == CUSTOMER and customer is not None and customer.group_id is not None:
        found |= chosen(session, GROUP, customer.group_id)
    return found


def scopes_of(customer: Customer) -> list[tuple[str, int]]:
    """Whose rules are looked at for a customer, the nearest first."""
    scopes = [(CUSTOMER, customer.id), (COMPANY, 0)]
    if customer.group_id is not None:
        scopes.insert(1, (GROUP, customer.group_id))
    return scopes


def chosen(session: Session, scope: str, scope_id: int) -> dict[str, object]:
    """What a scope itself chose."""
    found = latest(session, scope, scope_id)
    return {} if found is None else {k: v for k, v in found.rules.items() if k in CHOICES}


def latest(session: Session, scope: str, scope_id: int) -> RuleSet | None:
    """The version of a scope's rules that holds."""
    return session.scalars(_versions(scope, scope_id).limit(1)).first()


def versions(session: Session, scope: str, scope_id: int) -> list[RuleSet]:
    """Every version of a scope's rules, the newest first."""
    return list(session.scalars(_versions(scope, scope_id)))


def write(
    session: Session,
    wanted: Mapping[str, object],
    *,
    scope: str = COMPANY,
    scope_id: int = 0,
    by: Actor,
    at: datetime,
) -> RuleSet | None:
    """Write the next version of a scope's rules; None where nothing would change.

    `wanted` holds what the scope chooses itself, as `rule_choices.read` gives it.
    """
    before = chosen(session, scope, scope_id)
    if before == dict(wanted):
        return None
    last = latest(session, scope, scope_id)
    made = RuleSet(
        scope=scope,
        scope_id=scope_id,
        version=last.version + 1 if last else 1,
        rules=dict(wanted),
        made_by=by.label,
        made_at=at,
    )
    session.add(made)
    session.flush()
    changed = [k for k in CHOICES if before.get(k) != wanted.get(k)]
    audit.record(
        session,
        by,
        "rules.written",
        made,
        before={name: before.get(name) for name in changed},
        after={
            "scope": scope,
            "scope_id": scope_id,
            **{name: wanted.get(name) for name in changed},
        },
    )
    return made


def _versions(scope: str, scope_id: int) -> Select[RuleSet]:
    return (
        select(RuleSet)
        .where(RuleSet.scope == scope, RuleSet.scope_id == scope_id)
        .order_by(RuleSet.version.desc())
    )
