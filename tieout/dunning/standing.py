"""Everything a day's reminders are worked out from, fetched by a few queries for all accounts.

One account as it leaves and every account of a preview go the same way, so that both always say
the same, and a preview asks no more of the database for many accounts than for few.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from tieout.customers.models import Customer, CustomerAccount
from tieout.dunning import policies, promises
from tieout.dunning.models import (
    DunningCycle,
    DunningPolicy,
    Hold,
    Notice,
    NoticeItem,
    PolicyAssignment,
    PromiseToPay,
)
from tieout.dunning.selection import History, Item, Nothing, Policy, Selection
from tieout.dunning.selection import select as choose
from tieout.ledger import balances
from tieout.ledger.items import OpenItem
from tieout.ledger.models import DueItem

#: States in which a notice counts as sent.
SENT = ("sent", "unknown")


@dataclass(frozen=True)
class Standing:
    """Some accounts on a day, with all that decides about their reminders."""

    on: date
    items: Mapping[int, Sequence[OpenItem]]
    #: By scope and id.
    rules: Mapping[tuple[str, int], Policy]
    #: The group of each customer.
    groups: Mapping[int, int | None]
    #: The reason of each hold in force, by scope and id.
    holds: Mapping[tuple[str, int], str]
    #: What is promised, by account and item; the item None is the account as a whole.
    promised: Mapping[int, Mapping[int | None, int]]
    last_sent: Mapping[int, date]
    #: Levels sent by cycle, in it and in those it followed without a break.
    levels: Mapping[int, frozenset[int]]
    #: Highest level sent, by item.
    item_levels: Mapping[int, int]
    #: Open cycles, by account.
    cycles: Mapping[int, int] = field(default_factory=dict)

    def work_out(self, account: CustomerAccount, cycle_id: int | None) -> Selection | Nothing:
        """Work an account's reminder out."""
        rule = self.rule_of(account.customer_id)
        held = [level for scope, level in self.holds if scope == "level"]
        return choose(
            self.items_of(account.id),
            rule,
            self._history(account.id, cycle_id),
            self.on,
            held_from_level=min(held, default=None),
            account_held=self.holds.get(("customer", account.customer_id), ""),
        )

    def rule_of(self, customer_id: int) -> Policy:
        """The customer's own policy, else its group's, else the company's, else the standard."""
        scopes = (("customer", customer_id), ("group", self.groups.get(customer_id) or 0))
        for scope in (*scopes, ("company", 0)):
            if scope in self.rules:
                return self.rules[scope]
        return Policy(policies.STANDARD)

    def _history(self, account_id: int, cycle_id: int | None) -> History:
        last = self.last_sent.get(account_id)
        if cycle_id is None:
            return History(last_sent_on=last)
        sent = {
            one.due_item_id: self.item_levels[one.due_item_id]
            for one in self.items.get(account_id, ())
            if one.due_item_id in self.item_levels
        }
        return History(sent, self.levels.get(cycle_id, frozenset()), last)

    def items_of(self, account_id: int) -> list[Item]:
        """What is open on an account, with what is disputed, promised or held of it."""
        found = self.items.get(account_id, ())
        promised = dict(self.promised.get(account_id, {}))
        general = promised.pop(None, 0)
        items: list[Item] = []
        for one in sorted(found, key=lambda one: (one.due_on, one.due_item_id)):
            signed = one.signed.minor
            part = promised.get(one.due_item_id, 0)
            if one.due_on < self.on and signed > 0 and general:  # for the account: oldest first
                take = min(general, max(signed - part, 0))
                general -= take
                part += take
            items.append(
                Item(
                    one.due_item_id,
                    one.number,
                    one.due_on,
                    signed,
                    disputed_minor=one.disputed.minor,
                    promised_minor=part,
                    held=self.holds.get(("item", one.due_item_id), ""),
                    policy=self.rules.get(("item", one.due_item_id)),
                )
            )
        return items


def fetch(
    session: Session,
    accounts: Select[int],
    on: date,
    *,
    but_for: int | None = None,
    judging: date | None = None,
) -> Standing:
    """Fetch how the accounts of a query of ids stand; `but_for` is a notice on its way.

    With payments known up to `judging`, promises that will be judged on the day hold nothing up.
    """
    sent = (
        Notice.state.in_(SENT),
        Notice.id != (but_for or 0),
        Notice.account_id.in_(accounts),
    )
    return Standing(
        on=on,
        items=balances.open_items_by_account(session, on, accounts=accounts),
        rules=_rules(session),
        groups=_groups(session, accounts),
        holds=_holds(session, on),
        promised=_promised(session, accounts, on, judging),
        last_sent=_last_sent(session, sent),
        levels=_levels(session, sent, but_for),
        item_levels=_item_levels(session, sent),
        cycles=_cycles(session, accounts),
    )


