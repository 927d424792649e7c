# ruff: noqa: S608 - names of tables of our own, never of a person's input
"""The full-text index of documents: one row each, in `document_texts` and `document_terms`.

`document_texts` holds what can be searched, made alike. `document_terms` holds its pieces of two
or three characters and some facts as terms: a full-text table of SQLite (FTS5), a tsvector with a
GIN index on PostgreSQL. Its key is day and id in one number, so that the order of the index is
the order of the ledger. On PostgreSQL each term begins with the month: a common one is then read
month by month, the newest first, and no further than a page needs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, cast

from sqlalchemy import Connection, Row, Table, exists, insert, inspect, select, text
from sqlalchemy.orm import Session

from tieout.catalog import Product
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import Document, DocumentLine, DocumentReference
from tieout.ledger.search_models import DocumentText
from tieout.ledger.search_words import joined, pieces, plain

#: A migration has a connection only.
Books = Session | Connection

TABLE = "document_terms"
#: Written past the unit of work.
_TEXTS = cast("Table", DocumentText.__table__)
#: Bits of a key that hold the document's id; the day stands above them.
ID_BITS = 40
ID_MASK = (1 << ID_BITS) - 1
#: Documents that are read and written at once.
CHUNK = 2000


class Account(Protocol):
    """Whose document it is."""

    @property
    def customer_id(self) -> int:
        """Of the account."""


class Entry(Protocol):
    """A document as it is written: see `ledger.writing`."""

    @property
    def given(self) -> DocumentInput:
        """What was handed in."""

    @property
    def account(self) -> Account:
        """Whose it is."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What is kept of one document for finding it."""

    document_id: int
    issued_on: date
    text: str
    facts: tuple[str, ...]


class Drawn(NamedTuple):
    """What is kept of one document for finding it."""

    day: date
    text: str
    #: Its pieces and facts as the index keeps them, with spaces between.
    terms: str


def key(day: date, document_id: int) -> int:
    """Return where a document stands in the order of the ledger."""
    return day.toordinal() << ID_BITS | document_id


def id_of(document_key: int) -> int:
    """Return the id of the document with a key."""
    return document_key & ID_MASK


def month_of(day: date) -> str:
    """Return what every term of a month begins with, on PostgreSQL."""
    return f"{day.year * 12 + day.month:x}:"


def fact(kind: str, value: object) -> str:
    """Return a fact as a term; always longer than the pairs of a text."""
    return f"{kind}{plain(str(value))}"


@lru_cache(maxsize=5_000)
def facts(
    *,
    customer_id: int,
    account_id: int,
    kind: str,
    currency: str,
    source: str,
) -> tuple[str, ...]:
    """Return what lists are narrowed by, as terms; `source` is that of the whole batch."""
    return (
        fact("cust", customer_id),
        fact("acct", account_id),
        fact("kind", kind),
        fact("curr", currency),
        *((fact("from", source),) if source else ()),
    )


def batch_of(source: str) -> str:
    """Return the batch of a source: "import:12" of "import:12:34"."""
    return ":".join(source.split(":")[:2])


def draw(session: Session, entries: Sequence[Entry]) -> list[Drawn]:
    """Work out what is kept of documents that are being posted, in their order."""
    products = _products(session, {line.product_id for one in entries for line in one.given.lines})
    is_postgresql = _is_postgresql(session)
    return [
        _drawn(
            entry.given.issued_on,
            joined(_texts(entry, products)),
            facts(
                customer_id=entry.account.customer_id,
                account_id=entry.given.account_id,
                kind=str(entry.given.kind),
                currency=entry.given.amount.currency,
                source=batch_of(entry.given.source),
            ),
            is_postgresql,
        )
        for entry in entries
    ]


def _drawn(day: date, text: str, facts: tuple[str, ...], is_postgresql: bool) -> Drawn:
    terms = (*pieces(text), *facts)
    month = month_of(day) if is_postgresql else ""
    return Drawn(day, text, month + f" {month}".join(terms))


def insert_drawn(session: Books, ids: Sequence[int], drawn: Sequence[Drawn]) -> None:
    """Index documents of these ids that are not indexed yet."""
    if not drawn:
        return
    session.execute(
        insert(_TEXTS),
        [
            {"document_id": document_id, "text": one.text}
            for document_id, one in zip(ids, drawn, strict=True)
        ],
    )
    # In the order of the index: SQLite would begin a new piece of it at each step backwards.
    in_order = sorted(
        (key(one.day, document_id), one.terms) for document_id, one in zip(ids, drawn, strict=True)
    )
    if _is_postgresql(session):
        keys, terms = zip(*in_order, strict=True)
        session.execute(text(_INSERT), {"keys": list(keys), "terms": list(terms)})
    else:
        session.execute(
            text(f"INSERT INTO {TABLE} (rowid, terms) VALUES (:key, :terms)"),
            [{"key": one, "terms": said} for one, said in in_order],
        )


def _texts(entry: Entry, products: Mapping[int | None, str]) -> Iterable[str]:
    given = entry.given
    yield given.number
    for reference in given.references:
        yield reference.value
    yield given.description
    for line in given.lines:
        yield from (line.code, line.description, products.get(line.product_id, ""))


