"""Mail that comes in: answers, notices of delivery, and how far a mailbox was looked into.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "post_boxes",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("validity", _ID, nullable=False),
        sa.Column("last_uid", _ID, nullable=False),
        sa.Column("looked_at", _MOMENT, nullable=False),
        sa.Column("failing_since", _MOMENT, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_post_boxes")),
    )
    op.create_table(
        "incoming_mails",
        sa.Column("id", _ID, nullable=False),
        sa.Column("identity", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("message_id", _ID, nullable=True),
        sa.Column("customer_id", _ID, nullable=True),
        sa.Column("contact_id", _ID, nullable=True),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("sender_name", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("came_at", _MOMENT, nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("done_by", sa.String(length=200), nullable=True),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_incoming_mails_message_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_incoming_mails_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_incoming_mails_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mails")),
        sa.UniqueConstraint("identity", name=op.f("uq_incoming_mails_identity")),
    )
    for column in ("message_id", "customer_id", "is_open"):
        op.create_index(op.f(f"ix_incoming_mails_{column}"), "incoming_mails", [column])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("incoming_mails")
    op.drop_table("post_boxes")
