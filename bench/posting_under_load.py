"""Whether people notice while a long import is posted: pages served, and how long writers waited.

    .venv/bin/python bench/posting_under_load.py [--rows 20000] [--pages 40] [--postgresql URL]

Four processes, as in an installation: the pages are served as `tieout serve` does it, another
process posts an import of so many rows, a third saves something small every tenth of a second and
says how long it had to wait; this one asks for so many pages of the portal a second, over eight
connections that are kept, for somebody signed in. A page's time runs from the moment it was due,
so that what waits behind a slow one counts too; whoever would have to wait for more than a second
before asking stays away, and the pages a second say so. No page may fail. With a URL the database
it names is emptied first.

Beside the time that passed stands what a page costs the processor: on a machine others work on,
the first tells how long they were let in between.
"""

import argparse
import http.client
import multiprocessing
import socket
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

PAGES = ("/", "/documents", "/statements", "/disputes", "/statements/{statement_id}")
CONNECTIONS = 8
#: A page that is not there by then has failed.
PATIENCE = 30
#: Whoever is so late before asking stays away.
LATE = 1


def main() -> None:
    """Measure, and print what people noticed."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--rows", type=int, default=20_000)
    asked.add_argument("--pages", type=int, default=40)
    asked.add_argument("--postgresql", default="", help="URL of a database that may be emptied")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.postgresql or f"sqlite:///{Path(folder) / 'tieout.db'}"
        batch_id, cookie, statement_id = prepared(url, Path(folder), given.rows)
        context = multiprocessing.get_context("spawn")
        ended = context.Event()
        answers, waits = context.Queue(), context.Queue()
        port = free_port()
        server = context.Process(target=serve, args=(url, folder, port), daemon=True)
        saver = context.Process(target=save, args=(url, folder, ended, waits))
        poster = context.Process(target=post, args=(url, folder, batch_id, ended, answers))
        server.start()
        paths = [path.format(statement_id=statement_id) for path in PAGES]
        load = Load(port, cookie, paths, given.pages)
        load.wait_until_served()
        begun = worked(server.pid)
        poster.start()
        saver.start()
        load.ask_until(ended.is_set)
        judged, posted = answers.get()
        waited, refused = waits.get()
        poster.join()
        saver.join()
        work = worked(server.pid)
        server.terminate()
        server.join()
    print(f"{given.rows:,} rows posted in {posted:.1f} s, {url.partition(':')[0]}")
    print(f"  before that looked at once more for {judged:.1f} s, for which nobody waits")
    a_second = len(load.took) / max(load.seconds, 0.001)
    print(f"  pages  {len(load.took):,} served, {load.failed} failed, {a_second:.0f} a second")
    each = (work - begun) / max(len(load.took), 1)
    print(f"         {said(load.took)}; {each * 1e3:.1f} ms of a processor each")
    print(f"  writes {len(waited):,} saved, {refused} refused, {said(waited)}")


def worked(pid: int | None) -> float:
    """The seconds processors worked for a process, in all its threads."""
    told = [one.read_text().split()[0] for one in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(map(int, told)) / 1e9


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def said(seconds: list[float]) -> str:
    """The middle, the slow ones, the slowest."""
    if not seconds:
        return "none"
    found = sorted(seconds)
    late = found[int(len(found) * 0.95)]
    middle = found[len(found) // 2]
    return f"median {middle * 1e3:.0f} ms, p95 {late * 1e3:.0f} ms, longest {found[-1]:.2f} s"


def prepared(url: str, folder: Path, rows: int) -> tuple[int, str, int]:
    """A world with people in it, and an import that waits for approval.

    Returns the import, the cookies of somebody who has signed in, and a statement of theirs.
    """
    from sqlalchemy import update

    from tests.factories import BY
    from tests.support.route_world import build
    from tests.support.visitor import settings_for
    from tieout import app as roof
    from tieout import clock, db, runs
    from tieout.customers.models import Customer, CustomerAccount
    from tieout.handover.models import Handover
    from tieout.intake import approving, queries, staging
    from tieout.intake.kinds import BatchKind
    from tieout.intake.parts import runs as long_files
    from tieout.intake.uploads import beginning

    emptied(url)
    clock.set_to(AT)
    given = settings_for(url, folder)
    roof.compose(given)
    world = build(roof.create_app(given))
    cookie = f"tieout_portal={world.customer('manage').cookie('tieout_portal')}"
    file = made_up(rows, folder / "sales.csv")
    inspected = beginning(file, "sales.csv", BatchKind.DOCUMENTS)
    with db.transaction() as session:
        # While something waits for another system's document, every row is held against it.
        session.execute(update(Handover).values(state="booked"))
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
    return batch_id, cookie, world.ids["statement_id"]


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
    judged = posted = 0.0
    try:
        began = time.monotonic()
        with db.reading() as session:
            batch = queries.batch(session, batch_id)
            digest = str(batch.content_digest)
            prepared = approving.prepare(session, batch, digest=digest)
        judged = time.monotonic() - began
        began = time.monotonic()
        with prepared, db.transaction() as session:
            batch = queries.batch(session, batch_id)
            approving.approve(session, batch, digest=digest, by=OTHER, at=AT, prepared=prepared)
        posted = time.monotonic() - began
    finally:
        answers.put((judged, posted))
        ended.set()


def serve(url: str, folder: str, port: int) -> None:
    """Serve the pages, as `tieout serve` does."""
    from tests.support.visitor import settings_for
    from tieout import app as roof
    from tieout import clock
    from tieout.cli import serve

    clock.set_to(AT)
    settings = settings_for(url, Path(folder))
    roof.compose(settings)
    serve.run(settings, "127.0.0.1", port)


def save(url: str, folder: str, ended: Any, waits: Any) -> None:
    """Save something small every tenth of a second, and tell how long each took."""
    from tests.support.visitor import settings_for
    from tieout import app as roof
    from tieout import audit, clock, db, settings

    clock.set_to(AT)
    roof.compose(settings_for(url, Path(folder)))
    waited, refused = [], 0
    while not ended.is_set():
        began = time.monotonic()
        try:
            with db.transaction() as session:
                settings.write(session, "bench_last", str(began), by=audit.SYSTEM)
        except Exception:  # whatever it is, it is counted
            refused += 1
        waited.append(time.monotonic() - began)
        time.sleep(0.1)
    waits.put((waited, refused))


class Load:
    """People who look at pages, so many a second."""

    def __init__(self, port: int, cookie: str, paths: list[str], pages: int) -> None:
        """Know where the pages are and who asks for them."""
        self._port, self._paths, self._between = port, paths, 1 / pages
        self._headers = {"Cookie": cookie, "Accept-Encoding": "gzip", "Connection": "keep-alive"}
        self._turn = threading.Lock()
        self._number, self._due = 0, 0.0
        self.took: list[float] = []
        self.failed, self.seconds = 0, 0.0

    def wait_until_served(self) -> None:
        """Open each page once, as soon as anything answers.

        Raises:
            SystemExit: a page is not there.
        """
        until = time.monotonic() + 120
        for path in self._paths:
            while (answer := self._status(self._connection(), path)) == 0:
                if time.monotonic() > until:
                    raise SystemExit("nothing is served")
                time.sleep(0.5)
            if answer != 200:
                raise SystemExit(f"{path} answered {answer}")

    def ask_until(self, is_over: Callable[[], bool]) -> None:
        """Ask for pages at their pace until it is over."""
        began = self._due = time.monotonic()
        asking = [threading.Thread(target=self._ask, args=(is_over,)) for _ in range(CONNECTIONS)]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
        self.seconds = time.monotonic() - began

    def _ask(self, is_over: Callable[[], bool]) -> None:
        connection = self._connection()
        while not is_over():
            with self._turn:
                number, self._number = self._number, self._number + 1
                due = self._due = max(self._due + self._between, time.monotonic() - LATE)
            time.sleep(max(0.0, due - time.monotonic()))
            status = self._status(connection, self._paths[number % len(self._paths)])
            self.took.append(time.monotonic() - due)
            if status != 200:
                self.failed += 1
                connection = self._connection()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)

    def _status(self, connection: http.client.HTTPConnection, path: str) -> int:
        """How a page was answered; 0 where nothing came."""
        try:
            connection.request("GET", path, headers=self._headers)
            answer = connection.getresponse()
            answer.read()
        except OSError:
            return 0
        return answer.status


if __name__ == "__main__":
    main()
