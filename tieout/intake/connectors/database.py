"""Any SQL database: one SELECT, read row by row in a transaction that cannot write."""

import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from tieout.errors import Conflict, InvalidInput, TieoutError
from tieout.i18n import N_, Sentence
from tieout.intake.connectors.marks import HighWater
from tieout.intake.connectors.protocol import (
    Asks,
    Mark,
    Pulled,
    PulledFile,
    Setting,
    SettingMissing,
    Values,
    number,
)
from tieout.intake.connectors.reach import reach
from tieout.intake.connectors.sealing import scrubbed
from tieout.intake.connectors.statement import Query, read_query
from tieout.intake.connectors.tables import CsvFile

SECONDS = 120
MOST_ROWS = 1_000_000
#: Seconds to reach the database at all.
CONNECT = 15
#: What databases say of a query that was stopped for its time.
_TOOK_TOO_LONG = (
    "statement timeout", "interrupted", "max_statement_time", "statement execution time exceeded",
)  # fmt: skip
#: The driver that is taken where the address names none.
_DRIVERS = {
    "postgresql": "psycopg",
    "postgres": "psycopg",
    "mysql": "pymysql",
    "mariadb": "pymysql",
    "mssql": "pyodbc",
    "oracle": "oracledb",
}


class NotAnAddress(InvalidInput):
    """An address that leads to no database."""

    message = N_(
        "This is no address of a database. Write it like"
        " postgresql://name:password@host:5432/database or sqlite:////folder/file.db."
    )


class DriverMissing(Conflict):
    """A kind of database whose driver is not installed."""

    message = N_(
        "To read from %(kind)s the package “%(package)s” has to be installed beside Tieout: pip"
        " install %(package)s. Then pull again."
    )


class DatabaseSilent(Conflict):
    """A database that cannot be reached."""

    message = N_("The database cannot be reached: %(reason)s. Nothing was lost; it is tried again.")


class QueryFailed(Conflict):
    """A query the database does not understand, or does not allow."""

    message = N_("The database did not run the query: %(reason)s. Correct the query, then test it.")


class QueryTooLong(Conflict):
    """A query that took too long."""

    message = N_(
        "The query took longer than %(seconds)s seconds and was stopped. Narrow it, or allow more"
        " seconds; nothing was lost."
    )


class TooManyRows(Conflict):
    """More rows than are taken at once, in no order that could be gone on with."""

    message = N_(
        "The query gives more than %(limit)s rows. Add ORDER BY %(column)s, so that the next pull"
        " goes on where this one ends, or narrow it; nothing was lost."
    )


class ColumnNotThere(Conflict):
    """A query that does not give the column of the mark."""

    message = N_("The query gives no column “%(column)s”. It gives: %(columns)s.")


class OutOfOrder(Conflict):
    """Rows that do not come as ORDER BY says."""

    message = N_(
        "The rows do not come in the order of “%(column)s”. Sort by it alone, rows without a value"
        " first; nothing was lost."
    )


_SOURCE, _NEW, _LIMITS = N_("Where the data is"), N_("Only what is new"), N_("Limits")


