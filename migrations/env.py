"""Alembic's environment; run by `tieout.operations.migrate` with a connection of ours."""

from alembic import context

from tieout.operations.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
