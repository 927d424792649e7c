"""Reminders to answer a statement, and requests whose replies the auditor hears first.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "answer_reminders",
        sa.Column("id", _ID, nullable=False),
        sa.Column("statement_id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("reminded_at", _MOMENT, nullable=False),
        sa.Column("reminded_by", sa.String(length=200), nullable=False),
        sa.Column("reminded_by_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statements.id"],
            name=op.f("fk_answer_reminders_statement_id_statements"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_answer_reminders_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_reminders")),
        sa.UniqueConstraint("statement_id", "no", name=op.f("uq_answer_reminders_statement_id_no")),
    )
    op.create_table(
        "auditor_requests",
        sa.Column("id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("sample_id", _ID, nullable=True),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_by_id", _ID, nullable=True),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("released_by", sa.String(length=200), nullable=False),
        sa.Column("released_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_auditor_requests_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_requests")),
        sa.UniqueConstraint(
            "customer_id",
            "kind",
            "period_start",
            "period_end",
            name=op.f("uq_auditor_requests_customer_id_kind_period_start_period_end"),
        ),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("auditor_requests")
    op.drop_table("answer_reminders")
