"""Statements: frozen once issued; answers and delivery are rows of their own."""

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tieout.customers.models import Customer
from tieout.db.base import (
    Base,
    Bytes,
    CurrencyCode,
    Day,
    Digest,
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


class Statement(Base):
    """What we say a customer owes, at a cut-off; one version of one number."""

    __tablename__ = "statements"
    __table_args__ = (
        UniqueConstraint("number", "version"),
        Index("ix_statements_customer", "customer_id", "period_end"),
    )

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    #: receivable or payable.
    kind: Mapped[Word] = mapped_column(default="receivable")
    #: Empty until it is issued; without gaps.
    number: Mapped[Reference | None]
    version: Mapped[int] = mapped_column(Integer, default=1)
    period_start: Mapped[Day]
    period_end: Mapped[Day] = mapped_column(index=True)
    #: positive, negative, blank: how an answer is asked for.
    request: Mapped[Word] = mapped_column(default="positive")
    #: draft, approved, issued, superseded, excused.
    state: Mapped[Word] = mapped_column(default="draft", index=True)
    #: Only what was recorded up to here is in it.
    known_at: Mapped[Moment]
    #: Canonical JSON, the truth; `lines` are derived from it.
    frozen: Mapped[LongText] = mapped_column(default="")
    sha256: Mapped[Digest | None] = mapped_column(index=True)
    #: What the public verification page is asked with; says nothing by itself.
    verify_code: Mapped[Reference | None] = mapped_column(unique=True)
    answer_by: Mapped[date | None] = mapped_column(Date)
    prepared_by: Mapped[Name]
    #: Of the staff user; empty when a schedule prepared it.
    prepared_by_id: Mapped[int | None]
    approved_by: Mapped[Name] = mapped_column(default="")
    approved_at: Mapped[Moment | None]
    issued_at: Mapped[Moment | None]
    #: Why it was excused, or why it takes the place of an earlier version.
    reason: Mapped[LongText] = mapped_column(default="")
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("statements.id"))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("statements.id"), index=True)
    #: When it was noticed that the books no longer say what was answered.
    changed_since_at: Mapped[Moment | None]

    customer: Mapped[Customer] = relationship()
    sections: Mapped[list["StatementSection"]] = relationship(
        back_populates="statement", order_by="StatementSection.currency"
    )


class StatementSection(Base):
    """One currency of a statement; answered on its own."""

    __tablename__ = "statement_sections"
    __table_args__ = (UniqueConstraint("statement_id", "account_id"),)

    id: Mapped[PrimaryKey]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"), index=True)
    currency: Mapped[CurrencyCode]
    opening_minor: Mapped[MinorUnits]
    charges_minor: Mapped[MinorUnits]
    credits_minor: Mapped[MinorUnits]
    closing_minor: Mapped[MinorUnits]
    overdue_minor: Mapped[MinorUnits]
    not_due_minor: Mapped[MinorUnits]
    disputed_minor: Mapped[MinorUnits]
    unapplied_minor: Mapped[MinorUnits]

    statement: Mapped[Statement] = relationship(back_populates="sections")
    lines: Mapped[list["StatementLine"]] = relationship(
        back_populates="section", order_by="StatementLine.no"
    )


