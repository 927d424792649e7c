"""Whether people notice while a long import is posted: pages served, and how long writers waited.

    .venv/bin/python bench/posting_under_load.py [--rows 20000] [--pages 40] [--postgresql URL]

One process posts an import of so many rows; another serves so many pages of the portal a second
to somebody signed in, and a third thread saves something small every tenth of a second and says
how long it had to wait. No page may fail. With a URL the database it names is emptied first.
"""

import argparse
import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.intake import AT, emptied, made_up  # noqa: E402 - the path is set first

PAGES = ("/", "/documents", "/statements", "/disputes")


def main() -> None:
    """Measure, and print what people noticed."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--rows", type=int, default=20_000)
    asked.add_argument("--pages", type=int, default=40)
    asked.add_argument("--postgresql", default="", help="URL of a database that may be emptied")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.postgresql or f"sqlite:///{Path(folder) / 'tieout.db'}"
        batch_id = prepared(url, Path(folder), given.rows)
        context = multiprocessing.get_context("spawn")
        ended = context.Event()
        answers = context.Queue()
        poster = context.Process(target=post, args=(url, folder, batch_id, ended, answers))
        poster.start()
        load = Load(url, Path(folder), given.pages)
        load.serve_until(ended.is_set)
        seconds = answers.get()
        poster.join()
    print(f"{given.rows:,} rows posted in {seconds:.1f} s, {url.partition(':')[0]}")
    print(f"  pages  {len(load.took):,} served, {load.failed} failed, {said(load.took)}")
    print(f"  writes {len(load.waited):,} saved, {load.refused} refused, {said(load.waited)}")


def said(seconds: list[float]) -> str:
    """The middle, the slow ones, the slowest."""
    if not seconds:
        return "none"
    found = sorted(seconds)
    late = found[int(len(found) * 0.95)]
    middle = found[len(found) // 2]
    return f"median {middle * 1e3:.0f} ms, p95 {late * 1e3:.0f} ms, longest {found[-1]:.2f} s"


def prepared(url: str, folder: Path, rows: int) -> int:
    """A world with people in it, and an import that waits for approval."""
    from tests.factories import BY
    from tests.support.route_world import build
    from tests.support.visitor import settings_for
    from tieout import app as roof
    from tieout import clock, db, runs
    from tieout.customers.models import Customer, CustomerAccount
    from tieout.intake import approving, queries, staging
    from tieout.intake.kinds import BatchKind
    from tieout.intake.parts import runs as long_files
    from tieout.intake.uploads import beginning

    emptied(url)
    clock.set_to(AT)
    given = settings_for(url, folder)
    roof.compose(given)
    build(roof.create_app(given))
    file = made_up(rows, folder / "sales.csv")
    inspected = beginning(file, "sales.csv", BatchKind.DOCUMENTS)
    with db.transaction() as session:
        for number in range(max(10, min(5_000, rows // 200))):
            customer = Customer(code=f"C{number:05}", name=f"Customer {number}", created_at=AT)
            session.add(customer)
            session.flush()
            session.add(
                CustomerAccount(
                    customer_id=customer.id, currency="CNY", kind="receivable", created_at=AT
                )
            )
    with db.transaction() as session:
        batch = staging.take_in(session, file, inspected, by=BY, at=AT)
        run = long_files.due(session, batch, by=BY, at=AT)
        batch_id = batch.id
    if run is not None:
        runs.work_through(run.id, "bench", long_files.HANDLER)
    with db.transaction() as session:
        batch = queries.batch(session, batch_id)
        approving.submit(session, batch, digest=str(batch.content_digest), by=BY, at=AT)
    db.disconnect()
    return batch_id


def post(
    url: str,
    folder: str,
    batch_id: int,
    ended: Any,
    answers: Any,
) -> None:
    """Approve and post the import, as the process of a page would."""
    from tests.factories import OTHER
    from tests.support.visitor import settings_for
    from tieout import app as roof
    from tieout import clock, db
    from tieout.intake import approving, queries

    clock.set_to(AT)
    roof.compose(settings_for(url, Path(folder)))
    time.sleep(2)
    began = time.monotonic()
    try:
        with db.reading() as session:
            batch = queries.batch(session, batch_id)
            digest = str(batch.content_digest)
            prepared = approving.prepare(session, batch, digest=digest)
        print(f"judged in {time.monotonic() - began:.1f} s, nobody waits for that")
        with prepared, db.transaction() as session:
            batch = queries.batch(session, batch_id)
            approving.approve(session, batch, digest=digest, by=OTHER, at=AT, prepared=prepared)
    finally:
        answers.put(time.monotonic() - began)
        ended.set()


class Load:
    """Somebody who looks at pages, and somebody who saves."""

    def __init__(self, url: str, folder: Path, pages: int) -> None:
        """Open the application and sign a customer in."""
        from tests.support.route_world import World
        from tests.support.visitor import settings_for
        from tieout import app as roof
        from tieout import clock

        clock.set_to(AT)
        given = settings_for(url, folder)
        roof.compose(given)
        self._visitor = World(roof.create_app(given), {}, {}, "").customer("manage")
        self._between = 1 / pages
        self.took: list[float] = []
        self.waited: list[float] = []
        self.failed = self.refused = 0

    def serve_until(self, is_over: Callable[[], bool]) -> None:
        """Serve pages at their pace, and save beside them, until it is over."""
        saving = threading.Thread(target=self._save, args=(is_over,))
        saving.start()
        due = time.monotonic()
        while not is_over():
            path = PAGES[len(self.took) % len(PAGES)]
            began = time.monotonic()
            self.failed += self._visitor.open(path).status_code != 200
            self.took.append(time.monotonic() - began)
            due = max(due + self._between, time.monotonic() - 1)
            time.sleep(max(0.0, due - time.monotonic()))
        saving.join()

    def _save(self, is_over: Callable[[], bool]) -> None:
        from tieout import audit, db, settings

        while not is_over():
            began = time.monotonic()
            try:
                with db.transaction() as session:
                    settings.write(session, "bench_last", str(began), by=audit.SYSTEM)
            except Exception:  # whatever it is, it is counted
                self.refused += 1
            self.waited.append(time.monotonic() - began)
            time.sleep(0.1)
        db.sessions.remove()


if __name__ == "__main__":
    main()
