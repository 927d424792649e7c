"""Engines: SQLite made safe for several threads and processes, PostgreSQL as it is."""

from json import JSONEncoder
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from tieout.db.base import JsonText
from tieout.errors import InvalidInput
from tieout.i18n import N_

#: Set on a connection by `tieout.db.transaction` alone: this transaction will write.
WRITES = "tieout_writes"
#: Set beside it: this one can be done another time, so it does not wait for others.
HURRIES = "tieout_hurries"
#: Milliseconds a writer waits for another one on SQLite: longer than a long import is written, so
#: that nobody is turned away meanwhile, and shorter than a web server in front waits for a page.
_PATIENCE = 60_000
#: How long one waits that can be done another time.
_HURRY = 50
#: What PostgreSQL calls a number beyond its column.
_OUT_OF_RANGE = "22003"
#: As `json.dumps` writes, without looking for circles in every row of a million.
_write_json = JSONEncoder(check_circular=False).encode


class NumberTooLarge(InvalidInput):
    """A number no column of a database holds was looked for, or was to be kept."""

    message = N_("A number here is larger than we can keep. Nothing was changed.")


class CharacterUnknown(InvalidInput):
    """A text holds what is no character of any script: half of a pair, or a NUL."""

    message = N_("A text here holds a character that does not exist. Nothing was changed.")


def make_engine(url: str, **options: Any) -> Engine:
    """Make an engine for a database URL.

    SQLite keeps a write-ahead log, waits a minute for another writer, and begins
    IMMEDIATE only where the transaction writes, so that readers stay side by side.
    `postgresql://` means psycopg 3.

    What is executed there raises NumberTooLarge or CharacterUnknown where a value is none that a
    database takes.
    """
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        if address.drivername in ("postgresql", "postgres"):
            address = address.set(drivername="postgresql+psycopg")
        engine = create_engine(address, pool_pre_ping=True, json_serializer=_json, **options)
        event.listen(engine, "handle_error", _tell)
        return engine
    engine = create_engine(address, json_serializer=_json, **options)
    event.listen(engine, "handle_error", _tell)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _tell(failed: ExceptionContext) -> None:
    """Say what is wrong with a value that the driver or the server does not take."""
    error = failed.original_exception
    if isinstance(error, OverflowError) or getattr(error, "sqlstate", "") == _OUT_OF_RANGE:
        raise NumberTooLarge from error
    if isinstance(error, UnicodeEncodeError) or "NUL (0x00)" in str(error):
        raise CharacterUnknown from error


def _json(value: object) -> str:
    """Write JSON; most lists of most rows are empty."""
    if type(value) is JsonText:
        return str(value)
    return "[]" if value == [] else _write_json(value)


def _prepare(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, also before a SELECT
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_PATIENCE}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get(WRITES, False):
        connection.exec_driver_sql("BEGIN")
    elif not options.get(HURRIES, False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_HURRY}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE}")


def is_busy(error: DBAPIError) -> bool:
    """Whether somebody else was writing all the time a writer waited."""
    return getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")
