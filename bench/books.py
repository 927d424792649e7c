"""What a ledger handed in costs: from the file chosen to the result on screen, and the company.

    .venv/bin/python bench/books.py [--lines 300 3000 20000] [--strangers] [--company 1000]

A customer of the portal hands in a CSV of so many lines against as many documents of ours, one in
twenty of them different in some way; `--strangers` hands in books that have nothing in common,
the longest list of differences there can be. The result is opened as a browser would, and its
workbook made. `--company` compares so many customers of 40 lines a side in one stored run, and
measures memory at its start, its middle and its end.

Processor time of this process and its children; seconds by the clock beside it.
"""

import argparse
import io
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import select  # noqa: E402

from bench import large_books, pages  # noqa: E402
from tests.factories import AT, BY  # noqa: E402
from tests.support.visitor import Visitor  # noqa: E402
from tieout import audit, clock, db, runs, settings  # noqa: E402
from tieout.customers.models import Customer, CustomerAccount  # noqa: E402
from tieout.ledger import posting  # noqa: E402
from tieout.ledger.models import DocumentKind  # noqa: E402
from tieout.money import Money  # noqa: E402
from tieout.operations import migrate  # noqa: E402
from tieout.reconciliation import company_runs  # noqa: E402

#: One line in so many differs.
DIFFERS = 20
YEAR = date(2026, 1, 1)
CUT_OFF = date(2026, 6, 30)


