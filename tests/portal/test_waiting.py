"""While a long import is written on SQLite, pages are served, and whoever saves is told to wait."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Semaphore, Thread

import pytest

from tests.portal.conftest import June, answers, confirm
from tests.support.effort import PATIENCE
from tests.support.visitor import Visitor, words_of
from tieout import clock, db


@contextmanager
def somebody_writes() -> Iterator[None]:
    """Another process holds the database."""
    other = sqlite3.connect(str(db.engine().url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


class Turns(Semaphore):
    """One turn, and when it was first taken."""

    def __init__(self) -> None:
        super().__init__(1)
        self.taken = Event()

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take the turn, and say that it is taken."""
        got = super().acquire(blocking, timeout)
        if got:
            self.taken.set()
        return got


@pytest.fixture
def june_on_sqlite(june: June, monkeypatch: pytest.MonkeyPatch) -> June:
    if db.engine().dialect.name != "sqlite":
        pytest.skip("there writers do not wait for one another")
    monkeypatch.setattr(sys.modules["tieout.db.engine"], "_PATIENCE", 100)
    db.engine().dispose()
    return june


def test_pages_are_served_also_when_a_session_would_be_noted_as_used(june_on_sqlite: June) -> None:
    visitor = june_on_sqlite.signed_in()

    with somebody_writes(), clock.standing(clock.now() + timedelta(minutes=5)):
        page = visitor.open(june_on_sqlite.path)

    assert page.status_code == 200
    assert "You owe Harbour Tools" in words_of(page.text)


def test_whoever_saves_meanwhile_is_told_so_and_keeps_what_was_typed(june_on_sqlite: June) -> None:
    visitor = june_on_sqlite.signed_in()

    form = {"authority": "y"}
    with somebody_writes():
        page = confirm(visitor, june_on_sqlite, **form)

    assert page.status_code == 409
    assert "is being written just now. Nothing of yours was saved" in words_of(page.text)
    assert " checked" in page.text
    assert answers() == []
    assert confirm(visitor, june_on_sqlite, **form).status_code == 303


def test_where_enough_wait_already_one_is_told_at_once(
    june_on_sqlite: June, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads that wait serve no pages, so not all of them may."""
    monkeypatch.setattr(sys.modules["tieout.db.engine"], "_PATIENCE", 20_000)
    db.engine().dispose()
    turns = Turns()
    told: list[int] = []

    def save(visitor: Visitor) -> None:
        db.share_turns(turns)
        told.append(confirm(visitor, june_on_sqlite, authority="y").status_code)

    waiting, other = (Thread(target=save, args=(june_on_sqlite.signed_in(),)) for _ in range(2))
    with somebody_writes():
        waiting.start()
        assert turns.taken.wait(PATIENCE)
        other.start()
        other.join(PATIENCE)
        assert (told, waiting.is_alive()) == ([409], True)
    waiting.join(PATIENCE)

    assert told == [409, 303]
