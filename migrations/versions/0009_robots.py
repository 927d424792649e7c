"""Notices: robots of groups and web hooks of other programs; the table begins empty.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "robots",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("customer_id", _ID, nullable=True),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("amounts", sa.Boolean(), nullable=False),
        sa.Column("old_secret_until", _MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_robots_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robots")),
        sa.UniqueConstraint("name", name=op.f("uq_robots_name")),
    )
    op.create_index(op.f("ix_robots_customer_id"), "robots", ["customer_id"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("robots")
