"""Their books, and how ours and theirs were compared."""

from datetime import date

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tieout.db.base import (
    Base,
    CurrencyCode,
    Day,
    Digest,
    JsonObject,
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


class TheirLine(Base):
    """A line of a customer's own ledger; the same line of two uploads is one row."""

    __tablename__ = "their_lines"
    __table_args__ = (UniqueConstraint("account_id", "fingerprint", "occurrence"),)

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"))
    fingerprint: Mapped[Digest]
    occurrence: Mapped[int] = mapped_column(Integer)
    booked_on: Mapped[Day]
    number: Mapped[Reference] = mapped_column(default="")
    description: Mapped[LongText] = mapped_column(default="")
    kind: Mapped[Word] = mapped_column(default="")
    #: In our sign: + they owe us more.
    amount_minor: Mapped[MinorUnits]
    original_currency: Mapped[str | None] = mapped_column(String(3))
    original_minor: Mapped[MinorUnits | None]
    match_keys: Mapped[JsonObject]


class TheirBook(Base):
    """One upload of a customer's own ledger, as staged by intake."""

    __tablename__ = "their_books"

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"))
    filename: Mapped[Name]
    #: Their opening and closing balance in our sign, where the file says.
    opening_minor: Mapped[MinorUnits | None]
    closing_minor: Mapped[MinorUnits | None]
    first_day: Mapped[date | None] = mapped_column(Date)
    last_day: Mapped[date | None] = mapped_column(Date)
    #: The file had the opposite sign to ours and was turned.
    was_mirrored: Mapped[bool] = mapped_column(Boolean, default=False)
    uploaded_at: Mapped[Moment]
    uploaded_by: Mapped[Name]

    lines: Mapped[list["TheirBookLine"]] = relationship(order_by="TheirBookLine.row_no")


class TheirBookLine(Base):
    """A line's place in one upload."""

    __tablename__ = "their_book_lines"
    __table_args__ = (UniqueConstraint("book_id", "row_no"), UniqueConstraint("book_id", "line_id"))

    id: Mapped[PrimaryKey]
    book_id: Mapped[int] = mapped_column(ForeignKey("their_books.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("their_lines.id"), index=True)
    #: The row in their file.
    row_no: Mapped[int] = mapped_column(Integer)
    #: How many, for how much each, where the file says.
    quantity_micro: Mapped[Millionths | None]
    unit_price_micro: Mapped[Millionths | None]

    line: Mapped[TheirLine] = relationship()


class RuleSet(Base):
    """A version of the rules two books are compared by."""

    __tablename__ = "rule_sets"
    __table_args__ = (UniqueConstraint("scope", "scope_id", "version"),)

    id: Mapped[PrimaryKey]
    #: company, group, customer.
    scope: Mapped[Word] = mapped_column(default="company")
    scope_id: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(Integer)
    #: A `matching.Rules` as JSON.
    rules: Mapped[JsonObject]
    made_by: Mapped[Name]
    made_at: Mapped[Moment]


class Reconciliation(Base):
    """Our book and theirs compared, at a cut-off: a stored run."""

    __tablename__ = "reconciliations"
    __table_args__ = (Index("ix_reconciliations_account_as_at", "account_id", "as_at"),)

    id: Mapped[PrimaryKey]
    receipt: Mapped[Reference] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"), index=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("their_books.id"))
    #: The statement it explains.
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("statements.id"), index=True)
    currency: Mapped[CurrencyCode]
    as_at: Mapped[Day]
    known_at: Mapped[Moment]
    rules: Mapped[JsonObject]
    our_balance_minor: Mapped[MinorUnits]
    their_balance_minor: Mapped[MinorUnits]
    #: B: opening of ours − opening of theirs.
    opening_difference_minor: Mapped[MinorUnits] = mapped_column(default=0)
    unexplained_minor: Mapped[MinorUnits]
    last_agreed_on: Mapped[date | None] = mapped_column(Date)
    #: Differences that neither agree nor clear by themselves, and the day of the oldest.
    open_groups: Mapped[int] = mapped_column(Integer, default=0)
    oldest_open_on: Mapped[date | None] = mapped_column(Date)
    #: Made for the company's people alone: it looks into other customers' accounts.
    is_internal: Mapped[bool] = mapped_column(Boolean, default=False)
    made_at: Mapped[Moment]
    made_by: Mapped[Name]

    groups: Mapped[list["MatchGroup"]] = relationship(order_by="MatchGroup.no")


class MatchGroup(Base):
    """Lines of both books that belong together, and what remains between them."""

    __tablename__ = "match_groups"
    __table_args__ = (UniqueConstraint("reconciliation_id", "no"),)

    id: Mapped[PrimaryKey]
    reconciliation_id: Mapped[int] = mapped_column(ForeignKey("reconciliations.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    no: Mapped[int] = mapped_column(Integer)
    #: A type of MATCHING: match, amount_transposition, missing_in_theirs, …
    difference: Mapped[Word]
    #: The pass that found it; by_hand for a person's.
    found_by: Mapped[Word]
    #: accepted, listed, proposed, rejected.
    state: Mapped[Word]
    #: Ours − theirs over its lines.
    residual_minor: Mapped[MinorUnits]
    #: you, we, itself, together, nobody.
    acts: Mapped[Word]
    #: Shared keys, gap, numbers of the proof: the sentence is made from them.
    proof: Mapped[JsonObject]
    decided_by: Mapped[Name | None]
    decided_at: Mapped[Moment | None]
    decision_reason: Mapped[LongText] = mapped_column(default="")

    lines: Mapped[list["MatchGroupLine"]] = relationship(order_by="MatchGroupLine.id")


class MatchGroupLine(Base):
    """A line's place in a run: exactly one group."""

    __tablename__ = "match_group_lines"
    __table_args__ = (
        UniqueConstraint("reconciliation_id", "document_id"),
        UniqueConstraint("reconciliation_id", "their_line_id"),
        CheckConstraint("(document_id IS NULL) <> (their_line_id IS NULL)", name="one_side"),
        Index("ix_match_group_lines_group", "group_id"),
    )

    id: Mapped[PrimaryKey]
    reconciliation_id: Mapped[int] = mapped_column(ForeignKey("reconciliations.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("match_groups.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)
    their_line_id: Mapped[int | None] = mapped_column(ForeignKey("their_lines.id"), index=True)
    amount_minor: Mapped[MinorUnits]


class RememberedDecision(Base):
    """What a person decided about lines of two books; holds in every later run."""

    __tablename__ = "remembered_decisions"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"), index=True)
    #: matched, rejected, or clears: somebody knows that it is on its way.
    decision: Mapped[Word]
    #: {"ours": [document ids], "theirs": [their line ids]}, sorted.
    lines: Mapped[JsonObject]
    lines_digest: Mapped[Digest] = mapped_column(index=True)
    reason: Mapped[LongText] = mapped_column(default="")
    decided_by: Mapped[Name]
    #: Who of the company's people it was.
    decided_by_id: Mapped[int | None]
    decided_at: Mapped[Moment]
    undone_at: Mapped[Moment | None]
    #: Until a second person has agreed, it counts as a proposal.
    waits_for_approval: Mapped[bool] = mapped_column(Boolean, default=False)
    approved_by: Mapped[Name | None]
    approved_at: Mapped[Moment | None]
    version: Mapped[Version]


class LearnedHabit(Base):
    """How a customer keeps its book of one account: learned run by run, changed by people."""

    __tablename__ = "learned_habits"

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"), unique=True)
    #: A `habits.Habit` as JSON; empty after it was forgotten.
    learned: Mapped[JsonObject] = mapped_column(default=dict)
    #: The comparison it was learned from last.
    learned_at: Mapped[Moment | None]
    #: What a person says instead, part by part.
    chosen: Mapped[JsonObject] = mapped_column(default=dict)
    is_used: Mapped[bool] = mapped_column(Boolean, default=True)
    changed_by: Mapped[Name | None]
    version: Mapped[Version]
