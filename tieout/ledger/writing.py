"""Writing checked documents into their tables, few or many, in bulk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tieout.db import bulk
from tieout.ledger import rules, search_index
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.match_keys import match_keys
from tieout.ledger.models import (
    Document,
    DocumentLine,
    DocumentReference,
    DueItem,
    LiveNumber,
)
from tieout.ledger.numbers import number_key
from tieout.ledger.taken import Key, Number
from tieout.money import Money, decimals_of, rounded
from tieout.settings import rates

#: Values in the order of the columns below.
Row = tuple[Any, ...]
#: Values of rows by column.
Columns = dict[str, list[Any]]


@dataclass(frozen=True)
class AccountFacts:
    """What posting needs to know of an account."""

    id: int
    customer_id: int
    currency: str
    terms_days: int


@dataclass(frozen=True)
class Entry:
    """A document that has passed every check."""

    given: DocumentInput
    account: AccountFacts
    #: The document it takes back in full.
    reverses_id: int | None = None


@dataclass
class Drawn:
    """Documents as rows of their tables, column by column.

    All but their ids, which come when they are written: what belongs to a document says in
    “document_id” by its place which of them it belongs to.
    """

    documents: Columns
    live_numbers: Columns
    due_items: Columns
    references: Columns
    lines: Columns
    indexed: list[search_index.Drawn]

    @property
    def count(self) -> int:
        """How many documents they are."""
        return len(self.documents["number"])

    def to_plain(self) -> list[Any]:
        """As dictionaries and lists of plain values, to be kept."""
        days, texts, terms = zip(*self.indexed, strict=True) if self.indexed else ((), (), ())
        return [
            {**self.documents, "issued_on": _ordinals(self.documents["issued_on"])},
            self.live_numbers,
            {**self.due_items, "due_on": _ordinals(self.due_items["due_on"])},
            self.references,
            self.lines,
            [_ordinals(days), texts, terms],
        ]

    @classmethod
    def from_plain(cls, stored: Sequence[Any]) -> "Drawn":
        """Read back what `to_plain` gave."""
        documents, live_numbers, due_items, references, lines, (days, texts, terms) = stored
        documents["issued_on"] = _days(documents["issued_on"])
        due_items["due_on"] = _days(due_items["due_on"])
        indexed = list(map(search_index.Drawn, _days(days), texts, terms))
        return cls(documents, live_numbers, due_items, references, lines, indexed)

    def held(self) -> list[Key]:
        """What their numbers are known by, those without one left out."""
        live = self.live_numbers
        return list(zip(live["account_id"], live["kind"], live["number"], strict=True))

    def numbers(self) -> Iterator[Number]:
        """The numbers they would hold, those without one left out."""
        found = self.documents
        contents, days = found["content_digest"], found["issued_on"]
        minors, currencies = found["amount_minor"], found["currency"]
        for place, key in zip(self.live_numbers["document_id"], self.held(), strict=True):
            amount = Money(minors[place], currencies[place])
            yield Number(key, contents[place], days[place], amount)

    def facts(self) -> Iterator[tuple[str, str, int, str, int]]:
        """Of each document what its posting is summed up by.

        Digest, source, account, currency and amount.
        """
        found = self.documents
        return zip(
            found["content_digest"],
            found["source"],
            found["account_id"],
            found["currency"],
            found["amount_minor"],
            strict=True,
        )

    def first_days(self) -> dict[int, date]:
        """Of each account the first day among its documents."""
        first: dict[int, date] = {}
        for account, day in zip(
            self.documents["account_id"], self.documents["issued_on"], strict=True
        ):
            if first.setdefault(account, day) > day:
                first[account] = day
        return first

    def earliest(self) -> tuple[date, str]:
        """The first day among them, and the number of its document."""
        return min(zip(self.documents["issued_on"], self.documents["number"], strict=True))


def _ordinals(days: Sequence[date]) -> list[int]:
    return list(map(date.toordinal, days))


def _days(ordinals: Sequence[int]) -> list[date]:
    return list(map(date.fromordinal, ordinals))


def write(
    session: Session, entries: Sequence[Entry], *, base_currency: str, posted_by: str, at: datetime
) -> Sequence[int]:
    """Insert documents with all that belongs to them; return their ids in the same order."""
    drawn = draw(session, entries, base_currency=base_currency)
    return insert(session, drawn, posted_by=posted_by, at=at)


def draw(session: Session, entries: Sequence[Entry], *, base_currency: str) -> Drawn:
    """Work out every row of documents; nothing is written.

    A document in another currency that names no rate takes that of the rate table, if there is
    one for its day; else its amount in base currency stays empty.
    """
    foreign = {entry.given.amount.currency for entry in entries} - {base_currency}
    known = rates.table(session, foreign) if foreign else rates.RateTable(base_currency)
    keys = match_keys([entry.given for entry in entries])
    documents = [_document(entry, known, key) for entry, key in zip(entries, keys, strict=True)]
    placed = list(enumerate(entries))
    return Drawn(
        _columns(_DOCUMENT, documents),
        _columns(_LIVE_NUMBER, [row for pair in placed for row in _live_number(*pair)]),
        _columns(_DUE_ITEM, [row for pair in placed for row in _due_items(*pair)]),
        _columns(_REFERENCE, [row for pair in placed for row in _references(*pair)]),
        _lines(entries),
        search_index.draw(session, entries),
    )


def _columns(names: Sequence[str], rows: Sequence[Row]) -> Columns:
    """Rows of these columns, turned on their side."""
    columns = map(list, zip(*rows, strict=True)) if rows else ([] for _ in names)
    return dict(zip(names, columns, strict=True))


def insert(session: Session, drawn: Drawn, *, posted_by: str, at: datetime) -> Sequence[int]:
    """Insert what was drawn; return the ids of the documents in the same order."""
    if not drawn.count:
        return ()
    ids = bulk.new_ids(session, Document, drawn.count)
    moment = {"posted_by": bulk.Same(posted_by), "recorded_at": bulk.Same(at)}
    bulk.insert_columns(session, Document, {"id": ids, **drawn.documents, **moment}, drawn.count)
    for model, columns in (
        (LiveNumber, drawn.live_numbers),
        (DueItem, drawn.due_items),
        (DocumentReference, drawn.references),
        (DocumentLine, drawn.lines),
    ):
        places = columns["document_id"]
        owners = {**columns, "document_id": [ids[place] for place in places]}
        bulk.insert_columns(session, model, owners, len(places))
    search_index.insert_drawn(session, ids, drawn.indexed)
    return ids


#: What is written, in the order of `_document` and of the others; lines are made by column.
_DOCUMENT = (
    *("customer_id", "account_id", "kind", "number", "number_key", "issued_on", "currency"),
    *("amount_minor", "tax_minor", "original_currency", "original_minor", "base_minor", "rate"),
    *("description", "reason", "reverses_id", "related_id", "pair", "source", "content_digest"),
    *("is_provisional", "match_keys"),
)
_LIVE_NUMBER = ("document_id", "account_id", "kind", "number")
_DUE_ITEM = (
    *("document_id", "account_id", "part", "due_on", "direction", "amount_minor", "open_minor"),
    "is_retention",
)
_REFERENCE = ("document_id", "kind", "value", "value_key")


def _document(entry: Entry, known: rates.RateTable, match_key: bytes) -> Row:
    given = entry.given
    rate = given.rate
    if given.amount.currency == known.base:
        rate = rate or Decimal(1)
    elif rate is None and entry.reverses_id is None:
        # a reversal takes back what its document said, and no more
        found = known.at(given.amount.currency, given.issued_on)
        rate = found.rate if found else None
    return (
        entry.account.customer_id,
        given.account_id,
        str(given.kind),
        given.number,
        number_key(given.number),
        given.issued_on,
        given.amount.currency,
        given.amount.minor,
        given.tax.minor if given.tax else 0,
        given.original.currency if given.original else None,
        given.original.minor if given.original else None,
        base_minor(given.amount, rate, known.base),
        None if rate is None else str(rate),
        given.description,
        given.reason,
        entry.reverses_id,
        given.related_id,
        given.pair,
        given.source,
        given.digest(),
        given.is_provisional,
        match_key,
    )


def base_minor(amount: Money, rate: Decimal | None, base_currency: str) -> int | None:
    """Return an amount in base currency, where its rate is known; rounded once."""
    if amount.currency == base_currency:
        return amount.minor
    if rate is None:
        return None
    decimals = decimals_of(base_currency)
    return rounded((amount.decimal * rate).scaleb(decimals))


def _live_number(place: int, entry: Entry) -> Iterator[Row]:
    given = entry.given
    if given.number and entry.reverses_id is None:
        yield place, given.account_id, str(given.kind), given.number


def _due_items(place: int, entry: Entry) -> Iterator[Row]:
    given = entry.given
    direction = rules.direction(given)
    parts = rules.due_parts(given, entry.account.terms_days)
    for part, (due_on, amount, is_retention) in enumerate(parts, start=1):
        minor = abs(amount.minor)
        yield place, given.account_id, part, due_on, direction, minor, minor, is_retention


def _references(place: int, entry: Entry) -> Iterator[Row]:
    for kind, value in entry.given.references:
        if value:
            yield place, kind, value, number_key(value)


def _lines(entries: Sequence[Entry]) -> Columns:
    """The lines of all documents: most of what is written, so a column at a time."""
    counts = [len(entry.given.lines) for entry in entries]
    lines = [line for entry in entries for line in entry.given.lines]
    return {
        "document_id": [place for place, count in enumerate(counts) for _ in range(count)],
        "no": [no for count in counts for no in range(1, count + 1)],
        "product_id": [line.product_id for line in lines],
        "code": [line.code for line in lines],
        "description": [line.description for line in lines],
        "unit": [line.unit for line in lines],
        "quantity_micro": [rules.micro(line.quantity) for line in lines],
        "unit_price_micro": [rules.micro(line.unit_price) for line in lines],
        "amount_minor": [line.amount.minor for line in lines],
        "tax_minor": [line.tax.minor if line.tax else 0 for line in lines],
    }
