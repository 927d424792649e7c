"""`tieout reconcile` killed in the middle, and begun again: every account once, none by halves."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.factories import make_customer
from tests.support.books import post
from tests.support.effort import PATIENCE
from tests.tieout.cli.conftest import HARBOUR, Type
from tests.tieout.reconciliation.books import hand_in
from tieout import clock, db
from tieout.config import load
from tieout.reconciliation.models import MatchGroupLine, Reconciliation
from tieout.runs.models import Run, RunItem

ROOT = Path(__file__).parents[3]
ACCOUNTS = 8
#: Items that are done before the process dies.
ENOUGH = 2


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def more(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What `tieout init` is told about the database."""
    if request.param == "sqlite":
        yield []
        return
    server = request.getfixturevalue("postgres")
    name = server.new_database(migrated=False)
    yield ["--database-url", str(server.url(name))]
    server.drop_database(name)


@pytest.fixture
def folder(more: list[str], type_in: Type, tmp_path: Path) -> Path:
    """The folder of an installation, connected."""
    folder = tmp_path / "harbour"
    end, said = type_in("init", "--data", folder, *HARBOUR, *more)
    assert end == 0, said
    db.connect(load(folder).database_url)
    return folder


@pytest.mark.lengthy
def test_killed_and_begun_again(folder: Path) -> None:
    with db.transaction() as session:
        for place in range(ACCOUNTS):
            account = make_customer(session, f"M-{place:04d}")
            for number in range(3):
                post(session, account, "invoice", f"INV-{place}-{number}", "2026-06-01", "70.00")
            hand_in(session, account, f"2026-06-02  invoice  INV-{place}-1  70.00")

    killed(folder)

    with db.reading() as session:
        assert session.scalar(select(Run.state)) == "running"
    whole_so_far = complete()
    assert ENOUGH <= whole_so_far < ACCOUNTS

    with db.transaction() as session:  # as if the lease of what it had begun had run out
        session.execute(update(RunItem).values(lease_until=clock.now() - timedelta(hours=1)))
    again = subprocess.run(command(folder), capture_output=True, text=True, cwd=ROOT, check=False)

    assert again.returncode == 0, again.stderr
    assert f"Compared: {ACCOUNTS}, failed: 0, left: 0." in again.stdout
    assert complete() == ACCOUNTS
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 1
        accounts = func.count(func.distinct(Reconciliation.account_id))
        assert session.scalar(select(accounts)) == ACCOUNTS


def command(folder: Path) -> list[str]:
    """The command as it is typed."""
    typed = ["reconcile", "--as-at", "2026-06-30", "--data", str(folder)]
    return [sys.executable, "-m", "tieout", *typed]


def killed(folder: Path) -> None:
    """Begin, and end it with SIGKILL once some accounts are done."""
    with subprocess.Popen(
        command(folder), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as begun:
        deadline = time.monotonic() + PATIENCE
        while begun.poll() is None and done() < ENOUGH and time.monotonic() < deadline:
            time.sleep(0.02)
        begun.kill()
        _, told = begun.communicate()
    assert begun.returncode == -signal.SIGKILL, told.decode()


def done() -> int:
    """Items that are done."""
    with db.reading() as session:
        query = select(func.count()).select_from(RunItem).where(RunItem.state == "done")
        return session.scalar(query) or 0


def complete() -> int:
    """Comparisons all of whose lines stand in a group: 3 of ours and one of theirs in each."""
    with db.reading() as session:
        query = (
            select(func.count())
            .select_from(MatchGroupLine)
            .group_by(MatchGroupLine.reconciliation_id)
        )
        lines = list(session.scalars(query))
        made = session.scalar(select(func.count()).select_from(Reconciliation))
    assert lines == [4] * (made or 0)
    return len(lines)
