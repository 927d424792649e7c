"""Odd text files and banks' lists of other countries, to the numbers known beforehand."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import NONE, expected, names
from tieout.intake.kinds import BatchKind
from tieout.intake.reading.errors import NoRowsInFile
from tieout.intake.reading.files import open_file
from tieout.intake.understanding import understood
from tieout.intake.uploads import Inspected, inspect
from tieout.intake.values.numbers import DecimalMark, decimal_mark, read_number
from tieout.intake.values.text import read_identifier

#: What is written otherwise for the same thing.
ENCODINGS = {"latin-1": "cp1252", "utf-8-bom": "utf-8-sig"}


def read(samples: Path, folder: str, name: str, kind: BatchKind | None) -> Inspected:
    """A file as the pages read it."""
    path = samples / folder / name
    if not path.exists():
        pytest.skip("the file is not among the samples")
    return inspect(path.read_bytes(), name, kind)


def warned(found: Inspected) -> str:
    """What a person is told of a file."""
    return " ".join(str(one) for one in found.warnings)


@pytest.mark.parametrize("name", names("bank-csv-intl"))
def test_lists_of_banks_come_to_what_they_should(sample_data: Path, name: str) -> None:
    said = expected(sample_data, "bank-csv-intl")["files"][name]
    found = read(sample_data, "bank-csv-intl", name, BatchKind.PAYMENTS)

    rows = [row for row in understood(found) if row.aside is None]
    amounts = [amount for row in rows if (amount := row.number_of("_signed")) is not None]

    assert not [row for row in rows if row.problems]
    assert found.about.encoding == ENCODINGS.get(said["encoding"], said["encoding"])
    assert found.about.delimiter == said["delimiter"]
    assert found.layout.header_row == said["header_rows"]
    assert len(rows) == len(amounts) == said["rows"]
    assert sum(amounts) == Decimal(said["net"])
    assert parted(amounts) == {
        "in": (said["income_rows"], Decimal(said["income_sum"])),
        "out": (said["expense_rows"], Decimal(said["expense_sum"])),
    }


def parted(amounts: list[Decimal]) -> dict[str, tuple[int, Decimal]]:
    """How many came in and went out, and how much."""
    came = [amount for amount in amounts if amount > 0]
    went = [-amount for amount in amounts if amount < 0]
    return {
        "in": (len(came), sum(came, Decimal(0))),
        "out": (len(went), sum(went, Decimal(0))),
    }


def test_a_list_of_headings_alone_says_that_it_has_no_rows(sample_data: Path) -> None:
    with pytest.raises(NoRowsInFile, match="no rows below its headings"):
        read(sample_data, "bank-csv-intl", "reckon_bom_utf8_file.csv", BatchKind.PAYMENTS)


@pytest.mark.parametrize("name", names("hostile-csv"))
def test_records_are_cut_as_they_should(sample_data: Path, name: str) -> None:
    if name == NONE:
        pytest.skip("set TIEOUT_SAMPLE_DATA to the folder of the sample files")
    said = expected(sample_data, "hostile-csv")["files"][name]
    with open_file(sample_data / "hostile-csv" / name) as reading:
        rows = list(reading.rows())

    stated = name == "php_sep.csv"  # "sep=;" is no record
    assert len(rows) == said["non_blank_records"] - stated
    assert reading.about.delimiter == said["delimiter"]
    if not stated:
        first = [str(cell).lstrip("\ufeff")[:40] for cell in rows[0].cells][:8]
        assert first == [cell.lstrip("\ufeff")[:40] for cell in said["first_record"]]
    widths = {len(row.cells) for row in rows}
    assert widths <= {int(width) for width in said["field_counts"]}


@pytest.mark.parametrize("name", ["php_NumberFormatTest.csv", "php_NumberFormatTest.de.csv"])
def test_numbers_of_both_countries_are_the_same(sample_data: Path, name: str) -> None:
    said = expected(sample_data, "hostile-csv")["files"][name]["expected_numbers_first_rows"]
    with open_file(sample_data / "hostile-csv" / name) as reading:
        rows = list(reading.rows())
    cells = [cell for row in rows for cell in row.cells]
    mark = decimal_mark(cells).mark or DecimalMark.POINT

    for row, numbers in zip(rows, said, strict=False):
        assert [number(cell, mark) for cell in row.cells] == [Decimal(text) for text in numbers]


def test_decimal_commas_and_thousand_points(sample_data: Path) -> None:
    with open_file(sample_data / "hostile-csv" / "csvkit_test_locale.csv") as reading:
        _, row = reading.rows()

    assert number(row.cells[0], DecimalMark.COMMA) == Decimal("1.7")
    assert number(row.cells[1], DecimalMark.COMMA) == Decimal(200_000_000)


def number(cell: Any, mark: DecimalMark) -> Decimal | None:
    """What a cell comes to."""
    figure = read_number(cell, mark)
    return figure.value if figure else None


def test_rows_of_another_width_are_named(sample_data: Path) -> None:
    found = read(sample_data, "hostile-csv", "csvkit_bad.csv", BatchKind.DOCUMENTS)

    assert "more cells than headings in row 2" in warned(found)
    assert "fewer cells than headings in row 3" in warned(found)


def test_characters_that_are_none_are_told(sample_data: Path) -> None:
    found = read(sample_data, "hostile-csv", "csvkit_null_byte.csv", BatchKind.DOCUMENTS)

    assert "1 characters that show nothing (NUL)" in warned(found)


def test_headings_that_stand_twice_are_told(sample_data: Path) -> None:
    found = read(sample_data, "hostile-csv", "fric_duplicate-headers.csv", BatchKind.CUSTOMERS)

    assert "“id” stands over 3 columns" in warned(found)


def test_zeros_in_front_survive(sample_data: Path) -> None:
    found = read(sample_data, "hostile-csv", "fric_leading-zeros.csv", BatchKind.PRODUCTS)

    codes = [read_identifier(row.cells[0]) for row in found.rows]
    assert codes == ["01", "002", "00003"]


def test_headings_below_a_title_are_found(sample_data: Path) -> None:
    found = read(sample_data, "hostile-csv", "messy_excel_pasting.csv", BatchKind.DOCUMENTS)

    assert found.headings[:3] == ("Year", "2000", "2001")


def test_a_table_of_states_has_no_total_rows(sample_data: Path) -> None:
    name = "csvkit_FY09_EDU_Recipients_by_State.csv"
    said = expected(sample_data, "hostile-csv")["files"][name]
    found = read(sample_data, "hostile-csv", name, BatchKind.DOCUMENTS)

    [total] = [column for column in found.mapping.columns if column.field == "amount"]
    figures = [number(row.cells[total.index], total.mark) for row in found.rows]
    assert found.asides == {}
    assert len(figures) == said["state_rows"]
    assert sum(figure or 0 for figure in figures) == Decimal(said["sum_TOTAL_of_state_rows"])


def test_a_hospitals_payments_come_to_their_sum(sample_data: Path) -> None:
    said = expected(sample_data, "hostile-csv")["files"]["clever_airedale.csv"]
    found = read(sample_data, "hostile-csv", "clever_airedale.csv", BatchKind.DOCUMENTS)

    rows = understood(found)
    amounts = [amount for row in rows if (amount := row.number_of("amount")) is not None]
    assert len(rows) == said["data_rows"]
    assert len(amounts) == said["rows_with_amount"]
    assert sum(amounts) == Decimal(said["sum_amount"])
    assert sum(1 for amount in amounts if amount < 0) == said["negative_rows"]
    twins = len(found.rows) - len({row.cells for row in found.rows})
    assert twins == said["identical_rows_beyond_first"]
