"""Files that come again, overlap, are cut, or are approved twice: the books are right each time."""

import random

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import AT, OTHER, make_company, make_customer
from tests.support.at_once import together
from tests.support.imports import post, submit, upload
from tieout import db
from tieout.customers.models import Customer
from tieout.errors import Conflict
from tieout.intake import approving, undoing
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, SeenRow
from tieout.intake.states import RowState
from tieout.ledger import balances
from tieout.ledger.checks import check_books
from tieout.ledger.models import Allocation, Document, DocumentLine, LiveNumber
from tieout.money import Money

HEADINGS = "Customer code,Type,Number,Date,Currency,Product code,Quantity,Unit price,Line amount"
CODES = ("M-0217", "M-0231")


@pytest.fixture
def books(session: Session) -> Session:
    """A company with two customers."""
    make_company(session)
    for code in CODES:
        make_customer(session, code)
    return session


def sales(first: int, last: int) -> list[str]:
    """Invoices of three lines each, by number."""
    return [
        f"{CODES[number % 2]},Invoice,INV-{number:04},2026-05-{1 + number % 28:02},CNY,"
        f"P-{line},{line},{number}.00,{line * number}.00"
        for number in range(first, last + 1)
        for line in (1, 2, 3)
    ]


def file(lines: list[str]) -> str:
    """The lines under their headings."""
    return "\n".join([HEADINGS, *lines]) + "\n"


def ties(batch: ImportBatch) -> dict[str, int]:
    """What became of the rows; together they are all that were read."""
    counts = {str(state): batch.totals.get(str(state), 0) for state in RowState}
    assert sum(counts.values()) == batch.totals["read"]
    return {state: count for state, count in counts.items() if count}


def documents(session: Session) -> int:
    """Documents that stand."""
    return session.scalar(select(func.count()).select_from(LiveNumber)) or 0


def test_the_same_file_twice_posts_once(books: Session) -> None:
    first = post(books, upload(books, file(sales(1, 40))))
    again = upload(books, file(sales(1, 40)), name="sales (1).csv")

    assert ties(first) == {"posted": 120}
    assert ties(again) == {"repeated": 120}
    assert documents(books) == 40
    assert check_books(books) == []


def test_of_overlapping_files_the_new_part_is_posted(books: Session) -> None:
    post(books, upload(books, file(sales(1, 30))))

    second = post(books, upload(books, file(sales(21, 60)), name="more.csv"))

    assert ties(second) == {"repeated": 30, "posted": 90}
    assert documents(books) == 60
    assert books.scalar(select(func.count()).select_from(DocumentLine)) == 180
    assert check_books(books) == []


def test_rows_in_another_order_are_the_same_documents(books: Session) -> None:
    post(books, upload(books, file(sales(1, 30))))
    lines = sales(1, 30)
    random.Random(3).shuffle(lines)

    assert ties(upload(books, file(lines), name="shuffled.csv")) == {"repeated": 90}


def test_a_file_cut_in_the_middle_of_a_document_is_told_apart_when_it_comes_whole(
    books: Session,
) -> None:
    whole = sales(1, 20)
    post(books, upload(books, file(whole[:-1]), name="cut.csv"))

    batch = upload(books, file(whole), name="whole.csv")

    # 19 documents are there; the last stands in the books with other content
    assert ties(batch) == {"repeated": 57, "refused": 3}
    assert documents(books) == 20


def test_undoing_much_says_how_long_nobody_else_can_save(
    books: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = post(books, upload(books, file(sales(1, 12))))
    assert undoing.in_the_way(books, batch) == []
    monkeypatch.setattr(undoing, "ROWS_A_SECOND", 2)

    told = undoing.in_the_way(books, batch)

    is_held = books.get_bind().dialect.name == "sqlite"  # elsewhere people write side by side
    assert [one.facts for one in told] == ([{"seconds": 18}] if is_held else [])


def test_a_batch_is_undone_whole_and_may_come_again(books: Session) -> None:
    batch = post(books, upload(books, file(sales(1, 60))))
    paid = "Customer,Number,Date,Amount,Remittance\n" + "".join(
        f"{CODES[number % 2]},B-{number},2026-06-01,{6 * number}.00,INV-{number:04}\n"
        for number in range(1, 61)
    )
    payments = post(books, upload(books, paid, kind=BatchKind.PAYMENTS, name="bank.csv"))
    assert payments.totals["settled"] == 60
    assert check_books(books) == []
    told = undoing.in_the_way(books, batch)

    count = undoing.undo(books, batch, reason="Wrong year", by=OTHER, at=AT)

    assert [one.facts["count"] for one in told] == [60]
    assert count == 60
    assert documents(books) == 60  # the payments
    assert (
        books.scalar(
            select(func.count()).where(
                Allocation.undone_at.is_(None), Allocation.rule == "reversal"
            )
        )
        == 60
    )
    for code in CODES:
        account = books.scalars(select(Customer).where(Customer.code == code)).one().accounts[0]
        assert balances.balance(books, account.id, AT.date()) < Money.zero("CNY")
    assert check_books(books) == []
    assert books.scalar(select(func.count()).where(SeenRow.batch_id == batch.id)) == 0
    again = post(books, upload(books, file(sales(1, 60)), name="again.csv"))
    assert ties(again) == {"posted": 180}
    assert check_books(books) == []


def test_of_two_people_who_approve_at_once_one_posts(database: Engine) -> None:
    with db.transaction() as session:
        make_company(session)
        for code in CODES:
            make_customer(session, code)
        batch = upload(session, file(sales(1, 40)))
        submit(session, batch)
        batch_id, digest = batch.id, str(batch.content_digest)

    def approve() -> str:
        try:
            with db.transaction() as session:
                found = session.get_one(ImportBatch, batch_id)
                approving.approve(session, found, digest=digest, by=OTHER, at=AT)
        except Conflict as error:
            return type(error).__name__
        return "posted"

    assert sorted(together(approve, approve)) == ["BatchMovedOn", "posted"]
    with db.reading() as session:
        assert documents(session) == 40
        assert session.scalar(select(func.count()).select_from(Document)) == 40
        assert check_books(session) == []
