"""Notices: robots and web hooks, words of the company's own, levels that lead to a task.

New columns hold what every row has meant so far: no note before the day, no thanks, no interest,
no task. Three tables begin empty.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add the tables and the columns."""
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
    op.create_table(
        "message_texts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("tone", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("closing", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_texts")),
        sa.UniqueConstraint(
            "kind",
            "tone",
            "language",
            "version",
            name=op.f("uq_message_texts_kind_tone_language_version"),
        ),
    )
    op.create_table(
        "staff_tasks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("notice_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("done_by", sa.String(length=200), nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_staff_tasks_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_staff_tasks_notice_id_notices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_tasks")),
        sa.UniqueConstraint("notice_id", "kind", name=op.f("uq_staff_tasks_notice_id_kind")),
    )
    op.create_index(op.f("ix_staff_tasks_customer_id"), "staff_tasks", ["customer_id"])
    with op.batch_alter_table("dunning_policies") as batch:
        batch.add_column(sa.Column("before_days", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(
            sa.Column("thanks", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("dunning_levels") as batch:
        batch.add_column(
            sa.Column("interest_rate", sa.Integer(), nullable=False, server_default="0")
        )
        batch.add_column(sa.Column("task", sa.String(length=40), nullable=False, server_default=""))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("dunning_levels") as batch:
        batch.drop_column("task")
        batch.drop_column("interest_rate")
    with op.batch_alter_table("dunning_policies") as batch:
        batch.drop_column("thanks")
        batch.drop_column("before_days")
    op.drop_table("staff_tasks")
    op.drop_table("message_texts")
    op.drop_table("robots")
