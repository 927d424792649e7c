"""How long taking a file of sales into the books takes, against the least any program could do.

    .venv/bin/python bench/intake.py [--rows 50000] [--postgresql URL] [--undo]

A CSV of documents of five lines each is made up on the spot (seeded), then read, mapped, checked,
de-duplicated, approved and posted by the same calls as the pages make, after a small file that
loads what is loaded once. The floor writes the very rows that came of it into the same tables and
indexes of an empty database, the full-text index among them, in bulk: executemany on SQLite, COPY
on PostgreSQL; it reads no file, checks nothing and knows them beforehand. What an import writes
only on its way (plans, run, audit entries, some dozen rows, and the sums of accounts) it leaves
out. Both run in one process, one after the other. Processor time counts, so that the ratio holds
on a busy machine, too: of this process, its readers and, on PostgreSQL, of the whole server, where
that runs on this machine; else the clock. With a URL the database it names is emptied first.
"""

import argparse
import contextlib
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

AT = datetime(2026, 7, 2, 1, 42, tzinfo=UTC)
LINES = 5
HEADINGS = (
    "Customer code,Type,Number,Date,Currency,Product code,Product name,Quantity,Unit price,"
    "Line amount"
)
#: The main process of a PostgreSQL server on this machine.
server = 0
#: Whether the clock is measured instead of the processor.
by_clock = False
#: What an import fills, in an order that foreign keys allow.
TABLES = (
    *("attachments", "import_batches", "documents", "staged_rows", "live_numbers", "due_items"),
    *("document_references", "document_lines", "document_texts", "seen_rows"),
)