def _rules(session: Session) -> dict[tuple[str, int], Policy]:
    every = session.scalars(select(DunningPolicy).options(selectinload(DunningPolicy.levels)))
    rules = {one.id: policies.as_rule(one) for one in every}
    rows = session.execute(
        select(PolicyAssignment.scope, PolicyAssignment.scope_id, PolicyAssignment.policy_id)
    )
    return {(row.scope, row.scope_id): rules[row.policy_id] for row in rows}


def _groups(session: Session, accounts: Select[int]) -> dict[int, int | None]:
    rows = session.execute(
        select(Customer.id, Customer.group_id)
        .join(CustomerAccount, CustomerAccount.customer_id == Customer.id)
        .where(CustomerAccount.id.in_(accounts))
    )
    return {row[0]: row[1] for row in rows}


def _holds(session: Session, on: date) -> dict[tuple[str, int], str]:
    rows = session.execute(
        select(Hold.scope, Hold.scope_id, Hold.reason).where(
            Hold.lifted_at.is_(None),
            Hold.from_on <= on,
            or_(Hold.until.is_(None), Hold.until >= on),
        )
    )
    return {(row.scope, row.scope_id): row.reason or "–" for row in rows}


def _promised(
    session: Session, accounts: Select[int], on: date, judging: date | None
) -> dict[int, dict[int | None, int]]:
    query = (
        select(
            PromiseToPay.account_id, PromiseToPay.due_item_id, func.sum(PromiseToPay.amount_minor)
        )
        .where(PromiseToPay.state == "open", PromiseToPay.account_id.in_(accounts))
        .group_by(PromiseToPay.account_id, PromiseToPay.due_item_id)
    )
    if judging is not None:
        query = query.where(not_(promises.is_over(on, judging)))
    rows = session.execute(query)
    found: dict[int, dict[int | None, int]] = defaultdict(dict)
    for account_id, due_item_id, minor in rows:
        found[account_id][due_item_id] = int(minor)
    return found


def _last_sent(session: Session, sent: Sequence[ColumnElement[bool]]) -> dict[int, date]:
    rows = session.execute(
        select(Notice.account_id, func.max(Notice.sent_on)).where(*sent).group_by(Notice.account_id)
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def _levels(
    session: Session, sent: Sequence[ColumnElement[bool]], but_for: int | None
) -> dict[int, frozenset[int]]:
    of_this = select(Notice.cycle_id).where(Notice.id == (but_for or 0)).scalar_subquery()
    before = aliased(DunningCycle)
    rows = session.execute(
        select(DunningCycle.id, Notice.level)
        .join(before, before.id == Notice.cycle_id)
        .join(
            DunningCycle,
            and_(
                DunningCycle.account_id == before.account_id,
                DunningCycle.started_on == before.started_on,
            ),
        )
        .where(*sent, or_(DunningCycle.ended_on.is_(None), DunningCycle.id == of_this))
    )
    found: dict[int, set[int]] = defaultdict(set)
    for cycle_id, level in rows:
        found[cycle_id].add(level)
    return {cycle_id: frozenset(levels) for cycle_id, levels in found.items()}


def _item_levels(session: Session, sent: Sequence[ColumnElement[bool]]) -> dict[int, int]:
    rows = session.execute(
        select(NoticeItem.due_item_id, func.max(NoticeItem.level))
        .join(Notice, Notice.id == NoticeItem.notice_id)
        .join(DueItem, DueItem.id == NoticeItem.due_item_id)
        .where(*sent, DueItem.open_minor > 0)
        .group_by(NoticeItem.due_item_id)
    )
    return {row[0]: row[1] for row in rows}


def _cycles(session: Session, accounts: Select[int]) -> dict[int, int]:
    rows = session.execute(
        select(DunningCycle.account_id, DunningCycle.id).where(
            DunningCycle.ended_on.is_(None), DunningCycle.account_id.in_(accounts)
        )
    )
    return {row[0]: row[1] for row in rows}
