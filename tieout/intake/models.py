"""What comes in: batches, their rows, remembered mappings."""

from sqlalchemy import ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tieout.db.base import (
    Base,
    Bytes,
    Digest,
    JsonList,
    JsonObject,
    LongText,
    Moment,
    Name,
    PrimaryKey,
    Reference,
    Version,
    Word,
)


class ImportBatch(Base):
    """A file on its way into the books."""

    __tablename__ = "import_batches"

    id: Mapped[PrimaryKey]
    #: customers, documents, payments, their_ledger; no posting verb accepts the last.
    kind: Mapped[Word]
    #: For their ledger: whose it is.
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("customer_accounts.id"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id"))
    filename: Mapped[Name]
    sha256: Mapped[Digest] = mapped_column(index=True)
    sheet: Mapped[Name] = mapped_column(default="")
    #: uploaded, staged, submitted, posted, discarded, undone.
    state: Mapped[Word] = mapped_column(default="uploaded", index=True)
    #: How the file was read: encoding, delimiter, header row, sheets, warnings.
    reading: Mapped[JsonObject]
    #: A `Mapping` as JSON.
    mapping: Mapped[JsonObject]
    #: How many parts its rows are judged and posted in.
    parts: Mapped[int] = mapped_column(Integer, default=1)
    #: What each part comes to, in their order.
    part_sums: Mapped[JsonList] = mapped_column(default=list)
    #: Of the rows that will be posted; approval is bound to it.
    content_digest: Mapped[Digest | None]
    #: Counts by row state and sums by currency.
    totals: Mapped[JsonObject] = mapped_column(default=dict)
    uploaded_by: Mapped[int | None]
    uploaded_label: Mapped[Name]
    uploaded_at: Mapped[Moment]
    submitted_by: Mapped[int | None]
    submitted_at: Mapped[Moment | None]
    approved_by: Mapped[int | None]
    approved_label: Mapped[Name] = mapped_column(default="")
    posted_at: Mapped[Moment | None]
    undone_at: Mapped[Moment | None]
    version: Mapped[Version]

    rows: Mapped[list["StagedRow"]] = relationship(
        back_populates="batch", order_by="StagedRow.row_no"
    )


class StagedRow(Base):
    """One row of a file: as it stood, as understood, and what is wrong with it."""

    __tablename__ = "staged_rows"
    __table_args__ = (
        UniqueConstraint("batch_id", "row_no"),
        Index("ix_staged_rows_state", "batch_id", "state"),
        Index("ix_staged_rows_cause", "batch_id", "cause"),
        Index("ix_staged_rows_part", "batch_id", "part", "row_no"),
    )

    id: Mapped[PrimaryKey]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"))
    #: Long files are judged and posted part by part; the rows of a document stand in one part.
    part: Mapped[int] = mapped_column(Integer, default=1)
    #: As the reader of the file would count it, the first row being 1.
    row_no: Mapped[int] = mapped_column(Integer)
    raw: Mapped[JsonList]
    #: Typed values by field, as JSON; corrections by hand are in here.
    values: Mapped[JsonObject]
    #: What judging said: ready, decision, refused, repeated, left_out. A row that is ready goes the
    #: way of its batch, which alone says whether it was posted: see `states.word_of_row`.
    state: Mapped[Word]
    #: `Sentence`s as JSON, each with the field it is about.
    problems: Mapped[JsonList]
    #: The check that speaks of it first, and what about; rows with the same are decided together.
    cause: Mapped[Word] = mapped_column(default="")
    about: Mapped[Name] = mapped_column(default="")
    corrected_by: Mapped[Name | None]
    #: Rows of one document share it.
    group_key: Mapped[Reference] = mapped_column(default="")
    fingerprint: Mapped[Digest]
    #: 1 for the first such row of a file, 2 for its genuine twin …
    occurrence: Mapped[int] = mapped_column(Integer)
    #: Of a row that is ready: the first row of its document, by which the source of the document
    #: names it once it is posted.
    first_row: Mapped[int | None] = mapped_column(Integer)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))

    batch: Mapped[ImportBatch] = relationship(back_populates="rows")


class FileDecision(Base):
    """Somebody took a file as it is, although a check had something to say about all of it."""

    __tablename__ = "file_decisions"
    __table_args__ = (UniqueConstraint("batch_id", "check", "content"),)

    id: Mapped[PrimaryKey]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"), index=True)
    check: Mapped[Word]
    #: Digest of what was said; whatever is said anew has to be decided anew.
    content: Mapped[Digest]
    note: Mapped[LongText] = mapped_column(default="")
    decided_by: Mapped[int | None]
    decided_label: Mapped[Name]
    decided_at: Mapped[Moment]


class ImportPlan(Base):
    """What posting one part of a batch will write, worked out when its rows were judged."""

    __tablename__ = "import_plans"
    __table_args__ = (UniqueConstraint("batch_id", "part"),)

    id: Mapped[PrimaryKey]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"))
    part: Mapped[int] = mapped_column(Integer)
    #: Where the audit trail ended before the rows were judged.
    seq: Mapped[int]
    #: What it is of, packed; the seal is of this, and this holds the digest of the content.
    facts: Mapped[Bytes]
    content: Mapped[Bytes]
    seal: Mapped[Digest]


class SeenRow(Base):
    """A row that has been posted; the same one again is nothing new."""

    __tablename__ = "seen_rows"
    __table_args__ = (UniqueConstraint("kind", "fingerprint", "occurrence"),)

    id: Mapped[PrimaryKey]
    kind: Mapped[Word]
    fingerprint: Mapped[Digest]
    occurrence: Mapped[int] = mapped_column(Integer)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"), index=True)


class RememberedMapping(Base):
    """How files with these headings were read the last time."""

    __tablename__ = "remembered_mappings"
    __table_args__ = (UniqueConstraint("kind", "signature", "customer_id"),)

    id: Mapped[PrimaryKey]
    kind: Mapped[Word]
    #: Digest of the headings.
    signature: Mapped[Digest]
    #: 0 for our own files.
    customer_id: Mapped[int] = mapped_column(Integer, default=0)
    name: Mapped[Name]
    mapping: Mapped[JsonObject]
    used_at: Mapped[Moment]
    version: Mapped[Version]
