"""Delivered and not yet invoiced (发货未开票): beside the balance, never in it.

A delivery waits from its day until an invoice of its account quotes its number; from the day of
that invoice it waits no longer. Where the invoice is taken back, it waits again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.queries import visible_to
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger import totals
from tieout.ledger.beside import Delivery
from tieout.ledger.models import Document, DocumentKind, DocumentReference
from tieout.ledger.numbers import number_key
from tieout.money import Money


class DeliveryThere(Conflict):
    """Two deliveries of one number on an account."""

    message = N_(
        "Delivery %(number)s of this account is there already, of %(on)s over %(amount)s. Withdraw"
        " that one first if it is wrong."
    )


class DeliveryUnclear(InvalidInput):
    """A delivery nobody could invoice."""

    message = N_(
        "A delivery needs a number, a day, and an amount of at least 0 in the account’s currency."
    )


class WithdrawnAlready(Conflict):
    """A delivery that no longer counts."""

    message = N_("Delivery %(number)s was withdrawn already, by %(who)s.")


class ReasonMissing(InvalidInput):
    """A withdrawal without a reason."""

    message = N_("Say why the delivery is withdrawn, such as: came back.")


@dataclass(frozen=True)
class DeliveryInput:
    """A delivery as it is entered."""

    account_id: int
    number: str
    delivered_on: date
    amount: Money
    order_number: str = ""
    description: str = ""


@dataclass(frozen=True)
class Waiting:
    """A delivery that waits for its invoice."""

    delivery_id: int
    customer_id: int
    account_id: int
    number: str
    order_number: str
    description: str
    delivered_on: date
    amount: Money
    #: Since it went out, as at the day asked for.
    days: int


def add(session: Session, given: DeliveryInput, *, by: Actor, at: datetime) -> Delivery:
    """Enter a delivery.

    Raises:
        DeliveryUnclear: nobody could invoice it.
        DeliveryThere: its number is in use.
    """
    made = _made(session, given, source="", by=by, at=at)
    audit.record(
        session,
        by,
        "delivery.entered",
        made,
        after={
            "number": made.number,
            "delivered_on": made.delivered_on,
            "amount": given.amount.plain,
            "currency": made.currency,
            "account_id": made.account_id,
        },
    )
    return made


def take_over(
    session: Session, given: Sequence[DeliveryInput], *, source: str, by: Actor, at: datetime
) -> tuple[int, int, int]:
    """Take a list of deliveries over: added, changed (never), the same as before.

    Raises:
        DeliveryUnclear, DeliveryThere: for the first that cannot be taken; then none is.
    """
    added = same = 0
    for one in given:
        there = _standing(session, one.account_id, one.number)
        if there is not None and _same(there, one):
            same += 1
            continue
        _made(session, one, source=source, by=by, at=at)
        added += 1
    if added:
        audit.record(
            session,
            by,
            "deliveries.imported",
            ("Delivery", source),
            after={
                "added": added,
                "rows": audit.digest_of_rows(
                    [one.account_id, one.number, one.delivered_on.isoformat(), one.amount.plain]
                    for one in given
                ),
            },
        )
    return added, 0, same


def withdraw(
    session: Session, delivery: Delivery, *, why: str, on: date, by: Actor, at: datetime
) -> None:
    """Let a delivery count no longer from a day on: it came back, or was entered wrongly.

    Raises:
        WithdrawnAlready: it does not count.
        ReasonMissing: nobody said why.
    """
    session.refresh(delivery, with_for_update=True)
    if delivery.withdrawn_at is not None:
        raise WithdrawnAlready(number=delivery.number, who=delivery.withdrawn_by)
    if not why.strip():
        raise ReasonMissing
    delivery.withdrawn_on = max(on, delivery.delivered_on)
    delivery.withdrawn_at, delivery.withdrawn_by = at, by.label
    delivery.withdrawn_why = why.strip()
    delivery.version += 1
    session.flush()
    audit.record(
        session,
        by,
        "delivery.withdrawn",
        delivery,
        after={"number": delivery.number, "on": delivery.withdrawn_on, "why": why.strip()},
    )


def waiting(
    session: Session, account_id: int, on: date, known_at: datetime | None = None
) -> list[Waiting]:
    """What of an account is delivered and not invoiced at the end of a day, the oldest first."""
    return waiting_of(session, [account_id], on, known_at)[account_id]


def waiting_of(
    session: Session, account_ids: Collection[int], on: date, known_at: datetime | None = None
) -> dict[int, list[Waiting]]:
    """The same of each of some accounts, by one query."""
    query = select(Delivery).where(Delivery.account_id.in_(list(account_ids)), _waits(on, known_at))
    found: dict[int, list[Waiting]] = {account_id: [] for account_id in account_ids}
    for one in session.scalars(query.order_by(*_ORDER)):
        found[one.account_id].append(_as_waiting(one, on))
    return found


def sums(
    session: Session, on: date, *, customer_id: int | None = None, owner_id: int | None = None
) -> list[tuple[Money, int]]:
    """What waits on a day in each currency, and how many deliveries that are."""
    found = listed(on, customer_id=customer_id, owner_id=owner_id).order_by(None)
    query = (
        found.with_only_columns(Delivery.currency, func.sum(Delivery.amount_minor), func.count())
        .group_by(Delivery.currency)
        .order_by(Delivery.currency)
    )
    return [
        (Money(int(total), currency), count) for currency, total, count in session.execute(query)
    ]


def listed(
    on: date,
    *,
    customer_id: int | None = None,
    everything: bool = False,
    owner_id: int | None = None,
) -> Select[*tuple[Any, ...]]:
    """Select deliveries with their customers: those that wait on a day, or every one."""
    query = visible_to(
        select(Delivery, Customer).join(Customer, Customer.id == Delivery.customer_id), owner_id
    )
    if customer_id is not None:
        query = query.where(Delivery.customer_id == customer_id)
    if not everything:
        query = query.where(_waits(on, None))
    return query.order_by(Delivery.delivered_on.desc(), Delivery.id.desc())


def invoices_of(session: Session, deliveries: Sequence[Delivery]) -> dict[int, Document]:
    """The invoice that released each delivery, where one did and stands."""
    keys = {(one.account_id, one.number_key): one.id for one in deliveries}
    if not keys:
        return {}
    query = (
        select(Document, DocumentReference.value_key)
        .join(DocumentReference, DocumentReference.document_id == Document.id)
        .where(
            DocumentReference.value_key.in_({key for _, key in keys}),
            Document.account_id.in_({account for account, _ in keys}),
            _is_invoice(Document),
            ~_taken_back(Document, None, None),
        )
        .order_by(Document.id.desc())
    )
    return {
        keys[document.account_id, key]: document
        for document, key in session.execute(query)
        if (document.account_id, key) in keys
    }


_ORDER = (Delivery.delivered_on, Delivery.id)


def _waits(on: date, known_at: datetime | None) -> ColumnElement[bool]:
    """Whether a delivery is out, not withdrawn, and quoted by no invoice that stands."""
    invoice = aliased(Document)
    quoted = (
        select(DocumentReference.id)
        .join(invoice, invoice.id == DocumentReference.document_id)
        .where(
            DocumentReference.kind == "delivery",
            DocumentReference.value_key == Delivery.number_key,
            invoice.account_id == Delivery.account_id,
            _is_invoice(invoice),
            invoice.issued_on <= on,
            ~_taken_back(invoice, on, known_at),
        )
    )
    stands = [Delivery.delivered_on <= on]
    gone = [Delivery.withdrawn_on.is_not(None), Delivery.withdrawn_on <= on]
    if known_at is not None:
        quoted = quoted.where(invoice.recorded_at <= known_at)
        stands.append(Delivery.recorded_at <= known_at)
        gone.append(Delivery.withdrawn_at <= known_at)
    return and_(*stands, or_(Delivery.withdrawn_on.is_(None), ~and_(*gone)), ~exists(quoted))


def _is_invoice(document: Any) -> ColumnElement[bool]:
    return and_(document.kind == DocumentKind.INVOICE, document.reverses_id.is_(None))


def _taken_back(document: Any, on: date | None, known_at: datetime | None) -> ColumnElement[bool]:
    reversal = aliased(Document)
    query = select(reversal.id).where(reversal.reverses_id == document.id)
    if on is not None:
        query = query.where(reversal.issued_on <= on)
    if known_at is not None:
        query = query.where(reversal.recorded_at <= known_at)
    return exists(query)


def _made(
    session: Session, given: DeliveryInput, *, source: str, by: Actor, at: datetime
) -> Delivery:
    account, number = _checked(session, given)
    totals.hold(session, [account.id])
    _check_free(session, account, number)
    made = Delivery(
        customer_id=account.customer_id,
        account_id=account.id,
        number=number,
        number_key=number_key(number),
        delivered_on=given.delivered_on,
        currency=account.currency,
        amount_minor=given.amount.minor,
        order_number=given.order_number.strip(),
        description=given.description.strip(),
        source=source,
        recorded_at=at,
        recorded_by=by.label,
    )
    session.add(made)
    session.flush()
    return made


def check(session: Session, given: DeliveryInput) -> None:
    """See that a delivery can be entered, or is there already just as it is given.

    Raises:
        DeliveryUnclear: nobody could invoice it.
        DeliveryThere: another one has its number.
    """
    account, number = _checked(session, given)
    there = _standing(session, account.id, number)
    if there is None or not _same(there, given):
        _check_free(session, account, number)


def _checked(session: Session, given: DeliveryInput) -> tuple[CustomerAccount, str]:
    account = session.get_one(CustomerAccount, given.account_id)
    number = given.number.strip()
    if not number or given.amount.currency != account.currency or given.amount.minor < 0:
        raise DeliveryUnclear
    if len(number) > 120 or len(given.order_number) > 120:
        raise DeliveryUnclear
    return account, number


def _check_free(session: Session, account: CustomerAccount, number: str) -> None:
    there = _standing(session, account.id, number)
    if there is not None:
        amount = Money(there.amount_minor, there.currency)
        raise DeliveryThere(number=number, on=there.delivered_on, amount=amount)


def _standing(session: Session, account_id: int, number: str) -> Delivery | None:
    return session.scalars(
        select(Delivery).where(
            Delivery.account_id == account_id,
            Delivery.number_key == number_key(number),
            Delivery.withdrawn_at.is_(None),
        )
    ).first()


def _same(there: Delivery, given: DeliveryInput) -> bool:
    return (there.delivered_on, there.amount_minor) == (given.delivered_on, given.amount.minor)


def _as_waiting(one: Delivery, on: date) -> Waiting:
    return Waiting(
        delivery_id=one.id,
        customer_id=one.customer_id,
        account_id=one.account_id,
        number=one.number,
        order_number=one.order_number,
        description=one.description,
        delivered_on=one.delivered_on,
        amount=Money(one.amount_minor, one.currency),
        days=(on - one.delivered_on).days,
    )
