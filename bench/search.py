"""How long searching takes in large books, beside a look-up by key and a bare count.

    .venv/bin/python bench/search.py [--lines 200000] [--folder FOLDER] [--on sqlite postgresql]

The books are those of `large_books.py`, kept in the folder for the next run. What is
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
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import func, select, text  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from bench.large_books import (  # noqa: E402
    CUSTOMERS,
    OPEN,
    PLACES,
    START,
    THINGS,
    TODAY,
    accountant,
    make,
)
from tests.support.visitor import Visitor  # noqa: E402
from tieout import audit, db  # noqa: E402
from tieout.ledger import finding, queries  # noqa: E402
from tieout.ledger.models import Document, DocumentLine  # noqa: E402
from tieout.ledger.movements import references_of  # noqa: E402
from tieout.ledger.queries import DocumentSearch  # noqa: E402
from tieout.ledger.search import search  # noqa: E402
from tieout.periods import Period  # noqa: E402

TIMES = 20


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
