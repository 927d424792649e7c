"""Checks: each finds what it says, weighs what the company wants, and is told in one table."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tests.support.imports import post, rows, sentences, states, submit, upload
from tieout.intake import deciding, problems
from tieout.intake.controls import Control
from tieout.intake.deciding import FileCannotBeTaken, FileUndecided, NothingSaid
from tieout.intake.judging import chosen
from tieout.intake.judging.check import LimitNotUnderstood
from tieout.intake.judging.checks import CHECKS
from tieout.intake.judging.chosen import CannotBeChosen
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch

HEAD = "Number,Date,Due date,Type,Customer code,Currency,Amount,Tax\n"


@pytest.fixture
def books(session: Session) -> Session:
    """A company that wants two people, and one customer in CNY."""
    make_company(session)
    make_customer(session)
    return session


def said(session: Session, batch: ImportBatch) -> list[tuple[str, str]]:
    """State and cause of each row."""
    return [(row.state, row.cause) for row in rows(session, batch)]


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ("N-1,2026-06-29,,Invoice,M-0217,CNY,113.00,13.00", ("ready", "")),
        # a cent a line apart is rounding; no rate gives 12.00
        ("N-1,2026-06-29,,Invoice,M-0217,CNY,113.00,13.01", ("ready", "")),
        ("N-1,2026-06-29,,Invoice,M-0217,CNY,113.00,12.00", ("ready", "tax_rate")),
        ("N-1,2026-06-29,,Invoice,M-0217,CNY,113.00,113.00", ("decision", "tax_within")),
        ("N-1,2026-06-29,2026-06-01,Invoice,M-0217,CNY,5.00,", ("refused", "due_after_issued")),
        ("N-1,2026-08-03,,Invoice,M-0217,CNY,5.00,", ("decision", "date_ahead")),
        ("N-1,2026-08-02,,Invoice,M-0217,CNY,5.00,", ("ready", "")),
        ("N-1,2016-06-01,,Invoice,M-0217,CNY,5.00,", ("ready", "date_old")),
        ("N-1,2026-06-29,,Invoice,M-0217,CNY,0.00,", ("ready", "zero_amount")),
        ("N-1,2026-06-29,,Invoice,M-0217,USD,5.00,", ("ready", "account_currency")),
        ("N-1,2026-06-29,,Invoice,Nobody,CNY,5.00,", ("decision", "customer_unknown")),
        ("N-1,2026-06-29,,Invoice,,CNY,5.00,", ("decision", "customer_missing")),
    ],
)
def test_a_row_is_held_against_every_check(
    books: Session, row: str, outcome: tuple[str, str]
) -> None:
    batch = upload(books, f"{HEAD}{row}\n")

    assert said(books, batch) == [outcome]


def test_quantity_times_price_is_held_against_the_line(books: Session) -> None:
    batch = upload(
        books,
        "Invoice No,Invoice Date,Customer Code,Product Code,Quantity,Unit Price,Line Amount\n"
        "INV-1,2026-06-01,M-0217,P-1,3,10.00,30.00\n"
        "INV-1,2026-06-01,M-0217,P-2,3,10.00,27.00\n",
    )

    assert said(books, batch) == [("ready", ""), ("ready", "price_times_quantity")]
    assert "3 × 10 is 30, but the line says 27." in sentences(books, batch)[0]


def test_twins_are_named_and_each_counts(books: Session) -> None:
    row = "INV-1,2026-06-01,M-0217,P-1,1,10.00\n"
    head = "Invoice No,Invoice Date,Customer Code,Product Code,Quantity,Unit Price\n"

    batch = post(books, upload(books, f"{head}{row}{row}"))

    assert [row.cause for row in rows(books, batch)] == ["", "twins"]
    assert batch.totals["sums"] == {"CNY": 2000}


def test_a_return_within_an_invoice_is_explained(books: Session) -> None:
    batch = upload(
        books,
        "Invoice No,Invoice Date,Customer Code,Product Code,Quantity,Unit Price\n"
        "INV-1,2026-06-01,M-0217,P-1,3,10.00\n"
        "INV-1,2026-06-01,M-0217,P-2,-1,10.00\n",
    )

    assert said(books, batch) == [("ready", ""), ("ready", "below_zero")]
    assert "the line lowers it by CNY 10.00" in sentences(books, batch)[0]


def test_a_check_is_switched_for_the_company(books: Session) -> None:
    text = f"{HEAD}N-1,2026-06-29,,Invoice,M-0217,CNY,0.00,\n"

    chosen.choose(books, "zero_amount", "refuse", by=BY)
    refused = upload(books, text, name="one.csv")
    chosen.choose(books, "zero_amount", "off", by=BY)
    quiet = upload(books, text + "\n", name="two.csv")

    assert said(books, refused) == [("refused", "zero_amount")]
    assert said(books, quiet) == [("ready", "")]


def test_a_limit_is_the_companys(books: Session) -> None:
    chosen.choose(books, "tax_rate", "decision", "0, 10，13 %", by=BY)
    chosen.choose(books, "date_before_books", "decision", "2026-06-01", by=BY)

    batch = upload(
        books,
        f"{HEAD}N-1,2026-06-29,,Invoice,M-0217,CNY,110.00,10.00\n"
        "N-2,2026-06-29,,Invoice,M-0217,CNY,106.00,6.00\n"
        "N-3,2026-05-31,,Invoice,M-0217,CNY,106.00,\n",
    )

    assert said(books, batch) == [
        ("ready", ""),
        ("decision", "tax_rate"),
        ("decision", "date_before_books"),
    ]


def test_what_the_books_need_cannot_be_switched_off(books: Session) -> None:
    for name in ("rules_of_the_books", "open_period", "number_taken", "row_seen", "readable"):
        assert CHECKS[name].is_essential
        with pytest.raises(CannotBeChosen):
            chosen.choose(books, name, "off", by=BY)


def test_a_limit_nobody_understands_is_refused(books: Session) -> None:
    with pytest.raises(LimitNotUnderstood, match="Write a number of at least 0"):
        chosen.choose(books, "date_old", "warn", "long", by=BY)


def test_every_check_is_told_and_has_a_weight() -> None:
    for name in CHECKS:
        check = CHECKS[name]
        assert check.name == name
        assert check.label
        assert check.help.endswith(".")
        assert check.kinds
        assert check.otherwise in check.severities
        if check.limit:
            check.limit.read(check.limit.otherwise)


def test_a_customer_marked_as_inactive_is_asked_about(books: Session) -> None:
    make_customer(books, "M-0300").customer.is_active = False
    books.flush()

    batch = upload(books, f"{HEAD}N-1,2026-06-29,,Invoice,M-0300,CNY,5.00,\n")

    assert said(books, batch) == [("decision", "customer_inactive")]
    chosen.choose(books, "customer_inactive", "off", "", by=BY)
    batch = upload(books, f"{HEAD}N-2,2026-06-29,,Invoice,M-0300,CNY,5.00,\n", name="b.csv")
    assert said(books, batch) == [("ready", "")]


def test_an_unusual_amount_is_found_where_somebody_wants_it(books: Session) -> None:
    post(
        books,
        upload(
            books,
            HEAD + "".join(f"N-{n},2026-06-0{n},,Invoice,M-0217,CNY,100.00,\n" for n in (1, 2, 3)),
        ),
    )
    text = f"{HEAD}N-9,2026-06-29,,Invoice,M-0217,CNY,100000.00,\n"
    assert said(books, upload(books, text, name="a.csv")) == [("ready", "")]

    chosen.choose(books, "unusual_amount", "decision", "10", by=BY)
    batch = upload(books, text + "\n", name="b.csv")

    assert said(books, batch) == [("decision", "unusual_amount")]


def test_a_row_seen_before_can_be_asked_about(books: Session) -> None:
    payments = "Date,Customer code,Amount,Currency,Bank reference\n2026-06-29,M-0217,5.00,CNY,B-1\n"
    post(books, upload(books, payments, BatchKind.PAYMENTS))
    again = upload(books, payments + "\n", BatchKind.PAYMENTS, name="again.csv")
    assert said(books, again) == [("repeated", "row_seen")]

    chosen.choose(books, "row_seen", "decision", by=BY)
    asked = upload(books, payments + "\n\n", BatchKind.PAYMENTS, name="asked.csv")

    assert said(books, asked) == [("decision", "row_seen")]


def with_control(batch: ImportBatch, found: str) -> ImportBatch:
    """The same import, of a file that says its rows come to 5.00."""
    control = Control("total", "Total", "CNY", Decimal("5.00"), Decimal(found), row=3)
    batch.reading = {**batch.reading, "controls": [control.to_json()]}
    return batch


def test_a_total_that_does_not_tie_is_decided_by_a_person(books: Session) -> None:
    text = f"{HEAD}N-1,2026-06-29,,Invoice,M-0217,CNY,5.00,\n"
    batch = with_control(upload(books, text), "4.00")

    [told] = deciding.told(books, batch)
    assert told.stops
    assert "Total, row 3: the file says 5.00 CNY, its rows come to 4.00 CNY" in str(
        told.sentences[0]
    )
    with pytest.raises(FileUndecided, match=r"the difference is 1\.00"):
        submit(books, batch)
    deciding.decide(books, batch, "control_totals", digest=told.digest, by=BY, at=AT)
    post(books, batch)

    assert batch.state == "posted"


def test_a_decision_holds_for_what_was_said_alone(books: Session) -> None:
    text = f"{HEAD}N-1,2026-06-29,,Invoice,M-0217,CNY,5.00,\n"
    batch = with_control(upload(books, text), "4.00")
    [told] = deciding.told(books, batch)
    deciding.decide(books, batch, "control_totals", digest=told.digest, by=BY, at=AT)

    with_control(batch, "3.00")

    assert deciding.told(books, batch)[0].stops
    with pytest.raises(NothingSaid):
        deciding.decide(books, batch, "control_totals", digest=told.digest, by=BY, at=AT)


def test_totals_that_tie_say_nothing(books: Session) -> None:
    text = f"{HEAD}N-1,2026-06-29,,Invoice,M-0217,CNY,5.00,\n"

    assert deciding.told(books, with_control(upload(books, text), "5.00")) == []


def test_a_company_may_refuse_files_that_do_not_tie(books: Session) -> None:
    chosen.choose(books, "control_totals", "refuse", by=BY)
    text = f"{HEAD}N-1,2026-06-29,,Invoice,M-0217,CNY,5.00,\n"
    batch = with_control(upload(books, text), "4.00")

    with pytest.raises(FileCannotBeTaken):
        submit(books, batch)


def test_the_same_file_again_is_said(books: Session) -> None:
    text = f"{HEAD}N-1,2026-06-29,,Invoice,M-0217,CNY,5.00,\n"
    first = post(books, upload(books, text))

    again = upload(books, text, name="the same.csv")

    assert states(books, again) == ["repeated"]
    [told] = deciding.told(books, again)
    assert (told.check, told.stops) == ("file_seen", False)
    assert f"as import {first.id}" in str(told.sentences[0])


def test_rows_whose_amount_cannot_be_read_come_to_nothing_that_is_told(session: Session) -> None:
    make_company(session)
    make_customer(session)
    content = "Number,Date,Customer code,Amount\nB-1,2026-06-02,M-0217,xx\n"
    batch = upload(session, content + "B-2,2026-06-02,NOBODY,5.00\n")

    sums = {one.check: one.sums for one in problems.groups(session, batch)}

    assert sums["readable"] == ()
    assert [str(sum.decimal) for sum in sums["customer_unknown"] or ()] == ["5.00"]
