"""Rows of one problem are put right together; rows not taken come back in their workbook."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_company, make_customer
from tests.support.imports import approve, post, rows, states, submit, upload
from tieout.customers.models import Customer
from tieout.identity.permissions import SamePerson
from tieout.intake import correcting, problems, suggesting, together
from tieout.intake.batches import BatchChanged
from tieout.intake.correcting import NothingToTake
from tieout.intake.judging.chosen import Chosen
from tieout.intake.models import ImportBatch
from tieout.intake.together import CannotBeTaken, NothingLeft

SALES = """Number,Date,Customer,Currency,Amount
N-1,2026-06-01,Brightwater Trading,CNY,100.00
N-2,2026-06-02,Brightwater Trading,CNY,50.00
N-3,2026-06-03,Mingyuan,CNY,7.00
N-4,2026-06-04,,CNY,3.00
N-5,2026-06-05,,CNY,4.00
N-6,2027-06-05,M-0217,CNY,5.00
N-7,2027-06-06,M-0217,CNY,6.00
"""


@pytest.fixture
def books(session: Session) -> Session:
    """A company, and two customers with full names."""
    make_company(session)
    for code, name in (("M-0217", "Mingyuan Hardware Co., Ltd."), ("C-0012", "Brightwater Ltd")):
        make_customer(session, code).customer.name = name
    session.flush()
    return session


def found(session: Session, batch: ImportBatch) -> list[tuple[str, str, int, list[str]]]:
    """Each problem with what it is about, how many rows and what they come to."""
    return [
        (one.check, one.about, one.count, [str(money) for money in one.sums or ()])
        for one in problems.groups(session, batch)
    ]


def customer(session: Session, code: str) -> Customer:
    """A customer by its code."""
    return session.scalars(select(Customer).where(Customer.code == code)).one()


def test_rows_are_grouped_by_what_is_wrong(books: Session) -> None:
    batch = upload(books, SALES)

    assert found(books, batch) == [
        ("customer_unknown", "Brightwater Trading", 2, ["CNY 150.00"]),
        ("customer_missing", "", 2, ["CNY 7.00"]),
        ("date_ahead", "", 2, ["CNY 11.00"]),
        ("customer_unknown", "Mingyuan", 1, ["CNY 7.00"]),
    ]


def test_the_rows_of_one_name_get_their_customer_at_once(books: Session) -> None:
    batch = upload(books, SALES)

    count = together.assign(
        books,
        batch,
        "customer_unknown",
        "Brightwater Trading",
        customer(books, "C-0012"),
        seen=batch.version,
        keep_name=True,
        by=BY,
        at=AT,
    )

    assert count == 2
    assert states(books, batch)[:2] == ["ready", "ready"]
    assert customer(books, "C-0012").aliases == ["Brightwater Trading"]


def test_rows_without_a_customer_go_to_the_clearing_customer(books: Session) -> None:
    batch = upload(books, SALES)
    clearing = together.clearing_customer(books, by=BY, at=AT)

    together.assign(
        books, batch, "customer_missing", "", clearing, seen=batch.version, by=BY, at=AT
    )

    assert (clearing.code, states(books, batch)[3:5]) == ("CLEARING", ["ready", "ready"])
    assert [row.customer_id for row in rows(books, batch)][3:5] == [clearing.id] * 2
    assert [row.corrected_by for row in rows(books, batch)][3:5] == [None, None]


def test_who_decided_for_the_whole_file_does_not_approve_it(books: Session) -> None:
    batch = upload(books, SALES.split("N-6")[0].replace("Brightwater Trading", "C-0012"))
    together.leave_out(books, batch, "customer_unknown", "Mingyuan", seen=batch.version, by=BY)
    clearing = together.clearing_customer(books, by=OTHER, at=AT)
    seen = batch.version
    together.assign(books, batch, "customer_missing", "", clearing, seen=seen, by=OTHER, at=AT)
    submit(books, batch)

    with pytest.raises(SamePerson):
        approve(books, batch)


def test_the_clearing_customer_is_remembered_where_wanted(books: Session) -> None:
    clearing = together.clearing_customer(books, by=BY, at=AT)
    together.remember_clearing(books, clearing, by=BY)

    batch = upload(books, SALES)

    assert states(books, batch)[3:5] == ["ready", "ready"]
    assert Chosen.of(books).limit("customer_missing") == "CLEARING"
    assert together.clearing_customer(books, by=BY, at=AT) is clearing


def test_all_days_of_a_problem_are_set_at_once(books: Session) -> None:
    batch = upload(books, SALES)

    together.set_day(books, batch, "date_ahead", "", date(2026, 6, 30), seen=batch.version, by=BY)

    assert states(books, batch)[5:] == ["ready", "ready"]
    assert [row.values["date"] for row in rows(books, batch)][5:] == ["2026-06-30"] * 2


def test_rows_are_taken_as_they_are(books: Session) -> None:
    batch = upload(books, SALES)

    count = together.take(books, batch, "date_ahead", "", seen=batch.version, by=BY)

    assert (count, states(books, batch)[5:]) == (2, ["ready", "ready"])
    # what was found still stands there, and who took it
    assert [row.cause for row in rows(books, batch)][5:] == ["date_ahead"] * 2
    [group] = [one for one in problems.groups(books, batch) if one.check == "date_ahead"]
    assert (group.stops, group.may_be_taken) == (False, False)


def test_single_rows_are_taken_as_they_are(books: Session) -> None:
    batch = upload(books, SALES)

    # row 2 names a customer nobody knows, row 7 lies ahead of time
    assert correcting.take_as_they_are(books, batch, [2, 7], by=BY) == 1
    assert states(books, batch)[5:] == ["ready", "decision"]
    with pytest.raises(NothingToTake):
        correcting.take_as_they_are(books, batch, [2], by=BY)


def test_rows_of_one_problem_are_left_out_at_once(books: Session) -> None:
    batch = upload(books, SALES)

    for check, about in (
        ("customer_unknown", "Brightwater Trading"),
        ("customer_unknown", "Mingyuan"),
        ("customer_missing", ""),
    ):
        together.leave_out(books, batch, check, about, seen=batch.version, by=BY)
    together.take(books, batch, "date_ahead", "", seen=batch.version, by=BY)
    post(books, batch)

    assert states(books, batch) == ["left_out"] * 5 + ["posted"] * 2


def test_an_unknown_customer_cannot_be_taken_as_it_is(books: Session) -> None:
    batch = upload(books, SALES)

    with pytest.raises(CannotBeTaken):
        together.take(books, batch, "customer_unknown", "Mingyuan", seen=batch.version, by=BY)


def test_what_somebody_changed_meanwhile_is_looked_at_again(books: Session) -> None:
    batch = upload(books, SALES)
    seen = batch.version
    together.take(books, batch, "date_ahead", "", seen=seen, by=BY)

    with pytest.raises(BatchChanged):
        together.leave_out(books, batch, "customer_missing", "", seen=seen, by=BY)
    with pytest.raises(NothingLeft):
        together.leave_out(books, batch, "zero_amount", "", seen=batch.version, by=BY)


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("Brightwater GmbH", "C-0012", "legal form"),
        ("brightwater  LTD.", "C-0012", "legal form"),
        ("C12", "C-0012", "same code"),
        ("M217", "M-0217", "same code"),
        ("Mingyuan", "M-0217", "part of the other"),
        ("Mingyaun Hardware", "M-0217", "% of the name"),
    ],
)
def test_who_might_be_meant_is_proposed_with_the_reason(
    books: Session, text: str, code: str, reason: str
) -> None:
    [best, *_] = suggesting.for_texts(books, [text])[text]

    assert best.code == code
    assert reason in str(best.reason)


def test_nobody_is_proposed_for_a_stranger(books: Session) -> None:
    assert suggesting.for_texts(books, ["Northern Lights Bakery", ""]) == {
        "Northern Lights Bakery": []
    }


def test_chinese_names_are_compared_without_their_form(books: Session) -> None:
    customer(books, "C-0012").name = "杭州明远五金有限公司"
    books.flush()

    [best] = suggesting.for_texts(books, ["明远五金"])["明远五金"]

    assert (best.code, "part of the other" in str(best.reason)) == ("C-0012", True)
