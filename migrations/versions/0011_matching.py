"""Matching: how many, for how much each, as a line of a customer's own ledger says.

Both columns begin empty; a ledger handed in before says nothing about them.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLE = "their_book_lines"
_COLUMNS = ("quantity_micro", "unit_price_micro")


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table(_TABLE) as table:
        for name in _COLUMNS:
            table.add_column(sa.Column(name, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table(_TABLE) as table:
        for name in reversed(_COLUMNS):
            table.drop_column(name)
