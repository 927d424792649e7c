"""The migrations make exactly the schema of the models, forwards and backwards."""

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from tieout import db
from tieout.operations import migrate
from tieout.operations.schema import metadata


def test_migrated_database_is_what_the_models_say(database: Engine) -> None:
    with database.connect() as connection:
        assert migrate.differences(connection) == []
        assert migrate.current(connection) == migrate.newest()


def test_every_table_is_there_and_gone_again(database: Engine) -> None:
    assert set(metadata.tables) <= set(inspect(database).get_table_names())

    migrate.downgrade(database, "base")

    assert set(inspect(database).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(database)
    assert set(metadata.tables) <= set(inspect(database).get_table_names())


def test_triggers_survive_a_migration(database: Engine) -> None:
    migrate.upgrade(database)

    with pytest.raises(DatabaseError, match="books are frozen"), db.transaction() as session:
        session.execute(
            text(
                "INSERT INTO audit_entries (seq, at, actor_kind, action, object_type, object_id,"
                " changes, previous_hash, hash) VALUES"
                " (1, '2026-07-02 00:00:00', 'system', 'x', 'x', '1', '{}', '0', '1')"
            )
        )
        session.execute(text("UPDATE audit_entries SET action = 'y'"))
