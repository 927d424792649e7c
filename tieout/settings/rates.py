"""The rate table: what one unit of a currency is in base currency, from a day on, and who says so.

A rate holds until the next one of its currency. Rates are added or corrected; a document keeps
the rate it was posted with.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.money import Money, checked_currency, decimals_of, rounded
from tieout.settings.company import company
from tieout.settings.models import ExchangeRate

_LARGEST = Decimal(10) ** 9


class NotARate(InvalidInput):
    """A rate nothing could be worked out with."""

    message = N_("“%(rate)s” is no rate. Write what one %(currency)s is in %(base)s, such as 7.85.")


class OwnCurrency(InvalidInput):
    """A rate of the base currency to itself."""

    message = N_("%(currency)s is the company’s own currency: its rate is 1, always.")


class RateThere(Conflict):
    """Another rate of the same day and source."""

    message = N_(
        "%(source)s says %(rate)s for %(currency)s on %(on)s already. Correct that one instead."
    )


class SourceMissing(InvalidInput):
    """A rate nobody stands for."""

    message = N_("Say where the rate of %(currency)s comes from, such as a central bank.")


@dataclass(frozen=True)
class RateInput:
    """A rate as it is entered."""

    currency: str
    on: date
    rate: Decimal
    source: str


class Known(NamedTuple):
    """A rate of the table: what, from when, by whom."""

    rate: Decimal
    on: date
    source: str


@dataclass
class RateTable:
    """Every rate of some currencies, to ask for many days without asking the database again."""

    base: str
    #: By currency, the earliest first; of one day the newest entry stands last.
    known: Mapping[str, Sequence[Known]] = field(default_factory=dict)

    def at(self, currency: str, on: date) -> Known | None:
        """The rate that holds on a day: of it, or of the last day before it; None for none."""
        if currency == self.base:
            return Known(Decimal(1), on, "")
        rates = self.known.get(currency, ())
        place = bisect_right([known.on for known in rates], on)
        return rates[place - 1] if place else None

    def in_base(self, money: Money, on: date) -> Money | None:
        """An amount in base currency by the rate of a day, rounded once; None without a rate."""
        found = self.at(money.currency, on)
        if found is None:
            return None
        minor = rounded((money.decimal * found.rate).scaleb(decimals_of(self.base)))
        return Money(minor, self.base)


@dataclass(frozen=True)
class BaseTotal:
    """Amounts of several currencies in the company's own, and by which rates."""

    on: date
    total: Money
    #: What of it comes from which currency, at which rate.
    parts: tuple[tuple[Money, Known, Money], ...]
    #: Currencies no rate is known for; their amounts are left out, and that is said.
    without: tuple[Money, ...]


def table(session: Session, currencies: Iterable[str] | None = None) -> RateTable:
    """Read the rates of some currencies, or of all."""
    base = company(session).base_currency
    query = select(
        ExchangeRate.currency, ExchangeRate.on, ExchangeRate.rate, ExchangeRate.source
    ).where(ExchangeRate.base == base)
    if currencies is not None:
        query = query.where(ExchangeRate.currency.in_(sorted(set(currencies))))
    known: dict[str, list[Known]] = defaultdict(list)
    for currency, on, rate, source in session.execute(
        query.order_by(ExchangeRate.on, ExchangeRate.id)
    ):
        known[currency].append(Known(Decimal(rate), on, source))
    return RateTable(base, known)


def in_base(session: Session, amounts: Iterable[Money], on: date) -> BaseTotal | None:
    """Add amounts in base currency by the rates of a day; None where all are in it already."""
    given = [money for money in amounts if money]
    rates = table(session, (money.currency for money in given))
    if all(money.currency == rates.base for money in given):
        return None
    parts, without = [], []
    for money in given:
        known, worth = rates.at(money.currency, on), rates.in_base(money, on)
        if known is None or worth is None:
            without.append(money)
        else:
            parts.append((money, known, worth))
    total = Money.total((worth for _, _, worth in parts), rates.base)
    return BaseTotal(on, total, tuple(parts), tuple(without))