def _products(session: Books, ids: Collection[int | None]) -> Mapping[int | None, str]:
    """What products are called now; a document is found by what they were called then."""
    wanted = [one for one in ids if one is not None]
    found: dict[int | None, str] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(Product.id, Product.name).where(
            Product.id.in_(wanted[start : start + CHUNK])
        )
        found.update((product, name) for product, name in session.execute(query))
    return found


def index_documents(session: Books, ids: Sequence[int]) -> None:
    """Index documents by what the books say of them; each must not be indexed yet."""
    for start in range(0, len(ids), CHUNK):
        put(session, _read(session, sorted(ids[start : start + CHUNK])))


def is_there(session: Session) -> bool:
    """Whether the database is of a version that has the index."""
    return inspect(session.connection()).has_table(DocumentText.__tablename__)


def clear(session: Session) -> None:
    """Take every document out of the index."""
    if _is_postgresql(session):
        session.execute(text(f"TRUNCATE {TABLE}"))
    else:
        session.execute(text(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('delete-all')"))
    session.execute(DocumentText.__table__.delete())  # type: ignore[attr-defined]


def index_more(session: Books, after: int = 0, limit: int = 20_000) -> list[int]:
    """Index documents after an id that are not indexed yet, so many at most; return their ids."""
    known = exists().where(DocumentText.document_id == Document.id)
    query = select(Document.id).where(Document.id > after, ~known).order_by(Document.id)
    ids = list(session.scalars(query.limit(limit)))
    index_documents(session, ids)
    return ids


def index_all(session: Books) -> None:
    """Index every document that is not indexed yet, in pieces of bounded size."""
    ids = index_more(session)
    while ids:
        ids = index_more(session, ids[-1])


def _read(session: Books, ids: list[int]) -> list[Indexed]:
    texts: dict[int, list[str]] = {one: [] for one in ids}
    rows = session.execute(
        select(
            Document.id,
            Document.customer_id,
            Document.account_id,
            Document.kind,
            Document.number,
            Document.issued_on,
            Document.currency,
            Document.description,
            Document.source,
        ).where(Document.id.in_(ids))
    ).all()
    for row in rows:
        texts[row.id].append(row.number)
    references = select(DocumentReference.document_id, DocumentReference.value)
    for document_id, value in session.execute(
        references.where(DocumentReference.document_id.in_(ids)).order_by(DocumentReference.id)
    ):
        texts[document_id].append(value)
    for row in rows:
        texts[row.id].append(row.description)
    lines = select(
        DocumentLine.document_id,
        DocumentLine.code,
        DocumentLine.description,
        DocumentLine.product_id,
    )
    found = session.execute(
        lines.where(DocumentLine.document_id.in_(ids)).order_by(DocumentLine.id)
    ).all()
    products = _products(session, {line.product_id for line in found})
    for line in found:
        said = (line.code, line.description, products.get(line.product_id, ""))
        texts[line.document_id] += said
    return [_indexed(row, texts[row.id]) for row in rows]


def _indexed(row: Row[*tuple[Any, ...]], texts: list[str]) -> Indexed:
    return Indexed(
        row.id,
        row.issued_on,
        joined(texts),
        facts(
            customer_id=row.customer_id,
            account_id=row.account_id,
            kind=row.kind,
            currency=row.currency,
            source=batch_of(row.source),
        ),
    )


def put(session: Books, rows: Sequence[Indexed]) -> None:
    """Write what is kept of documents that are not indexed yet."""
    is_postgresql = _is_postgresql(session)
    drawn = [_drawn(row.issued_on, row.text, row.facts, is_postgresql) for row in rows]
    insert_drawn(session, [row.document_id for row in rows], drawn)


#: The terms of many documents as a list of texts, each split at its spaces.
_INSERT = (
    f"INSERT INTO {TABLE} (key, terms)"
    " SELECT key, array_to_tsvector(string_to_array(terms, ' '))"
    " FROM unnest(CAST(:keys AS bigint[]), CAST(:terms AS text[])) AS given (key, terms)"
)


def _is_postgresql(session: Books) -> bool:
    bound = session if isinstance(session, Connection) else session.get_bind()
    return bound.dialect.name == "postgresql"


def create(connection: Connection) -> None:
    """Make the full-text table, which stands in no model."""
    for statement in _CREATE[connection.dialect.name]:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Take the full-text table away."""
    connection.execute(text(f"DROP TABLE IF EXISTS {TABLE}"))


#: Which documents have a term, and nothing of where or how often: half the size.
_OPTIONS = "columnsize=0, detail='none', tokenize='ascii'"
GIN = f"CREATE INDEX ix_{TABLE} ON {TABLE} USING gin (terms)"
_CREATE = {
    "sqlite": (f"CREATE VIRTUAL TABLE {TABLE} USING fts5(terms, content='', {_OPTIONS})",),
    "postgresql": (
        f"CREATE TABLE {TABLE} (key bigint PRIMARY KEY, terms tsvector NOT NULL)",
        GIN,
    ),
}


def matching(dialect: str) -> tuple[str, str]:
    """Return how the table calls its key, and the condition that it holds the terms `:wanted`."""
    if dialect == "postgresql":
        return "key", "terms @@ CAST(:wanted AS tsquery)"
    return "rowid", f"{TABLE} MATCH :wanted"
