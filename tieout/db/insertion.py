"""Inserting a row unless it is there already, without an error on either database."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from tieout.db.base import Base


def insert_once(
    session: Session, model: type[Base], values: Mapping[str, Any], unique: Sequence[str]
) -> bool:
    """Insert a row; False when one with the same unique columns is there already."""
    name = session.get_bind().dialect.name
    statement = _once(name, model, tuple(unique), tuple(values))
    return session.execute(statement, values).first() is not None


@lru_cache(maxsize=256)
def _once(
    dialect: str, model: type[Base], unique: tuple[str, ...], given: tuple[str, ...]
) -> ReturningInsert[Any]:
    """Build the statement that inserts such a row; building costs more than it takes to run."""
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours has one
    values: dict[str, Any] = {name: bindparam(name) for name in given}
    statement = insert(table).values(values).on_conflict_do_nothing(index_elements=list(unique))
    return statement.returning(*table.primary_key.columns)


def insert_missing(
    session: Session,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    unique: Sequence[str],
) -> None:
    """Insert those of many rows whose unique columns are not there yet, without an error."""
    if not rows:
        return
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours has one
    statement = insert(table).on_conflict_do_nothing(index_elements=list(unique))
    session.execute(statement, rows)
