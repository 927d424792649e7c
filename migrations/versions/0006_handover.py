"""Handover: what another system books for us.

Two new tables that begin empty; nothing that is there is touched.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "voucher_files",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_files")),
        sa.UniqueConstraint("number", name=op.f("uq_voucher_files_number")),
    )
    op.create_table(
        "handovers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("document_id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("file_id", _ID, nullable=True),
        sa.Column("booked_document_id", _ID, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("booked_at", _MOMENT, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_handovers_{column}_{table}")
            )
            for column, table in (
                ("document_id", "documents"),
                ("customer_id", "customers"),
                ("file_id", "voucher_files"),
                ("booked_document_id", "documents"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("document_id", name=op.f("uq_handovers_document_id")),
    )
    for column in ("customer_id", "state", "file_id"):
        op.create_index(op.f(f"ix_handovers_{column}"), "handovers", [column])


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("handovers")
    op.drop_table("voucher_files")
