"""What a statement costs in a run, and how ageing grows: with what is open, not with history.

    .venv/bin/python bench/statements.py [--customers 1000 10000] [--lines 20] [--months 1 6]
        [--aged 1000] [--most 3000]

A run drafts and issues a month of so many customers (snapshots, no PDF), the books on SQLite; CPU
seconds of this process, so that a busy machine does not show. Beyond a thousand, the books are
copies of the first thousand, made by the database. `--most` stops each run after so many, of
however many there are. Ageing of `--aged` customers is measured with so many months of settled
documents behind the same open ones, and with half of the open ones.
"""

import argparse
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import func, insert, select, text  # noqa: E402 - the path is set first

from tieout import audit, clock, db, runs, settings  # noqa: E402
from tieout.customers.models import Customer, CustomerAccount  # noqa: E402
from tieout.i18n import Sentence  # noqa: E402
from tieout.ledger import ageing, posting  # noqa: E402
from tieout.ledger.mass_settling import allocate_many  # noqa: E402
from tieout.ledger.models import Document, DocumentKind, DueItem  # noqa: E402
from tieout.ledger.settling import Proposal  # noqa: E402
from tieout.money import Money  # noqa: E402
from tieout.operations import migrate  # noqa: E402
from tieout.periods import Period  # noqa: E402
from tieout.statements import runs as statement_runs  # noqa: E402

JUNE = Period.month(2026, 6)
BOOKED = datetime(2026, 6, 30, tzinfo=UTC)
ISSUED = datetime(2026, 7, 1, 2, tzinfo=UTC)
BY = audit.SYSTEM
PIECE = 5_000
#: Beyond so many customers the books are copied.
FIRST = 1_000


