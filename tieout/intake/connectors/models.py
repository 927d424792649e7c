"""Connectors as rows: what each pulls, how far it has come, and every pull there was."""

from sqlalchemy import Boolean, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tieout.db.base import (
    Base,
    Digest,
    JsonObject,
    LongText,
    Moment,
    Name,
    PrimaryKey,
    Version,
    Word,
)


class Connector(Base):
    """A source somebody has set up, from which new data is pulled."""

    __tablename__ = "connectors"
    __table_args__ = (UniqueConstraint("name_key"),)

    id: Mapped[PrimaryKey]
    name: Mapped[Name]
    #: The name as it is compared; freed when the connector is deleted.
    name_key: Mapped[Name]
    #: folder, database, rest, or what a plug-in brings.
    kind: Mapped[Word]
    #: What its rows are: customers, products, documents, payments.
    batch_kind: Mapped[Word]
    #: What may be shown; a secret address stands here masked.
    settings: Mapped[JsonObject]
    #: The secrets as one sealed text; empty where there are none.
    secrets: Mapped[LongText] = mapped_column(default="")
    #: manual, minutes, hourly, daily.
    schedule: Mapped[Word] = mapped_column(default="manual")
    #: For `minutes`: how many.
    minutes: Mapped[int] = mapped_column(Integer, default=0)
    #: For `daily`: hh:mm in the company's time zone.
    daily_at: Mapped[Word] = mapped_column(default="")
    #: Handed in for approval by itself where every row is ready.
    submits: Mapped[bool] = mapped_column(Boolean, default=False)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    #: Periods before this moment are not caught up with.
    scheduled_since: Mapped[Moment]
    #: How far it has come; moved only together with what was stored.
    mark: Mapped[JsonObject] = mapped_column(default=dict)
    #: Pulls that failed since the last one that did not.
    failures: Mapped[int] = mapped_column(Integer, default=0)
    retry_at: Mapped[Moment | None]
    made_by: Mapped[Name]
    made_at: Mapped[Moment]
    deleted_at: Mapped[Moment | None]
    version: Mapped[Version]

    pulls: Mapped[list["ConnectorPull"]] = relationship(back_populates="connector")


class ConnectorPull(Base):
    """One pull: asked for or due, running, and what came of it."""

    __tablename__ = "connector_pulls"
    __table_args__ = (
        UniqueConstraint("connector_id", "period"),
        Index("ix_connector_pulls_state", "state"),
    )

    id: Mapped[PrimaryKey]
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id"))
    #: The local period it is for, or what makes it one of its own: "2026-07-02T09:00", "asked:…".
    period: Mapped[Name]
    #: waiting, running, done, nothing, failed.
    state: Mapped[Word] = mapped_column(default="waiting")
    asked_by: Mapped[Name]
    asked_at: Mapped[Moment]
    owner: Mapped[Name] = mapped_column(default="")
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    files: Mapped[int] = mapped_column(Integer, default=0)
    rows: Mapped[int] = mapped_column(Integer, default=0)
    #: A `Sentence` as JSON, when it failed.
    error: Mapped[JsonObject | None]

    connector: Mapped[Connector] = relationship(back_populates="pulls")
    pulled: Mapped[list["PulledItem"]] = relationship(
        back_populates="pull", order_by="PulledItem.id"
    )


class PulledItem(Base):
    """A file of a pull: the import it became, or why it did not become one."""

    __tablename__ = "pulled_items"
    __table_args__ = (Index("ix_pulled_items_connector", "connector_id", "sha256"),)

    id: Mapped[PrimaryKey]
    pull_id: Mapped[int] = mapped_column(ForeignKey("connector_pulls.id"), index=True)
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id"))
    name: Mapped[Name]
    sha256: Mapped[Digest] = mapped_column(default="")
    rows: Mapped[int] = mapped_column(Integer, default=0)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"), index=True)
    #: A `Sentence` as JSON: why it could not be taken, or why it is nothing new.
    note: Mapped[JsonObject | None]
    is_problem: Mapped[bool] = mapped_column(Boolean, default=False)

    pull: Mapped[ConnectorPull] = relationship(back_populates="pulled")
