"""The whole company compared, killed with SIGKILL, cancelled, resumed: nobody left out or twice.

    .venv/bin/python bench/company_stopped.py [--customers 1000] [--database-url URL]

Each customer has ten lines a side. `tieout reconcile` runs in a process of its own: it is killed
after a fifth, begun again, cancelled at about two fifths, resumed and worked to its end. After
each step it is counted what is done, and what is wrong: comparisons that are not whole, accounts
compared twice or not at all. It ends with 1 if anything is.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import func, select, update  # noqa: E402

from tests.factories import AT, BY, make_customer  # noqa: E402
from tests.tieout.reconciliation.books import hand_in  # noqa: E402
from tieout import clock, db, runs  # noqa: E402
from tieout.cli import main as tieout  # noqa: E402
from tieout.config import load  # noqa: E402
from tieout.ledger import posting  # noqa: E402
from tieout.ledger.models import DocumentKind  # noqa: E402
from tieout.money import Money  # noqa: E402
from tieout.reconciliation.models import MatchGroupLine, Reconciliation  # noqa: E402
from tieout.runs import stored  # noqa: E402
from tieout.runs.models import Run, RunItem  # noqa: E402

LINES = 10
_HARBOUR = ("--name", "Harbour Tools", "--currency", "CNY", "--time-zone", "Asia/Shanghai")


def main() -> None:
    """Stop and go on, and print what stood after each step."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--customers", type=int, default=1_000)
    asked.add_argument("--database-url", default="")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "harbour"
        more = ["--database-url", given.database_url] if given.database_url else []
        if tieout(["init", "--data", str(data), *_HARBOUR, *more]):
            raise SystemExit("nothing could be set up")
        db.connect(load(data).database_url)
        made(given.customers)
        right = stopped(data, given.customers)
        db.disconnect()
    raise SystemExit(0 if right else 1)


def made(customers: int) -> None:
    """So many customers, each of whom has handed in a ledger with one difference."""
    chance = random.Random(7)  # noqa: S311 - books, not secrets
    for begin in range(0, customers, 50):
        with db.transaction() as session:
            for place in range(begin, min(begin + 50, customers)):
                account = make_customer(session, f"M-{place:05d}")
                amounts = [chance.randrange(1_000, 900_000) for _ in range(LINES)]
                posting.post_many(
                    session,
                    [
                        posting.DocumentInput(
                            account_id=account.id,
                            kind=DocumentKind.INVOICE,
                            number=f"INV-{place}-{number}",
                            issued_on=date(2026, 6, number + 1),
                            amount=Money(amount, "CNY"),
                        )
                        for number, amount in enumerate(amounts)
                    ],
                    by=BY,
                    at=AT,
                    source="bench",
                )
                text = "\n".join(
                    f"2026-06-{number + 2:02d} invoice INV-{place}-{number}"
                    f" {(amount + 900 * (number == 0)) / 100:.2f}"
                    for number, amount in enumerate(amounts)
                )
                hand_in(session, account, text)
    print(f"{customers:,} customers with {LINES} lines a side", flush=True)


def stopped(data: Path, customers: int) -> bool:
    """Kill, begin again, cancel, resume; whether all of it was right."""
    with begun(data) as process:
        waited(process, customers // 5)
        process.kill()
    right = process.returncode == -signal.SIGKILL and seen("killed", customers)
    let_go()
    with begun(data) as process:
        waited(process, customers * 2 // 5)
        if process.poll() is not None:
            raise SystemExit("it was over before it could be cancelled: take more customers")
        with db.transaction() as session:
            runs.cancel(session, session.scalars(select(Run)).one(), by=BY, at=clock.now())
    right &= seen("cancelled", customers)
    with db.reading() as session:
        left = session.scalar(select(Run.state)), done()
    right &= left[1] < customers
    print(f"    the process ended by itself with {process.returncode}; the run is {left[0]}")
    with db.transaction() as session:
        stored.resume(session, session.scalars(select(Run)).one(), by=BY)
    with begun(data) as process:
        process.wait()
    right &= seen("resumed", customers) and process.returncode == 0 and done() == customers
    with db.reading() as session:
        right &= session.scalar(select(func.count()).select_from(Run)) == 1
    print("right" if right else "WRONG")
    return right


def begun(data: Path) -> "subprocess.Popen[bytes]":
    """`tieout reconcile`, in a process of its own."""
    words = ["reconcile", "--as-at", "2026-06-30", "--data", str(data)]
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "tieout", *words], cwd=ROOT, stdout=subprocess.DEVNULL
    )


def waited(process: "subprocess.Popen[bytes]", enough: int) -> None:
    """Until so many are done."""
    while process.poll() is None and done() < enough:
        time.sleep(0.02)


def let_go() -> None:
    """As if the leases of what a dead process had begun had run out."""
    with db.transaction() as session:
        session.execute(update(RunItem).values(lease_until=clock.now() - timedelta(hours=1)))


def done() -> int:
    """Items that are done."""
    with db.reading() as session:
        query = select(func.count()).select_from(RunItem).where(RunItem.state == "done")
        return session.scalar(query) or 0


def seen(step: str, customers: int) -> bool:
    """Print how far it is; whether every comparison there is stands whole, once an account."""
    with db.reading() as session:
        lines = session.execute(
            select(
                Reconciliation.account_id,
                func.count(MatchGroupLine.document_id),
                func.count(MatchGroupLine.their_line_id),
            )
            .join(MatchGroupLine, MatchGroupLine.reconciliation_id == Reconciliation.id)
            .group_by(Reconciliation.id)
        ).all()
        made_ones = session.scalar(select(func.count()).select_from(Reconciliation)) or 0
        progress = runs.progress(session, session.scalars(select(Run.id)).one())
    # A document of another account may stand beside a line of theirs that is missing here.
    whole = sum(ours >= LINES and theirs == LINES for _, ours, theirs in lines)
    accounts = len({account for account, *_ in lines})
    print(
        f"  {step}: done {progress.done}, failed {progress.failed}, left {progress.left} of"
        f" {customers}; comparisons {made_ones}, whole {whole}, of {accounts} accounts",
        flush=True,
    )
    return whole == made_ones == accounts == progress.done and not progress.failed


if __name__ == "__main__":
    main()
