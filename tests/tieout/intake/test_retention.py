"""What is kept back of an invoice (质保金), and instalments, as a file says them."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import BY, make_company, make_customer
from tests.support.imports import post, sentences, states, upload
from tieout.errors import InvalidInput
from tieout.intake.judging import chosen
from tieout.intake.judging.due import months_after
from tieout.intake.values.percents import read_percent
from tieout.ledger.models import Document

Part = tuple[str, int, bool]


@pytest.fixture
def books(session: Session) -> Session:
    """A company and one customer, thirty days of payment."""
    make_company(session)
    make_customer(session)
    return session


def parts(session: Session) -> dict[str, list[Part]]:
    """The parts of each document: due on, minor units, kept back or not."""
    return {
        one.number: [(str(p.due_on), p.amount_minor, p.is_retention) for p in one.due_items]
        for one in session.scalars(select(Document).order_by(Document.id))
    }


def test_an_amount_kept_back_falls_due_on_its_own_day(books: Session) -> None:
    post(
        books,
        upload(
            books,
            "Number,Date,Due date,Customer code,Amount,Retention,Retention release date\n"
            "B-1,2026-06-02,2026-06-17,M-0217,300000.00,15000.00,2027-06-02\n"
            "B-2,2026-06-12,,M-0217,1000.00,,\n",
        ),
    )

    assert parts(books) == {
        "B-1": [("2026-06-17", 28_500_000, False), ("2027-06-02", 1_500_000, True)],
        "B-2": [("2026-07-12", 100_000, False)],
    }


@pytest.mark.parametrize("written", ["5%", "5", "0.05", "５％"])
def test_a_percentage_is_kept_back_of_the_whole_and_rest_is_due_by_the_terms(
    books: Session, written: str
) -> None:
    batch = upload(
        books,
        "单据编号,日期,客户编码,价税合计,质保金比例,质保期至\n"
        f"B-1,2026-06-02,M-0217,100000.01,{written},2027-06-02\n",
    )
    post(books, batch)

    assert parts(books) == {
        "B-1": [("2026-07-02", 9_500_001, False), ("2027-06-02", 500_000, True)]
    }


def test_the_whole_is_found_where_the_amount_is_what_is_left(books: Session) -> None:
    batch = upload(
        books,
        "Certificate No.,Certificate Date,Customer code,Gross Value,Retention,Amount,Release date\n"
        "PC-1,2026-06-02,M-0217,100000.00,5000.00,95000.00,2027-06-02\n"
        "PC-2,2026-06-12,M-0217,50000.00,2500.00,47500.00,2027-06-12\n",
    )

    post(books, batch)
    assert parts(books)["PC-1"] == [
        ("2026-07-02", 9_500_000, False),
        ("2027-06-02", 500_000, True),
    ]


def test_without_a_day_somebody_decides_and_the_company_says_how_long(books: Session) -> None:
    chosen.choose(books, "retention_release", "decision", "24", by=BY)
    content = "Number,Date,Customer code,Amount,Retention\nB-1,2026-06-30,M-0217,1000.00,50.00\n"
    batch = upload(books, content)

    assert states(books, batch) == ["decision"]
    assert "24 months" in sentences(books, batch)[0]
    chosen.choose(books, "retention_release", "warn", "6", by=BY)
    post(books, upload(books, content.replace("B-1", "B-2"), name="again.csv"))
    assert parts(books)["B-2"][1] == ("2026-12-30", 5_000, True)


def test_more_than_the_whole_and_figures_that_disagree_are_told(books: Session) -> None:
    batch = upload(
        books,
        "Number,Date,Customer code,Amount,Retention,Retention %,Retention release date\n"
        "B-1,2026-06-02,M-0217,1000.00,2000.00,5,2027-06-02\n"
        "B-2,2026-06-02,M-0217,1000.00,60.00,5,2027-06-02\n",
    )

    assert states(books, batch) == ["refused", "ready"]
    assert "more than" in sentences(books, batch)[0]
    assert "60.00" in sentences(books, batch)[1]


def test_rows_that_fall_due_on_several_days_are_instalments(books: Session) -> None:
    post(
        books,
        upload(
            books,
            "Number,Date,Due date,Customer code,Product code,Line amount\n"
            "B-1,2026-06-02,2026-07-02,M-0217,P-1,400.00\n"
            "B-1,2026-06-02,2026-08-02,M-0217,P-1,600.00\n",
        ),
    )

    assert parts(books)["B-1"] == [("2026-07-02", 40_000, False), ("2026-08-02", 60_000, False)]


def test_two_days_for_one_amount_are_not_chosen_between(books: Session) -> None:
    batch = upload(
        books,
        "Number,Date,Due date,Customer code,Product code,Amount\n"
        "B-1,2026-06-02,2026-07-02,M-0217,P-1,1000.00\n"
        "B-1,2026-06-02,2026-08-02,M-0217,P-2,1000.00\n",
    )

    assert states(books, batch) == ["refused", "refused"]


def test_months_end_where_the_month_does() -> None:
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2026, 12, 15), 12) == date(2027, 12, 15)


@pytest.mark.parametrize("text", ["0.5", "-5", "101", "five"])
def test_what_is_no_percentage_is_told(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_percent(text)
