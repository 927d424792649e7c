"""What auditors have drawn: a row a sample, so that anyone can draw it again and compare."""

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from tieout.db.base import (
    Base,
    CurrencyCode,
    Day,
    JsonList,
    MinorUnits,
    Moment,
    Name,
    PrimaryKey,
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
