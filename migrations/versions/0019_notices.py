"""What reminding costs, stopped deliveries, alerts to our people, and what a bot was told.

Every column has a default, so rows of before stay as they are: no fee, no interest, no stop.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)
_MONEY = sa.BigInteger()


def upgrade() -> None:
    """Add the columns and tables."""
    with op.batch_alter_table("dunning_policies") as table:
        table.add_column(
            sa.Column("charges", sa.String(length=40), nullable=False, server_default="ask")
        )
    with op.batch_alter_table("dunning_levels") as table:
        table.add_column(
            sa.Column("interest_ppm", sa.Integer(), nullable=False, server_default="0")
        )
        table.add_column(sa.Column("gap_days", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(
            sa.Column("channel", sa.String(length=40), nullable=False, server_default="")
        )
    op.create_table(
        "notice_charges",
        sa.Column("id", _ID, nullable=False),
        sa.Column("notice_id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", _MONEY, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("document_id", _ID, nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notice_charges_notice_id_notices")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_notice_charges_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["customer_accounts.id"],
            name=op.f("fk_notice_charges_account_id_customer_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_notice_charges_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_charges")),
        sa.UniqueConstraint("notice_id", "kind", name=op.f("uq_notice_charges_notice_id_kind")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_notice_charges_positive")),
    )
    op.create_index(op.f("ix_notice_charges_customer_id"), "notice_charges", ["customer_id"])
    op.create_index(op.f("ix_notice_charges_account_id"), "notice_charges", ["account_id"])
    op.create_index(op.f("ix_notice_charges_state"), "notice_charges", ["state"])
    op.create_index(op.f("ix_notice_charges_document_id"), "notice_charges", ["document_id"])
    op.create_table(
        "charged_items",
        sa.Column("id", _ID, nullable=False),
        sa.Column("charge_id", _ID, nullable=False),
        sa.Column("due_item_id", _ID, nullable=False),
        sa.Column("through_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["charge_id"],
            ["notice_charges.id"],
            name=op.f("fk_charged_items_charge_id_notice_charges"),
        ),
        sa.ForeignKeyConstraint(
            ["due_item_id"], ["due_items.id"], name=op.f("fk_charged_items_due_item_id_due_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charged_items")),
        sa.UniqueConstraint(
            "charge_id", "due_item_id", name=op.f("uq_charged_items_charge_id_due_item_id")
        ),
    )
    op.create_index(op.f("ix_charged_items_due_item_id"), "charged_items", ["due_item_id"])
    op.create_table(
        "delivery_stops",
        sa.Column("id", _ID, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("lifted_by", sa.String(length=200), nullable=True),
        sa.Column("lifted_at", _MOMENT, nullable=True),
        sa.Column("lifted_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_delivery_stops_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_stops")),
    )
    op.create_index(op.f("ix_delivery_stops_customer_id"), "delivery_stops", ["customer_id"])
    op.create_table(
        "bot_updates",
        sa.Column("id", _ID, nullable=False),
        sa.Column("update_id", _ID, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("came_at", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_updates")),
        sa.UniqueConstraint("update_id", name=op.f("uq_bot_updates_update_id")),
    )
    op.create_index(op.f("ix_bot_updates_done_at"), "bot_updates", ["done_at"])
    op.create_table(
        "alerts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("customer_id", _ID, nullable=True),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", _ID, nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("raised_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_alerts_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("key", name=op.f("uq_alerts_key")),
    )
    op.create_index(op.f("ix_alerts_customer_id"), "alerts", ["customer_id"])
    op.create_index(op.f("ix_alerts_raised_at"), "alerts", ["raised_at"])
    op.create_table(
        "alert_choices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("staff_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f("fk_alert_choices_staff_id_staff_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_choices")),
        sa.UniqueConstraint("staff_id", "kind", name=op.f("uq_alert_choices_staff_id_kind")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("alert_choices")
    op.drop_table("alerts")
    op.drop_table("bot_updates")
    op.drop_table("delivery_stops")
    op.drop_table("charged_items")
    op.drop_table("notice_charges")
    with op.batch_alter_table("dunning_levels") as table:
        table.drop_column("channel")
        table.drop_column("gap_days")
        table.drop_column("interest_ppm")
    with op.batch_alter_table("dunning_policies") as table:
        table.drop_column("charges")
