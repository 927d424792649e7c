"""What auditors have drawn, and what people of the company are alerted of."""

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tieout.db.base import (
    Base,
    CurrencyCode,
    Day,
    JsonList,
    JsonObject,
    MinorUnits,
    Moment,
    Name,
    PrimaryKey,
    Reference,
    Word,
)


class AuditSample(Base):
    """A sample of accounts: who drew it when, by what, and what came out."""

    __tablename__ = "audit_samples"

    id: Mapped[PrimaryKey]
    #: receivable or payable.
    kind: Mapped[Word]
    period_start: Mapped[Day]
    period_end: Mapped[Day]
    currency: Mapped[CurrencyCode]
    #: One of `sample.METHODS`.
    method: Mapped[Word]
    seed: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(Integer)
    above_minor: Mapped[MinorUnits]
    #: What the books knew then; drawn again from that, it comes out the same.
    known_at: Mapped[Moment]
    #: How many accounts it was drawn from, and what they came to.
    population: Mapped[int] = mapped_column(Integer)
    population_minor: Mapped[MinorUnits]
    #: Each account drawn: id, code, stratum, balance.
    accounts: Mapped[JsonList]
    drawn_by: Mapped[Name]
    drawn_by_id: Mapped[int | None]
    drawn_at: Mapped[Moment]


class Alert(Base):
    """Something of ours that went wrong and that somebody should hear of, once."""

    __tablename__ = "alerts"

    id: Mapped[PrimaryKey]
    #: What it is about: the same cause is told once.
    key: Mapped[Reference] = mapped_column(unique=True)
    #: over_limit, promise_broken, message_failed, unanswered.
    kind: Mapped[Word]
    #: Whom it is about; empty for a message to one of us.
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    subject_type: Mapped[Word]
    subject_id: Mapped[int]
    #: A `Sentence` as JSON.
    words: Mapped[JsonObject]
    raised_at: Mapped[Moment] = mapped_column(index=True)
    #: When it was found to be over.
    ended_at: Mapped[Moment | None]


class AlertChoice(Base):
    """How one of us wants to hear of one kind of alert."""

    __tablename__ = "alert_choices"
    __table_args__ = (UniqueConstraint("staff_id", "kind"),)

    id: Mapped[PrimaryKey]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_users.id"))
    kind: Mapped[Word]
    #: now, digest, page.
    how: Mapped[Word]
