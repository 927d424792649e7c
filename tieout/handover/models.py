"""What is handed over to the system that keeps the books, and what became of it there."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tieout.db.base import Base, Digest, JsonList, Moment, Name, PrimaryKey, Reference, Word
from tieout.ledger.models import Document


class VoucherFile(Base):
    """A file of documents for the system that keeps the books; its rows never change."""

    __tablename__ = "voucher_files"

    id: Mapped[PrimaryKey]
    number: Mapped[Reference] = mapped_column(unique=True)
    #: Its rows as they were written, whichever form they are downloaded in.
    rows: Mapped[JsonList]
    sha256: Mapped[Digest]
    made_by: Mapped[Name]
    made_at: Mapped[Moment]


class Handover(Base):
    """Where a document made here stands with the system that keeps the books."""

    __tablename__ = "handovers"

    id: Mapped[PrimaryKey]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    #: waiting, handed_over, booked, dropped.
    state: Mapped[Word] = mapped_column(default="waiting", index=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("voucher_files.id"), index=True)
    #: The other system's document that took its place.
    booked_document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    created_at: Mapped[Moment]
    booked_at: Mapped[Moment | None]

    document: Mapped[Document] = relationship(foreign_keys=[document_id])
    booked_document: Mapped[Document | None] = relationship(foreign_keys=[booked_document_id])
    file: Mapped[VoucherFile | None] = relationship()
