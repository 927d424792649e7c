"""One empty database after another, for proofs that need many."""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.support.postgres import Postgres

#: Makes an empty database; gives its URL, and what takes it away again.
NewDatabase = Callable[[], tuple[str, Callable[[], None]]]


@pytest.fixture
def sqlite_databases(sqlite_template: Path, tmp_path: Path) -> NewDatabase:
    """Makes SQLite databases."""
    numbers = count()

    def make() -> tuple[str, Callable[[], None]]:
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}", path.unlink

    return make


@pytest.fixture
def postgresql_databases(postgres: Postgres) -> NewDatabase:
    """Makes PostgreSQL databases."""

    def make() -> tuple[str, Callable[[], None]]:
        name = postgres.new_database()
        return postgres.url(name), lambda: postgres.drop_database(name)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase:
    """Makes databases, once on each engine."""
    made: NewDatabase = request.getfixturevalue(f"{request.param}_databases")
    return made
