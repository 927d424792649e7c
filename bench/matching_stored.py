"""Two books out of a database, compared, and the result written and indexed, beside a bare floor.

    .venv/bin/python bench/matching_stored.py [--from sqlite postgresql] [--lines 20000] [--profile]

`bench/matching.py --from sqlite` does the same. The floor reads the columns of both books in bulk
and writes rows like those of the result in bulk, into the same tables with the same indexes; the
engine alone, warm, stands beside it. Processor time of this process and the whole server.
"""

import argparse
import cProfile
import pstats
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from cryptography.fernet import Fernet
from sqlalchemy import insert, select

from bench import books, intake, large_books
from tests.factories import AT, BY, make_company
from tests.tieout.reconciliation.books import batch_for
from tieout import attachments, audit, clock, db
from tieout.customers.models import Customer, CustomerAccount
from tieout.db import bulk
from tieout.matching import Line, Lines, Rules, kind_of, reconcile
from tieout.operations import migrate
from tieout.reconciliation import columns, comparing, decisions, their_books
from tieout.reconciliation.models import (
    MatchGroup,
    MatchGroupLine,
    Reconciliation,
    TheirBook,
    TheirBookLine,
    TheirLine,
)
from tieout.reconciliation.their_books import LedgerLine, ReadLedger

_WARM = 3


def main() -> None:
    """Measure, and print a table."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--from", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite"],
                       dest="kinds")  # fmt: skip
    asked.add_argument("--lines", type=int, default=20_000)
    asked.add_argument("--profile", action="store_true", help="where the comparison's time goes")
    given = asked.parse_args()
    run(given.kinds, given.lines, profile=given.profile)


def run(kinds: list[str], lines: int, *, profile: bool = False) -> None:
    """Measure on each of the databases."""
    print("| from | lines | kept | read | write | engine | floor | ours | × floor | press |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    audit.configure("0" * 32)
    attachments.configure((Fernet.generate_key().decode(),))
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder, clock.standing(AT):
            url, stop = large_books.OPEN[kind](Path(folder), lines)
            try:
                _measured(kind, url, lines, profile=profile)
            finally:
                db.disconnect()
                stop()


def _measured(kind: str, url: str, lines: int, *, profile: bool) -> None:
    engine = db.connect(url)
    migrate.upgrade(engine)
    intake.server = intake.server_of(engine)
    with db.transaction() as session:
        make_company(session)
        customer = Customer(code="C-1", name="Mingyuan Trading", created_at=AT, search_key="")
        session.add(customer)
        session.flush()
        account = CustomerAccount(customer_id=customer.id, currency="CNY", created_at=AT)
        session.add(account)
        session.flush()
        account_id = account.id
    ledger = _ledger(books.books(account_id, lines, strangers=False).decode())
    kept, book_id = _took(lambda: _keep(account_id, ledger))
    watch = cProfile.Profile() if profile else nullcontext()
    with watch:
        ours, made_id = _took(lambda: _compare(book_id))
    read, both = _took(lambda: _read(account_id, book_id))
    warm = min(_took(lambda: reconcile(*both, Rules()))[0] for _ in range(_WARM))
    press, _ = _took(lambda: _pressed(made_id))
    write = _written_again(made_id)
    floor = read + write + warm
    figures = " | ".join(f"{one:.2f}" for one in (kept, read, write, warm, floor, ours))
    print(f"| {kind} | {lines:,} | {figures} | {ours / floor:.1f} | {press:.2f} |", flush=True)
    if isinstance(watch, cProfile.Profile):
        pstats.Stats(watch).sort_stats("cumulative").print_stats("tieout|execute", 40)


def _took(act: Callable[[], object]) -> tuple[float, object]:
    began = intake.cost()
    result = act()
    return intake.cost() - began, result


def _ledger(text: str) -> ReadLedger:
    """The book `bench/books.py` writes, as intake reads it."""
    lines = []
    for row_no, row in enumerate(text.splitlines()[1:], start=2):
        on, kind, number, debit, credit = row.split(",")
        amount = round(float(debit or credit) * 100) * (1 if debit else -1)
        lines.append(LedgerLine(row_no, date.fromisoformat(on), amount, kind.lower(), number))
    return ReadLedger("ledger.csv", tuple(lines))


def _keep(account_id: int, ledger: ReadLedger) -> int:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, account_id)
        batch_id = batch_for(session, account)
        turned = comparing.is_turned(session, account, ledger, as_at=books.CUT_OFF, at=AT)
        kept = ledger.turned() if turned else ledger
        book, _ = their_books.keep(
            session, account, batch_id, kept, was_mirrored=turned, by=BY, at=AT
        )
        return book.id


def _compare(book_id: int) -> int:
    with db.transaction() as session:
        book = session.get_one(TheirBook, book_id)
        return comparing.compare(session, book, as_at=books.CUT_OFF, by=BY, at=AT).id


def _pressed(made_id: int) -> None:
    """A difference taken apart, as by a press in the workbench."""
    with db.transaction() as session:
        made = session.get_one(Reconciliation, made_id)
        query = select(MatchGroup).where(
            MatchGroup.reconciliation_id == made_id, MatchGroup.difference == "amount_typo"
        )
        group = session.scalars(query.order_by(MatchGroup.no).limit(1)).one()
        decisions.reject(session, made, group.no, group.proof["lines"], by=BY, at=AT)


def _read(account_id: int, book_id: int) -> tuple[Lines, Lines]:
    """The lines of both books, read in bulk."""
    with db.reading() as session:
        ours = columns.of_accounts(session, session.connection().execute(columns.documents()).all())
        theirs = session.connection().execute(
            select(TheirLine.__table__).join(TheirBookLine, TheirBookLine.line_id == TheirLine.id)
            .where(TheirBookLine.book_id == book_id)
        ).all()  # fmt: skip
    return (
        ours,
        Lines.of(
            Line(
                id=row.id,
                customer=account_id,
                on=row.booked_on,
                amount=row.amount_minor,
                kind=kind_of(row.kind, row.description),
                reference=row.number,
            )
            for row in theirs
        ),
    )


def _written_again(made_id: int) -> float:
    """Write the rows of a result once more, under another number; only the writing counts."""
    groups, lines = MatchGroup.__table__, MatchGroupLine.__table__
    made = Reconciliation.__table__
    with db.transaction() as session:
        connection = session.connection()
        row = dict(connection.execute(select(made).where(made.c.id == made_id)).one()._mapping)
        del row["id"]
        row["receipt"] += "-2"
        other = connection.execute(insert(made), row).inserted_primary_key[0]
        found = [
            {**each._mapping, "reconciliation_id": other}
            for each in connection.execute(select(groups).order_by(groups.c.id))
        ]
        placed = [
            {**each._mapping, "reconciliation_id": other}
            for each in connection.execute(select(lines))
        ]
        shift = max((each["id"] for each in found), default=0)
        for each in found:
            each["id"] += shift
        for each in placed:
            each["group_id"] += shift
            del each["id"]
        began = intake.cost()
        for table, rows in ((MatchGroup, found), (MatchGroupLine, placed)):
            values = (tuple(each.values()) for each in rows)
            bulk.insert_rows(session, table, tuple(rows[0]), values)
    return intake.cost() - began


if __name__ == "__main__":
    main()
