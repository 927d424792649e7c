"""Books: prices, retention, delivered and not invoiced, merged customers.

New columns are filled with what every row has meant so far: nothing kept back, nothing merged,
no other place for goods. New tables begin empty.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add what stands beside the books, and what customers and due items say more."""
    with op.batch_alter_table("customers") as batch:
        batch.add_column(
            sa.Column("delivery_address", sa.Text(), nullable=False, server_default="")
        )
        batch.add_column(sa.Column("merged_into_id", _ID, nullable=True))
        batch.create_foreign_key(
            op.f("fk_customers_merged_into_id_customers"),
            "customers",
            ["merged_into_id"],
            ["id"],
        )
        batch.create_index(op.f("ix_customers_merged_into_id"), ["merged_into_id"])
    with op.batch_alter_table("due_items") as batch:
        batch.add_column(
            sa.Column("is_retention", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_table(
        "agreed_prices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("product_id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=True),
        sa.Column("group_id", _ID, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_micro", sa.BigInteger(), nullable=False),
        sa.Column("from_quantity_micro", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "customer_id IS NULL OR group_id IS NULL", name=op.f("ck_agreed_prices_one_side")
        ),
        sa.CheckConstraint("price_micro >= 0", name=op.f("ck_agreed_prices_price_not_negative")),
        sa.CheckConstraint(
            "from_quantity_micro >= 0", name=op.f("ck_agreed_prices_quantity_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_agreed_prices_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["customer_groups.id"],
            name=op.f("fk_agreed_prices_group_id_customer_groups"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_agreed_prices_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_prices")),
    )
    op.create_index(op.f("ix_agreed_prices_customer_id"), "agreed_prices", ["customer_id"])
    op.create_index(op.f("ix_agreed_prices_group_id"), "agreed_prices", ["group_id"])
    op.create_index(
        "ix_agreed_prices_product", "agreed_prices", ["product_id", "currency", "valid_from"]
    )
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("number_key", sa.String(length=120), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("order_number", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", _MOMENT, nullable=True),
        sa.Column("withdrawn_by", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_why", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_deliveries_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["customer_accounts.id"],
            name=op.f("fk_deliveries_account_id_customer_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_deliveries_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_customer_id"), "deliveries", ["customer_id"])
    op.create_index("ix_deliveries_account", "deliveries", ["account_id", "number_key"])
    op.create_table(
        "customer_merges",
        sa.Column("id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("into_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("prepared_by", _ID, nullable=True),
        sa.Column("prepared_label", sa.String(length=200), nullable=False),
        sa.Column("prepared_at", _MOMENT, nullable=False),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("decided_label", sa.String(length=200), nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_label", sa.String(length=200), nullable=False),
        sa.Column("undone_at", _MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_merges_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["customers.id"], name=op.f("fk_customer_merges_into_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merges")),
    )
    op.create_index(op.f("ix_customer_merges_customer_id"), "customer_merges", ["customer_id"])
    op.create_index(op.f("ix_customer_merges_into_id"), "customer_merges", ["into_id"])
    op.create_index(op.f("ix_customer_merges_state"), "customer_merges", ["state"])


def downgrade() -> None:
    """Drop it all again."""
    for table in ("customer_merges", "deliveries", "agreed_prices"):
        op.drop_table(table)
    with op.batch_alter_table("due_items") as batch:
        batch.drop_column("is_retention")
    with op.batch_alter_table("customers") as batch:
        batch.drop_index(op.f("ix_customers_merged_into_id"))
        batch.drop_constraint(op.f("fk_customers_merged_into_id_customers"), type_="foreignkey")
        batch.drop_column("merged_into_id")
        batch.drop_column("delivery_address")
