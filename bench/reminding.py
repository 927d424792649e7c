"""What the reminders of a day cost to select, and how that grows: with what is open.

    .venv/bin/python bench/reminding.py [--customers 1000 10000] [--lines 3] [--months 0 6]
        [--written 1000]

Each customer has so many invoices overdue, and so many months of invoices paid long ago behind
them. Selecting is what the page of tomorrow's reminders does: who is reminded, of what, and what
it costs. Of the first `--written` customers of each size the reminders are also planned, as the
alarm clock does: notice, entry in the trail and message of each. CPU seconds of this process, on
SQLite, so that a busy machine does not show.
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

from notifications.subscriptions import SUBSCRIPTIONS  # noqa: E402
from tieout import audit, clock, db, events  # noqa: E402
from tieout.customers.models import CustomerAccount  # noqa: E402
from tieout.dunning import notices, policies  # noqa: E402
from tieout.ledger import posting  # noqa: E402
from tieout.ledger.models import DocumentKind, DueItem  # noqa: E402
from tieout.messages.models import Message  # noqa: E402
from tieout.money import Money  # noqa: E402

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
                    cost, count = planned(given.written)
                    print(f"{count:>17,} planned and written: {cost * 1e3:.1f} ms each", flush=True)
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


def planned(most: int) -> tuple[float, int]:
    """CPU seconds a reminder takes to be planned and written, of so many customers."""
    with db.transaction() as session:
        beyond = select(CustomerAccount.id).order_by(CustomerAccount.id).offset(most).limit(1)
        session.execute(
            update(DueItem)
            .where(DueItem.account_id >= session.scalar(beyond))
            .values(due_on=date(2027, 1, 1))
        )
    begun = time.process_time()
    with db.transaction() as session:
        notices.plan(session, on=TODAY, at=AT)
    took = time.process_time() - begun
    with db.reading() as session:
        count = session.scalars(select(func.count()).select_from(Message)).one()
    return took / count, count


if __name__ == "__main__":
    main()
