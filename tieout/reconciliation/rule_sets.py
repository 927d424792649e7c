"""The rules two books are compared by: the customer's, else the group's, else the company's."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.matching import FixedGroup, Rules
from tieout.money import decimals_of
from tieout.reconciliation.models import RememberedDecision, RuleSet

MATCHED, REJECTED = "matched", "rejected"


def rules_for(session: Session, account: CustomerAccount, *, cutoff: date) -> Rules:
    """The rules of an account, with what people have decided about its lines."""
    stored = _stored(session, account)
    known = Rules.from_dict(stored, minor_digits=decimals_of(account.currency))
    rejected: set[tuple[int, int]] = set()
    fixed: list[FixedGroup] = []
    for decision in decisions(session, account.id):
        ours, theirs = decision.lines["ours"], decision.lines["theirs"]
        if decision.decision == REJECTED:
            rejected |= {(one, other) for one in ours for other in theirs}
        else:
            fixed.append(FixedGroup(tuple(ours), tuple(theirs)))
    # What somebody has put together since counts for more than an earlier refusal.
    for group in fixed:
        rejected -= {(one, other) for one in group.ours for other in group.theirs}
    return replace(
        known,
        cutoff=cutoff,
        payable=account.kind == "payable",
        rejected=frozenset(rejected),
        fixed=tuple(fixed),
    )


def decisions(session: Session, account_id: int) -> list[RememberedDecision]:
    """What people have decided about the lines of an account, and not undone."""
    query = (
        select(RememberedDecision)
        .where(RememberedDecision.account_id == account_id, RememberedDecision.undone_at.is_(None))
        .order_by(RememberedDecision.id)
    )
    return list(session.scalars(query))


def write(
    session: Session,
    rules: Rules,
    *,
    scope: str = "company",
    scope_id: int = 0,
    currency: str,
    by: Actor,
    at: datetime,
) -> RuleSet:
    """Write the next version of the rules of the company, a group or a customer."""
    before = _latest(session, scope, scope_id)
    made = RuleSet(
        scope=scope,
        scope_id=scope_id,
        version=before.version + 1 if before else 1,
        rules=rules.to_dict(minor_digits=decimals_of(currency)),
        made_by=by.label,
        made_at=at,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "rules.written",
        made,
        before=before.rules if before else None,
        after={"scope": scope, "scope_id": scope_id, **made.rules},
    )
    return made


def _stored(session: Session, account: CustomerAccount) -> dict[str, object]:
    scopes = [("customer", account.customer_id), ("company", 0)]
    if account.customer.group_id is not None:
        scopes.insert(1, ("group", account.customer.group_id))
    for scope, scope_id in scopes:
        found = _latest(session, scope, scope_id)
        if found is not None:
            return dict(found.rules)
    return {}


def _latest(session: Session, scope: str, scope_id: int) -> RuleSet | None:
    query = (
        select(RuleSet)
        .where(RuleSet.scope == scope, RuleSet.scope_id == scope_id)
        .order_by(RuleSet.version.desc())
        .limit(1)
    )
    return session.scalars(query).first()
