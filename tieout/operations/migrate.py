"""Bringing a database to the schema of this version.

On SQLite foreign keys are off while tables are rebuilt (a batch change with them on would
delete children through the old table), and checked afterwards. Triggers are dropped before
and made again after, on both databases. Everything happens in one transaction.
"""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from tieout.db import triggers
from tieout.db.engine import WRITES
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.ledger import search_index
from tieout.operations.schema import metadata

#: Any number, the same in every version.
_LOCK = 0x7469656F7574


class BrokenReferences(Conflict):
    """Rows point at rows that are not there."""

    message = N_("The migration would leave rows that point nowhere (%(tables)s). It was undone.")


def migrations_path() -> Path:
    """Where the migrations lie: beside the package, or in it when installed from a wheel."""
    inside = Path(__file__).parents[1] / "migrations"
    return inside if inside.exists() else Path(__file__).parents[2] / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_path()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate a database to a revision, the newest by default.

    Raises:
        BrokenReferences: rows would point nowhere; nothing was changed.
    """
    _migrate(engine, revision, command.upgrade)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate a database back to an earlier revision."""
    _migrate(engine, revision, command.downgrade)


def _migrate(engine: Engine, revision: str, move: Callable[[Config, str], None]) -> None:
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # must be said outside a transaction
            _pragma(connection, "foreign_keys=OFF")
        try:
            with connection.execution_options(**{WRITES: True}).begin():
                if not sqlite:  # of several processes that start at once, one migrates
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                triggers.drop(connection)
                move(_config(connection), revision)
                if current(connection) is not None:
                    triggers.create(connection)
                if sqlite:
                    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                    if broken:
                        raise BrokenReferences(tables=", ".join(sorted({row[0] for row in broken})))
        finally:
            if sqlite:
                _pragma(connection, "foreign_keys=ON")


def _pragma(connection: Connection, words: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA {words}")
    cursor.close()


def current(connection: Connection) -> str | None:
    """The revision a database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision of this version of Tieout."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def knows(revision: str) -> bool:
    """Whether this version of Tieout has a migration of that name."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def differences(connection: Connection) -> list[object]:
    """What differs between a database and the models; nothing, when all is well."""
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_name": _is_of_a_model}
    )
    return list(compare_metadata(context, metadata))


def _is_of_a_model(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table stands in a model; the full-text index is each database's own."""
    return kind != "table" or not (name or "").startswith(search_index.TABLE)