class Database:
    """A query over a database."""

    name = "database"
    label = N_("SQL database")
    about = N_(
        "One SELECT over PostgreSQL, MySQL, SQL Server, Oracle, SQLite or whatever SQLAlchemy"
        " speaks. It only reads."
    )
    settings: Sequence[Setting] = (
        Setting(
            "url", N_("Address of the database"),
            N_("Such as postgresql://reader:password@erp.example/sales. Its password is kept"
               " sealed. A user that may only read is best."),
            Asks.ADDRESS, is_required=True, part=_SOURCE,
        ),
        Setting(
            "query", N_("Query"),
            N_("One SELECT. Each row becomes a row of the import; its columns are its headings."
               " :since stands for how far the last pull came, such as WHERE changed_at >= :since"
               " ORDER BY changed_at."),
            Asks.LONG, is_required=True, part=_SOURCE,
        ),
        Setting(
            "since_column", N_("Column that says how new a row is"),
            N_("Needed with :since: a moment of change or a number that only grows."), part=_NEW,
        ),
        Setting(
            "start", N_("Begin with"),
            N_("The value of :since the first time."), default="1970-01-01", part=_NEW,
        ),
        Setting(
            "seconds", N_("Seconds at most"), "", Asks.NUMBER, str(SECONDS), part=_LIMITS
        ),
        Setting(
            "most_rows", N_("Rows at most"), N_("The next pull goes on from there."),
            Asks.NUMBER, str(MOST_ROWS), part=_LIMITS,
        ),
    )  # fmt: skip

    def check(self, given: Values, secrets: Values) -> None:
        """Look at the address and the query.

        Raises:
            NotAnAddress, OwnBooks, FolderRefused, NotASelect, SettingMissing
        """
        url = _address(secrets["url"])
        reach().database(secrets["url"])
        if url.get_backend_name() == "sqlite":
            reach().folder(url.database or "")
        query = read_query(given["query"])
        if query.has_since and not given.get("since_column", "").strip():
            raise SettingMissing(setting=Sentence(N_("Column that says how new a row is")))

    def source(self, given: Values) -> str:
        """The address without its password."""
        return given.get("url", "")

    def pull(
        self, given: Values, secrets: Values, mark: Mark, *, most: int | None = None
    ) -> Iterator[Pulled]:
        """Run the query, then yield its rows in files."""
        self.check(given, secrets)
        reading = _Reading(given, mark, most)
        engine = _engine(_address(secrets["url"]), secrets)
        with tempfile.TemporaryDirectory(prefix="tieout-") as folder:
            made, failed = _all_files(reading, engine, secrets, Path(folder))
            yield from made  # what was complete stays, also where the rest failed
        if failed is not None:
            raise failed


def _all_files(
    reading: "_Reading", engine: Engine, secrets: Values, folder: Path
) -> tuple[list[PulledFile], TieoutError | None]:
    """Every file of a query before the first is taken in, so that no database waits for that."""
    made: list[PulledFile] = []
    try:
        with _connected(engine, secrets, reading.seconds) as connection:
            try:
                for file in reading.files(connection, folder):
                    made.append(file)
            except SQLAlchemyError as error:
                return made, _failed(error, secrets, reading)
    except TieoutError as error:
        return made, error
    finally:
        engine.dispose()
    return made, None


