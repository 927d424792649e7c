"""What is compiled once for all tests of one process: templates, and statements to databases."""

from sqlite3 import Connection as SqliteConnection
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import LRUCache

from tieout import db


class Compiled(BytecodeCache):
    """What a template was compiled to, by its name and the digest of its source."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template that was compiled before."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that has just been compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


class Statements:
    """Statements as they were put together for any database of a kind.

    An engine remembers them for itself alone, under its own dialect. Every test has a database of
    its own, so half of a test's time would go into putting the same statements together again.
    """

    def __init__(self) -> None:
        self._dialects: dict[str, Dialect] = {}
        self._kept: LRUCache[Any, Any] = LRUCache(4000)

    def learn(self, engine: Engine) -> None:
        """Remember a dialect that has met its server, for all engines that come."""
        self._dialects.setdefault(engine.dialect.name, engine.dialect)

    def make_engine(self, url: str, **options: Any) -> Engine:
        """As `tieout.db.make_engine` makes it, with the statements of those before it."""
        engine = db.make_engine(url, **options)
        event.listen(engine, "connect", wait_for_no_disk)
        dialect = self._dialects.get(engine.dialect.name)
        if dialect is not None and not options:
            engine.dialect = dialect
            engine.update_execution_options(compiled_cache=self._kept)
        return engine


def wait_for_no_disk(connection: object, _entry: ConnectionPoolEntry) -> None:
    """What a test writes outlives its process, but need not outlive a power cut."""
    if isinstance(connection, SqliteConnection):
        connection.execute("PRAGMA synchronous=OFF")


#: Of this process.
STATEMENTS = Statements()
