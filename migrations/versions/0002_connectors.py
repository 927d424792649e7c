"""Connectors: what is pulled, when, and how it went.

Three new tables that begin empty; nothing that is there is touched.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "connectors",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("batch_kind", sa.String(length=40), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=False),
        sa.Column("schedule", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("daily_at", sa.String(length=40), nullable=False),
        sa.Column("submits", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("scheduled_since", _MOMENT, nullable=False),
        sa.Column("mark", sa.JSON(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", _MOMENT, nullable=True),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("deleted_at", _MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connectors")),
        sa.UniqueConstraint("name_key", name=op.f("uq_connectors_name_key")),
    )
    op.create_table(
        "connector_pulls",
        sa.Column("id", _ID, nullable=False),
        sa.Column("connector_id", _ID, nullable=False),
        sa.Column("period", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=True),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_connector_pulls_connector_id_connectors"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_pulls")),
        sa.UniqueConstraint(
            "connector_id", "period", name=op.f("uq_connector_pulls_connector_id_period")
        ),
    )
    op.create_index("ix_connector_pulls_state", "connector_pulls", ["state"])
    op.create_table(
        "pulled_items",
        sa.Column("id", _ID, nullable=False),
        sa.Column("pull_id", _ID, nullable=False),
        sa.Column("connector_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("batch_id", _ID, nullable=True),
        sa.Column("note", sa.JSON(), nullable=True),
        sa.Column("is_problem", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_pulled_items_batch_id_import_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_pulled_items_connector_id_connectors"),
        ),
        sa.ForeignKeyConstraint(
            ["pull_id"],
            ["connector_pulls.id"],
            name=op.f("fk_pulled_items_pull_id_connector_pulls"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulled_items")),
    )
    op.create_index(op.f("ix_pulled_items_batch_id"), "pulled_items", ["batch_id"])
    op.create_index("ix_pulled_items_connector", "pulled_items", ["connector_id", "sha256"])
    op.create_index(op.f("ix_pulled_items_pull_id"), "pulled_items", ["pull_id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("pulled_items")
    op.drop_table("connector_pulls")
    op.drop_table("connectors")
