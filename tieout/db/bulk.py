"""Rows by the hundred thousand, past the unit of work: one statement a chunk, or COPY.

Everything here happens in the transaction of the session it is given.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import islice, repeat
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Dialect,
    FromClause,
    MetaData,
    String,
    Table,
    Text,
    any_,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from tieout.db.base import Base, JsonText

#: Rows of one statement; of one COPY there may be any number.
CHUNK = 10_000
#: Fewer rows are not worth a COPY.
_FEW = 50

T = TypeVar("T")
_Value = Callable[[Any], Any]


def insert_rows(
    session: Session, model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Insert rows, each a sequence of values in the order of the columns; return how many."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours has one
    return insert_into(session, table, columns, rows)


def insert_into(
    session: Session, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """The same for a table without a model, such as a temporary one."""
    connection = session.connection()
    dialect = connection.dialect
    defaults = _defaults(table, columns)
    names = (*columns, *defaults)
    convert = _converters(dialect, table, names)
    count = 0
    for chunk in chunks(rows, CHUNK):
        if defaults:
            chunk = [(*row, *defaults.values()) for row in chunk]
        ready = _converted(chunk, convert)
        count += len(ready)
        if dialect.name == "postgresql" and len(ready) > _FEW:
            _copy(connection.connection.dbapi_connection, table, names, ready)
        else:
            connection.exec_driver_sql(_statement(dialect, table, names), ready)
    return count


class Same(NamedTuple):
    """A column with one value in every row."""

    value: Any


class JsonTexts(list[str]):
    """A column of JSON that is written already."""


def insert_columns(
    session: Session, model: type[Base], columns: Mapping[str, Sequence[Any] | Same], count: int
) -> None:
    """Insert so many rows, handed in column by column."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours has one
    connection = session.connection()
    dialect = connection.dialect
    given = {**columns, **{k: Same(v) for k, v in _defaults(table, tuple(columns)).items()}}
    names = tuple(given)
    convert = dict(_converters(dialect, table, names))
    ready = [
        _column(values, convert.get(place), dialect) for place, values in enumerate(given.values())
    ]
    rows = zip(*ready, strict=False)
    if dialect.name == "postgresql" and count > _FEW:
        _copy(connection.connection.dbapi_connection, table, names, islice(rows, count))
        return
    for chunk in chunks(islice(rows, count), CHUNK):
        connection.exec_driver_sql(_statement(dialect, table, names), chunk)


def _column(values: Sequence[Any] | Same, change: _Value | None, dialect: Dialect) -> Iterable[Any]:
    """A column as the driver takes it."""
    if isinstance(values, Same):
        return repeat(values.value if change is None else change(values.value))
    if isinstance(values, JsonTexts):
        if dialect.name == "sqlite" or change is None:
            return values
        return [change(JsonText(value)) for value in values]
    return values if change is None else _changed(values, change)


def _changed(values: Sequence[Any], change: _Value) -> list[Any]:
    """Values as the driver takes them; days and moments come again and again."""
    if _TIMES.issuperset(map(type, values)):
        known = {value: change(value) for value in set(values)}
        return [known[value] for value in values]
    return [change(value) for value in values]


_TIMES = frozenset({date, datetime, type(None)})


def update_rows(
    session: Session,
    model: type[Base],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    by: Sequence[str] = ("id",),
) -> int:
    """Set columns of rows told by what stands first, their id or another key of theirs.

    Return how many were there.
    """
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours has one
    connection = session.connection()
    names = (*by, *columns)
    if connection.dialect.name == "postgresql":
        return _update_from(session, table, by, columns, rows)
    convert = _converters(connection.dialect, table, names)
    marks = ", ".join(f'"{name}" = ?' for name in columns)
    which = " AND ".join(f'"{name}" = ?' for name in by)
    statement = f"UPDATE {table.name} SET {marks} WHERE {which}"  # noqa: S608 - our own names
    count = 0
    for chunk in chunks(rows, CHUNK):
        ready = [(*row[len(by) :], *row[: len(by)]) for row in _converted(chunk, convert)]
        count += connection.exec_driver_sql(statement, ready).rowcount
    return count


