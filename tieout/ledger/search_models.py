"""What searching keeps: the text of each document made alike, and searches with a name."""

from sqlalchemy import Boolean, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tieout.db.base import Base, LongText, Moment, Name, PrimaryKey


class DocumentText(Base):
    """What of a document can be searched, made alike by `search_words`; see `search_index`."""

    __tablename__ = "document_texts"

    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id"), primary_key=True, autoincrement=False
    )
    text: Mapped[LongText]


class SavedSearch(Base):
    """A search of the ledger that somebody gave a name."""

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[PrimaryKey]
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff_users.id"))
    name: Mapped[Name]
    #: What follows the question mark in the ledger's address.
    query: Mapped[LongText]
    #: Everybody who sees the ledger has it in their list, each with what they may see.
    is_shared: Mapped[bool] = mapped_column(Boolean, default=False)
    saved_at: Mapped[Moment]
