"""Search: the index over documents, searches with a name, and indexes lists are read along.

The full-text table stands in no model: SQLite and PostgreSQL each have their own. Documents
that are there already are indexed at once, in pieces of bounded size.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base
from tieout.ledger import search_index

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and the indexes, and fill them."""
    op.create_table(
        "document_texts",
        sa.Column("document_id", _ID, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_document_texts_document_id_documents"
        ),
        sa.PrimaryKeyConstraint("document_id", name="pk_document_texts"),
    )
    op.create_table(
        "saved_searches",
        sa.Column("id", _ID, nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", tieout.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff_users.id"], name="fk_saved_searches_owner_id_staff_users"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_searches"),
        sa.UniqueConstraint("owner_id", "name", name="uq_saved_searches_owner_id_name"),
    )
    op.create_index("ix_documents_day", "documents", ["issued_on", "id"])
    op.create_index("ix_documents_amount", "documents", ["amount_minor", "id"])
    op.create_index(
        "ix_due_items_still_open",
        "due_items",
        ["document_id"],
        sqlite_where=sa.text("open_minor > 0"),
        postgresql_where=sa.text("open_minor > 0"),
    )
    connection = op.get_bind()
    search_index.create(connection)
    search_index.index_all(connection)


def downgrade() -> None:
    """Take them away."""
    search_index.drop(op.get_bind())
    op.drop_index("ix_due_items_still_open", table_name="due_items")
    op.drop_index("ix_documents_amount", table_name="documents")
    op.drop_index("ix_documents_day", table_name="documents")
    op.drop_table("saved_searches")
    op.drop_table("document_texts")
