"""What the reminders of a day cost to select, and how that grows: with what is open.

    .venv/bin/python bench/reminding.py [--customers 1000 10000] [--lines 3] [--months 0 6]
        [--written 1000]

Each customer has so many invoices overdue, and so many months of invoices paid long ago behind
them. Selecting is what the page of tomorrow's reminders does: who is reminded, of what, and what
it costs. Of the first `--written` customers of each size the reminders are also planned, as the
alarm clock does: notice, entry in the trail and message of each, in pieces, of which the longest
is how long the books are held at most. CPU seconds of this process, on SQLite, so that a busy
machine does not show.
"""

import argparse
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import statements as books  # noqa: E402 - the path is set first
from sqlalchemy import func, select, text, update  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from notifications.subscriptions import SUBSCRIPTIONS  # noqa: E402
from tieout import audit, clock, db, events  # noqa: E402
from tieout.customers.models import CustomerAccount  # noqa: E402
from tieout.db.base import Json  # noqa: E402
from tieout.dunning import notices, policies, runs  # noqa: E402
from tieout.ledger import posting  # noqa: E402
from tieout.ledger.models import DocumentKind, DueItem  # noqa: E402
from tieout.messages.models import Message  # noqa: E402
from tieout.money import Money  # noqa: E402
from tieout.runs.models import Run, RunItem  # noqa: E402
from tieout.runs.work import work_through  # noqa: E402

TODAY = date(2026, 8, 17)
AT = datetime(2026, 8, 17, 1, tzinfo=UTC)
CONTACTS = """
    INSERT INTO contacts (customer_id, name, email, phone, position, language, role,
                          receives_statements, receives_reminders, preferences, is_active,
                          created_at, version)
    SELECT id, 'Wang Min', 'wang.min@c' || id || '.example', '', '', '', 'accountant', 1, 1, '{}',
           1, created_at, 1 FROM customers
"""


def main() -> None:
    """Measure, and print what each size costs."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--customers", type=int, nargs="*", default=[1_000, 10_000])
    asked.add_argument("--lines", type=int, default=3)
    asked.add_argument("--months", type=int, nargs="*", default=[0, 6])
    asked.add_argument("--written", type=int, default=1_000)
    given = asked.parse_args()
    events.subscribe(SUBSCRIPTIONS)
    for customers in given.customers:
        for months in given.months:
            with tempfile.TemporaryDirectory() as folder, clock.standing(AT):
                books.books(Path(folder), customers, given.lines, months)
                prepared()
                whole, found = selected()
                print(
                    f"{customers:>7,} customers, {months} months of history: {found:,} reminders"
                    f" selected in {whole:.1f} s, {1e3 * whole / found:.2f} ms each",
                    flush=True,
                )
                if given.written:
                    cost, count, longest, begun = planned(given.written)
                    print(
                        f"{count:>17,} planned and written: {cost * 1e3:.1f} ms each; begun in"
                        f" {begun * 1e3:.0f} ms, the longest piece {longest * 1e3:.0f} ms",
                        flush=True,
                    )
                db.disconnect()


def prepared() -> None:
    """Somebody to write to everywhere, a policy, and a payment of today."""
    with db.transaction() as session:
        session.execute(text(CONTACTS))
        policies.standard_policy(session, by=audit.SYSTEM)
        account_id = session.scalars(select(func.min(CustomerAccount.id))).one()
        paid = posting.DocumentInput(
            account_id, DocumentKind.PAYMENT, "PAY-0", TODAY, Money(-1, "CNY")
        )
        posting.post(session, paid, by=audit.SYSTEM, at=AT)


def selected() -> tuple[float, int]:
    """CPU seconds to work out everybody's reminder, and how many there are."""
    with db.reading() as session:
        begun = time.process_time()
        found = notices.preview(session, TODAY)
        return time.process_time() - begun, len(found)


def planned(most: int) -> tuple[float, int, float, float]:
    """CPU seconds a reminder takes to be planned and written, of so many customers.

    Also how many there are, and what the longest piece and the beginning took.
    """
    with db.transaction() as session:
        beyond = select(CustomerAccount.id).order_by(CustomerAccount.id).offset(most).limit(1)
        first = session.scalar(beyond)
        if first is not None:
            later = update(DueItem).where(DueItem.account_id >= first)
            session.execute(later.values(due_on=date(2027, 1, 1)))
    begun = time.process_time()
    with db.transaction() as session:
        run = runs.start(session, on=TODAY, by=audit.SYSTEM, at=AT)
        if not isinstance(run, Run):
            raise SystemExit(str(run))
        run_id = run.id
    beginning, pieces = time.process_time() - begun, [0.0]

    def measured(session: Session, run: Run, item: RunItem, at: datetime) -> Json:
        since = time.process_time()
        result = runs.handle(session, run, item, at)
        session.flush()
        pieces.append(time.process_time() - since)
        return result

    work_through(run_id, "bench", measured)
    took = time.process_time() - begun
    with db.reading() as session:
        count = session.scalars(select(func.count()).select_from(Message)).one()
    return took / count, count, max(pieces), beginning


if __name__ == "__main__":
    main()
