"""Stored files."""

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from tieout.db.base import Base, Bytes, Digest, Moment, Name, PrimaryKey, Word


class Attachment(Base):
    """A file handed in or made: checked by content, kept encrypted."""

    __tablename__ = "attachments"

    id: Mapped[PrimaryKey]
    #: Whose file it is; nothing without it is ever shown in the portal.
    customer_id: Mapped[int | None] = mapped_column(index=True)
    #: What it is for: import, their_ledger, dispute, evidence, statement_pdf.
    purpose: Mapped[Word]
    filename: Mapped[Name]
    media_type: Mapped[Name]
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[Digest] = mapped_column(index=True)
    #: Fernet token of the content, or of its first piece.
    content: Mapped[Bytes]
    stored_at: Mapped[Moment]
    stored_by: Mapped[Name]


class AttachmentPiece(Base):
    """What follows the first piece of a long file."""

    __tablename__ = "attachment_pieces"

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id"), primary_key=True)
    #: 2 for the piece after the first.
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    #: A Fernet token.
    content: Mapped[Bytes]
