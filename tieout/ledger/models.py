"""The books: documents, what of them is open, how they settle one another, locks."""

from datetime import date
from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tieout.customers.models import CustomerAccount
from tieout.db.base import (
    Base,
    Bytes,
    CurrencyCode,
    Day,
    Digest,
    Json,
    LongText,
    Millionths,
    MinorUnits,
    Moment,
    Name,
    PrimaryKey,
    Reference,
    Version,
    Word,
)


class DocumentKind(StrEnum):
    """What a document is; the kind limits its sign."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    REFUND = "refund"
    BOUNCED_PAYMENT = "bounced_payment"
    DISCOUNT = "discount"
    WRITE_OFF = "write_off"
    RECOVERY = "recovery"
    FEE = "fee"
    INTEREST = "interest"
    ADJUSTMENT = "adjustment"
    OPENING_BALANCE = "opening_balance"
    TRANSFER = "transfer"
    EXCHANGE_DIFFERENCE = "exchange_difference"


#: + the customer owes us more, − less; a kind in neither may be either.
POSITIVE = frozenset(
    {
        DocumentKind.INVOICE,
        DocumentKind.REFUND,
        DocumentKind.BOUNCED_PAYMENT,
        DocumentKind.RECOVERY,
        DocumentKind.FEE,
        DocumentKind.INTEREST,
    }
)
NEGATIVE = frozenset(
    {
        DocumentKind.CREDIT_NOTE,
        DocumentKind.PAYMENT,
        DocumentKind.DISCOUNT,
        DocumentKind.WRITE_OFF,
    }
)


def _in(kinds: frozenset[DocumentKind]) -> str:
    return ", ".join(f"'{kind}'" for kind in sorted(kinds))


class Document(Base):
    """A posted document; never edited, never deleted (held by trigger)."""

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint(
            f"reverses_id IS NOT NULL OR amount_minor >= 0 OR kind NOT IN ({_in(POSITIVE)})",
            name="positive_kind",
        ),
        CheckConstraint(
            f"reverses_id IS NOT NULL OR amount_minor <= 0 OR kind NOT IN ({_in(NEGATIVE)})",
            name="negative_kind",
        ),
        Index("ix_documents_account_day", "account_id", "issued_on", "id"),
        Index("ix_documents_number_key", "number_key"),
        Index("ix_documents_day", "issued_on", "id"),
        Index("ix_documents_amount", "amount_minor", "id"),
    )

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"))
    kind: Mapped[Word]
    number: Mapped[Reference]
    #: The number as matching and search read it: cleaned of case, width and separators.
    number_key: Mapped[Reference]
    #: The document's date: from here it counts.
    issued_on: Mapped[Day]
    #: When the books learned of it.
    recorded_at: Mapped[Moment] = mapped_column(index=True)
    #: Of the account, which is also the document's.
    currency: Mapped[CurrencyCode]
    #: Signed: + the customer owes us more (on a payable account: we owe more).
    amount_minor: Mapped[MinorUnits]
    #: Of which tax, with the same sign.
    tax_minor: Mapped[MinorUnits] = mapped_column(default=0)
    #: What the paper says, where it differs from the account's currency.
    original_currency: Mapped[str | None] = mapped_column(String(3))
    original_minor: Mapped[MinorUnits | None]
    #: In the company's base currency, at `rate` (a decimal as text).
    base_minor: Mapped[MinorUnits | None]
    rate: Mapped[str | None] = mapped_column(String(40))
    description: Mapped[LongText] = mapped_column(default="")
    #: For a credit note: return or allowance; for others free.
    reason: Mapped[Word] = mapped_column(default="")
    #: The document this one takes back in full.
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), unique=True)
    #: Its pair or origin: the invoice of a credit note, the payment of a bounced one.
    related_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)
    #: Two documents of one action (exchange, transfer) share it.
    pair: Mapped[Reference] = mapped_column(default="", index=True)
    #: Where it came from: "import:12:34" (batch and row), "draft:5", "demo".
    source: Mapped[Reference] = mapped_column(default="", index=True)
    #: SHA-256 of what was handed in, to tell "again" from "other content".
    content_digest: Mapped[Digest]
    #: Stands for another system's document until that one comes.
    is_provisional: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Keys for matching, computed once (`tieout.matching.keys`).
    match_keys: Mapped[Bytes]
    posted_by: Mapped[Name]

    account: Mapped[CustomerAccount] = relationship()
    lines: Mapped[list["DocumentLine"]] = relationship(order_by="DocumentLine.no")
    references: Mapped[list["DocumentReference"]] = relationship(order_by="DocumentReference.id")
    due_items: Mapped[list["DueItem"]] = relationship(
        order_by="DueItem.part", back_populates="document"
    )


class LiveNumber(Base):
    """A number in use: gone once its document is reversed, so that it may be used again."""

    __tablename__ = "live_numbers"
    __table_args__ = (UniqueConstraint("account_id", "kind", "number"),)

    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"))
    kind: Mapped[Word]
    number: Mapped[Reference]


class DocumentReference(Base):
    """A number others know the document by."""

    __tablename__ = "document_references"
    __table_args__ = (Index("ix_document_references_value_key", "value_key"),)

    id: Mapped[PrimaryKey]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    #: po, order, delivery, tax_invoice, bank, remittance, contract, other.
    kind: Mapped[Word]
    value: Mapped[Reference]
    value_key: Mapped[Reference]


class DocumentLine(Base):
    """A line of a document: what was sold or returned."""

    __tablename__ = "document_lines"
    __table_args__ = (UniqueConstraint("document_id", "no"),)

    id: Mapped[PrimaryKey]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    no: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"), index=True)
    code: Mapped[Reference] = mapped_column(default="")
    description: Mapped[LongText] = mapped_column(default="")
    unit: Mapped[Word] = mapped_column(default="")
    quantity_micro: Mapped[Millionths | None]
    unit_price_micro: Mapped[Millionths | None]
    #: Signed as the document, tax included.
    amount_minor: Mapped[MinorUnits]
    tax_minor: Mapped[MinorUnits] = mapped_column(default=0)


class DueItem(Base):
    """What of a document is still to be settled, and by when."""

    __tablename__ = "due_items"
    __table_args__ = (
        UniqueConstraint("document_id", "part"),
        CheckConstraint("open_minor >= 0", name="open_not_negative"),
        CheckConstraint("open_minor <= amount_minor", name="open_not_above_amount"),
        Index("ix_due_items_open", "account_id", "open_minor"),
        Index(
            "ix_due_items_still_open",
            "document_id",
            sqlite_where=text("open_minor > 0"),
            postgresql_where=text("open_minor > 0"),
        ),
    )

    id: Mapped[PrimaryKey]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"))
    #: 1 for a document due at once, 1..n for instalments.
    part: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[Day] = mapped_column(index=True)
    #: −1 for a credit, +1 otherwise: the direction of its amounts.
    direction: Mapped[int] = mapped_column(Integer)
    #: In the document's own direction, never negative.
    amount_minor: Mapped[MinorUnits]
    #: Kept by `ledger.allocation` alone.
    open_minor: Mapped[MinorUnits]
    #: Money kept back until a guarantee has run out (质保金).
    is_retention: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[Version]

    document: Mapped[Document] = relationship(back_populates="due_items")


class Allocation(Base):
    """Part of a debit item settled with part of a credit item of the same account."""

    __tablename__ = "allocations"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="positive"),
        Index("ix_allocations_account", "account_id", "effective_on"),
        # what counted otherwise at a past day is found without reading all that was ever settled
        Index("ix_allocations_effective_on", "effective_on"),
        Index("ix_allocations_recorded_at", "recorded_at"),
        Index(
            "ix_allocations_undone_at",
            "undone_at",
            sqlite_where=text("undone_at IS NOT NULL"),
            postgresql_where=text("undone_at IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"))
    debit_item_id: Mapped[int] = mapped_column(ForeignKey("due_items.id"), index=True)
    credit_item_id: Mapped[int] = mapped_column(ForeignKey("due_items.id"), index=True)
    amount_minor: Mapped[MinorUnits]
    #: The later of both document dates, or the first open day.
    effective_on: Mapped[Day]
    recorded_at: Mapped[Moment]
    #: reference, exact_amount, exact_subset, remittance, oldest_first, by_hand, reversal, transfer.
    rule: Mapped[Word]
    recorded_by: Mapped[Name]
    #: From when on it no longer counts: the day, and when the books learned of it.
    undone_on: Mapped[date | None] = mapped_column(Date)
    undone_at: Mapped[Moment | None]
    undone_by: Mapped[Name | None]


class DisputedPart(Base):
    """How much of a due item is disputed, and while when. Written by `disputes` alone."""

    __tablename__ = "disputed_parts"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="positive"),)

    id: Mapped[PrimaryKey]
    due_item_id: Mapped[int] = mapped_column(ForeignKey("due_items.id"), index=True)
    #: Of the dispute that holds it.
    dispute_ref: Mapped[Reference] = mapped_column(index=True)
    #: In the item's own direction.
    amount_minor: Mapped[MinorUnits]
    effective_on: Mapped[Day]
    recorded_at: Mapped[Moment]
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[Moment | None]


class AccountTotal(Base):
    """The stored balance of an account; equal to the replay, always."""

    __tablename__ = "account_totals"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("customer_accounts.id"), primary_key=True, autoincrement=False
    )
    balance_minor: Mapped[MinorUnits] = mapped_column(default=0)
    documents: Mapped[int] = mapped_column(Integer, default=0)


class PeriodLock(Base):
    """Nothing dated up to a day may be posted any more."""

    __tablename__ = "period_locks"

    id: Mapped[PrimaryKey]
    through: Mapped[Day]
    #: A hard lock is never lifted; a soft one may be, with a reason.
    is_hard: Mapped[bool] = mapped_column(Boolean, default=False)
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[Name]
    lifted_at: Mapped[Moment | None]
    lifted_by: Mapped[Name | None]
    lift_reason: Mapped[LongText] = mapped_column(default="")


class DocumentDraft(Base):
    """A document being prepared; posted once somebody (a second person) approves it."""

    __tablename__ = "document_drafts"

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"))
    #: A `DocumentInput` as JSON.
    content: Mapped[Json] = mapped_column(JSON)
    content_digest: Mapped[Digest]
    #: draft, submitted, posted, rejected.
    state: Mapped[Word] = mapped_column(default="draft", index=True)
    #: What asked for it: "dispute:7", "" when entered by hand.
    origin: Mapped[Reference] = mapped_column(default="", index=True)
    prepared_by: Mapped[int | None]
    prepared_label: Mapped[Name]
    prepared_at: Mapped[Moment]
    decided_by: Mapped[int | None]
    decided_label: Mapped[Name] = mapped_column(default="")
    decided_at: Mapped[Moment | None]
    decision_note: Mapped[LongText] = mapped_column(default="")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    version: Mapped[Version]
