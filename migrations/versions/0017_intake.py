"""Waiting rows are no longer indexed by their fingerprint: only rows that were seen are asked for.

Revision ID: 0017
Revises: 0016
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLE, _INDEX = "staged_rows", "ix_staged_rows_fingerprint"


def upgrade() -> None:
    """Drop the index nothing reads."""
    op.drop_index(_INDEX, table_name=_TABLE)


def downgrade() -> None:
    """Index them again."""
    op.create_index(_INDEX, _TABLE, ["fingerprint", "occurrence"])
