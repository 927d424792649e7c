"""A staged row says the first row of its document, and is not touched again when that is posted.

Until now it was: with its state and the document it became, which was a quarter and more of what posting wrote.
Which document that is follows from the document's own source, and whether it was posted from its
batch. Rows of before are given their first row: of posted ones those of one document, of waiting
ones those of one group, whose smallest row is the first.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DOCUMENTS = "batch_id IN (SELECT id FROM import_batches WHERE kind IN ('documents', 'payments'))"


def upgrade() -> None:
    """Say the first row instead of the document."""
    with op.batch_alter_table("staged_rows") as table:
        table.add_column(sa.Column("first_row", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE staged_rows SET first_row = found.first FROM"
        " (SELECT document_id, MIN(row_no) AS first FROM staged_rows"
        " WHERE document_id IS NOT NULL GROUP BY document_id) AS found"
        " WHERE staged_rows.document_id = found.document_id"
    )
    op.execute(
        "UPDATE staged_rows SET first_row = found.first FROM"  # noqa: S608 - our own words
        " (SELECT batch_id, group_key, MIN(row_no) AS first FROM staged_rows"
        f" WHERE state = 'ready' AND group_key <> '' AND {_DOCUMENTS}"
        " GROUP BY batch_id, group_key) AS found"
        " WHERE staged_rows.batch_id = found.batch_id AND staged_rows.state = 'ready'"
        " AND staged_rows.group_key = found.group_key"
    )
    op.execute("UPDATE staged_rows SET state = 'ready' WHERE state = 'posted'")
    with op.batch_alter_table("staged_rows") as table:
        table.drop_index("ix_staged_rows_document_id")
        table.drop_constraint("fk_staged_rows_document_id_documents", type_="foreignkey")
        table.drop_column("document_id")


def downgrade() -> None:
    """Say the document again, and the state."""
    with op.batch_alter_table("staged_rows") as table:
        table.add_column(sa.Column("document_id", _ID, nullable=True))
        table.create_foreign_key(
            "fk_staged_rows_document_id_documents", "documents", ["document_id"], ["id"]
        )
        table.create_index("ix_staged_rows_document_id", ["document_id"])
    op.execute(
        "UPDATE staged_rows SET document_id = documents.id FROM documents"
        " WHERE documents.source ="
        " 'import:' || staged_rows.batch_id || ':' || staged_rows.first_row"
    )
    op.execute(
        "UPDATE staged_rows SET state = 'posted' WHERE state = 'ready' AND batch_id IN"
        " (SELECT id FROM import_batches WHERE state IN ('posted', 'undone'))"
    )
    with op.batch_alter_table("staged_rows") as table:
        table.drop_column("first_row")
