"""What the portal's statement page costs, beside a minimal page that shows the same rows.

    .venv/bin/python bench/pages.py [--lines 50000 5000000] [--folder FOLDER] [--times 200]
                                    [--on sqlite postgresql]

The floor is a page of Flask and SQLAlchemy that knows nobody and has no frame: it reads the fifty
lines of the same statement and writes them into a table with our formatters. Ours signs in, finds
out what the viewer may do, and shows what can be done with each line. Both are asked in turn in
the same process, over books of each size; the other pages people look at most stand beside them.

Processor time of this process and of the database server, so that a busy machine does not show.
"""

import argparse
import gc
import statistics
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from flask import Flask, render_template  # noqa: E402
from sqlalchemy import func, select  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from bench import large_books, search  # noqa: E402
from tests.factories import AT, BY, OTHER  # noqa: E402
from tests.support.visitor import Visitor  # noqa: E402
from tieout import audit, clock, db, settings  # noqa: E402
from tieout.customers.models import Contact, Customer, CustomerAccount, Membership  # noqa: E402
from tieout.identity import passwords  # noqa: E402
from tieout.identity.models import PortalLogin  # noqa: E402
from tieout.identity.permissions import PortalRole  # noqa: E402
from tieout.ledger import posting  # noqa: E402
from tieout.ledger.models import Document, DocumentKind, DocumentLine  # noqa: E402
from tieout.ledger.words import KINDS  # noqa: E402
from tieout.money import Money  # noqa: E402
from tieout.periods import Period  # noqa: E402
from tieout.rendering import environment  # noqa: E402
from tieout.statements import drafting, issuing  # noqa: E402
from tieout.statements.models import Statement, StatementLine, StatementSection  # noqa: E402

JUNE = Period.month(2026, 6)
ROWS = 50
CODE, EMAIL = "BENCH", "wang.min@bench.example"
#: What the floor shows: the same columns, nothing around them.
TABLE = """<!doctype html><html lang="en"><title>{{ number }}</title><h1>{{ number }}</h1>
<table><thead><tr><th>Date<th>Document<th>Reference<th>Due<th>Amount<th>Balance</tr></thead><tbody>
{% for line in lines %}<tr><td>{{ line.issued_on|day }}</td>
<td>{{ kinds[line.kind] }} {{ line.number }} <span>{{ line.description }}</span></td>
<td>{{ line.reference }}</td><td>{% if line.due_on %}{{ line.due_on|day }}{% endif %}</td>
<td>{{ line.amount_minor|money('CNY') }}</td><td>{{ line.balance_minor|money('CNY') }}</td></tr>
{% endfor %}</tbody><tfoot><tr><td>{{ closing|money('CNY') }}</td></tr></tfoot></table></html>"""


