"""The only documents left of their days in two books that agree otherwise, with other amounts."""

from collections.abc import Callable
from datetime import date

import pytest

from tieout.matching import Confidence, Difference, Groups, Lines, Rules, reconcile

Book = Callable[[str], Lines]

RULES = Rules(cutoff=date(2026, 6, 30))
OURS, THEIRS = "05-10  invoice  INV-88  2,500.00", "05-11  invoice  V71  2,266.43"


def agreeing(letters: str, *, months: int = 5) -> str:
    """Lines both books have, six a month, no two of one amount."""
    return "".join(
        f"0{month}-{day:02}  invoice  {letters}{month}{day}  {month * 100 + day}.{day + 30}\n"
        for month in range(1, months + 1)
        for day in range(2, 26, 4)
    )


def compared(book: Book, ours: str, theirs: str, *, months: int = 5) -> tuple[Groups, bool]:
    """The outcome, and whether the last line of either book stand together."""
    mine, other = (
        book(agreeing(letters, months=months) + more)
        for letters, more in (("INV-", ours), ("V", theirs))
    )
    groups = reconcile(mine, other, RULES)
    return groups, bool(groups.ours[-1] == groups.theirs[-1])


def test_they_are_proposed_as_one_document(book: Book) -> None:
    groups, together = compared(book, OURS, THEIRS)

    found = int(groups.ours[-1])
    assert together
    assert groups.difference(found) == Difference.PRICE_OR_QUANTITY_DIFFERENCE
    assert groups.confidence_of(found) == Confidence.PROPOSED
    assert groups.passes[int(groups.found_by[found])] == "only_ones_left"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(OURS, "05-11  invoice  V71  1,249.99", id="less than half of it"),
        pytest.param(OURS, "05-11  payment  V71  2,266.43", id="a payment"),
        pytest.param(OURS, "05-11  credit_note  V71  -2,266.43", id="on the other side"),
        pytest.param(OURS, "05-21  invoice  V71  2,266.43", id="too many days for chance"),
        pytest.param(
            OURS, "05-12  invoice  V70  1,999.10\n05-11  invoice  V71  2,266.43", id="one of two"
        ),
        pytest.param(
            "05-10  invoice  INV-2026-000088  2,500.00",
            "05-11  invoice  INV-2026-003371  2,266.43",
            id="numbers that contradict",
        ),
    ],
)
def test_what_could_be_a_stranger_is_not(book: Book, ours: str, theirs: str) -> None:
    _, together = compared(book, ours, theirs)

    assert not together


def test_of_few_lines_nothing_is_known(book: Book) -> None:
    _, together = compared(book, OURS, THEIRS, months=2)

    assert not together


def test_where_much_is_left_anything_may_be(book: Book) -> None:
    """A line of every month is in our book only."""
    alone = "".join(f"0{month}-28  invoice  INV-{month}99  {month}7.13\n" for month in range(1, 6))

    _, together = compared(book, alone + OURS, THEIRS)

    assert not together


@pytest.mark.parametrize("number", ["TT20260115189860", "0115-189860"])
def test_two_lines_with_one_number_of_the_bank_are_one_transaction(book: Book, number: str) -> None:
    """However round: 1,000.00 and what was set off, one line of theirs without a number."""
    ours = f"""05-10  payment  RC-21  -1,000.00  says=received {number}
        05-10  payment  RC-22  -250.00  says=set off {number}"""

    groups, together = compared(book, ours, "05-09  payment  V71  -1,250.00")

    assert together
    assert groups.difference(int(groups.theirs[-1])) == Difference.MERGED


def test_two_lines_of_one_order_are_two_transactions(book: Book) -> None:
    ours = """05-10  invoice  INV-91  1,000.00  po=PO-79870294
        05-10  invoice  INV-92  250.00  po=PO-79870294"""

    _, together = compared(book, ours, "05-11  invoice  V71  1,250.00")

    assert not together
