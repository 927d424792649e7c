"""Columns told by the books: values that are our customers, our products, our documents."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tieout.catalog import Product
from tieout.customers.models import Customer
from tieout.intake.described import Described
from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Column, Mapping
from tieout.intake.reading import Row
from tieout.intake.values.text import shown
from tieout.ledger.models import Document

#: Rows that are looked at, and different values of one column that are asked for.
ROWS, _VALUES = 300, 60

#: What may be told by the books: the field, and where its values stand.
_KNOWN: tuple[tuple[str, InstrumentedAttribute[Any]], ...] = (
    ("customer_code", Customer.code),
    ("customer_name", Customer.name),
    ("product_code", Product.code),
)
_OURS: tuple[tuple[str, InstrumentedAttribute[Any]], ...] = (("reference", Document.number),)


def told_by_the_books(
    session: Session, described: Described, mapping: Mapping, rows: Sequence[Row]
) -> Mapping:
    """Give columns nobody could name a field, where the books know most of their values."""
    if described.importer:
        return mapping
    taken = {column.index for column in mapping.columns}
    values = {
        index: found
        for index in range(len(described.headings))
        if index not in taken and (found := _values(rows, index))
    }
    known = _OURS if mapping.kind == BatchKind.THEIR_LEDGER else _KNOWN
    for field, where in known:
        if not values or field not in FIELDS[mapping.kind] or mapping.has(field):
            continue
        if field == "customer_name" and mapping.has("customer_code"):
            continue
        column = _best(session, where, values)
        if column is not None:
            del values[column]
            new = Column(column, field, described.headings[column])
            columns = sorted((*mapping.columns, new), key=lambda one: one.index)
            mapping = replace(mapping, columns=tuple(columns))
    return mapping


def _values(rows: Iterable[Row], index: int) -> set[str]:
    found: set[str] = set()
    for row in rows:
        if index < len(row.cells) and (text := shown(row.cells[index]).strip()):
            found.add(text[:200])
            if len(found) == _VALUES:
                break
    return found


def _best(
    session: Session, where: InstrumentedAttribute[Any], values: dict[int, set[str]]
) -> int | None:
    """The column most of whose values stand in a column of the books."""
    asked = set().union(*values.values())
    there = set(session.scalars(select(where).where(where.in_(asked))))
    shares = {index: len(found & there) / len(found) for index, found in values.items()}
    best = max(shares, key=lambda index: shares[index])
    return best if shares[best] >= 0.6 else None