def rates(currency: str = "") -> Select[ExchangeRate]:
    """Select the rates of a currency, or of all, the newest first."""
    query = select(ExchangeRate)
    if currency:
        query = query.where(ExchangeRate.currency == currency)
    return query.order_by(ExchangeRate.on.desc(), ExchangeRate.currency, ExchangeRate.id.desc())


def currencies(session: Session) -> list[str]:
    """The currencies the table has rates of."""
    query = select(ExchangeRate.currency).distinct().order_by(ExchangeRate.currency)
    return list(session.scalars(query))


def add(session: Session, given: RateInput, *, by: audit.Actor) -> ExchangeRate:
    """Add a rate.

    Raises:
        UnknownCurrency, OwnCurrency, NotARate, SourceMissing: it says nothing.
        RateThere: the source said another one for that day.
    """
    values = checked(session, given)
    there = _there(session, values)
    if there is not None:
        raise RateThere(source=there.source, rate=there.rate, currency=there.currency, on=there.on)
    made = ExchangeRate(
        currency=values.currency,
        base=company(session).base_currency,
        on=values.on,
        rate=f"{values.rate.normalize():f}",
        source=values.source,
    )
    session.add(made)
    session.flush()
    audit.record(session, by, "rate.added", made, after=_told(made))
    return made


def correct(session: Session, there: ExchangeRate, rate: Decimal, *, by: audit.Actor) -> None:
    """Correct a rate; documents keep the one they were posted with.

    Raises:
        NotARate: it says nothing.
    """
    values = checked(session, RateInput(there.currency, there.on, rate, there.source))
    before = _told(there)
    there.rate = f"{values.rate.normalize():f}"
    session.flush()
    audit.record(session, by, "rate.corrected", there, before=before, after=_told(there))


def take_over(
    session: Session, given: Sequence[RateInput], *, source: str, by: audit.Actor
) -> tuple[int, int, int]:
    """Take a list of rates over: added, corrected, and those that were there; one audit entry."""
    base = company(session).base_currency
    added = corrected = same = 0
    for values in [checked(session, one) for one in given]:
        there, rate = _there(session, values), f"{values.rate.normalize():f}"
        if there is None:
            session.add(
                ExchangeRate(
                    currency=values.currency,
                    base=base,
                    on=values.on,
                    rate=rate,
                    source=values.source,
                )
            )
            session.flush()
            added += 1
        elif there.rate != rate:
            there.rate = rate
            corrected += 1
        else:
            same += 1
    session.flush()
    if added or corrected:
        audit.record(
            session,
            by,
            "rates.imported",
            ("ExchangeRate", source),
            after={
                "added": added,
                "corrected": corrected,
                "rows": audit.digest_of_rows(
                    [one.currency, one.on.isoformat(), str(one.rate), one.source] for one in given
                ),
            },
        )
    return added, corrected, same


def checked(session: Session, given: RateInput) -> RateInput:
    """A rate as it may be kept.

    Raises:
        UnknownCurrency, OwnCurrency, NotARate, SourceMissing: it says nothing.
    """
    base = company(session).base_currency
    currency = checked_currency(given.currency.strip().upper())
    if currency == base:
        raise OwnCurrency(currency=currency)
    try:
        rate = Decimal(given.rate)
    except InvalidOperation as error:
        raise NotARate(rate=given.rate, currency=currency, base=base) from error
    if not rate.is_finite() or not 0 < rate < _LARGEST:
        raise NotARate(rate=given.rate, currency=currency, base=base)
    source = given.source.strip()[:200]
    if not source:
        raise SourceMissing(currency=currency)
    return RateInput(currency, given.on, rate, source)


def _there(session: Session, given: RateInput) -> ExchangeRate | None:
    return session.scalar(
        select(ExchangeRate).where(
            ExchangeRate.currency == given.currency,
            ExchangeRate.base == company(session).base_currency,
            ExchangeRate.on == given.on,
            ExchangeRate.source == given.source,
        )
    )


def _told(rate: ExchangeRate) -> dict[str, object]:
    return {
        "currency": rate.currency,
        "base": rate.base,
        "on": rate.on,
        "rate": rate.rate,
        "source": rate.source,
    }
