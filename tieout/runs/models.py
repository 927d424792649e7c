"""Stored runs of items, the ledger of scheduled runs, and leases."""

import json

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tieout.db.base import Base, JsonObject, LongText, Moment, Name, PrimaryKey, Word
from tieout.i18n import Sentence


class Run(Base):
    """Long work, stored: an import, a statement run, a whole-company match."""

    __tablename__ = "runs"

    id: Mapped[PrimaryKey]
    kind: Mapped[Word]
    #: What makes two runs the same, such as "statements:2026-06".
    key: Mapped[str] = mapped_column(String(200), unique=True)
    params: Mapped[JsonObject]
    #: waiting, running, done, cancelled, failed.
    state: Mapped[Word] = mapped_column(default="waiting")
    cancel_asked: Mapped[bool] = mapped_column(Boolean, default=False)
    started_by: Mapped[Name]
    created_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]


class RunItem(Base):
    """One piece of a run; done once, whatever crashes in between."""

    __tablename__ = "run_items"
    __table_args__ = (
        UniqueConstraint("run_id", "key"),
        Index("ix_run_items_due", "state"),
        Index("ix_run_items_next", "run_id", "state", "id"),
    )

    id: Mapped[PrimaryKey]
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    key: Mapped[str] = mapped_column(String(200))
    #: waiting, running, done, failed, left_out.
    state: Mapped[Word] = mapped_column(default="waiting")
    result: Mapped[JsonObject] = mapped_column(default=dict)
    #: A `Sentence` as JSON, when it failed or was left out.
    reason: Mapped[JsonObject | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_owner: Mapped[Name | None]
    lease_until: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]


class JobRun(Base):
    """A scheduled job in one local period: it happens exactly once."""

    __tablename__ = "job_runs"
    __table_args__ = (UniqueConstraint("job", "period"),)

    id: Mapped[PrimaryKey]
    job: Mapped[Word]
    #: "2026-06-30": the day in the company's time zone; "asked:" and a moment by hand.
    period: Mapped[Word]
    #: waiting (asked for by hand), running, done, failed.
    state: Mapped[Word]
    owner: Mapped[Name]
    lease_until: Mapped[Moment]
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
    attempts: Mapped[int] = mapped_column(Integer, default=1)
    #: A `Sentence` as JSON, or plain words, such as of an error.
    summary: Mapped[LongText] = mapped_column(default="")
    #: Empty where it came by itself.
    asked_by: Mapped[Name] = mapped_column(default="", server_default="")

    @property
    def told(self) -> Sentence | str:
        """What was done, for whoever reads it in their language."""
        if not self.summary.startswith('{"text"'):
            return self.summary
        try:
            return Sentence.from_json(json.loads(self.summary))
        except (ValueError, KeyError):
            return self.summary


class Lease(Base):
    """Who holds a task that only one process may do, and until when."""

    __tablename__ = "leases"

    name: Mapped[Word] = mapped_column(primary_key=True)
    owner: Mapped[Name]
    #: Counts up with each new owner, so that a late one can be told apart.
    token: Mapped[int] = mapped_column(Integer, default=0)
    expires: Mapped[Moment]
