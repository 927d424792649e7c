"""Products that are one are merged, with what was moved, so that it can be undone.

Revision ID: 0008
Revises: 0007

Only a column that may be empty and a table of its own: nothing that stands is touched.
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Let a product say which one it was merged into."""
    with op.batch_alter_table("products") as batch:
        batch.add_column(sa.Column("merged_into_id", _ID, nullable=True))
        batch.create_foreign_key(
            op.f("fk_products_merged_into_id_products"), "products", ["merged_into_id"], ["id"]
        )
        batch.create_index(op.f("ix_products_merged_into_id"), ["merged_into_id"])
    op.create_table(
        "product_merges",
        sa.Column("id", _ID, nullable=False),
        sa.Column("product_id", _ID, nullable=False),
        sa.Column("into_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_label", sa.String(length=200), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_label", sa.String(length=200), nullable=False),
        sa.Column("undone_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_merges_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["products.id"], name=op.f("fk_product_merges_into_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_merges")),
    )
    for column in ("product_id", "into_id", "state"):
        op.create_index(op.f(f"ix_product_merges_{column}"), "product_merges", [column])


def downgrade() -> None:
    """Forget the merges; every product stands for itself again."""
    op.drop_table("product_merges")
    with op.batch_alter_table("products") as batch:
        batch.drop_index(op.f("ix_products_merged_into_id"))
        batch.drop_constraint(op.f("fk_products_merged_into_id_products"), type_="foreignkey")
        batch.drop_column("merged_into_id")
