"""What is to be booked, before it has numbers; and giving it numbers in the order of days."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.demo.cast import Partner
from tieout.demo.goods import by_code
from tieout.ledger.inputs import LineInput, ReferenceInput
from tieout.ledger.models import DocumentKind
from tieout.money import Money

TAX = Decimal("0.13")

#: How numbers of one kind look, and where they begin; ours and our suppliers'.
_SERIES = {
    DocumentKind.INVOICE: ("INV-{year}-{n:04d}", 411),
    DocumentKind.PAYMENT: ("PAY-{n:04d}", 207),
    DocumentKind.REFUND: ("REF-{n:03d}", 11),
    DocumentKind.BOUNCED_PAYMENT: ("BP-{n:03d}", 3),
    DocumentKind.OPENING_BALANCE: ("OB-{year}-{n:02d}", 1),
    DocumentKind.DISCOUNT: ("DSC-{n:03d}", 21),
}


@dataclass(frozen=True)
class Settles:
    """What an entry settles, or by how much; None is all that is left of either."""

    key: str
    amount: Money | None = None


@dataclass(frozen=True)
class Entry:
    """A document to be booked. `key` stands for it until it has a number."""

    key: str
    partner: str
    kind: DocumentKind
    on: date
    amount: Money
    lines: tuple[LineInput, ...] = ()
    references: tuple[ReferenceInput, ...] = ()
    description: str = ""
    reason: str = ""
    tax: Money | None = None
    rate: Decimal | None = None
    #: What the paper says, where that is another currency.
    original: Money | None = None
    #: Days and amounts of instalments.
    due: tuple[tuple[date, Money], ...] = ()
    settles: tuple[Settles, ...] = ()
    #: The invoice of a credit note, the payment of a bounced one.
    related: str = ""
    #: The invoice that goes out in exchange for what this credit note takes back.
    swap: str = ""
    #: The day it is booked, where that is later than its date.
    booked: date | None = None
    number: str = ""
    #: Names what it settles in its remittance text.
    names: bool = True

    @property
    def account(self) -> tuple[str, str]:
        """The account it belongs to: partner and currency."""
        return self.partner, self.amount.currency

    @property
    def books_on(self) -> date:
        """The day from which on it can be booked."""
        return self.booked or self.on


def sold(
    key: str, partner: Partner, on: date, code: str, quantity: int, price: str, **more: Any
) -> Entry:
    """An invoice over one product; a quantity below zero makes it a credit note."""
    good, currency = by_code(code), more.pop("currency", partner.currencies[0])
    amount = Money.of(quantity * Decimal(price), currency)
    line = LineInput(
        amount=amount,
        code=good.code,
        description=good.called(partner.language),
        unit=good.unit,
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
    )
    kind = DocumentKind.INVOICE if quantity > 0 else DocumentKind.CREDIT_NOTE
    tax = amount.times(TAX / (1 + TAX)) if currency == "CNY" else None
    return Entry(key, partner.code, kind, on, amount, lines=(line,), tax=tax, **more)


def paid(
    key: str,
    partner: Partner,
    on: date,
    amount: str,
    *settles: str,
    bank: str = "",
    **more: Any,
) -> Entry:
    """A payment; what it settles, it names."""
    if bank:
        more["references"] = ref("bank", bank)
    money = -Money.of(amount, more.pop("currency", partner.currencies[0]))
    keys = tuple(Settles(one) for one in settles)
    return Entry(key, partner.code, DocumentKind.PAYMENT, on, money, settles=keys, **more)


def ref(kind: str, value: str) -> tuple[ReferenceInput, ...]:
    """One reference."""
    return (ReferenceInput(kind, value),)


@dataclass
class Numbers:
    """Numbers given out, one series a kind."""

    taken: dict[str, int] = field(default_factory=dict)

    def next(self, entry: Entry) -> str:
        """The number of an entry; credit notes and the like are numbered when they are posted."""
        if entry.kind not in _SERIES:
            return ""
        pattern, start = _SERIES[entry.kind]
        supplier = entry.partner.startswith("S-")
        series = f"{entry.partner}{entry.kind}" if supplier else str(entry.kind)
        n = self.taken[series] = self.taken.get(series, start) + 1
        number = pattern.format(year=entry.on.year, n=n)
        return f"{entry.partner[2:]}/{number}" if supplier else number


def numbered(entries: Iterable[Entry]) -> list[Entry]:
    """Give numbers in the order of days, and let payments name what they pay."""
    numbers, known, made = Numbers(), {}, []
    for entry in sorted(entries, key=lambda one: (one.on, one.key)):
        number = entry.number or numbers.next(entry)
        known[entry.key] = number
        named = [known[one.key] for one in entry.settles if known.get(one.key)]
        references = entry.references
        if entry.kind == DocumentKind.PAYMENT and named and entry.names:
            references += tuple(ReferenceInput("remittance", text) for text in named)
        made.append(replace(entry, number=number, references=references))
    return made
