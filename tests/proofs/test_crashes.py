"""Killed at any point and started again, the books are what they would have been.

An import, a statement run and the sending of the statements are ended by SIGKILL at twenty points
chosen by a seed. Started again, every row must be as without the crash; nothing is posted, issued
or sent twice, but for one mail whose crash fell between the wire and its record.
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import DateTime, select

from tests.proofs.conftest import NewDatabase
from tests.proofs.crashing import PHASES, company
from tests.support.smtp import mail_server
from tieout import db
from tieout.db.base import UtcDateTime
from tieout.operations.schema import metadata

ROOT = Path(__file__).parents[2]
POINTS = 20
#: What may differ: moments, chance, who worked, how often something was begun.
FREE = frozenset(
    "salt verify_code secret_hash nonce hash previous_hash lease_owner lease_until attempts owner"
    " token identity reason frozen sha256 known_at evidence content".split()
)
#: Tables that tell of tries rather than of books.
APART = frozenset(
    "attempts leases job_runs audit_entries audit_head audit_personal tokens evidence_values"
    " alembic_version pace_lanes message_contents".split()
)


def chosen_points() -> list[tuple[str, float]]:
    """Phase by phase, where in it the process dies, from 0 to 1."""
    chance = random.Random(20260701)
    return [(PHASES[place % len(PHASES)], chance.random()) for place in range(POINTS)]


@pytest.mark.lengthy
def test_a_killed_process_leaves_nothing_half_done(
    sqlite_databases: NewDatabase, tmp_path: Path
) -> None:
    hold(sqlite_databases, tmp_path, keep_ids=True)


@pytest.mark.long
def test_a_killed_process_leaves_nothing_half_done_on_postgresql(
    postgresql_databases: NewDatabase, tmp_path: Path
) -> None:
    hold(postgresql_databases, tmp_path, keep_ids=False)


def hold(new_database: NewDatabase, folder: Path, *, keep_ids: bool) -> None:
    """Compare each database that saw a crash with the one that saw none."""
    urls = [new_database()[0] for _ in range(POINTS + 1)]
    for url in urls:
        db.connect(url)
        company()
        db.disconnect()
    with mail_server() as mail:
        job = {
            "folder": str(folder),
            "urls": urls,
            "points": chosen_points(),
            "smtp_port": mail.port,
        }
        done = subprocess.run(
            [sys.executable, "-P", "-m", "tests.proofs.crashing", json.dumps(job)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        ends = [json.loads(line) for line in done.stdout.splitlines()]
        sent = Counter((str(one["To"]), str(one["Message-ID"])) for one in mail.mails)
    assert [end["killed"] for end in ends] == [9] * POINTS
    undisturbed = rows(urls[0], keep_ids)
    for url, end in zip(urls[1:], ends, strict=True):
        assert rows(url, keep_ids) == undisturbed, end
    # Every database of the twenty-one says each thing once; a mail whose crash fell between the
    # wire and its record goes once more, as the same mail.
    wanted = len(undisturbed["messages"])
    again = sum(1 for end in ends if end["phase"] == "sending")
    assert (POINTS + 1) * wanted <= sum(sent.values()) <= (POINTS + 1) * wanted + again


def rows(url: str, keep_ids: bool) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without what may differ."""
    engine = db.make_engine(url)
    found = {}
    with engine.connect() as connection:
        for name, table in sorted(metadata.tables.items()):
            if name in APART:
                continue
            columns = [
                column
                for column in table.columns
                if column.name not in FREE
                and not isinstance(column.type, UtcDateTime | DateTime)
                and (keep_ids or not (column.name == "id" or column.name.endswith("_id")))
            ]
            told = connection.execute(select(*columns)).all() if columns else []
            found[name] = sorted((tuple(map(_plain, row)) for row in told), key=repr)
    engine.dispose()
    return found


def _plain(value: object) -> object:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value
