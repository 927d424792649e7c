"""A book as `tieout match` compares it: columns of integers, and what people know its lines by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

import numpy as np

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.matching import Keys, Lines, currency_code, kind_of
from tieout.reconciliation.priced import Priced, in_millionths


class BookUnreadable(InvalidInput):
    """A row that cannot be taken."""

    message = N_("“%(file)s”, row %(row)s: %(what)s")


@dataclass
class Book:
    """One book: its lines as columns, and what people know them by."""

    file: str
    lines: Lines
    #: In the order of the lines.
    ids: Sequence[str]
    numbers: Sequence[str]
    kinds: Sequence[str]
    descriptions: Sequence[str]
    #: Rows in the file.
    rows: Sequence[int]
    opening: int = 0
    #: The balance after its last line, where the file states one.
    closing: int | None = None
    currency: str = "CNY"
    #: How many, for how much each, of the lines that say so, by their place.
    priced: Mapping[int, Priced] = field(default_factory=dict)
    #: What the book itself calls its entries, where `numbers` are of something else; in the order
    #: of the lines, as are the orders. Both empty where the file has one number a line.
    own_numbers: Sequence[str] = ()
    orders: Sequence[str] = ()
    #: What could have been read another way.
    doubts: tuple[Sentence, ...] = ()
    #: What each customer began and ended with, by number, where the book holds several.
    openings: Mapping[int, int] = field(default_factory=dict)
    closings: Mapping[int, int] = field(default_factory=dict)

    def turn(self) -> None:
        """Take every balance with the other sign; the lines are turned by whoever compares."""
        self.opening = -self.opening
        self.openings = {number: -value for number, value in self.openings.items()}

    def keep(self, customer: int) -> None:
        """Leave the lines of one customer, and its balances."""
        rows = np.flatnonzero(self.lines.customer == customer)
        places = rows.tolist()
        self.lines = self.lines.take(rows)
        self.ids = [self.ids[at] for at in places]
        self.numbers = [self.numbers[at] for at in places]
        self.kinds = [self.kinds[at] for at in places]
        self.descriptions = [self.descriptions[at] for at in places]
        self.rows = [self.rows[at] for at in places]
        self.own_numbers = [self.own_numbers[at] for at in places] if self.own_numbers else ()
        self.orders = [self.orders[at] for at in places] if self.orders else ()
        self.priced = {to: self.priced[at] for to, at in enumerate(places) if at in self.priced}
        self.opening = self.openings.get(customer, 0)
        self.closing = self.closings.get(customer)


@dataclass
class Columns:
    """The columns of a book while it is read."""

    id: list[str] = field(default_factory=list)
    customer: list[int] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    amount: list[int] = field(default_factory=list)
    currency: list[int] = field(default_factory=list)
    doc_amount: list[int] = field(default_factory=list)
    number: list[str] = field(default_factory=list)
    own_number: list[str] = field(default_factory=list)
    po: list[str] = field(default_factory=list)
    description: list[str] = field(default_factory=list)
    kind_word: list[str] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    priced: dict[int, Priced] = field(default_factory=dict)

    def price(self, quantity: Decimal | None, unit_price: Decimal | None) -> None:
        """Note how many the line just added is about, for how much each."""
        item = Priced.of(in_millionths(quantity), in_millionths(unit_price))
        if item is not None:
            self.priced[len(self.id) - 1] = item

    def book(
        self, file: str, currency: str, *, opening: int = 0, closing: int | None = None
    ) -> Book:
        """The book they are."""

        def column(values: list[int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
            return np.array(values, np.int64)

        lines = Lines(
            id=np.arange(len(self.id), dtype=np.int64),
            customer=column(self.customer),
            day=column(self.day),
            kind=column(self.kind),
            amount=column(self.amount),
            currency=column(self.currency),
            doc_amount=column(self.doc_amount),
            keys=Keys.of(self.number, self.po, self.description),
        )
        return Book(
            file,
            lines,
            self.id,
            self.number,
            self.kind_word,
            self.description,
            self.row,
            opening,
            closing,
            currency,
            self.priced,
            self.own_number if any(self.own_number) else (),
            self.po,
        )


class Customers:
    """The customers of both books, each with a number; the same in every order of rows."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, code: str) -> int:
        """The number of a customer."""
        return self._numbers.setdefault(code, len(self._numbers) + 1)

    def only(self, *numbers: int) -> None:
        """Leave some customers; where it is one, every line is taken to be its own."""
        self._numbers = {code: of for code, of in self._numbers.items() if of in numbers}

    def names(self) -> dict[int, str]:
        """The customers by number."""
        return {number: code for code, number in self._numbers.items()}


@lru_cache(maxsize=65536)
def kind_code(named: str, description: str) -> int:
    return int(kind_of(named, description))


@lru_cache(maxsize=256)
def document_currency(code: str) -> int:
    return currency_code(code)