def main() -> None:
    """Measure, and print the cost of a statement at each size."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--customers", type=int, nargs="*", default=[1_000, 10_000])
    asked.add_argument("--lines", type=int, default=20)
    asked.add_argument("--months", type=int, nargs="*", default=[1, 6])
    asked.add_argument("--aged", type=int, default=1_000)
    asked.add_argument("--most", type=int, default=10**9)
    given = asked.parse_args()
    first = 0.0
    for count in given.customers:
        with tempfile.TemporaryDirectory() as folder:
            books(Path(folder), count, given.lines)
            cost, done = statement_run(min(count, given.most))
        first = first or cost
        said = f"{cost * 1e3:.2f} ms CPU a statement, {cost / first:.2f} ×"
        print(f"{count:>7,} customers, {done:,} statements: {said}", flush=True)
    kinds = [(months, given.lines) for months in given.months]
    for months, lines in [*kinds, *((months, lines // 2) for months, lines in kinds[-1:])]:
        with tempfile.TemporaryDirectory() as folder:
            books(Path(folder), given.aged, lines, months)
            print(
                f"{months:>3} months of history: {aged():.2f} s CPU to age, {facts()}", flush=True
            )


def books(folder: Path, customers: int, lines: int, months: int = 0) -> None:
    """A company with so many customers, each with so many documents in June and settled before."""
    made = min(customers, FIRST)
    db.disconnect()
    audit.configure("bench")
    migrate.upgrade(db.connect(f"sqlite:///{folder / 'tieout.db'}"))
    with db.transaction() as session:
        settings.set_up(
            session,
            name="Harbour Tools",
            short_name="Harbour",
            base_currency="CNY",
            time_zone="Asia/Shanghai",
            languages=["en"],
            by=BY,
        )
        settings.company(session).two_people = []
        people = [
            {"code": f"C-{at:06}", "name": f"Customer {at}", "created_at": BOOKED, "search_key": ""}
            for at in range(made)
        ]
        session.execute(insert(Customer), people)
        ids = session.scalars(select(Customer.id)).all()
        accounts = [
            {"customer_id": customer_id, "currency": "CNY", "created_at": BOOKED}
            for customer_id in ids
        ]
        session.execute(insert(CustomerAccount), accounts)
    post([f"INV-{at}" for at in range(lines)], date(2026, 6, 1))
    history(months)
    if customers > made:
        copies(customers // made - 1)
    # books that were written just now stand in the log, where every page is looked for first
    db.disconnect()
    db.connect(f"sqlite:///{folder / 'tieout.db'}")


#: The rows that are written for each copy of the books, told apart by what is added.
COPIED = {
    "customers": {"id": "customers", "code": ""},
    "customer_accounts": {"id": "customer_accounts", "customer_id": "customers"},
    "account_totals": {"account_id": "customer_accounts"},
    "documents": {
        "id": "documents",
        "customer_id": "customers",
        "account_id": "customer_accounts",
        "number": "",
        "number_key": "",
    },
    "due_items": {
        "id": "due_items",
        "document_id": "documents",
        "account_id": "customer_accounts",
    },
    "allocations": {
        "id": "allocations",
        "debit_item_id": "due_items",
        "credit_item_id": "due_items",
    },
}


def copies(times: int) -> None:
    """Write the same books again for as many other customers, so often."""
    with db.transaction() as session:
        most = {
            table: session.execute(text(f"SELECT coalesce(max(id), 0) FROM {table}")).scalar_one()  # noqa: S608 - our own names
            for table in COPIED
            if table != "account_totals"
        }
        for table, changed in COPIED.items():
            columns = session.execute(text(f"SELECT name FROM pragma_table_info('{table}')"))  # noqa: S608
            named = {name: f'"{name}"' for name in columns.scalars()}
            for name, of in changed.items():
                added = f"+ {most[of]} * :at" if of else "|| '-' || :at"
                named[name] = f'"{name}" {added}'
            end = most.get(table, most["customer_accounts"])
            key = "id" if table in most else "account_id"
            written = ", ".join(f'"{name}"' for name in named)
            copy = text(
                f"INSERT INTO {table} ({written}) SELECT {', '.join(named.values())}"  # noqa: S608
                f" FROM {table} WHERE {key} <= {end}"
            )
            for at in range(1, times + 1):
                session.execute(copy, {"at": at})


def post(numbers: list[str], on: date, amount: int = 100_00) -> None:
    """One invoice of each number for every account, some accounts a transaction."""
    with db.reading() as session:
        ids = session.scalars(select(CustomerAccount.id)).all()
    per = max(1, PIECE // len(numbers))
    for begin in range(0, len(ids), per):
        with db.transaction() as session:
            posting.post_many(
                session,
                [
                    posting.DocumentInput(
                        account_id=account_id,
                        kind=DocumentKind.INVOICE if amount > 0 else DocumentKind.PAYMENT,
                        number=f"{number}-{account_id}",
                        issued_on=on,
                        amount=Money(amount, "CNY"),
                    )
                    for account_id in ids[begin : begin + per]
                    for number in numbers
                ],
                by=BY,
                at=BOOKED,
                source="bench",
            )


def history(months: int) -> None:
    """So many earlier months, each with an invoice that was paid whole."""
    for at in range(months):
        on = date(2026, 5 - at % 5, 1)
        post([f"OLD-{at}"], on)
        post([f"PAY-{at}"], on, -100_00)
        _settle(at)


def _settle(at: int) -> None:
    """Every payment of a month with its invoice."""
    number = func.substr(Document.number, 1, func.instr(Document.number, "-") - 1)
    query = (
        select(number, Document.account_id, DueItem.id)
        .join(DueItem, DueItem.document_id == Document.id)
        .where(Document.number.startswith(f"OLD-{at}-") | Document.number.startswith(f"PAY-{at}-"))
    )
    with db.transaction() as session:
        items = {(name, account_id): item for name, account_id, item in session.execute(query)}
        pairs = [
            Proposal(
                item,
                items["PAY", account_id],
                Money(100_00, "CNY"),
                "by_hand",
                Sentence("paid"),
                True,
            )
            for (name, account_id), item in items.items()
            if name == "OLD"
        ]
        allocate_many(session, pairs, source="bench", by=BY, at=BOOKED)


def statement_run(most: int) -> tuple[float, int]:
    """CPU seconds a statement takes, drafted and issued by two runs; and how many there were."""

    def stop() -> bool:
        return next(left, None) is None

    left = iter(range(most))
    with clock.standing(ISSUED):
        with db.transaction() as session:
            drafts = statement_runs.begin_drafts(session, JUNE, by=BY, at=ISSUED).id
        begun = time.process_time()
        runs.work_through(drafts, "bench", statement_runs.HANDLER, stop=stop)
        left = iter(range(most))
        with db.transaction() as session:
            issue = statement_runs.begin_issue(session, JUNE, by=BY, at=ISSUED).id
        runs.work_through(issue, "bench", statement_runs.HANDLER, stop=stop)
        took = time.process_time() - begun
    with db.reading() as session:
        done = runs.progress(session, issue).done
    if done != most:
        raise SystemExit(f"{done} of {most} were issued")
    return took / done, done


def aged() -> float:
    """CPU seconds to age every account as at the end of June; the middle of three."""
    took = []
    for _ in range(3):
        with db.reading() as session:
            begun = time.process_time()
            ageing.company_ageing(session, JUNE.end, "CNY")
            took.append(time.process_time() - begun)
    return sorted(took)[1]


def facts() -> str:
    """What there is in the books."""
    with db.reading() as session:
        documents = session.execute(select(func.count()).select_from(Document)).scalar_one()
        open_ = session.execute(
            select(func.count()).select_from(DueItem).where(DueItem.open_minor != 0)
        ).scalar_one()
    return f"{documents:,} documents, {open_:,} open"


if __name__ == "__main__":
    main()
