"""Amounts that many lines have: told apart by their days, and known where they are mistaken."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tieout.matching import Difference, Groups, Lines, Rules, reconcile

Book = Callable[[str], Lines]

RULES = Rules(cutoff=date(2026, 12, 31), discount_rates=(10_000, 20_000, 30_000))
#: An amount on every day from the second to the ninth, which they have a day later.
OURS = "".join(f"05-{day:02}  invoice  INV-{day}  120.00\n" for day in range(2, 10))
THEIRS = [f"05-{day:02}  invoice  V{day + 400}  120.00\n" for day in range(3, 11)]


def of_type(groups: Groups, difference: Difference) -> list[tuple[int, int]]:
    """How many lines of either book each group of a type has, each once."""
    return [
        (int((groups.ours == group).sum()), int((groups.theirs == group).sum()))
        for group in range(len(groups))
        if groups.difference(group) is difference
    ]


@pytest.mark.parametrize(
    ("more_of_ours", "theirs", "expected", "sizes"),
    [
        pytest.param(
            "",
            [*THEIRS[:3], "05-06  invoice  V404  120.03\n", *THEIRS[4:]],
            Difference.TAX_ROUNDING,
            (1, 1),
            id="rounded",
        ),
        pytest.param(
            "",
            [*THEIRS[:3], "05-06  invoice  V404  102.00\n", *THEIRS[4:]],
            Difference.AMOUNT_TRANSPOSITION,
            (1, 1),
            id="two figures swapped",
        ),
        pytest.param(
            "",
            [
                *THEIRS[:3],
                "05-06  invoice  V404  74.83\n",
                "05-06  invoice  V404  45.17\n",
                *THEIRS[4:],
            ],
            Difference.SPLIT,
            (1, 2),
            id="on two lines of one voucher",
        ),
        pytest.param(
            "05-05  invoice  INV-60  3,331.17\n",
            [*THEIRS[:3], "05-06  invoice  V404  3,451.17\n", *THEIRS[4:]],
            Difference.MERGED,
            (2, 1),
            id="put together with another line",
        ),
        pytest.param(
            "05-05  invoice  INV-60  3,331.17\n",
            [
                *THEIRS[:3],
                "05-06  invoice  V404  2,001.05\n",
                "05-06  invoice  V404  1,450.12\n",
                *THEIRS[4:],
            ],
            Difference.MANY_TO_MANY,
            (2, 2),
            id="with another line, cut differently",
        ),
        pytest.param(
            "",
            [*THEIRS[:4], THEIRS[3], *THEIRS[4:]],
            Difference.DUPLICATE_IN_THEIRS,
            (1, 2),
            id="entered twice under one number",
        ),
    ],
)
def test_one_of_many_is_known_by_its_amount(
    book: Book,
    more_of_ours: str,
    theirs: list[str],
    expected: Difference,
    sizes: tuple[int, int],
) -> None:
    # What else the customer has is written to the cent.
    rest = "".join(
        f"0{month}-{day:02}  invoice  -  {month * 1000 + day * 17}.{day + 12}\n"
        for month in range(1, 4)
        for day in range(1, 28)
    )
    ours, other = book(OURS + more_of_ours + rest), book("".join(theirs) + rest)

    groups = reconcile(ours, other, RULES)
    seen_by_them = reconcile(other, ours, replace(RULES, payable=True))

    assert of_type(groups, expected) == [sizes]
    assert not of_type(groups, Difference.MISSING_IN_THEIRS)
    assert not of_type(groups, Difference.MISSING_IN_OURS)
    assert len(seen_by_them) == len(groups)


def test_all_are_paired_by_their_days_where_the_pass_is_left_out(book: Book) -> None:
    ours, theirs = book(OURS), book("".join(THEIRS))

    for passes in (("amount_and_date",), ()):
        groups = reconcile(ours, theirs, replace(RULES, passes=passes))

        assert (groups.ours == groups.theirs).all()


def test_numbers_tell_the_order_of_a_day(book: Book) -> None:
    ours = book("".join(f"05-02  invoice  INV-{number}  120.00\n" for number in (3, 1, 4, 2, 5)))
    theirs = book("".join(f"05-03  invoice  V{number}  120.00\n" for number in (75, 12, 9, 30, 41)))

    groups = reconcile(ours, theirs, RULES)

    order = [1, 3, 0, 2, 4], [2, 1, 3, 4, 0]
    assert groups.ours[order[0]].tolist() == groups.theirs[order[1]].tolist()


def test_what_is_entered_twice_as_a_rule_is_no_mistake(book: Book) -> None:
    ours = book("".join(f"05-{day:02}  invoice  INV-{day}  120.00\n" for day in range(2, 10)))
    theirs = book(
        "".join(f"05-{day + 1:02}  invoice  V{day // 2 + 400}  120.00\n" for day in range(2, 10))
    )

    groups = reconcile(ours, theirs, RULES)

    assert not of_type(groups, Difference.DUPLICATE_IN_THEIRS)
    assert len(groups) == len(ours)


def test_one_left_of_very_many_is_no_partner_months_away(book: Book) -> None:
    days = [f"0{month}-{day:02}" for month in (1, 3) for day in range(1, 27)]
    ours, theirs = (
        book(
            "".join(
                f"{day}  invoice  {letters}{number}  120.00\n"
                for number, day in enumerate([*days, more], start=first)
            )
        )
        for letters, first, more in (("INV-", 100, "01-26"), ("V", 700, "03-26"))
    )

    groups = reconcile(ours, theirs, RULES)

    assert len(of_type(groups, Difference.MISSING_IN_THEIRS)) == 1
    assert not of_type(groups, Difference.WRONG_PERIOD)
