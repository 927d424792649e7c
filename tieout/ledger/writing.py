"""Writing checked documents into their tables, few or many, in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from tieout.money import Money, decimals_of, rounded
from tieout.settings import rates

Row = dict[str, Any]


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


def write(
    session: Session, entries: Sequence[Entry], *, base_currency: str, posted_by: str, at: datetime
) -> list[int]:
    """Insert documents with all that belongs to them; return their ids in the same order.

    A document in another currency that names no rate takes that of the rate table, if there is
    one for its day; else its amount in base currency stays empty.
    """
    foreign = {entry.given.amount.currency for entry in entries} - {base_currency}
    known = rates.table(session, foreign) if foreign else rates.RateTable(base_currency)
    keys = match_keys([entry.given for entry in entries])
    ids = list(bulk.new_ids(session, Document, len(entries)))
    both = list(zip(ids, entries, strict=True))
    moment = {"posted_by": posted_by, "recorded_at": at}
    documents = [
        {"id": document_id, **_document(entry, known), "match_keys": key, **moment}
        for (document_id, entry), key in zip(both, keys, strict=True)
    ]
    _insert(session, Document, documents)
    _insert(session, LiveNumber, [row for pair in both for row in _live_number(*pair)])
    _insert(session, DueItem, [row for pair in both for row in _due_items(*pair)])
    _insert(session, DocumentReference, [row for pair in both for row in _references(*pair)])
    _insert(session, DocumentLine, [row for pair in both for row in _lines(*pair)])
    search_index.add(session, ids, entries)
    return ids


def _insert(session: Session, model: type[Any], rows: list[Row]) -> None:
    if rows:
        bulk.insert_rows(session, model, tuple(rows[0]), (tuple(row.values()) for row in rows))


def _document(entry: Entry, known: rates.RateTable) -> Row:
    given = entry.given
    rate = given.rate
    if given.amount.currency == known.base:
        rate = rate or Decimal(1)
    elif rate is None and entry.reverses_id is None:
        # a reversal takes back what its document said, and no more
        found = known.at(given.amount.currency, given.issued_on)
        rate = found.rate if found else None
    base = base_minor(given.amount, rate, known.base)
    return {
        "customer_id": entry.account.customer_id,
        "account_id": given.account_id,
        "kind": str(given.kind),
        "number": given.number,
        "number_key": number_key(given.number),
        "issued_on": given.issued_on,
        "currency": given.amount.currency,
        "amount_minor": given.amount.minor,
        "tax_minor": given.tax.minor if given.tax else 0,
        "original_currency": given.original.currency if given.original else None,
        "original_minor": given.original.minor if given.original else None,
        "base_minor": base,
        "rate": None if rate is None else str(rate),
        "description": given.description,
        "reason": given.reason,
        "reverses_id": entry.reverses_id,
        "related_id": given.related_id,
        "pair": given.pair,
        "source": given.source,
        "content_digest": given.digest(),
        "is_provisional": given.is_provisional,
    }


def base_minor(amount: Money, rate: Decimal | None, base_currency: str) -> int | None:
    """Return an amount in base currency, where its rate is known; rounded once."""
    if amount.currency == base_currency:
        return amount.minor
    if rate is None:
        return None
    decimals = decimals_of(base_currency)
    return rounded((amount.decimal * rate).scaleb(decimals))


def _live_number(document_id: int, entry: Entry) -> list[Row]:
    given = entry.given
    if not given.number or entry.reverses_id is not None:
        return []
    return [
        {
            "document_id": document_id,
            "account_id": given.account_id,
            "kind": str(given.kind),
            "number": given.number,
        }
    ]


def _due_items(document_id: int, entry: Entry) -> list[Row]:
    given = entry.given
    direction = rules.direction(given)
    return [
        {
            "document_id": document_id,
            "account_id": given.account_id,
            "part": part,
            "due_on": due_on,
            "direction": direction,
            "amount_minor": abs(amount.minor),
            "open_minor": abs(amount.minor),
            "is_retention": is_retention,
        }
        for part, (due_on, amount, is_retention) in enumerate(
            rules.due_parts(given, entry.account.terms_days), start=1
        )
    ]


def _references(document_id: int, entry: Entry) -> list[Row]:
    return [
        {
            "document_id": document_id,
            "kind": kind,
            "value": value,
            "value_key": number_key(value),
        }
        for kind, value in entry.given.references
        if value
    ]


def _lines(document_id: int, entry: Entry) -> list[Row]:
    return [
        {
            "document_id": document_id,
            "no": no,
            "product_id": line.product_id,
            "code": line.code,
            "description": line.description,
            "unit": line.unit,
            "quantity_micro": rules.micro(line.quantity),
            "unit_price_micro": rules.micro(line.unit_price),
            "amount_minor": line.amount.minor,
            "tax_minor": line.tax.minor if line.tax else 0,
        }
        for no, line in enumerate(entry.given.lines, start=1)
    ]
