"""Cleaning: what rows are held up by, in which part they stand, what was decided about a file.

Revision ID: 0004
Revises: 0003

Rows staged before have no cause yet; they get one as soon as they are checked again. Long files
are kept piece by piece; those stored before stay in one.
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Name cause and part of each staged row, and keep decisions about files."""
    with op.batch_alter_table("staged_rows") as batch_op:
        batch_op.add_column(sa.Column("cause", sa.String(40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("about", sa.String(200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("part", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_index("ix_staged_rows_cause", ["batch_id", "cause"])
        batch_op.create_index("ix_staged_rows_part", ["batch_id", "part", "row_no"])
    with op.batch_alter_table("staged_rows") as batch_op:
        batch_op.alter_column("cause", server_default=None)
        batch_op.alter_column("about", server_default=None)
        batch_op.alter_column("part", server_default=None)
    with op.batch_alter_table("import_batches") as batch_op:
        batch_op.add_column(sa.Column("parts", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("part_sums", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("import_batches") as batch_op:
        batch_op.alter_column("parts", server_default=None)
        batch_op.alter_column("part_sums", server_default=None)
    op.create_table(
        "file_decisions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("batch_id", _ID, nullable=False),
        sa.Column("check", sa.String(40), nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("decided_label", sa.String(200), nullable=False),
        sa.Column("decided_at", tieout.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_file_decisions_batch_id_import_batches"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_decisions")),
        sa.UniqueConstraint(
            "batch_id",
            "check",
            "content",
            name=op.f("uq_file_decisions_batch_id_check_content"),
        ),
    )
    op.create_index(op.f("ix_file_decisions_batch_id"), "file_decisions", ["batch_id"])
    op.create_table(
        "attachment_pieces",
        sa.Column("attachment_id", _ID, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_attachment_pieces_attachment_id_attachments"),
        ),
        sa.PrimaryKeyConstraint("attachment_id", "no", name=op.f("pk_attachment_pieces")),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("attachment_pieces")
    op.drop_table("file_decisions")
    with op.batch_alter_table("import_batches") as batch_op:
        batch_op.drop_column("part_sums")
        batch_op.drop_column("parts")
    with op.batch_alter_table("staged_rows") as batch_op:
        batch_op.drop_index("ix_staged_rows_part")
        batch_op.drop_column("part")
        batch_op.drop_index("ix_staged_rows_cause")
        batch_op.drop_column("about")
        batch_op.drop_column("cause")
