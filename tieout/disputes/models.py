"""Disputes: what a customer does not agree with, and what came of it."""

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tieout.customers.models import Customer
from tieout.db.base import (
    Base,
    CurrencyCode,
    Day,
    JsonObject,
    LongText,
    MinorUnits,
    Moment,
    Name,
    PrimaryKey,
    Reference,
    Version,
    Word,
)
from tieout.identity.models import StaffUser
from tieout.ledger.models import Document


class Dispute(Base):
    """A document, or part of its amount, that a customer does not agree with."""

    __tablename__ = "disputes"

    id: Mapped[PrimaryKey]
    #: The number both sides see.
    receipt: Mapped[Reference] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    statement_line_id: Mapped[int | None] = mapped_column(ForeignKey("statement_lines.id"))
    currency: Mapped[CurrencyCode]
    #: Of the document's amount, without sign.
    amount_minor: Mapped[MinorUnits]
    #: What the customer says the document should be, without sign.
    expected_minor: Mapped[MinorUnits | None]
    #: price, quantity, not_received, returned, paid, not_ours, duplicate, other.
    reason: Mapped[Word]
    #: open, answered, accepting, accepted, part_accepted, rejected, withdrawn, reopened.
    state: Mapped[Word] = mapped_column(default="open", index=True)
    #: What is accepted of the amount, once resolved.
    accepted_minor: Mapped[MinorUnits | None]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id"), index=True)
    raised_on: Mapped[Day]
    raised_at: Mapped[Moment]
    #: By when we promised an answer.
    answer_by: Mapped[Day]
    resolved_at: Mapped[Moment | None]
    resolved_on: Mapped[date | None] = mapped_column(Date)
    #: The credit note being prepared or posted for it.
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("document_drafts.id"))
    evidence: Mapped[JsonObject]
    version: Mapped[Version]

    document: Mapped[Document] = relationship()
    customer: Mapped[Customer] = relationship()
    assignee: Mapped[StaffUser | None] = relationship()
    entries: Mapped[list["DisputeEntry"]] = relationship(order_by="DisputeEntry.id")


class DisputeEntry(Base):
    """One step on a dispute's timeline: words, a move, a file."""

    __tablename__ = "dispute_entries"

    id: Mapped[PrimaryKey]
    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    #: raised, note, answer, file, assigned, promised, proposed, sent_back, accepted,
    #: part_accepted, rejected, withdrawn, reopened, taken_up, escalated.
    kind: Mapped[Word]
    text: Mapped[LongText] = mapped_column(default="")
    #: Only staff see it.
    is_internal: Mapped[bool] = mapped_column(Boolean, default=False)
    facts: Mapped[JsonObject] = mapped_column(default=dict)
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id"))
    #: staff, customer, system.
    side: Mapped[Word]
    author: Mapped[Name]
    at: Mapped[Moment]
