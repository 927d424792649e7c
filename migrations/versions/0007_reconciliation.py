"""Reconciliation: what is open at a glance, comparisons for our people alone, habits.

New columns are filled with what every row has meant so far: nothing counted yet (a comparison is
counted when it is made or decided again), shown to the customer, approved. One table begins empty.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the table."""
    with op.batch_alter_table("reconciliations") as batch:
        batch.add_column(sa.Column("open_groups", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("oldest_open_on", sa.Date(), nullable=True))
        batch.add_column(
            sa.Column("is_internal", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.create_index("ix_reconciliations_account_as_at", ["account_id", "as_at"])
    with op.batch_alter_table("remembered_decisions") as batch:
        batch.add_column(
            sa.Column("waits_for_approval", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("decided_by_id", _ID, nullable=True))
        batch.add_column(sa.Column("approved_by", sa.String(length=200), nullable=True))
        batch.add_column(sa.Column("approved_at", _MOMENT, nullable=True))
    op.create_table(
        "learned_habits",
        sa.Column("id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("learned", sa.JSON(), nullable=False),
        sa.Column("learned_at", _MOMENT, nullable=True),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["customer_accounts.id"],
            name=op.f("fk_learned_habits_account_id_customer_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_learned_habits_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_habits")),
        sa.UniqueConstraint("account_id", name=op.f("uq_learned_habits_account_id")),
    )
    op.create_index(op.f("ix_learned_habits_customer_id"), "learned_habits", ["customer_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("learned_habits")
    with op.batch_alter_table("remembered_decisions") as batch:
        for column in ("approved_at", "approved_by", "decided_by_id", "waits_for_approval"):
            batch.drop_column(column)
    with op.batch_alter_table("reconciliations") as batch:
        batch.drop_index("ix_reconciliations_account_as_at")
        for column in ("is_internal", "oldest_open_on", "open_groups"):
            batch.drop_column(column)