class StatementLine(Base):
    """One movement on a statement: what an answer or a dispute points at."""

    __tablename__ = "statement_lines"
    __table_args__ = (UniqueConstraint("section_id", "no"),)

    id: Mapped[PrimaryKey]
    section_id: Mapped[int] = mapped_column(ForeignKey("statement_sections.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    no: Mapped[int] = mapped_column(Integer)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    issued_on: Mapped[Day]
    due_on: Mapped[date | None] = mapped_column(Date)
    kind: Mapped[Word]
    number: Mapped[Reference]
    reference: Mapped[LongText] = mapped_column(default="")
    description: Mapped[LongText] = mapped_column(default="")
    amount_minor: Mapped[MinorUnits]
    balance_minor: Mapped[MinorUnits]
    #: Dated before the period but booked after the last statement was frozen.
    is_late: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Of what the customer sees of it; an unchanged line stays confirmed in the next version.
    content_digest: Mapped[Digest]

    section: Mapped[StatementSection] = relationship(back_populates="lines")


class Confirmation(Base):
    """What a customer answered about the balance of a section, with its evidence."""

    __tablename__ = "confirmations"

    id: Mapped[PrimaryKey]
    #: The number the customer sees.
    receipt: Mapped[Reference] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), index=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("statement_sections.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    #: agreed, agreed_except, disagreed, own_balance, deemed.
    outcome: Mapped[Word]
    currency: Mapped[CurrencyCode]
    #: The balance it speaks of, and the part left out as disputed.
    balance_minor: Mapped[MinorUnits]
    disputed_minor: Mapped[MinorUnits] = mapped_column(default=0)
    #: What the customer says the balance is, when it disagrees.
    stated_minor: Mapped[MinorUnits | None]
    note: Mapped[LongText] = mapped_column(default="")
    #: Authority, method, local time, hash, wording, channel; of the person only digests.
    evidence: Mapped[JsonObject]
    answered_at: Mapped[Moment]
    #: A later answer to the same section takes its place.
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("confirmations.id"))


class LineAnswer(Base):
    """What a customer answered about one line; the latest counts."""

    __tablename__ = "line_answers"

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("statement_lines.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    #: confirmed, disputed, withdrawn.
    answer: Mapped[Word]
    receipt: Mapped[Reference] = mapped_column(index=True)
    evidence: Mapped[JsonObject]
    answered_at: Mapped[Moment]


class EvidenceValue(Base):
    """What evidence says about a person, apart from it: emptied when the person is erased."""

    __tablename__ = "evidence_values"
    __table_args__ = (UniqueConstraint("receipt", "name"),)

    id: Mapped[PrimaryKey]
    #: Of the answer or the dispute whose evidence holds the digest.
    receipt: Mapped[Reference]
    contact_id: Mapped[int | None] = mapped_column(index=True)
    name: Mapped[Word]
    salt: Mapped[Bytes]
    value: Mapped[LongText | None]


class StatementDelivery(Base):
    """How a statement reached one recipient."""

    __tablename__ = "statement_deliveries"
    __table_args__ = (UniqueConstraint("statement_id", "contact_id"),)

    id: Mapped[PrimaryKey]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    #: queued, sent, delivered, viewed, failed; delivered only when proven.
    state: Mapped[Word] = mapped_column(default="queued")
    reason: Mapped[JsonObject | None]
    delivered_at: Mapped[Moment | None]
    viewed_at: Mapped[Moment | None]
    #: How delivery was proven: sign_in, post, dsn, receipt.
    proof: Mapped[Word] = mapped_column(default="")
    version: Mapped[Version]


class AnswerReminder(Base):
    """Once that a customer was reminded of a statement it had not answered."""

    __tablename__ = "answer_reminders"
    __table_args__ = (UniqueConstraint("statement_id", "no"),)

    id: Mapped[PrimaryKey]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    #: 1 for the first; two people who press at once make one.
    no: Mapped[int] = mapped_column(Integer)
    reminded_at: Mapped[Moment]
    reminded_by: Mapped[Name]
    #: Of the staff user; empty when the schedule did it.
    reminded_by_id: Mapped[int | None]


class AuditorRequest(Base):
    """A request for confirmation that is the auditor's: its replies reach the auditor first."""

    __tablename__ = "auditor_requests"
    __table_args__ = (UniqueConstraint("customer_id", "kind", "period_start", "period_end"),)

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    #: receivable or payable.
    kind: Mapped[Word]
    period_start: Mapped[Day]
    period_end: Mapped[Day]
    #: The auditor's sample it belongs to, where there is one.
    sample_id: Mapped[int | None]
    asked_by: Mapped[Name]
    asked_by_id: Mapped[int | None]
    asked_at: Mapped[Moment]
    #: Since when staff see the replies, too.
    released_at: Mapped[Moment | None]
    released_by: Mapped[Name] = mapped_column(default="")


class StatementTemplate(Base):
    """How statements look for some customers; what it says stands in its versions."""

    __tablename__ = "statement_templates"

    id: Mapped[PrimaryKey]
    name: Mapped[Name] = mapped_column(unique=True)
    #: The number of its latest version.
    version: Mapped[Version]
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class StatementTemplateVersion(Base):
    """One version of a template: never changed, so that paper can be printed again alike."""

    __tablename__ = "statement_template_versions"
    __table_args__ = (UniqueConstraint("template_id", "no"),)

    id: Mapped[PrimaryKey]
    template_id: Mapped[int] = mapped_column(ForeignKey("statement_templates.id"))
    no: Mapped[int] = mapped_column(Integer)
    #: Columns, parts and their order, grouping, wording in both languages.
    layout: Mapped[JsonObject]
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id"))
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id"))
    made_by: Mapped[Name]
    made_at: Mapped[Moment]


class StatementSchedule(Base):
    """When statements are prepared by themselves: for the company, a group or a customer."""

    __tablename__ = "statement_schedules"
    __table_args__ = (UniqueConstraint("scope", "scope_id", "kind", "every"),)

    id: Mapped[PrimaryKey]
    #: company, group, customer; the narrower one holds.
    scope: Mapped[Word]
    scope_id: Mapped[int] = mapped_column(default=0)
    kind: Mapped[Word] = mapped_column(default="receivable")
    #: month, quarter, year.
    every: Mapped[Word]
    #: The working day after the period's end it falls on; 0 is the day right after it.
    working_day: Mapped[int] = mapped_column(Integer, default=0)
    #: Also approves and issues, where the company wants no second person for it.
    issues: Mapped[bool] = mapped_column(Boolean, default=False)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    #: Periods that ended before it are left alone.
    starts_on: Mapped[Day]
    #: The code of the last period it has done.
    last_period: Mapped[Word] = mapped_column(default="")
    last_run_at: Mapped[Moment | None]
    last_run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    made_by: Mapped[Name]
    made_at: Mapped[Moment]
    version: Mapped[Version]


class PeriodClose(Base):
    """A period that one person asked to close and a second one closed."""

    __tablename__ = "period_closes"

    id: Mapped[PrimaryKey]
    kind: Mapped[Word] = mapped_column(default="receivable")
    period_start: Mapped[Day]
    period_end: Mapped[Day] = mapped_column(index=True)
    #: asked, closed, refused.
    state: Mapped[Word] = mapped_column(default="asked")
    #: What the accounts add up to, by currency, and what the general ledger says.
    totals: Mapped[JsonObject]
    asked_by: Mapped[Name]
    asked_by_id: Mapped[int | None]
    asked_at: Mapped[Moment]
    decided_by: Mapped[Name] = mapped_column(default="")
    decided_at: Mapped[Moment | None]
    note: Mapped[LongText] = mapped_column(default="")
