"""Indexes for long runs of statements, and for ageing that grows with what is open.

The next items of a run are found without reading those that are done. Allocations that counted
otherwise at a past day are found by the day and the moment that make the difference, so that
ageing does not read all that was ever settled.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_UNDONE = sa.text("undone_at IS NOT NULL")


def upgrade() -> None:
    """Add the indexes; the one on runs takes the place of a shorter one."""
    op.create_index("ix_run_items_next", "run_items", ["run_id", "state", "id"])
    op.drop_index("ix_run_items_run_id", "run_items")
    op.create_index("ix_allocations_effective_on", "allocations", ["effective_on"])
    op.create_index("ix_allocations_recorded_at", "allocations", ["recorded_at"])
    op.create_index(
        "ix_allocations_undone_at",
        "allocations",
        ["undone_at"],
        sqlite_where=_UNDONE,
        postgresql_where=_UNDONE,
    )


def downgrade() -> None:
    """Take the indexes away, and put the shorter one back."""
    op.drop_index("ix_allocations_undone_at", "allocations")
    op.drop_index("ix_allocations_recorded_at", "allocations")
    op.drop_index("ix_allocations_effective_on", "allocations")
    op.create_index("ix_run_items_run_id", "run_items", ["run_id"])
    op.drop_index("ix_run_items_next", "run_items")
