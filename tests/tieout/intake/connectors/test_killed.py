"""A process that is killed for good while it pulls: the next one goes on where it ended."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.factories import BY
from tests.house.source import ROOT
from tests.support.visitor import KEYS
from tests.tieout.intake.connectors.conftest import connector, imports, set_up
from tests.tieout.intake.connectors.test_folder import write
from tieout import clock, db
from tieout.intake.connectors import pulling, queries

#: Pulls, and is killed with kill -9 as soon as it comes to a step.
CHILD = """
import os, signal, sys
from pathlib import Path
url, folder, pull_id, step, key = sys.argv[1:]
from datetime import datetime
from tieout import attachments, audit, clock, db
from tieout.intake.connectors import at_work, pulling, reach, taking
audit.configure("audit key of the tests")
attachments.configure((key,))
reach.configure(reach.Reach(folders=(Path(folder),)))
clock.set_to(datetime.fromisoformat("2026-07-02T01:42:00+00:00"))
db.connect(url)
module, _, name = step.partition(".")
place = {"taking": taking, "at_work": at_work}[module]
setattr(place, name, lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
pulling.work(int(pull_id), "killed")
"""


@pytest.mark.parametrize(
    "step", ["taking.beginning", "taking.arrive", "taking.put_aside", "at_work.finish"]
)
def test_a_kill_loses_nothing_and_doubles_nothing(
    books: Engine, incoming: Path, database_url: str, step: str
) -> None:
    write(incoming / "sales.csv", "S-1,2026-06-01,M-0217,100.00", "S-2,2026-06-01,M-0300,7.00")
    sales = set_up("folder", path=incoming, pattern="*.csv", moves="yes")
    with db.transaction() as session:
        pull_id = pulling.ask(session, queries.connector(session, sales), by=BY).id

    words = [database_url, str(incoming), str(pull_id), step, KEYS.fields[0]]
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{CHILD}"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with clock.standing(clock.now().replace(minute=50)):
        assert pulling.work_waiting("the next") == 1

    [batch] = imports()
    assert [row.raw[0] for row in batch.rows] == ["S-1", "S-2"]
    assert [path.name for path in (incoming / "done").iterdir()] == ["sales.csv"]
    assert not (incoming / "sales.csv").exists()
    assert connector(sales).failures == 0
