"""How files with the same headings were read the last time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tieout import settings
from tieout.db.insertion import insert_once
from tieout.intake.guessing import fits
from tieout.intake.kinds import BatchKind
from tieout.intake.knowing import ROWS, told_by_the_books
from tieout.intake.mapping import Mapping
from tieout.intake.models import RememberedMapping
from tieout.intake.readings import HEADINGS
from tieout.intake.uploads import HEAD, Inspected


def remembered(
    session: Session, kind: BatchKind, signature: str, *, customer_id: int = 0
) -> Mapping | None:
    """The mapping that was used for these headings the last time, if any was."""
    query = select(RememberedMapping.mapping).where(
        RememberedMapping.kind == kind,
        RememberedMapping.signature == signature,
        RememberedMapping.customer_id == customer_id,
    )
    stored = session.scalar(query)
    return None if stored is None else Mapping.from_json(stored)


def by_name(session: Session, name: str, kind: str = "") -> Mapping | None:
    """The mapping that was last used under a name, of our own files."""
    query = select(RememberedMapping.mapping).where(
        RememberedMapping.name == name, RememberedMapping.customer_id == 0
    )
    if kind:
        query = query.where(RememberedMapping.kind == kind)
    query = query.order_by(RememberedMapping.used_at.desc(), RememberedMapping.id.desc())
    stored = session.scalars(query).first()
    return None if stored is None else Mapping.from_json(stored)


def proposed(
    session: Session, inspected: Inspected, *, customer_id: int = 0, at: datetime | None = None
) -> Inspected:
    """The file with the mapping of the last time where that can read it, else as guessed.

    `at` notes that the remembered mapping was used.
    """
    mapping = remembered(session, inspected.kind, inspected.signature, customer_id=customer_id)
    if mapping is not None and fits(mapping, inspected.layout, inspected.rows[:HEAD]):
        if at is not None:
            key = _key(inspected.kind, inspected.signature, customer_id)
            session.execute(update(RememberedMapping).filter_by(**key).values(used_at=at))
        return inspected.mapped(mapping)
    mapping = told_by_the_books(session, inspected, inspected.mapping, inspected.rows[:ROWS])
    if not mapping.currency and inspected.kind != BatchKind.THEIR_LEDGER:
        mapping = replace(mapping, currency=settings.company(session).base_currency)
    return inspected.mapped(mapping)


def remember(
    session: Session,
    mapping: Mapping,
    name: str,
    *,
    headings: Sequence[str] = (),
    customer_id: int = 0,
    at: datetime,
) -> None:
    """Keep a mapping for the next file with these headings; a name it has stays."""
    key = _key(mapping.kind, mapping.signature, customer_id)
    values = {"mapping": {**mapping.to_json(), HEADINGS: list(headings)}, "used_at": at}
    insert_once(session, RememberedMapping, {**key, **values, "name": name[-200:]}, list(key))
    stored = session.scalars(select(RememberedMapping).filter_by(**key)).one()
    for field, value in values.items():
        setattr(stored, field, value)
    session.flush()


def _key(kind: BatchKind, signature: str, customer_id: int) -> dict[str, object]:
    return {"kind": str(kind), "signature": signature, "customer_id": customer_id}
