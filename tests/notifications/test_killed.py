"""Workers killed again and again while messages leave: none lost, hardly any twice.

`./run test --long` has 10,000 messages and 200 kills on each database, the others 100 and 5.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from notifications.kinds.statements import ATTACH_PDF
from tests.notifications import world
from tests.notifications.world import messages, states
from tests.support.smtp import mail_server
from tieout import audit, clock, db, settings
from tieout.messages.models import Message

ROOT = Path(__file__).parents[2]
MESSAGES, KILLS, SECONDS = (10_000, 200, 3600) if os.environ.get("TIEOUT_LONG") else (100, 5, 300)


@pytest.mark.lengthy
@pytest.mark.timeout(2 * SECONDS)
def test_nothing_is_lost_and_at_most_one_more_arrives_for_each_kill(
    database_url: str, tmp_path: Path
) -> None:
    with mail_server() as server:
        house = world.build(database_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
        house.change(lambda session: settings.write(session, ATTACH_PDF, False, by=audit.SYSTEM))
        house.june()
        house.issue()
        copies(MESSAGES - 1)
        db.disconnect()

        asked = [
            database_url,
            str(tmp_path),
            str(server.port),
            str(MESSAGES),
            str(KILLS),
            str(SECONDS),
        ]
        ran = subprocess.run(
            [sys.executable, "-m", "tests.support.mortal", *asked],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
            timeout=SECONDS + 60,
        )
        told = json.loads(ran.stdout.splitlines()[-1])

        db.connect(database_url)
        arrived = Counter(str(mail["Message-ID"]) for mail in server.mails)
        sent = messages()
        assert told == {"kills": KILLS, "hung": 0}, Counter(states())
        assert set(states()) == {"sent"}
        assert set(arrived) == {one.identity for one in sent}  # none lost, none by another name
        assert sum(arrived.values()) - len(arrived) <= told["kills"]
        print(f"{len(sent)} messages, {told['kills']} kills, {sum(arrived.values())} mails")


def copies(number: int) -> None:
    """The message there is, so many times more, each with an identity of its own."""
    with db.transaction() as session:
        template = session.query(Message).one()
        kept = {
            column.name: getattr(template, column.key)
            for column in Message.__table__.columns
            if column.name != "id"
        }
        kept["next_attempt_at"] = clock.now()
        session.add_all(
            Message(**kept | {"key": f"again:{one}", "identity": f"<{one}@harbour.example>"})
            for one in range(number)
        )
