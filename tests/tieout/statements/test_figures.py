"""What a statement says: opening, movements, closing and ageing tie, or nothing is shown."""

from datetime import date, datetime

import pytest

from tests.tieout.statements.conftest import FIRST, JUNE, LATER, Books, SecondAccount
from tieout.money import Money
from tieout.statements import prepare
from tieout.statements.figures import (
    Bucket,
    FiguresDoNotTie,
    Movement,
    OpenLine,
    SectionFigures,
    check,
    section,
)


def cny(amount: str) -> Money:
    return Money.of(amount, "CNY")


def june_of(books: Books, known_at: datetime = FIRST) -> SectionFigures:
    figures = prepare.prepare(books.session, books.customer.id, JUNE, known_at=known_at)
    [one] = figures.sections
    return one


def test_opening_and_movements_give_the_closing(june: Books) -> None:
    said = june_of(june)

    assert said.opening == cny("1500.00")
    assert [(line.movement.number, line.balance.plain) for line in said.lines] == [
        ("INV-2", "2500.00"),
        ("PAY-1", "1900.00"),
        ("CN-1", "1780.00"),
        ("INV-3", "4040.00"),
    ]
    assert said.closing == cny("4040.00")
    assert (said.charges, said.credits) == (cny("3260.00"), cny("-720.00"))


def test_the_columns_of_the_ageing_add_up_to_the_balance(june: Books) -> None:
    said = june_of(june)

    # INV-1 of 12 May fell due on 11 June; payment and credit note settle nothing yet
    assert {b.key: b.amount.plain for b in said.ageing if b.amount} == {
        "not_due": "3260.00",
        "1-30": "1500.00",
        "unapplied": "-720.00",
    }
    assert said.overdue == cny("1500.00")
    assert Money.total((item.open for item in said.open_items), "CNY") == said.closing


def test_it_is_as_known_at_a_moment(june: Books) -> None:
    june.book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)

    assert june_of(june, FIRST).closing == cny("4040.00")
    assert june_of(june, LATER).closing == cny("4050.00")


def test_two_currencies_are_two_sections(june: Books, second_account: SecondAccount) -> None:
    euro = second_account("EUR")
    june.book("2026-06-03", "invoice", "E-1", "100.00", account=euro)

    figures = prepare.prepare(june.session, june.customer.id, JUNE, known_at=FIRST)

    assert [(one.currency, one.closing.plain) for one in figures.sections] == [
        ("CNY", "4040.00"),
        ("EUR", "100.00"),
    ]


def test_an_account_without_anything_to_say_is_left_out(
    june: Books, second_account: SecondAccount
) -> None:
    second_account("USD")

    figures = prepare.prepare(june.session, june.customer.id, JUNE, known_at=FIRST)

    assert [one.currency for one in figures.sections] == ["CNY"]


def test_a_customer_without_anything_to_say_has_an_empty_statement(books: Books) -> None:
    figures = prepare.prepare(books.session, books.customer.id, JUNE, known_at=FIRST)

    assert figures.is_empty
    assert [one.closing for one in figures.sections] == [Money.zero("CNY")]


def test_a_side_of_the_books_that_does_not_exist_is_refused(books: Books) -> None:
    with pytest.raises(prepare.UnknownKind):
        prepare.prepare(books.session, books.customer.id, JUNE, kind="both", known_at=FIRST)


def _said(*, bucket: str = "10.00", still_open: str = "10.00") -> SectionFigures:
    day = date(2026, 6, 1)
    return section(
        1,
        "CNY",
        cny("4.00"),
        [Movement(1, day, None, "invoice", "A", "", "", cny("6.00"))],
        [OpenLine(1, "A", "invoice", day, day, cny("10.00"), cny(still_open), cny("0.00"), 29)],
        [Bucket("1-30", cny(bucket))],
    )


def test_figures_that_tie_are_given_out() -> None:
    check(_said(), cny("10.00"))


@pytest.mark.parametrize(
    ("said", "ledger"),
    [
        (_said(), "10.01"),
        (_said(bucket="9.99"), "10.00"),
        (_said(still_open="9.99"), "10.00"),
    ],
    ids=["ledger", "ageing", "open items"],
)
def test_figures_that_do_not_tie_are_kept_back(said: SectionFigures, ledger: str) -> None:
    with pytest.raises(FiguresDoNotTie):
        check(said, cny(ledger))
