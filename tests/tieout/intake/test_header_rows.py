"""Columns of other programs' files are understood without a touch, nine in ten and more."""

from pathlib import Path

from tests.support.header_rows import held_out, samples, shapes
from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import inspect

#: Of all columns, and of those that say something to us.
ENOUGH = 0.9


def test_nine_columns_in_ten_are_understood_without_a_touch() -> None:
    columns = [pair for shape in shapes() for pair in shape.guessed()]
    right = sum(1 for column, field in columns if field in column.right)
    used = [(column, field) for column, field in columns if "" not in column.right]
    used_right = sum(1 for column, field in used if field in column.right)

    assert len(shapes()) >= 50
    assert right / len(columns) >= ENOUGH
    assert used_right / len(used) >= ENOUGH


def test_so_are_those_that_were_held_out() -> None:
    """Nothing was learned from the last set; it says how other files will be read."""
    halves = [held_out(half) for half in ("first", "second", "third", "fresh", "fourth")]
    assert sum(map(len, halves)) >= 50
    for half in halves:
        columns = [pair for shape in half for pair in shape.guessed()]
        right = sum(1 for column, field in columns if field in column.right)
        assert right / len(columns) >= ENOUGH


def test_so_are_the_columns_of_the_sample_files(sample_data: Path) -> None:
    columns = [pair for _, found in samples(sample_data) for pair in found]
    right = sum(1 for column, field in columns if field in column.right)

    assert len(columns) > 150
    assert right / len(columns) >= ENOUGH


def test_what_every_row_must_say_is_not_taken_from_a_column_that_is_mostly_empty() -> None:
    rows = "".join(
        f"{n},Customer {n},{'Acme Ltd' if n % 5 == 0 else ''},c{n}@shop.example\n"
        for n in range(1, 40)
    )

    found = inspect(f"code,name,Company,Email\n{rows}".encode(), "c.csv", BatchKind.CUSTOMERS)

    assert {column.field: column.heading for column in found.mapping.columns} == {
        "code": "code",
        "name": "name",
        "email": "Email",
    }
