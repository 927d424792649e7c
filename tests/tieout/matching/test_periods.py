"""What a customer books once for many days, and amounts that divide one another."""

from collections.abc import Callable
from datetime import date

from tieout.matching import Difference, Lines, Rules, reconcile

Book = Callable[[str], Lines]

RULES = Rules(cutoff=date(2026, 12, 31))
FORTNIGHT = """
    10-01  invoice  INV-2026-0335  22,096.03
    10-02  invoice  INV-2026-0336  15,529.14
    10-03  invoice  INV-2026-0338  9,686.31
    10-03  invoice  INV-2026-0339  1,917.56
    10-08  invoice  INV-2026-0340  2,573.58
"""


def test_all_deliveries_of_a_fortnight_are_one_line_of_theirs(book: Book) -> None:
    groups = reconcile(
        book(FORTNIGHT + "    10-28  invoice  INV-2026-0341  7,183.49"),
        book("10-14  invoice  V00010  51,802.62  says=10月货款汇总"),
        RULES,
    )

    assert [groups.difference(0), len(groups)] == [Difference.MERGED, 2]
    assert groups.ours.tolist() == [0, 0, 0, 0, 0, 1]


def test_a_day_is_not_taken_by_halves(book: Book) -> None:
    groups = reconcile(
        book(FORTNIGHT),
        book("10-30  invoice  V00010  49,885.06  says=10月货款汇总"),
        RULES,
    )

    assert len(groups) == 6


def test_an_adjustment_of_ours_is_no_delivery(book: Book) -> None:
    groups = reconcile(
        book(FORTNIGHT + "    10-08  adjustment  ADJ-1  100.00"),
        book("10-20  invoice  V00010  51,902.62"),
        RULES,
    )

    assert len(groups) == 7


def test_a_quarter_and_three_are_as_telling_as_any_other_sum(book: Book) -> None:
    groups = reconcile(
        book("""
            03-19  payment  RC-2026-1310  -9,865.15
            03-19  payment  RC-2026-1309  -29,595.45
        """),
        book("03-16  payment  V00007  -39,460.60"),
        RULES,
    )

    assert [groups.difference(0), len(groups)] == [Difference.MERGED, 1]


def test_the_end_of_the_same_month_is_no_other_period(book: Book) -> None:
    days = ("02", "03", "05", "09", "12", "17", "21", "26", "27")
    ours = book(
        "\n".join(
            f"10-{day}  invoice  INV-2026-00{day}  {place},417.31"
            for place, day in enumerate(days, start=1)
        )
    )
    theirs = book(
        "\n".join(
            f"10-{day if place > 3 else 31}  invoice  INV-2026-00{day}  {place},417.31"
            for place, day in enumerate(days, start=1)
        )
    )

    groups = reconcile(ours, theirs, RULES)

    assert {groups.difference(group) for group in range(len(groups))} == {Difference.MATCH}
