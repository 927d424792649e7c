"""Files to read, written by a test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import make_company
from tieout import db

Write = Callable[[str, bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a small file and tell where it is."""

    def written(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.fixture
def books(sqlite_database: Engine) -> Iterator[Session]:
    """A company without a customer, for files that are only tried."""
    with db.transaction() as session:
        make_company(session)
        yield session
        session.rollback()
        session.info.pop("audit", None)  # what was gathered went with it