def main() -> None:
    """Measure, and print the cost of each page in books of each size."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--lines", type=int, nargs="+", default=[50_000])
    asked.add_argument("--folder", type=Path, default=Path("/tmp/tieout_bench_pages"))  # noqa: S108
    asked.add_argument("--on", nargs="+", default=["sqlite"])
    asked.add_argument("--times", type=int, default=200)
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    audit.configure("0" * 32)
    for name in given.on:
        small = 0.0
        for lines in given.lines:
            url, stop = large_books.OPEN[name](given.folder, lines)
            try:
                large_books.make(db.connect(url), lines, more=True)
                with clock.standing(AT):
                    cost = measured(url, given.folder, name, given.times)
            finally:
                db.disconnect()
                stop()
            small = small or cost
            print(f"  the statement page, times that in the smallest books: {cost / small:.2f}")


def measured(url: str, folder: Path, name: str, times: int) -> float:
    """The middle of what our statement page costs; prints it, the floor and the others."""
    desk = large_books.accountant(url, folder)
    statement_id, customer_id = issued()
    portal = Visitor(desk.client.application)
    if portal.sign_in(EMAIL, large_books.PASSWORD).status_code != 303:
        raise SystemExit("nobody could sign in")
    bare = floor(statement_id).test_client()
    with db.reading() as session:
        work = search.Work(session)
        documents = session.scalar(select(func.count()).select_from(Document))
        lines = session.scalar(select(func.count()).select_from(DocumentLine))
    print(f"{name}, {lines:,} lines of {documents:,} documents (milliseconds of a processor)")
    pages: dict[str, Callable[[], Any]] = {
        "floor: fifty rows, nothing else": lambda: bare.get("/"),
        "the statement": lambda: portal.open(f"/statements/{statement_id}"),
        "the overview": lambda: portal.open("/"),
        "the statements": lambda: portal.open("/statements"),
        "the documents": lambda: portal.open("/documents"),
        "desk: today": lambda: desk.open("/desk/"),
        "desk: a customer": lambda: desk.open(f"/desk/customers/{customer_id}"),
    }
    took: dict[str, list[float]] = {page: [] for page in pages}
    for turn in range(times + 5):
        for page, open_ in pages.items():
            if page.startswith("desk") and turn > times // 4:
                continue
            before = work.done()
            answer = open_()
            cost = (work.done() - before) * 1e3
            if answer.status_code != 200:
                raise SystemExit(f"{page} answered {answer.status_code}")
            if turn >= 5:  # the first ones fill what is kept
                took[page].append(cost)
        if turn % 20 == 0:
            gc.collect()
    middle = {page: statistics.median(costs) for page, costs in took.items()}
    least = middle["floor: fifty rows, nothing else"]
    for page, cost in middle.items():
        late = sorted(took[page])[int(len(took[page]) * 0.95)]
        print(f"  {page:<34} {cost:>7.2f}  p95 {late:>7.2f}  {cost / least:>5.2f} ×", flush=True)
    return middle["the statement"]


def floor(statement_id: int) -> Flask:
    """The least a page of the same rows takes."""
    app = Flask("floor")
    environment.install(app.jinja_env)
    table = app.jinja_env.from_string(TABLE)

    @app.get("/")
    def show() -> str:
        session = db.sessions()
        statement = session.get_one(Statement, statement_id)
        section = session.scalars(
            select(StatementSection).where(StatementSection.statement_id == statement_id)
        ).one()
        lines = session.scalars(
            select(StatementLine)
            .where(StatementLine.section_id == section.id)
            .order_by(StatementLine.no)
        ).all()
        return render_template(
            table,
            number=statement.number,
            lines=lines,
            kinds=KINDS,
            closing=section.closing_minor,
        )

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        db.sessions.remove()

    return app


def issued() -> tuple[int, int]:
    """A statement of fifty lines and the customer it is for, made once."""
    with db.reading() as session:
        there = session.scalar(select(Statement).where(Statement.state == "issued"))
        if there is not None:
            return there.id, there.customer_id
    with db.transaction() as session:
        settings.company(session).two_people = []
        account = _customer(session)
        posting.post_many(
            session,
            [
                posting.DocumentInput(
                    account_id=account.id,
                    kind=DocumentKind.PAYMENT if no % 4 == 3 else DocumentKind.INVOICE,
                    number=f"B-2026-{no:04}",
                    issued_on=JUNE.start + timedelta(days=no * 30 // ROWS),
                    amount=Money(-180_00 if no % 4 == 3 else 1_234_56 + no, "CNY"),
                    description="delivery of June",
                )
                for no in range(ROWS)
            ],
            by=BY,
            at=AT,
            source="bench",
        )
    with db.transaction() as session:
        customer = session.scalars(select(Customer).where(Customer.code == CODE)).one()
        statement = drafting.draft(session, customer, JUNE, by=BY, at=AT)
        drafting.approve(session, statement, by=OTHER, at=AT)
        issuing.issue(session, statement, by=OTHER, at=AT)
        return statement.id, customer.id


def _customer(session: Session) -> CustomerAccount:
    customer = Customer(code=CODE, name="Mingyuan Trading", created_at=AT)
    session.add(customer)
    session.flush()
    contact = Contact(
        customer_id=customer.id,
        name="Wang Min",
        email=EMAIL,
        role=PortalRole.MANAGE,
        created_at=AT,
    )
    login = PortalLogin(
        email=EMAIL,
        name="Wang Min",
        password_hash=passwords.hashed(large_books.PASSWORD),
        created_at=AT,
    )
    account = CustomerAccount(customer_id=customer.id, currency="CNY", created_at=AT)
    session.add_all([contact, login, account])
    session.flush()
    session.add(
        Membership(
            login_id=login.id,
            customer_id=customer.id,
            contact_id=contact.id,
            role=contact.role,
        )
    )
    session.flush()
    return account


if __name__ == "__main__":
    main()