class _Reading:
    """One run of the query."""

    def __init__(self, given: Values, mark: Mark, most: int | None) -> None:
        self.query: Query = read_query(given["query"])
        self.seconds = number(given, "seconds", SECONDS)
        self.limit = most or number(given, "most_rows", MOST_ROWS)
        self.is_look = most is not None
        self.column = given.get("since_column", "").strip()
        self.high = HighWater(self.column, mark, given.get("start", ""))
        self.until = time.monotonic() + self.seconds
        self.is_ordered = bool(self.column) and self.query.ordered_by == self.column.lower()

    @property
    def is_late(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() > self.until

    def files(self, connection: Connection, folder: Path) -> Iterator[PulledFile]:
        """Yield files of rows; the mark moves early only where rows come in its order."""
        values = {"since": self.high.since} if self.query.has_since else {}
        streamed = connection.execution_options(stream_results=True, max_row_buffer=1000)
        result = streamed.execute(text(self.query.text), values)
        headings = list(result.keys())
        place = self._place(headings)
        file, no, count = CsvFile(folder / "1.csv", headings), 1, 0
        for part in result.partitions(500):
            if self.is_late:
                raise QueryTooLong(seconds=self.seconds)
            for row in part:
                if place is not None and self.high.is_known(row[place], row):
                    continue
                if count >= self.limit and self._may_end(place, row):
                    yield self._pulled(file, is_last=True)
                    return
                if file.is_full or (file.is_long and self._may_part(place, row)):
                    yield self._pulled(file, is_last=False)
                    no += 1
                    file = CsvFile(folder / f"{no}.csv", headings)
                self._note(place, row)
                file.add(row)
                count += 1
        if file.rows:
            yield self._pulled(file, is_last=True)

    def _may_end(self, place: int | None, row: Sequence[object]) -> bool:
        """Whether the rest may wait for the next pull; rows of one moment stay together.

        Raises:
            TooManyRows: the next pull would not find what is left.
        """
        if self.is_look:
            return True
        if not self.is_ordered:
            raise TooManyRows(limit=self.limit, column=self.column or "…")
        return self._may_part(place, row)

    def _may_part(self, place: int | None, row: Sequence[object]) -> bool:
        """Whether a row may stand in another file: lines of one document change together."""
        return self.is_ordered and place is not None and self.high.is_above(row[place])

    def _pulled(self, file: CsvFile, *, is_last: bool) -> PulledFile:
        moves = bool(self.column) and (is_last or self.is_ordered)
        return PulledFile("", file.closed(), self.high.mark() if moves else {})

    def _note(self, place: int | None, row: Sequence[object]) -> None:
        if place is not None and not self.high.note(row[place], row) and self.is_ordered:
            raise OutOfOrder(column=self.column)

    def _place(self, headings: list[str]) -> int | None:
        if not self.column:
            return None
        names = [heading.lower() for heading in headings]
        if self.column.lower() not in names:
            raise ColumnNotThere(column=self.column, columns=", ".join(headings))
        return names.index(self.column.lower())


def _address(address: str) -> URL:
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise NotAnAddress from error
    if backend in _DRIVERS and "+" not in url.drivername:
        backend = "postgresql" if backend == "postgres" else backend
        url = url.set(drivername=f"{backend}+{_DRIVERS[backend]}")
    if backend == "sqlite" and (not url.database or url.database == ":memory:"):
        raise NotAnAddress
    return url


def _engine(url: URL, secrets: Values) -> Engine:
    """An engine that keeps no connection."""
    backend = url.get_backend_name()
    try:
        if backend == "sqlite":
            path = reach().folder(url.database or "")
            return create_engine("sqlite://", creator=lambda: _sqlite(path), poolclass=NullPool)
        arguments: dict[str, Any] = {}
        if url.get_driver_name() in ("psycopg", "pymysql", "psycopg2"):
            arguments["connect_timeout"] = CONNECT
        return create_engine(url, poolclass=NullPool, connect_args=arguments, hide_parameters=True)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        package = _DRIVERS.get(backend, url.get_driver_name() or backend)
        raise DriverMissing(kind=backend, package=package) from error
    except (SQLAlchemyError, ValueError, TypeError) as error:
        raise DatabaseSilent(reason=_reason(error, secrets)) from error


def _sqlite(path: object) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro", uri=True, timeout=CONNECT, isolation_level=None
    )
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


@contextmanager
def _connected(engine: Engine, secrets: Values, seconds: int) -> Iterator[Connection]:
    """A connection that only reads, for so many seconds; whatever happened is rolled back."""
    try:
        connection = engine.connect()
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseSilent(reason=_reason(error, secrets)) from error
    try:
        try:
            _only_reads(connection, seconds)
        except SQLAlchemyError as error:
            raise DatabaseSilent(reason=_reason(error, secrets)) from error
        yield connection
    finally:
        connection.close()


def _only_reads(connection: Connection, seconds: int) -> None:
    match connection.dialect.name:
        case "sqlite":
            until = time.monotonic() + seconds
            raw: Any = connection.connection.driver_connection
            raw.set_progress_handler(lambda: time.monotonic() > until, 10_000)
        case "postgresql":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{seconds}s'")
            connection.exec_driver_sql("SET LOCAL lock_timeout = '15s'")
        case "mysql" | "mariadb":
            connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
            connection.exec_driver_sql(_mysql_time(connection, seconds))
            connection.rollback()  # the next transaction is the first of that kind
        case "oracle":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _mysql_time(connection: Connection, seconds: int) -> str:
    """What stops a query after so many seconds: each of the two has its own word for it."""
    if getattr(connection.dialect, "is_mariadb", False):
        return f"SET SESSION max_statement_time = {seconds}"
    return f"SET SESSION max_execution_time = {seconds * 1000}"


def _failed(error: SQLAlchemyError, secrets: Values, reading: _Reading) -> Conflict:
    reason = _reason(error, secrets)
    if reading.is_late or any(words in reason for words in _TOOK_TOO_LONG):
        return QueryTooLong(seconds=reading.seconds)
    return QueryFailed(reason=reason)


def _reason(error: object, secrets: Values) -> str:
    origin = getattr(error, "orig", None) or error
    first = str(origin).strip().partition("\n")[0].rstrip(".")
    return scrubbed(first, secrets)[:300] or type(origin).__name__


DATABASE = Database()
