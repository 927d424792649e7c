"""The keys our documents are recognised by: as they were stored, made anew where that is long ago.

Documents never change, so what was stored with one stays; keys of an earlier form are worked out
from the same texts whenever it is compared.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tieout.db import bulk
from tieout.ledger.match_keys import keys_today
from tieout.ledger.models import DocumentReference
from tieout.matching.keys import Keys
from tieout.reconciliation.cleaning import Texts


def keys_of_documents(session: Session, rows: Sequence[Row[Any]]) -> Iterator[bytes]:
    """The keys of documents, by their `id`, `number`, `description` and `match_keys`."""
    stored = [keys_today(row.match_keys) for row in rows]
    earlier = [row for row, keys in zip(rows, stored, strict=True) if keys is None]
    if not earlier:
        return (keys for keys in stored if keys is not None)
    texts = texts_of(session, earlier).values()
    anew = iter(
        Keys.of(
            [one.number for one in texts],
            [one.po for one in texts],
            [one.description for one in texts],
        ).rows()
    )
    return (next(anew) if keys is None else keys for keys in stored)


def texts_of(session: Session, rows: Sequence[Row[Any]]) -> dict[int, Texts]:
    """What the keys of documents are made from, by id, in the order given."""
    po: dict[int, list[str]] = {}
    other: dict[int, list[str]] = {}
    query = (
        select(DocumentReference.document_id, DocumentReference.kind, DocumentReference.value)
        .where(bulk.among(session, DocumentReference.document_id, [row.id for row in rows]))
        .order_by(DocumentReference.id)
    )
    for document_id, kind, value in session.execute(query):
        known = po if kind == "po" else other
        known.setdefault(document_id, []).append(value)
    return {
        row.id: Texts(
            row.number,
            " ".join(po.get(row.id, ())),
            " ".join([row.description, *other.get(row.id, ())]),
        )
        for row in rows
    }
