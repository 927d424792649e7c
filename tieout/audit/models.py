"""The audit trail: chained entries, and personal values apart from them."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tieout.db.base import (
    Base,
    Bytes,
    Digest,
    JsonObject,
    LongText,
    Moment,
    PrimaryKey,
    Word,
)


class AuditEntry(Base):
    """One recorded change; never edited, never deleted (held by trigger)."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_object", "object_type", "object_id"),)

    #: 1, 2, 3 … without gaps; the place in the chain.
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    actor_kind: Mapped[Word]
    actor_id: Mapped[int | None]
    #: What happened, such as "document.posted".
    action: Mapped[Word] = mapped_column(index=True)
    object_type: Mapped[Word]
    object_id: Mapped[str] = mapped_column(String(80))
    #: {"before": {...}, "after": {...}}; personal values as references into `audit_personal`.
    changes: Mapped[JsonObject]
    previous_hash: Mapped[Digest]
    hash: Mapped[Digest] = mapped_column(unique=True)


class AuditPersonal(Base):
    """A personal value an entry speaks of; can be emptied without breaking the chain."""

    __tablename__ = "audit_personal"

    id: Mapped[PrimaryKey]
    seq: Mapped[int] = mapped_column(ForeignKey("audit_entries.seq"), index=True)
    name: Mapped[Word]
    salt: Mapped[Bytes]
    #: Empty once the person was erased.
    value: Mapped[LongText | None]


class AuditHead(Base):
    """The end of the chain; one row, locked by whoever adds to it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[Digest]
