"""Reading reminders: what is held, promised, and was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from tieout.customers.models import Customer, CustomerAccount, CustomerGroup
from tieout.customers.queries import visible_to
from tieout.dunning.models import DunningPolicy, Hold, Notice, PolicyAssignment, PromiseToPay
from tieout.i18n import N_
from tieout.ledger.models import Document, DueItem

#: States of a promise, as people read them.
PROMISES: Mapping[str, str] = {
    "open": N_("Promised"),
    "kept": N_("Kept"),
    "part_kept": N_("Part kept"),
    "broken": N_("Broken"),
    "withdrawn": N_("Withdrawn"),
}
#: How a level speaks.
TONES: Mapping[str, str] = {
    "friendly": N_("friendly"),
    "firm": N_("firm"),
    "final": N_("final"),
}
#: Why an item is not asked for.
LEFT_OUT: Mapping[str, str] = {
    "disputed": N_("disputed"),
    "promised": N_("promised"),
    "held": N_("held"),
    "unapplied": N_("credit not yet applied"),
}


@dataclass(frozen=True)
class HeldWhat:
    """A hold in force with what it holds."""

    hold: Hold
    #: The customer, or whose document it is; None for a level.
    customer_id: int | None
    customer: str
    #: The number of a document.
    number: str


def holds(session: Session, on: date) -> list[HeldWhat]:
    """The holds in force or to come, the latest first, with what each holds."""
    found = session.scalars(
        select(Hold)
        .where(Hold.lifted_at.is_(None), or_(Hold.until.is_(None), Hold.until >= on))
        .order_by(Hold.id.desc())
    ).all()
    customers = _customers(session, [one.scope_id for one in found if one.scope == "customer"])
    items = _items(session, [one.scope_id for one in found if one.scope == "item"])
    return [_held(one, customers, items) for one in found]


def promises(state: str = "", owner_id: int | None = None) -> Select[PromiseToPay, CustomerAccount]:
    """Select promises with their accounts: those still open first, the earliest day first."""
    query = visible_to(
        select(PromiseToPay, CustomerAccount)
        .join(CustomerAccount, CustomerAccount.id == PromiseToPay.account_id)
        .join(Customer, Customer.id == PromiseToPay.customer_id),
        owner_id,
    )
    if state:
        query = query.where(PromiseToPay.state == state)
    return query.order_by(
        PromiseToPay.state != "open", PromiseToPay.pay_on.desc(), PromiseToPay.id.desc()
    )


def notices(owner_id: int | None = None) -> Select[Notice, Customer]:
    """Select the notices that were planned, the latest first."""
    query = visible_to(
        select(Notice, Customer).join(Customer, Customer.id == Notice.customer_id), owner_id
    )
    return query.order_by(Notice.id.desc())


def open_items_numbered(session: Session, number: str) -> list[int]:
    """The open items owed to us of documents with a number as we write it."""
    return list(
        session.scalars(
            select(DueItem.id)
            .join(Document, Document.id == DueItem.document_id)
            .where(Document.number == number, DueItem.open_minor > 0, DueItem.direction > 0)
            .order_by(DueItem.id)
        )
    )


def policies(session: Session) -> Sequence[DunningPolicy]:
    """Every policy, by name."""
    return session.scalars(select(DunningPolicy).order_by(DunningPolicy.name)).all()


def assignments(session: Session) -> dict[int, list[tuple[str, int]]]:
    """What each policy is assigned to: scope and id."""
    found: dict[int, list[tuple[str, int]]] = {}
    for row in session.scalars(select(PolicyAssignment).order_by(PolicyAssignment.id)):
        found.setdefault(row.policy_id, []).append((row.scope, row.scope_id))
    return found


def group_names(session: Session) -> dict[int, str]:
    """What the groups of customers are called."""
    rows = session.execute(select(CustomerGroup.id, CustomerGroup.name))
    return {row.id: row.name for row in rows}


def _held(
    one: Hold, customers: Mapping[int, str], items: Mapping[int, tuple[int, str, str]]
) -> HeldWhat:
    if one.scope == "customer":
        return HeldWhat(one, one.scope_id, customers.get(one.scope_id, ""), "")
    if one.scope == "item" and one.scope_id in items:
        customer_id, name, number = items[one.scope_id]
        return HeldWhat(one, customer_id, name, number)
    return HeldWhat(one, None, "", "")


def _customers(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _items(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, str, str]]:
    rows = session.execute(
        select(DueItem.id, Customer.id.label("customer_id"), Customer.name, Document.number)
        .join(Document, Document.id == DueItem.document_id)
        .join(Customer, Customer.id == Document.customer_id)
        .where(DueItem.id.in_(ids))
    )
    return {row.id: (row.customer_id, row.name, row.number) for row in rows}
