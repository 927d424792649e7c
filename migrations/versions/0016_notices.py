"""Messages in the company's own words; final steps of reminders, and the tasks they lead to.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add the tables, and what a policy says more."""
    _templates()
    with op.batch_alter_table("dunning_levels") as table:
        table.add_column(
            sa.Column("final_step", sa.String(length=40), nullable=False, server_default="")
        )
    _tasks()


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("staff_tasks")
    with op.batch_alter_table("dunning_levels") as table:
        table.drop_column("final_step")
    op.drop_table("message_template_versions")
    op.drop_table("message_templates")


def _templates() -> None:
    op.create_table(
        "message_templates",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_templates")),
        sa.UniqueConstraint(
            "kind",
            "level",
            "language",
            "channel",
            name=op.f("uq_message_templates_kind_level_language_channel"),
        ),
    )
    op.create_table(
        "message_template_versions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("template_id", _ID, nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["message_templates.id"],
            name=op.f("fk_message_template_versions_template_id_message_templates"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template_versions")),
        sa.UniqueConstraint(
            "template_id", "no", name=op.f("uq_message_template_versions_template_id_no")
        ),
    )


def _tasks() -> None:
    op.create_table(
        "staff_tasks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("notice_id", _ID, nullable=True),
        sa.Column("assignee_id", _ID, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("done_by", sa.String(length=200), nullable=True),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_staff_tasks_{column}_{table}")
            )
            for column, table in (
                ("customer_id", "customers"),
                ("account_id", "customer_accounts"),
                ("notice_id", "notices"),
                ("assignee_id", "staff_users"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_tasks")),
        sa.UniqueConstraint("notice_id", "kind", name=op.f("uq_staff_tasks_notice_id_kind")),
    )
    for column in ("customer_id", "state"):
        op.create_index(op.f(f"ix_staff_tasks_{column}"), "staff_tasks", [column])