def main() -> None:
    """Measure, and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--lines", type=int, nargs="*", default=[300, 3_000, 20_000])
    asked.add_argument("--strangers", action="store_true")
    asked.add_argument("--company", type=int, default=0)
    given = asked.parse_args()
    audit.configure("0" * 32)
    for lines in given.lines:
        with tempfile.TemporaryDirectory() as folder, clock.standing(AT):
            uploaded(Path(folder), lines, strangers=given.strangers)
            db.disconnect()
    if given.company:
        with tempfile.TemporaryDirectory() as folder, clock.standing(AT):
            company(Path(folder), given.company)
            db.disconnect()


def uploaded(folder: Path, lines: int, *, strangers: bool) -> None:
    """A ledger of so many lines, from the file chosen to the result; prints what each step took."""
    migrate.upgrade(db.connect(f"sqlite:///{folder / 'tieout.db'}"))
    large_books.accountant(f"sqlite:///{folder / 'tieout.db'}", folder)
    with db.transaction() as session:
        settings.company(session).two_people = []
        account_id = pages._customer(session).id
    content = books(account_id, lines, strangers=strangers)
    portal = Visitor(
        large_books.accountant(f"sqlite:///{folder / 'tieout.db'}", folder).client.application
    )
    if portal.sign_in(pages.EMAIL, large_books.PASSWORD).status_code != 303:
        raise SystemExit("nobody could sign in")
    print(f"{lines:,} lines a side{', strangers' if strangers else ''}")
    for turn in ("first", "again"):
        data = {
            "file": (io.BytesIO(content), "ledger.csv"),
            "as_at": CUT_OFF.isoformat(),
            "account": account_id,
        }
        with step(f"handed in and compared, {turn}"):
            answer = portal.send("/books", data, page="/books")
        if answer.status_code != 303:
            raise SystemExit(f"handed in: {answer.status_code}")
    there = answer.location
    for name in ("", "/reading", "/reconciliation.xlsx", "/reconciliation.pdf"):
        with step(f"opened{name}"):
            found = portal.open(f"{there}{name}")
        if found.status_code != 200:
            raise SystemExit(f"{name}: {found.status_code}")
        print(f"    {len(found.data) / 1024:,.0f} kB")
    number = there.rsplit("/", 1)[-1]
    desk = large_books.accountant(f"sqlite:///{folder / 'tieout.db'}", folder)
    for view in ("decide", "differences", "time", "matched"):
        with step(f"desk, {view}"):
            found = desk.open(f"/desk/matching/{number}?view={view}")
        print(f"    {len(found.data) / 1024:,.0f} kB")


def books(account_id: int, lines: int, *, strangers: bool) -> bytes:
    """Post our documents; return their ledger as a CSV."""
    chance = random.Random(7)  # noqa: S311 - books, not secrets
    ours, theirs = [], ["Date,Type,Number,Debit,Credit"]
    for no in range(lines):
        on = YEAR + timedelta(days=no * 180 // lines)
        is_paid, amount = no % 4 == 3, chance.randrange(10_000, 9_000_000)
        number = f"{'RCP' if is_paid else 'INV'}-{no:06}"
        ours.append(
            posting.DocumentInput(
                account_id=account_id,
                kind=DocumentKind.PAYMENT if is_paid else DocumentKind.INVOICE,
                number=number,
                issued_on=on,
                amount=Money(-amount if is_paid else amount, "CNY"),
            )
        )
        shown, written = amount, number
        if strangers:
            shown, written = chance.randrange(10_000, 9_000_000), f"X{chance.randrange(10**7)}"
        elif no % DIFFERS == 0:
            shown += (900, 1, 100_000)[no // DIFFERS % 3]
            if no // DIFFERS % 4 == 3:
                continue
        figure = f"{shown / 100:.2f}"
        sides = (figure, "") if is_paid else ("", figure)
        kind = "Payment" if is_paid else "Invoice"
        theirs.append(f"{on + timedelta(days=1)},{kind},{written},{sides[0]},{sides[1]}")
    for begin in range(0, lines, 5_000):
        with db.transaction() as session:
            posting.post_many(session, ours[begin : begin + 5_000], by=BY, at=AT, source="bench")
    return ("\n".join(theirs) + "\n").encode()


def company(folder: Path, customers: int) -> None:
    """So many customers with a ledger each, compared in one run; prints time and memory."""
    from tests.tieout.reconciliation.books import hand_in

    migrate.upgrade(db.connect(f"sqlite:///{folder / 'tieout.db'}"))
    large_books.accountant(f"sqlite:///{folder / 'tieout.db'}", folder)
    with db.transaction() as session:
        for at in range(customers):
            customer = Customer(
                code=f"C-{at:05}", name=f"Customer {at}", created_at=AT, search_key=""
            )
            session.add(customer)
            session.flush()
            session.add(CustomerAccount(customer_id=customer.id, currency="CNY", created_at=AT))
    with db.reading() as session:
        ids = list(session.scalars(select(CustomerAccount.id).order_by(CustomerAccount.id)))
    chance = random.Random(7)  # noqa: S311 - books, not secrets
    for begin in range(0, len(ids), 50):
        with db.transaction() as session:
            for account_id in ids[begin : begin + 50]:
                account = session.get_one(CustomerAccount, account_id)
                amounts = [chance.randrange(1_000, 900_000) for _ in range(40)]
                posting.post_many(
                    session,
                    [
                        posting.DocumentInput(
                            account_id=account_id,
                            kind=DocumentKind.INVOICE,
                            number=f"INV-{account_id}-{no:03}",
                            issued_on=YEAR + timedelta(days=4 * no),
                            amount=Money(amount, "CNY"),
                        )
                        for no, amount in enumerate(amounts)
                    ],
                    by=BY,
                    at=AT,
                    source="bench",
                )
                text = "\n".join(
                    f"{YEAR + timedelta(days=4 * no + 1)} invoice INV-{account_id}-{no:03} "
                    f"{(amount + (900 if no % DIFFERS == 0 else 0)) / 100:.2f}"
                    for no, amount in enumerate(amounts)
                )
                hand_in(session, account, text, as_at=CUT_OFF)
    with db.transaction() as session:
        run_id = company_runs.start(session, as_at=CUT_OFF, by=BY, at=AT).id
    levels: list[float] = []
    with step(f"{customers:,} customers of 40 lines a side, one run"), watched(levels):
        begun = time.process_time()
        runs.work_through(run_id, "bench", measured(levels, customers))
        took = time.process_time() - begun
    with db.reading() as session:
        progress = runs.progress(session, run_id)
    print(f"    {took / customers * 1e3:.1f} ms CPU a customer; done {progress.done}, failed "
          f"{progress.failed}; MB after a tenth, the middle, the end: "
          f"{', '.join(f'{level:.0f}' for level in levels)}")  # fmt: skip
    with db.reading() as session, step("what changed since, asked"):
        print(f"    {len(company_runs.changed(session))} accounts")


def measured(levels: list[float], customers: int):  # type: ignore[no-untyped-def]
    """The handler, noting memory on the way."""
    done = 0

    def handle(*arguments):  # type: ignore[no-untyped-def]
        nonlocal done
        done += 1
        if done in {customers // 10, customers // 2, customers}:
            levels.append(resident())
        return company_runs.HANDLER(*arguments)

    return handle


@contextmanager
def watched(levels: list[float]) -> Iterator[None]:
    """Keep the levels in order."""
    yield
    levels.sort(key=lambda level: level) if not levels else None


def resident() -> float:
    """Memory of this process now, in MB."""
    pages_ = int(Path("/proc/self/statm").read_text().split()[1])
    return pages_ * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def step(words: str) -> Iterator[None]:
    """Print what a step took: processors, clock, and the most memory until then."""
    begun, clock_begun = worked(), time.perf_counter()
    yield
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {words:<48} {worked() - begun:6.2f} s CPU {time.perf_counter() - clock_begun:6.2f} s"
          f"  {resident():.0f} MB (most {most:.0f})", flush=True)  # fmt: skip


def worked() -> float:
    """Processor seconds of this process and its ended children."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (
            resource.getrusage(resource.RUSAGE_SELF),
            resource.getrusage(resource.RUSAGE_CHILDREN),
        )
    )


if __name__ == "__main__":
    main()
