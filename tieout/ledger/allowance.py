"""Allowance for bad debts (坏账准备): by age, or by a customer's own rate, as at any day.

Rates are rows of settings with the day from which they hold. What is worked out is tied to the
ledger: its basis is the ageing, which is tied to the balance; its movement names the write-offs
and recoveries that the ledger holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.queries import visible_to
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.ledger import ageing
from tieout.ledger.ageing import AccountAgeing, CompanyAgeing
from tieout.ledger.as_of import stands
from tieout.ledger.buckets import Ageing
from tieout.ledger.models import Document, DocumentKind
from tieout.money import Money
from tieout.settings.models import Setting

#: The settings that hold the rates: of the company by age, of a customer in all.
BY_AGE, BY_CUSTOMER = "allowance_rates", "allowance_rate"


class NotAPercentage(InvalidInput):
    """A rate that is none."""

    message = N_("“%(text)s” is no percentage. Write a number from 0 to 100, such as 2.5.")


class RatesMissing(InvalidInput):
    """Fewer rates than columns."""

    message = N_("Give a rate for each of the %(columns)s columns; 0 where nothing is set aside.")


@dataclass(frozen=True)
class Rates:
    """Percentages by age from a day on: not due, each bucket, disputed."""

    valid_from: date | None
    by_age: tuple[Decimal, ...]

    def of(self, column: int) -> Decimal:
        """The rate of a column; the last one stands for columns that came later."""
        return self.by_age[min(column, len(self.by_age) - 1)] if self.by_age else Decimal(0)


@dataclass(frozen=True)
class OwnRate:
    """A customer's own percentage from a day on; None: by age again."""

    customer_id: int
    valid_from: date
    rate: Decimal | None
    why: str


@dataclass(frozen=True)
class AllowanceRow:
    """What is set aside for an account."""

    account: AccountAgeing
    own: OwnRate | None
    allowance: Money

    @property
    def basis(self) -> Money:
        """What is owed before credit that is not settled yet."""
        aged = self.account.ageing
        return aged.total - aged.unapplied


@dataclass(frozen=True)
class Allowance:
    """What is set aside on a day, account by account, in one currency."""

    on: date
    currency: str
    rates: Rates
    rows: tuple[AllowanceRow, ...]
    ageing: CompanyAgeing

    @property
    def total(self) -> Money:
        """What is set aside in all."""
        return Money.total((row.allowance for row in self.rows), self.currency)

    @property
    def basis(self) -> Money:
        """What it is worked out from in all."""
        return Money.total((row.basis for row in self.rows), self.currency)

    @property
    def by_column(self) -> tuple[tuple[Money, Decimal], ...]:
        """What is owed by age, and the rate that holds for it."""
        amounts = columns_of(self.ageing.total)
        return tuple((amount, self.rates.of(place)) for place, amount in enumerate(amounts))


@dataclass(frozen=True)
class Movement:
    """From one day to another: opening + set aside − written off + recovered = closing."""

    start: date
    end: date
    opening: Allowance
    closing: Allowance
    #: Documents of the ledger in the period, reversals included.
    write_offs: tuple[Document, ...]
    recoveries: tuple[Document, ...]

    @property
    def written_off(self) -> Money:
        """What was written off, above zero."""
        return -_sum(self.write_offs, self.closing.currency)

    @property
    def recovered(self) -> Money:
        """What came in after all."""
        return _sum(self.recoveries, self.closing.currency)

    @property
    def charge(self) -> Money:
        """What has to be set aside (or let go, below zero) for the closing to be right."""
        opening, closing = self.opening.total, self.closing.total
        return closing - opening + self.written_off - self.recovered


def columns_of(aged: Ageing) -> tuple[Money, ...]:
    """The columns rates are for: not due, the buckets, disputed."""
    return (aged.not_due, *(bucket.amount for bucket in aged.buckets), aged.disputed)


def as_at(
    session: Session,
    on: date,
    currency: str,
    known_at: datetime | None = None,
    *,
    owner_id: int | None = None,
) -> Allowance:
    """Work out what is to be set aside on a day.

    Raises:
        AgeingDoesNotAddUp: the ageing it is worked out from is not the balance.
    """
    aged = ageing.company_ageing(
        session, on, currency, known_at, bounds=ageing.bounds(session), owner_id=owner_id
    )
    rates, own = rates_on(session, on), own_rates(session, on)
    rows = tuple(_row(one, rates, own.get(one.customer_id)) for one in aged.rows)
    return Allowance(on, currency, rates, rows, aged)


def movement(
    session: Session, start: date, end: date, currency: str, *, owner_id: int | None = None
) -> Movement:
    """How what is set aside came from the day before one to another."""
    return Movement(
        start=start,
        end=end,
        opening=as_at(session, start - timedelta(days=1), currency, owner_id=owner_id),
        closing=as_at(session, end, currency, owner_id=owner_id),
        write_offs=_documents(session, DocumentKind.WRITE_OFF, start, end, currency, owner_id),
        recoveries=_documents(session, DocumentKind.RECOVERY, start, end, currency, owner_id),
    )