def main() -> None:
    """Measure, and print a table."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--rows", type=int, default=50_000)
    asked.add_argument("--postgresql", default="", help="URL of a database that may be emptied")
    asked.add_argument("--undo", action="store_true", help="undo it afterwards, too")
    asked.add_argument("--check", action="store_true", help="check the books afterwards, too")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        url = given.postgresql or f"sqlite:///{place / 'tieout.db'}"
        file = made_up(given.rows, place / "sales.csv")
        print(f"{given.rows:,} rows, {file.stat().st_size / 1e6:.0f} MB, {url.partition(':')[0]}")
        engine = prepared(url, place, given.rows)
        global server, by_clock
        server = server_of(engine)
        by_clock = bool(given.postgresql) and not server
        taken_in(made_up(50, place / "warm.csv", "WARM"), checks=False)
        steps = taken_in(file, given.check)
        for name, (seconds, peak) in steps.items():
            told(name, seconds, given.rows, f"{peak:6} MB at most so far")
        whole = sum(seconds for name, (seconds, _) in steps.items() if name != "books checked")
        peak = megabytes()
        if given.undo:
            undo(given.rows)
            return
        floor = floor_of(engine, url, place, given.rows)
        told("end to end", whole, given.rows)
        told("floor", floor, given.rows)
        print(f"  ratio {whole / floor:.1f}, peak memory {peak} MB, reader {reader()} MB")


def told(name: str, seconds: float, rows: int, more: str = "") -> None:
    """Print one line of the table, at once: a long run is watched."""
    print(f"  {name:<22}{seconds:8.1f} s {seconds / rows * 1e6:8.0f} µs a row {more}", flush=True)


def made_up(rows: int, file: Path, series: str = "INV") -> Path:
    """Documents of five lines over some thousand customers."""
    chance = random.Random(7)  # noqa: S311 - a seed, not a secret
    customers = customers_of(rows)
    with file.open("w", encoding="utf-8") as lines:
        print(HEADINGS, file=lines)
        for number in range(rows // LINES):
            code = f"C{chance.randrange(customers):05}"
            day = date(2026, 1, 1) + timedelta(chance.randrange(150))
            for _ in range(LINES):
                quantity, cents = chance.randrange(1, 20), chance.randrange(100, 99_999)
                amount = f"{quantity},{cents / 100:.2f},{quantity * cents / 100:.2f}"
                product = f"P-{(which := chance.randrange(1000)):04},Hammer {which}"
                head = f"{code},Invoice,{series}-{number:07},{day},CNY"
                print(head, product, amount, sep=",", file=lines)
    return file


def customers_of(rows: int) -> int:
    """So many customers does a file of this length speak of."""
    return max(10, min(5_000, rows // 200))


def prepared(url: str, place: Path, rows: int) -> Engine:
    """An empty company with its customers."""
    from tests.factories import make_company
    from tests.support.visitor import settings_for
    from tieout import app, clock, db
    from tieout.customers.models import Customer, CustomerAccount

    emptied(url)
    app.compose(settings_for(url, place))
    clock.set_to(AT)
    engine = db.connect(url)
    with db.transaction() as session:
        make_company(session)
        for number in range(customers_of(rows)):
            customer = Customer(code=f"C{number:05}", name=f"Customer {number}", created_at=AT)
            session.add(customer)
            session.flush()
            session.add(
                CustomerAccount(
                    customer_id=customer.id, currency="CNY", kind="receivable", created_at=AT
                )
            )
    return engine


def emptied(url: str) -> None:
    """Make every table anew."""
    from tieout import db
    from tieout.operations import migrate

    engine = db.make_engine(url)
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
            connection.commit()
    migrate.upgrade(engine)
    engine.dispose()


def taken_in(file: Path, checks: bool) -> dict[str, tuple[float, int]]:
    """Do what people do with a file: how long each step took, and the peak of memory by then."""
    from tests.factories import BY, OTHER
    from tieout import db, runs
    from tieout.intake import approving, staging
    from tieout.intake.kinds import BatchKind
    from tieout.intake.models import ImportBatch
    from tieout.intake.parts import runs as long_files
    from tieout.intake.uploads import beginning
    from tieout.ledger.checks import check_books

    steps: dict[str, tuple[float, int]] = {}
    inspected = timed(
        steps, "read and mapped", lambda: beginning(file, "sales.csv", BatchKind.DOCUMENTS)
    )

    def take_in() -> int:
        with db.transaction() as session:
            batch = staging.take_in(session, file, inspected, by=BY, at=AT)
            run = long_files.due(session, batch, by=BY, at=AT)
        if run is not None:  # a long file, part by part
            runs.work_through(run.id, "bench", long_files.HANDLER)
        return batch.id

    def submit() -> None:
        with db.transaction() as session:
            batch = session.get_one(ImportBatch, batch_id)
            approving.submit(session, batch, digest=str(batch.content_digest), by=BY, at=AT)

    def prepare() -> Any:
        with db.reading() as session:
            batch = session.get_one(ImportBatch, batch_id)
            return approving.prepare(session, batch, digest=str(batch.content_digest))

    def approve() -> None:
        with prepared, db.transaction() as session:
            batch = session.get_one(ImportBatch, batch_id)
            digest = str(batch.content_digest)
            approving.approve(session, batch, digest=digest, by=OTHER, at=AT, prepared=prepared)

    batch_id = timed(steps, "checked and staged", take_in)
    timed(steps, "submitted", submit)
    prepared = timed(steps, "judged for posting", prepare)
    timed(steps, "approved and posted", approve)
    if checks:
        with db.reading() as session:
            wrong = timed(steps, "books checked", lambda: check_books(session))
            print(f"  books: {wrong or 'right'}")
    return steps


def undo(rows: int) -> None:
    """Take the newest import back, and say how long that took."""
    from sqlalchemy import func, select

    from tests.factories import OTHER
    from tieout import db
    from tieout.intake import undoing
    from tieout.intake.models import ImportBatch

    def act() -> None:
        with db.transaction() as session:
            newest = session.scalar(select(func.max(ImportBatch.id)))
            batch = session.get_one(ImportBatch, newest)
            undoing.undo(session, batch, reason="Measured", by=OTHER, at=AT)

    steps: dict[str, tuple[float, int]] = {}
    timed(steps, "undone", act)
    seconds, peak = steps["undone"]
    told("undone", seconds, rows, f"{peak:6} MB at most so far")


def timed(steps: dict[str, tuple[float, int]], name: str, act: Callable[[], Any]) -> Any:
    """Do something, and note how long it took."""
    began = cost()
    result = act()
    steps[name] = cost() - began, megabytes()
    return result


def cost() -> float:
    """Processor time of this process and its readers so far, or the time by the clock."""
    if by_clock:
        return time.perf_counter()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used) + served()


def server_of(engine: Engine) -> int:
    """The main process of a PostgreSQL server that runs on this machine; 0 for none."""
    if engine.dialect.name != "postgresql":
        return 0
    with engine.connect() as connection:
        folder = Path(str(connection.scalar(text("SHOW data_directory"))))
    try:
        return int((folder / "postmaster.pid").read_text().split()[0])
    except OSError:
        return 0


def served() -> float:
    """Processor time of the server and of whoever works or has worked for it."""
    if not server:
        return 0.0
    ticks = sum(worked(Path(f"/proc/{server}"), slice(11, 15)))  # with those that are gone
    for child in Path(f"/proc/{server}/task/{server}/children").read_text().split():
        with contextlib.suppress(OSError):
            ticks += sum(worked(Path(f"/proc/{child}"), slice(11, 13)))
    return ticks / os.sysconf("SC_CLK_TCK")


def worked(process: Path, which: slice) -> list[int]:
    """User and system time of a process, and behind them those of its children, in ticks."""
    return [int(one) for one in (process / "stat").read_text().rpartition(")")[2].split()[which]]


def floor_of(engine: Engine, url: str, place: Path, rows: int) -> float:
    """Write the same rows once more, into an empty database."""
    from tieout import db
    from tieout.db.bulk import chunks

    if engine.dialect.name == "postgresql":
        return _copied(engine, url, place, rows)
    filled = Path(str(engine.url.database))
    db.disconnect()
    kept = filled.rename(place / "filled.db")
    target = prepared(url, place, rows)
    source = db.make_engine(f"sqlite:///{kept}")
    seconds = 0.0
    with source.connect() as read, target.connect() as write:
        there, here = raw(read), raw(write)
        here.execute("BEGIN IMMEDIATE")
        here.execute("PRAGMA defer_foreign_keys=ON")
        for table in TABLES:
            cursor = there.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608
            marks = ",".join("?" * len(cursor.description))
            statement = f'INSERT INTO "{table}" VALUES ({marks})'  # noqa: S608 - our own tables
            while chunk := cursor.fetchmany(10_000):
                began = cost()
                here.executemany(statement, chunk)
                seconds += cost() - began
        for chunk in chunks(terms(there), 5_000):
            began = cost()
            here.executemany("INSERT INTO document_terms (rowid, terms) VALUES (?, ?)", chunk)
            seconds += cost() - began
        began = cost()
        here.execute("COMMIT")
        seconds += cost() - began
    return seconds


def terms(there: Any) -> Iterator[tuple[int, str]]:
    """The rows of the full-text index, which SQLite does not hand out again."""
    from tieout.ledger import search_index
    from tieout.ledger.search_words import pieces

    documents = there.execute(
        "SELECT id, issued_on, customer_id, account_id, kind, currency, source, text"
        " FROM documents JOIN document_texts ON document_id = id ORDER BY issued_on, id"
    )
    for number, day, customer, account, kind, currency, source, said in documents:
        facts = search_index.facts(
            customer_id=customer,
            account_id=account,
            kind=kind,
            currency=currency,
            source=search_index.batch_of(source),
        )
        key = search_index.key(date.fromisoformat(day), number)
        yield key, " ".join((*pieces(said), *facts))


def _copied(engine: Engine, url: str, place: Path, rows: int) -> float:
    from tieout import db

    tables = (*TABLES, "document_terms")
    with engine.connect() as connection:
        cursor: Any = raw(connection).cursor()
        for table in tables:
            with (place / table).open("wb") as file, cursor.copy(f"COPY {table} TO STDOUT") as copy:
                for block in copy:
                    file.write(block)
    db.disconnect()
    target = prepared(url, place, rows)
    began = cost()
    with target.connect() as connection:
        cursor = raw(connection).cursor()
        for table in tables:
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for block in blocks(place / table):
                    copy.write(block)
        raw(connection).commit()
    return cost() - began


def blocks(path: Path) -> Iterator[bytes]:
    """A file in pieces."""
    with path.open("rb") as file:
        while block := file.read(1 << 18):
            yield block


def raw(connection: Any) -> Any:
    """The driver's own connection, outside of any transaction of ours."""
    with contextlib.suppress(Exception):
        connection.rollback()
    return connection.connection.dbapi_connection


def megabytes() -> int:
    """The most this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def reader() -> int:
    """The most a child held."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


if __name__ == "__main__":
    main()
