"""Scheduled jobs that somebody asked for.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add who asked for a run, empty where it came by itself."""
    with op.batch_alter_table("job_runs") as table:
        table.add_column(
            sa.Column("asked_by", sa.String(length=200), nullable=False, server_default="")
        )


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("job_runs") as table:
        table.drop_column("asked_by")