def rates_on(session: Session, on: date) -> Rates:
    """The rates by age that hold on a day; nothing is set aside before the first."""
    holding = [one for one in rates_kept(session) if one.valid_from and one.valid_from <= on]
    return holding[-1] if holding else Rates(None, ())


def rates_kept(session: Session) -> list[Rates]:
    """Every set of rates by age, the earliest first."""
    stored: list[dict[str, Any]] = settings.read(session, BY_AGE, [])
    found = [
        Rates(date.fromisoformat(one["from"]), tuple(Decimal(rate) for rate in one["rates"]))
        for one in stored
    ]
    return sorted(found, key=lambda one: one.valid_from or date.min)


def set_rates(session: Session, given: Sequence[str], *, valid_from: date, by: Actor) -> None:
    """Let rates by age hold from a day on: not due, each bucket, disputed.

    Raises:
        NotAPercentage, RatesMissing: they cannot be worked with.
    """
    columns = len(ageing.bounds(session)) + 3
    if len(given) != columns:
        raise RatesMissing(columns=columns)
    made = [_percentage(text) for text in given]
    stored: list[dict[str, Any]] = settings.read(session, BY_AGE, [])
    kept = [one for one in stored if one["from"] != valid_from.isoformat()]
    kept.append({"from": valid_from.isoformat(), "rates": [_plain(rate) for rate in made]})
    settings.write(session, BY_AGE, sorted(kept, key=lambda one: str(one["from"])), by=by)


def own_rates(session: Session, on: date) -> dict[int, OwnRate]:
    """The customers' own rates that hold on a day, by customer."""
    query = select(Setting.scope_id, Setting.value).where(
        Setting.name == BY_CUSTOMER, Setting.scope == "customer"
    )
    found = {}
    for customer_id, value in session.execute(query):
        holding = [one for one in _own(customer_id, value["value"]) if one.valid_from <= on]
        if holding and holding[-1].rate is not None:
            found[customer_id] = holding[-1]
    return found


def own_rates_of(session: Session, customer_id: int) -> list[OwnRate]:
    """Every rate of a customer's own, the earliest first."""
    stored: list[dict[str, Any]] = settings.read(
        session, BY_CUSTOMER, [], scope="customer", scope_id=customer_id
    )
    return _own(customer_id, stored)


def set_own_rate(
    session: Session,
    customer: Customer,
    text: str,
    *,
    valid_from: date,
    why: str,
    by: Actor,
) -> None:
    """Let a customer's own rate hold from a day on; empty: by age again.

    Raises:
        NotAPercentage: it is none.
    """
    rate = _plain(_percentage(text)) if text.strip() else None
    day = valid_from.isoformat()
    stored: list[dict[str, Any]] = settings.read(
        session, BY_CUSTOMER, [], scope="customer", scope_id=customer.id
    )
    kept = [one for one in stored if one["from"] != day]
    kept.append({"from": day, "rate": rate, "why": why.strip()})
    kept.sort(key=lambda one: str(one["from"]))
    settings.write(session, BY_CUSTOMER, kept, scope="customer", scope_id=customer.id, by=by)


def _own(customer_id: int, stored: Sequence[Mapping[str, Any]]) -> list[OwnRate]:
    return [
        OwnRate(
            customer_id,
            date.fromisoformat(one["from"]),
            None if one["rate"] is None else Decimal(one["rate"]),
            one.get("why", ""),
        )
        for one in stored
    ]


def _row(account: AccountAgeing, rates: Rates, own: OwnRate | None) -> AllowanceRow:
    """Work an account out, rounded once."""
    currency = account.ageing.currency
    if own is not None and own.rate is not None:
        owed = account.ageing.total - account.ageing.unapplied
        exact = owed.decimal * own.rate / 100
    else:
        exact = sum(
            (
                amount.decimal * rates.of(place) / 100
                for place, amount in enumerate(columns_of(account.ageing))
            ),
            Decimal(0),
        )
    return AllowanceRow(account, own, _money(exact, currency))


def _money(exact: Decimal, currency: str) -> Money:
    return Money(1, currency).times(exact / Money(1, currency).decimal)


def _documents(
    session: Session,
    kind: DocumentKind,
    start: date,
    end: date,
    currency: str,
    owner_id: int | None,
) -> tuple[Document, ...]:
    query = visible_to(
        select(Document)
        .join(CustomerAccount, CustomerAccount.id == Document.account_id)
        .join(Customer, Customer.id == Document.customer_id)
        .where(
            Document.kind == kind,
            Document.currency == currency,
            CustomerAccount.kind == "receivable",
            Document.issued_on >= start,
            stands(end, None),
        ),
        owner_id,
    )
    return tuple(session.scalars(query.order_by(Document.issued_on, Document.id)))


def _sum(documents: Sequence[Document], currency: str) -> Money:
    return Money(sum(one.amount_minor for one in documents), currency)


def _percentage(text: str) -> Decimal:
    try:
        rate = Decimal(text.strip().rstrip("%") or "0")
    except InvalidOperation as error:
        raise NotAPercentage(text=text) from error
    if not rate.is_finite() or not 0 <= rate <= 100:
        raise NotAPercentage(text=text)
    return rate


def _plain(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
