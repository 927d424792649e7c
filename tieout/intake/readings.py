"""The remembered ways files are read: listed, looked at, changed, forgotten."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import Customer
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.models import RememberedMapping

#: Under this a remembered mapping keeps all headings, those of unused columns too.
HEADINGS = "headings"


class ReadingUnnamed(InvalidInput):
    """A remembered mapping without a name."""

    message = N_("Give it a name by which it is known again.")


@dataclass(frozen=True)
class Reading:
    """One way of reading that is remembered."""

    id: int
    kind: BatchKind
    name: str
    #: Empty for our own files.
    customer: str
    customer_id: int
    headings: tuple[str, ...]
    mapping: Mapping
    used_at: datetime

    @property
    def seen_headings(self) -> tuple[str, ...]:
        """Those that show anything."""
        return tuple(heading for heading in self.headings if heading)

    @classmethod
    def of(cls, stored: RememberedMapping, customer: str | None) -> "Reading":
        """Read a row of the database."""
        mapping = Mapping.from_json(stored.mapping)
        return cls(
            id=stored.id,
            kind=mapping.kind,
            name=stored.name,
            customer=customer or "",
            customer_id=stored.customer_id,
            headings=_headings(stored, mapping),
            mapping=mapping,
            used_at=stored.used_at,
        )


def readings(
    kind: str = "", words: str = "", among: ColumnElement[bool] | None = None
) -> Select[RememberedMapping, str]:
    """Select the remembered mappings with their customers' names, the last used first.

    `among` says which customers' are shown; those of our own files always are.
    """
    query = (
        select(RememberedMapping, Customer.name)
        .outerjoin(Customer, Customer.id == RememberedMapping.customer_id)
        .order_by(RememberedMapping.used_at.desc(), RememberedMapping.id.desc())
    )
    if among is not None:
        query = query.where(or_(RememberedMapping.customer_id == 0, among))
    if kind:
        query = query.where(RememberedMapping.kind == kind)
    if words:
        like = f"%{words.lower()}%"
        query = query.where(
            or_(func.lower(RememberedMapping.name).like(like), func.lower(Customer.name).like(like))
        )
    return query


def reading(session: Session, reading_id: int) -> Reading:
    """One of them.

    Raises:
        NotFound: there is none.
    """
    row = session.execute(readings().where(RememberedMapping.id == reading_id)).one_or_none()
    if row is None:
        raise NotFound
    stored, customer = row
    return Reading.of(stored, customer)


def change(
    session: Session, reading_id: int, *, name: str, uses: Dictionary[int, str], by: Actor
) -> None:
    """Give a way of reading another name, or its columns other uses.

    Raises:
        ReadingUnnamed: it would have no name.
        FieldMappedTwice, UnknownField: the columns contradict each other.
    """
    if not (name := name.strip()):
        raise ReadingUnnamed
    known = reading(session, reading_id)
    stored = session.get_one(RememberedMapping, reading_id)
    before = {"name": stored.name, "mapping": stored.mapping}
    stored.name = name[:200]
    mapping = known.mapping.corrected(uses, known.headings)
    stored.mapping = {**mapping.to_json(), HEADINGS: list(known.headings)}
    session.flush()
    after = {"name": stored.name, "mapping": stored.mapping}
    audit.record(session, by, "reading.changed", stored, before=before, after=after)


def forget(session: Session, reading_id: int, *, by: Actor) -> None:
    """Forget a way of reading; the next such file is guessed again.

    Raises:
        NotFound: there is none.
    """
    stored = session.get(RememberedMapping, reading_id)
    if stored is None:
        raise NotFound
    before = {"name": stored.name, "mapping": stored.mapping}
    audit.record(session, by, "reading.forgotten", stored, before=before)
    session.delete(stored)
    session.flush()


def _headings(stored: RememberedMapping, mapping: Mapping) -> tuple[str, ...]:
    kept = stored.mapping.get(HEADINGS)
    if kept:
        return tuple(str(heading) for heading in kept)
    width = max((column.index for column in mapping.columns), default=-1) + 1
    headings = [""] * width
    for column in mapping.columns:
        headings[column.index] = column.heading
    return tuple(headings)
