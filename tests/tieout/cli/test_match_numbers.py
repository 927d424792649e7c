"""By which of its two numbers each entry of a book is compared."""

from dataclasses import dataclass
from datetime import date

import pytest

from tieout.cli.match_book import Book, Columns
from tieout.cli.match_numbers import known_by
from tieout.matching import NO_AMOUNT


@dataclass(frozen=True)
class Numbers:
    """An entry’s numbers: the reference, its own, and the order where a column says it."""

    reference: str
    own: str = ""
    order: str = ""


def book(*entries: Numbers) -> Book:
    """A book of entries that differ in their numbers alone."""
    columns = Columns()
    for place, entry in enumerate(entries):
        columns.id.append(str(place))
        columns.customer.append(1)
        columns.day.append(date(2026, 6, 13).toordinal() + place)
        columns.kind.append(0)
        columns.amount.append(100 + place)
        columns.currency.append(0)
        columns.doc_amount.append(NO_AMOUNT)
        columns.number.append(entry.reference)
        columns.own_number.append(entry.own)
        columns.po.append(entry.order)
        columns.description.append("")
        columns.kind_word.append("")
        columns.row.append(place + 2)
    return columns.book("book.csv", "CNY")


OURS = (Numbers("INV-1041"), Numbers("INV-1042"), Numbers("INV-1043"))


@pytest.mark.parametrize(
    ("theirs", "numbers", "orders"),
    [
        pytest.param(
            (Numbers("INV-1041", "AP-1"), Numbers("INV-1042", "AP-2")),
            ["INV-1041", "INV-1042"],
            ["", ""],
            id="the references are known: nothing changes",
        ),
        pytest.param(
            (Numbers("PO-7", "INV-1041"), Numbers("PO-8", "INV-1042")),
            ["INV-1041", "INV-1042"],
            ["PO-7", "PO-8"],
            id="the own numbers are known: what was the reference is the order",
        ),
        pytest.param(
            (Numbers("PO-7", "INV-1041", "C-9"), Numbers("PO-8", "INV-1042", "C-9")),
            ["INV-1041", "INV-1042"],
            ["C-9", "C-9"],
            id="an order that is said stays the order",
        ),
        pytest.param(
            (Numbers("PO-7", "inv 001041"), Numbers("PO-8", "1042")),
            ["inv 001041", "1042"],
            ["PO-7", "PO-8"],
            id="written in another way they are known as well",
        ),
        pytest.param(
            (Numbers("PO-7", "INV-1041"), Numbers("PO-8")),
            ["INV-1041", "PO-8"],
            ["PO-7", ""],
            id="an entry without a number of its own keeps its reference",
        ),
        pytest.param(
            (Numbers("INV-1041", "INV-1042"), Numbers("INV-1043", "INV-1041")),
            ["INV-1041", "INV-1043"],
            ["", ""],
            id="as many of either are known: the references stay",
        ),
        pytest.param(
            (Numbers("X-1", "Y-1"), Numbers("X-2", "Y-2")),
            ["X-1", "X-2"],
            ["", ""],
            id="none is known: the references stay",
        ),
        pytest.param(
            (Numbers("INV-9041"), Numbers("PO-8")),
            ["INV-9041", "PO-8"],
            ["", ""],
            id="without numbers of their own there is nothing to choose",
        ),
    ],
)
def test_the_numbers_the_other_book_knows(
    theirs: tuple[Numbers, ...], numbers: list[str], orders: list[str]
) -> None:
    ours, other = book(*OURS), book(*theirs)

    known_by(ours, other)

    assert list(other.numbers) == numbers
    assert list(ours.numbers) == [entry.reference for entry in OURS]
    keys, wanted = other.lines.keys, book(*map(Numbers, numbers, [""] * len(numbers), orders))
    assert keys.start.tolist() == wanted.lines.keys.start.tolist()
    assert keys.value.tolist() == wanted.lines.keys.value.tolist()


def test_ours_are_chosen_by_theirs_as_well() -> None:
    ours = book(Numbers("SO-1", "INV-1041"), Numbers("SO-2", "INV-1042"))
    theirs = book(Numbers("INV-1041", "AP-1"), Numbers("INV-1042", "AP-2"))

    known_by(ours, theirs)

    assert list(ours.numbers) == ["INV-1041", "INV-1042"]
    assert list(theirs.numbers) == ["INV-1041", "INV-1042"]
