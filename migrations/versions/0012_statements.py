"""Statements: templates in versions, schedules, and the samples auditors have drawn.

The table of templates was never written to before; it is made anew in its final form.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

import tieout.db.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = tieout.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.drop_table("statement_templates")
    op.create_table(
        "statement_templates",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_templates")),
        sa.UniqueConstraint("name", name=op.f("uq_statement_templates_name")),
    )
    op.create_table(
        "statement_template_versions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("template_id", _ID, nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("logo_id", _ID, nullable=True),
        sa.Column("seal_id", _ID, nullable=True),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["statement_templates.id"],
            name=op.f("fk_statement_template_versions_template_id_statement_templates"),
        ),
        sa.ForeignKeyConstraint(
            ["logo_id"],
            ["attachments.id"],
            name=op.f("fk_statement_template_versions_logo_id_attachments"),
        ),
        sa.ForeignKeyConstraint(
            ["seal_id"],
            ["attachments.id"],
            name=op.f("fk_statement_template_versions_seal_id_attachments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_template_versions")),
        sa.UniqueConstraint(
            "template_id", "no", name=op.f("uq_statement_template_versions_template_id_no")
        ),
    )
    op.create_table(
        "statement_schedules",
        sa.Column("id", _ID, nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("scope_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("every", sa.String(length=40), nullable=False),
        sa.Column("working_day", sa.Integer(), nullable=False),
        sa.Column("issues", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("last_period", sa.String(length=40), nullable=False),
        sa.Column("last_run_at", _MOMENT, nullable=True),
        sa.Column("last_run_id", _ID, nullable=True),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["last_run_id"], ["runs.id"], name=op.f("fk_statement_schedules_last_run_id_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_schedules")),
        sa.UniqueConstraint(
            "scope",
            "scope_id",
            "kind",
            "every",
            name=op.f("uq_statement_schedules_scope_scope_id_kind_every"),
        ),
    )
    op.create_table(
        "audit_samples",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("above_minor", sa.BigInteger(), nullable=False),
        sa.Column("known_at", _MOMENT, nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_minor", sa.BigInteger(), nullable=False),
        sa.Column("accounts", sa.JSON(), nullable=False),
        sa.Column("drawn_by", sa.String(length=200), nullable=False),
        sa.Column("drawn_by_id", _ID, nullable=True),
        sa.Column("drawn_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_samples")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("audit_samples")
    op.drop_table("statement_schedules")
    op.drop_table("statement_template_versions")
    op.drop_table("statement_templates")
    op.create_table(
        "statement_templates",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_templates")),
        sa.UniqueConstraint("name", name=op.f("uq_statement_templates_name")),
    )