def _update_from(
    session: Session,
    table: Table,
    by: Sequence[str],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> int:
    """One UPDATE from a table of this transaction that holds what is to be set."""
    names = (*by, *columns)
    compiled = [
        f'"{name}" {table.c[name].type.compile(session.connection().dialect)}' for name in names
    ]
    session.execute(text(f"CREATE TEMP TABLE changes ({', '.join(compiled)}) ON COMMIT DROP"))
    wanted = Table("changes", MetaData(), *(Column(n, table.c[n].type) for n in names))
    insert_into(session, wanted, names, rows)
    session.execute(text("ANALYZE changes"))
    marks = ", ".join(f'"{name}" = changes."{name}"' for name in columns)
    which = " AND ".join(f'{table.name}."{name}" = changes."{name}"' for name in by)
    statement = f"UPDATE {table.name} SET {marks} FROM changes WHERE {which}"  # noqa: S608
    done = session.connection().exec_driver_sql(statement).rowcount
    session.execute(text("DROP TABLE changes"))
    return done


def new_ids(session: Session, model: type[Base], count: int) -> Sequence[int]:
    """Set aside so many ids of a table, ascending.

    On SQLite nobody else writes until this transaction ends; on PostgreSQL they are taken from
    the sequence, so that nobody else gets them.
    """
    table = model.__tablename__
    if session.get_bind().dialect.name == "postgresql":
        query = text(
            "SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)"
        )
        return sorted(session.scalars(query, {"table": table, "count": count}))
    column = model.__table__.c.id
    last: int = session.scalar(select(func.coalesce(func.max(column), 0))) or 0
    return range(last + 1, last + 1 + count)


def among(
    session: Session,
    column: InstrumentedAttribute[Any],
    wanted: Collection[str] | Collection[int],
) -> ColumnElement[bool]:
    """Whether a column holds one of some thousand texts or numbers, handed over as one value.

    Each by itself, as `in_` hands them over, they would take longer than finding them.
    """
    if session.get_bind().dialect.name == "postgresql":
        kind = Text if isinstance(column.type, String) else column.type
        return column == any_(literal(list(wanted), ARRAY(kind)))
    values = func.json_each(json.dumps(list(wanted))).table_valued("value")
    return column.in_(select(values.c.value))


def handed_over(
    session: Session, columns: Sequence[InstrumentedAttribute[Any]], rows: Collection[Sequence[Any]]
) -> FromClause:
    """Some thousand keys of several columns as a table to join with, by the columns' names."""
    if session.get_bind().dialect.name == "postgresql":
        arrays = [
            literal([row[place] for row in rows], ARRAY(one.type))
            for place, one in enumerate(columns)
        ]
        named = [Column(one.key, one.type) for one in columns]
        return func.unnest(*arrays).table_valued(*named).render_derived(name="wanted")
    value = func.json_each(json.dumps([list(row) for row in rows])).table_valued("value").c.value
    parts = [
        func.json_extract(value, f"$[{place}]").label(one.key) for place, one in enumerate(columns)
    ]
    return select(*parts).subquery("wanted")


def chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut rows into lists of at most so many."""
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk


@lru_cache(maxsize=64)
def _statement(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str:
    """An INSERT in the words of the driver, its values in the order of the columns."""
    mark = "%s" if dialect.name == "postgresql" else "?"
    marks = ", ".join([mark] * len(columns))
    names = ", ".join(dialect.identifier_preparer.quote(name) for name in columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - our own names


def _defaults(table: Table, columns: Sequence[str]) -> dict[str, Any]:
    """The plain defaults of columns that are not named."""
    named = frozenset(columns)
    found: dict[str, Any] = {}
    for column in table.columns:
        default = column.default
        if column.name not in named and isinstance(default, ScalarElementColumnDefault):
            found[column.name] = default.arg
    return found


def _converters(dialect: Dialect, table: Table, columns: Sequence[str]) -> list[tuple[int, _Value]]:
    """What turns a value into what the driver takes, for the columns that need it."""
    found: list[tuple[int, _Value]] = []
    for place, name in enumerate(columns):
        column: Column[Any] = table.c[name]
        convert = column.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            found.append((place, convert))
    return found


def _converted(
    rows: list[Sequence[Any]], convert: Sequence[tuple[int, _Value]]
) -> list[tuple[Any, ...]]:
    if not convert:
        return [tuple(row) for row in rows]
    by_column = [list(column) for column in zip(*rows, strict=True)]
    for place, change in convert:
        by_column[place] = _changed(by_column[place], change)
    return list(zip(*by_column, strict=True))


def _copy(
    connection: Any, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    from psycopg import Error, errors

    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"COPY {table.name} ({names}) FROM STDIN"
    try:
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except errors.IntegrityError as error:
        raise IntegrityError(statement, None, error) from error
    except Error as error:
        raise DBAPIError(statement, None, error) from error
