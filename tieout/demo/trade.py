"""The usual trade: each dealer orders and pays in its own way, the same at every filling."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tieout.demo.cast import PARTNERS, Partner
from tieout.demo.dates import Dates, working_day
from tieout.demo.entries import TAX, Entry, Settles
from tieout.demo.goods import BOUGHT, MADE, Good
from tieout.ledger.inputs import LineInput, ReferenceInput
from tieout.ledger.models import DocumentKind
from tieout.money import Money
from tieout.periods import Period, months

_SEED = 20260630
#: CNY for one EUR, by quarter; and what a dealer abroad is charged.
RATES = (Decimal("7.71"), Decimal("7.82"), Decimal("7.94"), Decimal("7.88"))
_PRICE = Decimal("7.80")
_HOW_MANY = (20, 24, 30, 40, 48, 60, 100)


def rate_on(day: date) -> Decimal:
    """What one EUR was worth in a quarter."""
    return RATES[(day.month - 1) // 3]


def usual(dates: Dates) -> list[Entry]:
    """Everything that is ordered and paid in the ordinary way."""
    made: list[Entry] = []
    for partner in PARTNERS:
        for currency in partner.currencies:
            made += _Account(partner, currency, dates).trade()
    return made


class _Account:
    """One account while its trade is made up."""

    def __init__(self, partner: Partner, currency: str, dates: Dates) -> None:
        self.partner, self.currency, self.dates = partner, currency, dates
        self.random = Random(f"{_SEED} {partner.code} {currency}")  # noqa: S311 - seeded on purpose
        self.invoices: list[Entry] = []
        self.open: list[Entry] = []

    def trade(self) -> list[Entry]:
        """Its opening balance, its invoices and what pays them."""
        paying: dict[str, Callable[[], list[Entry]]] = {
            "on_time": lambda: self._each(-3, 4),
            "late": lambda: self._each(12, 58),
            "monthly": self._monthly,
            "rounds": self._rounds,
        }
        opening = self._opening()
        self.invoices = [opening]
        for month in months(self.dates.first, self.dates.today):
            self.invoices += self._orders(month)
        return [*self.invoices, *paying[self.partner.pays]()]

    def _opening(self) -> Entry:
        amount = Money.of(self.random.randint(30, 90) * 100 * self.partner.size, self.currency)
        return Entry(
            self._key("open"),
            self.partner.code,
            DocumentKind.OPENING_BALANCE,
            self.dates.first,
            amount,
            description="Balance taken over · 期初余额",
            rate=self._rate(self.dates.first),
        )

    def _orders(self, month: Period) -> list[Entry]:
        # the second account of a customer is used now and then only
        count = self.partner.orders if self.currency == self.partner.currencies[0] else 1
        days = sorted(self.random.sample(range(2, 27), count))
        on = [working_day(month.start.replace(day=day)) for day in days]
        made = [self._invoice(day, no) for no, day in enumerate(on)]
        return [entry for entry in made if entry.on <= self.dates.today]

    def _invoice(self, on: date, no: int) -> Entry:
        goods = self.random.sample(BOUGHT if self.partner.payable else MADE, 1 + no % 3)
        lines = tuple(self._line(good) for good in goods)
        total = Money.total((line.amount for line in lines), self.currency)
        r = self.random
        return Entry(
            self._key(f"{on:%y%m%d}-{no}"),
            self.partner.code,
            DocumentKind.INVOICE,
            on,
            total,
            lines=lines,
            references=(
                ReferenceInput("po", f"PO 4500-{r.randint(1000, 9999)}"),
                ReferenceInput("delivery", f"DN-{on:%y%m}{r.randint(100, 999)}"),
                ReferenceInput("tax_invoice", f"{r.randint(10_000_000, 99_999_999)}"),
            ),
            tax=self._tax(total),
            rate=self._rate(on),
        )

    def _line(self, good: Good) -> LineInput:
        quantity = Decimal(self.random.choice(_HOW_MANY) * self.partner.size)
        if self.partner.payable:
            quantity *= 20
        price = good.price
        if self.currency != "CNY":
            price = (price / _PRICE).quantize(Decimal("0.01"))
        return LineInput(
            amount=Money.of(quantity * price, self.currency),
            code=good.code,
            description=good.called(self.partner.language),
            unit=good.unit,
            quantity=quantity,
            unit_price=price,
        )

    def _tax(self, total: Money) -> Money | None:
        if self.currency != "CNY":  # exports carry none
            return None
        return total.times(TAX / (1 + TAX))

    def _due(self, entry: Entry) -> date:
        if entry.kind == DocumentKind.OPENING_BALANCE:
            return entry.on + timedelta(days=20)
        return entry.on + timedelta(days=self.partner.terms)

    def _each(self, earliest: int, latest: int) -> list[Entry]:
        """Every invoice by itself, some days before or after it is due."""
        made = []
        for entry in self.invoices:
            moved = timedelta(days=self.random.randint(earliest, latest))
            on = max(working_day(self._due(entry) + moved), entry.on + timedelta(days=1))
            if on <= self.dates.today:
                made.append(self._payment(on, (entry,)))
        return made

    def _monthly(self) -> list[Entry]:
        """On the 25th, in one sum, whatever is due by the end of the month."""
        made, waiting = [], list(self.invoices)
        for month in months(self.dates.first, self.dates.today):
            on = working_day(month.start.replace(day=25))
            due = [entry for entry in waiting if self._due(entry) <= month.end and entry.on <= on]
            if due and on <= self.dates.today:
                waiting = [entry for entry in waiting if entry not in due]
                made.append(self._payment(on, tuple(due)))
        return made

    def _rounds(self) -> list[Entry]:
        """On the 20th a round sum on account, the oldest first: the last one only in part."""
        made = []
        rest = {entry.key: entry.amount for entry in self.invoices}
        for month in months(self.dates.first, self.dates.today):
            on = working_day(month.start.replace(day=20))
            due = [e for e in self.invoices if rest[e.key] and self._due(e) <= on]
            owed = Money.total((rest[entry.key] for entry in due), self.currency)
            paid = Money(owed.minor * 9 // 10 // 50_000 * 50_000, self.currency)
            if not paid or on > self.dates.today:
                continue
            settles, left = [], paid
            for entry in due:
                part = min(rest[entry.key], left)
                if part:
                    settles.append(Settles(entry.key, part))
                rest[entry.key], left = rest[entry.key] - part, left - part
            payment = self._payment(on, ())
            made.append(replace(payment, amount=-paid, settles=tuple(settles), names=False))
        return made

    def _payment(self, on: date, paid: tuple[Entry, ...]) -> Entry:
        total = Money.total((entry.amount for entry in paid), self.currency)
        return Entry(
            self._key(f"{on:%y%m%d}-pay-{paid[0].key if paid else ''}"),
            self.partner.code,
            DocumentKind.PAYMENT,
            on,
            -total,
            references=(ReferenceInput("bank", f"TT{on:%Y%m%d}{self.random.randint(1000, 9999)}"),),
            settles=tuple(Settles(entry.key) for entry in paid),
            rate=self._rate(on),
        )

    def _rate(self, on: date) -> Decimal | None:
        return None if self.currency == "CNY" else rate_on(on)

    def _key(self, text: str) -> str:
        return f"{self.partner.code} {self.currency} {text}"
