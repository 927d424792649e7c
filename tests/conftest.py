"""Databases for every test: migrated once, copied for each."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from playwright.sync_api import Browser
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from tests.support.chromium import browsing
from tests.support.compiled import STATEMENTS, Compiled
from tests.support.effort import LONG
from tests.support.postgres import Postgres
from tests.support.route_world import World, build
from tests.support.visitor import KEYS, settings_for
from tieout import app as roof
from tieout import attachments, audit, clock, db
from tieout.config import Settings
from tieout.identity import keys, passwords
from tieout.messages import outbox
from tieout.operations import migrate

#: Where the clock stands in tests, unless a test sets it.
NOW = datetime(2026, 7, 2, 1, 42, tzinfo=UTC)

FIELD_KEYS = KEYS.fields

# A check of the same commit says the same each time; `./run test --long` looks for more.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None)
settings.load_profile("searching" if LONG else "steady")


#: Templates compiled once for all applications of this process.
COMPILED = Compiled()

#: The application of this process and its configuration as it was made.
_MADE: list[tuple[Flask, dict[str, object]]] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes long begin first."""
    items.sort(key=lambda item: item.get_closest_marker("lengthy") is None)


@pytest.fixture(autouse=True)
def _outside_world() -> Iterator[None]:
    """Let the clock stand, and sign with keys of the tests."""
    with _arranged():
        yield
    db.disconnect()


@contextmanager
def _arranged() -> Iterator[None]:
    audit.configure(KEYS.audit)
    attachments.configure(FIELD_KEYS)
    keys.configure(KEYS.links)
    outbox.configure("tieout.invalid")
    with clock.standing(NOW):
        yield


@pytest.fixture(autouse=True, scope="session")
def _light_passwords() -> Iterator[None]:
    """Hash passwords with little work: hundreds of people sign in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        )
        yield


@pytest.fixture(autouse=True, scope="session")
def _statements_kept() -> Iterator[None]:
    """Put statements together once for the databases of all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db.session, "make_engine", STATEMENTS.make_engine)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database, to be copied."""
    path = tmp_path_factory.mktemp("template") / "tieout.db"
    engine = db.make_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    STATEMENTS.learn(engine)
    engine.dispose()
    _put_in_one_file(path)
    return path


def _put_in_one_file(path: Path) -> None:
    raw = create_engine(f"sqlite:///{path}")
    with raw.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    raw.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server: the one named by TIEOUT_TEST_POSTGRES, else one of our own.

    Not in pytest's folder: whoever runs pytest next closes that to all but himself, and the
    server, which must not be root's, is somebody else.
    """
    with TemporaryDirectory(prefix="tieout-tests-", ignore_cleanup_errors=True) as folder:
        server = Postgres.start(Path(folder), os.environ.get("TIEOUT_TEST_POSTGRES"))
        yield server
        server.stop()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database of this test."""
    path = tmp_path / "tieout.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test."""
    name = postgres.new_database()
    yield postgres.url(name)
    db.disconnect()
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once on each engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Engine:
    """An empty database this process is bound to, once on each engine."""
    return db.connect(database_url)


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Engine:
    """An empty SQLite database this process is bound to."""
    return db.connect(sqlite_url)


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    """A transaction that stays open for the test and is rolled back after it."""
    with db.transaction() as session:
        yield session
        session.rollback()
        session.info.pop("audit", None)  # what was gathered went with it


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Flask:
    """The whole application over an empty SQLite database."""
    settings = settings_for(sqlite_url, tmp_path)
    return _composed(settings)


def _composed(settings: Settings) -> Flask:
    """The application of this process, over a database of its own: making one anew costs most."""
    roof.compose(settings)
    if not _MADE:
        made = roof.create_app(settings)
        made.jinja_env.bytecode_cache = COMPILED
        _MADE.append((made, dict(made.config)))
    app, as_made = _MADE[0]
    app.config.clear()
    app.config.update(as_made, SQLALCHEMY_DATABASE_URI=settings.database_url, TIEOUT=settings)
    return app


@pytest.fixture(scope="session")
def world_template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[World, Path]:
    """A world made once, and its database, to be copied."""
    path = tmp_path_factory.mktemp("world") / "tieout.db"
    shutil.copy(sqlite_template, path)
    with _arranged():
        made = build(_composed(settings_for(f"sqlite:///{path}", path.parent)))
    db.disconnect()
    _put_in_one_file(path)
    return made, path


@pytest.fixture
def world(world_template: tuple[World, Path], sqlite_url: str, tmp_path: Path) -> World:
    """People of every role, records of two customers, and the application they use."""
    made, path = world_template
    shutil.copy(path, tmp_path / "tieout.db")
    app = _composed(settings_for(sqlite_url, tmp_path))
    return replace(made, app=app, ids={**made.ids}, others={**made.others})


@pytest.fixture(scope="module")
def started_browser() -> Iterator[Browser]:
    """Chromium, without a window, for the tests of a module."""
    with browsing() as started:
        yield started


@pytest.fixture
def browser(started_browser: Browser) -> Iterator[Browser]:
    """Chromium with nobody at it: cookies and pages are those of a context, and go with it."""
    yield started_browser
    for context in started_browser.contexts:
        context.close()


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """The folder of real files beside the project; without it the test is skipped."""
    folder = os.environ.get("TIEOUT_SAMPLE_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("TIEOUT_SAMPLE_DATA names no folder of sample files")
    return Path(folder)
