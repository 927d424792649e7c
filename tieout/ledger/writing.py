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
from tieout.ledger.taken import Number
from tieout.money import Money, decimals_of, rounded
from tieout.settings import rates

#: Values in the order of the columns below.
Row = tuple[Any, ...]


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
    """Documents as rows of their tables: all but their ids, which come when they are written.

    What belongs to a document says in its first place which of them it belongs to.
    """

    documents: list[Row]
    live_numbers: list[Row]
    due_items: list[Row]
    references: list[Row]
    lines: list[Row]
    indexed: list[search_index.Drawn]

    def to_json(self) -> list[list[Row]]:
        """As lists of plain values, to be kept."""
        day, due, match = _DAY, _DUE_ON, _MATCH_KEYS
        return [
            [
                (*r[:day], r[day].isoformat(), *r[day + 1 : match], r[match].hex(), *r[match + 1 :])
                for r in self.documents
            ],
            self.live_numbers,
            [(*r[:due], r[due].isoformat(), *r[due + 1 :]) for r in self.due_items],
            self.references,
            self.lines,
            [(one.day.isoformat(), one.text, one.terms) for one in self.indexed],
        ]

    @classmethod
    def from_json(cls, stored: Sequence[list[Any]]) -> "Drawn":
        """Read back what `to_json` gave."""
        documents, live_numbers, due_items, references, lines, indexed = stored
        as_day = date.fromisoformat
        for row in documents:
            row[_DAY], row[_MATCH_KEYS] = as_day(row[_DAY]), bytes.fromhex(row[_MATCH_KEYS])
        for row in due_items:
            row[_DUE_ON] = as_day(row[_DUE_ON])
        found = [search_index.Drawn(as_day(day), text, terms) for day, text, terms in indexed]
        return cls(documents, live_numbers, due_items, references, lines, found)

    def numbers(self) -> Iterator[Number]:
        """The numbers they would hold, those without one left out."""
        for place, account_id, kind, number in self.live_numbers:
            row = self.documents[place]
            amount = Money(row[_AMOUNT], row[_CURRENCY])
            yield Number((account_id, kind, number), row[_CONTENT], row[_DAY], amount)

    def facts(self) -> Iterator[tuple[str, str, int, str, int]]:
        """Of each document what its posting is summed up by.

        Digest, source, account, currency and amount.
        """
        for row in self.documents:
            yield row[_CONTENT], row[_SOURCE], row[_ACCOUNT], row[_CURRENCY], row[_AMOUNT]

    def first_days(self) -> dict[int, date]:
        """Of each account the first day among its documents."""
        found: dict[int, date] = {}
        for row in self.documents:
            day = row[_DAY]
            if found.setdefault(row[_ACCOUNT], day) > day:
                found[row[_ACCOUNT]] = day
        return found

    def earliest(self) -> tuple[date, str]:
        """The first day among them, and the number of its document."""
        return min((row[_DAY], row[_NUMBER]) for row in self.documents)


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
    placed = list(enumerate(entries))
    return Drawn(
        [_document(entry, known, key) for entry, key in zip(entries, keys, strict=True)],
        [row for pair in placed for row in _live_number(*pair)],
        [row for pair in placed for row in _due_items(*pair)],
        [row for pair in placed for row in _references(*pair)],
        [row for pair in placed for row in _lines(*pair)],
        search_index.draw(session, entries),
    )


def insert(session: Session, drawn: Drawn, *, posted_by: str, at: datetime) -> Sequence[int]:
    """Insert what was drawn; return the ids of the documents in the same order."""
    if not drawn.documents:
        return ()
    ids = bulk.new_ids(session, Document, len(drawn.documents))
    moment = (posted_by, at)
    bulk.insert_rows(
        session,
        Document,
        ("id", *_DOCUMENT, "posted_by", "recorded_at"),
        ((one, *row, *moment) for one, row in zip(ids, drawn.documents, strict=True)),
    )
    for model, columns, rows in (
        (LiveNumber, _LIVE_NUMBER, drawn.live_numbers),
        (DueItem, _DUE_ITEM, drawn.due_items),
        (DocumentReference, _REFERENCE, drawn.references),
        (DocumentLine, _LINE, drawn.lines),
    ):
        placed = ((ids[place], *rest) for place, *rest in rows)
        bulk.insert_rows(session, model, ("document_id", *columns), placed)
    search_index.insert_drawn(session, ids, drawn.indexed)
    return ids


#: What is written, in the order of `_document` and of the others.
_DOCUMENT = (
    *("customer_id", "account_id", "kind", "number", "number_key", "issued_on", "currency"),
    *("amount_minor", "tax_minor", "original_currency", "original_minor", "base_minor", "rate"),
    *("description", "reason", "reverses_id", "related_id", "pair", "source", "content_digest"),
    *("is_provisional", "match_keys"),
)
_ACCOUNT, _NUMBER, _DAY, _CURRENCY, _AMOUNT, _SOURCE, _CONTENT, _MATCH_KEYS = (
    _DOCUMENT.index(name)
    for name in (
        *("account_id", "number", "issued_on", "currency", "amount_minor", "source"),
        *("content_digest", "match_keys"),
    )
)
_LIVE_NUMBER = ("account_id", "kind", "number")
_DUE_ITEM = (
    *("account_id", "part", "due_on", "direction", "amount_minor", "open_minor"),
    "is_retention",
)
#: Behind the place of its document.
_DUE_ON = 1 + _DUE_ITEM.index("due_on")
_REFERENCE = ("kind", "value", "value_key")
_LINE = (
    *("no", "product_id", "code", "description", "unit", "quantity_micro", "unit_price_micro"),
    *("amount_minor", "tax_minor"),
)


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


def _lines(place: int, entry: Entry) -> Iterator[Row]:
    for no, line in enumerate(entry.given.lines, start=1):
        yield (
            place,
            no,
            line.product_id,
            line.code,
            line.description,
            line.unit,
            rules.micro(line.quantity),
            rules.micro(line.unit_price),
            line.amount.minor,
            line.tax.minor if line.tax else 0,
        )
