"""Odd, broken and protected workbooks of other programs, to what is known of them."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import NONE, expected, names
from tieout.intake.amounts import rounded_money
from tieout.intake.kinds import BatchKind
from tieout.intake.reading import Broken, Choice, open_file
from tieout.intake.reading.cells import is_blank
from tieout.intake.reading.errors import NoRows, PasswordProtected, Unreadable
from tieout.intake.uploads import Inspected, inspect

#: Nobody waits longer for one file.
SECONDS = 30


@pytest.fixture
def folder(sample_data: Path) -> Path:
    """Where the workbooks are."""
    return sample_data / "hostile-xls"


def cells(path: Path, sheet: str = "") -> list[Any]:
    """What stands in a sheet, row by row, blank cells left out."""
    with open_file(path, choice=Choice(sheet=sheet)) as reading:
        return [cell for row in reading.rows() for cell in row.cells if not is_blank(cell)]


def table(path: Path, kind: BatchKind = BatchKind.DOCUMENTS) -> Inspected:
    """A workbook as the pages read it."""
    return inspect(path.read_bytes(), path.name, kind)


@pytest.mark.parametrize("name", names("hostile-xls"))
def test_each_is_read_or_refused_with_a_sentence(sample_data: Path, name: str) -> None:
    if name == NONE:
        pytest.skip("set TIEOUT_SAMPLE_DATA to the folder of the sample files")
    path = sample_data / "hostile-xls" / name
    said = expected(sample_data, "hostile-xls")["files"][name]
    began = time.monotonic()
    outcome, sentence, found = became(path)

    assert time.monotonic() - began < SECONDS
    if outcome == "empty":
        assert not any(sheet["nonempty_cells"] for sheet in said["sheets"])
    elif name != "calamine_too_small.xls":  # a line of text, whatever its name says
        assert outcome == ("refuse" if name.endswith(".xml") else said["outcome"])
    if found is None:
        assert path.name in sentence
        assert outcome != "password" or "protected with a password" in sentence
    elif said.get("sheets"):
        hidden = {sheet["name"] for sheet in said["sheets"] if sheet["visible"] != "Visible"}
        assert {sheet.name for sheet in found.about.sheets if sheet.is_hidden} == hidden
        assert found.sheet not in hidden


def became(path: Path) -> tuple[str, str, Inspected | None]:
    """What became of a file, with the sentence about it or the table in it."""
    try:
        return "read", "", table(path)
    except PasswordProtected as error:
        return "password", str(error), None
    except NoRows as error:
        return "empty", str(error), None
    except Unreadable as error:
        return "refuse", str(error), None


@pytest.mark.parametrize("name", names("hostile-xls"))
def test_no_cell_is_lost(sample_data: Path, name: str) -> None:
    """Where two programs agree on what a sheet holds, so do we, sheet by sheet."""
    if name == NONE:
        pytest.skip("set TIEOUT_SAMPLE_DATA to the folder of the sample files")
    said = expected(sample_data, "hostile-xls")["files"][name]
    if said["outcome"] != "read" or not said.get("engines_agree_on_nonempty"):
        pytest.skip("nothing is agreed on")
    path = sample_data / "hostile-xls" / name
    for sheet in said["sheets"]:
        if sheet["nonempty_cells"]:
            with open_file(path, choice=Choice(sheet=sheet["name"])) as reading:
                rows = list(reading.rows())
            # Cells of blanks alone count for the others, and show nothing to us.
            filled = sum(not is_blank(cell) for row in rows for cell in row.cells)
            assert 0 <= sheet["nonempty_cells"] - filled <= 3, sheet["name"]


@pytest.mark.parametrize("name", ["readxl_dates-1900.xls", "readxl_dates-1904.xls"])
def test_both_calendars_give_the_same_day(folder: Path, name: str) -> None:
    assert cells(folder / name) == [date(2000, 1, 1)] * 5


def test_days_of_the_1904_calendar(folder: Path) -> None:
    for name in ("calamine_date_1904.xlsx", "calamine_date_1904.xls"):
        days = [cell for cell in cells(folder / name) if isinstance(cell, date)]
        assert days == [date(2021, 1, 1), date(2021, 1, 2)]
    days = [date(2022, 1, 1), date(2021, 12, 31), date(2022, 12, 31), date(2023, 1, 1)]
    assert cells(folder / "php_1904_Calendar.xls") == days
    assert cells(folder / "poi_1904DateWindowing.xls") == [date(2000, 1, 1)] * 2


@pytest.mark.parametrize("name", ["readxl_texty-dates-xls.xls", "readxl_texty-dates-xlsx.xlsx"])
def test_moments_keep_their_seconds(folder: Path, name: str) -> None:
    _, *moments = cells(folder / name)

    assert [moment.isoformat() for moment in moments] == [
        "1985-03-11T13:00:00",
        "1985-03-11T13:23:32",
    ]


def test_moments_are_rounded_to_the_second(folder: Path) -> None:
    _, _, *pairs = cells(folder / "readxl_datetime-rounding.xls")

    for moment, text in zip(pairs[::2], pairs[1::2], strict=True):
        assert f"{moment:%Y-%m-%d %H:%M:%S}" == text


def test_one_column_of_many_kinds(folder: Path) -> None:
    found = cells(folder / "readxl_list_type.xlsx")

    assert found == ["var1", Decimal(1), "a", date(2017, 1, 1), "abc", False]


def test_errors_are_errors_cell_by_cell(folder: Path) -> None:
    found = cells(folder / "calamine_errors.xlsx")

    assert all(isinstance(cell, Broken) for cell in found)
    assert {"#DIV/0!", "#N/A", "#NAME?", "#REF!"} <= {str(cell) for cell in found}


def test_only_the_visible_sheet_is_taken(folder: Path) -> None:
    for name in ("calamine_any_sheets.xlsx", "calamine_any_sheets.xls"):
        found = table(folder / name)
        assert found.sheet == "Visible"
        assert sum(not is_blank(cell) for row in found.rows for cell in row.cells) == 7
        assert "Hidden, VeryHidden" in " ".join(map(str, found.warnings))


def test_a_table_may_begin_anywhere(folder: Path) -> None:
    found = table(folder / "calamine_temperature-in-middle.xlsx")

    assert (found.layout.header_row, found.headings) == (4, ("", "label", "value"))


def test_notes_around_a_list_are_no_records(folder: Path) -> None:
    found = table(folder / "readxl_deaths.xlsx", BatchKind.CUSTOMERS)

    assert found.layout.header_row == 5
    assert len(found.rows) - len(found.asides) == 10
    assert all(isinstance(row.cells[4], date) for row in found.rows[:10])


def test_headings_over_five_rows_are_one(folder: Path) -> None:
    found = table(folder / "fric_multiline-headers.xlsx")

    assert [row.cells for row in found.rows] == [("A", "B", "C", "D")]
    assert found.headings[0] == "Region"
    assert found.headings[3].endswith("from baseline (%)")


def test_a_total_is_no_row(folder: Path) -> None:
    found = table(folder / "fric_skip-rows.xlsx")

    assert found.headings == ("A", "B")
    assert found.rows[0].cells == (Decimal(8), Decimal(9))
    assert 4 in found.asides


def test_cents_are_rounded_half_up(folder: Path) -> None:
    up, down = cells(folder / "poi_decimal-format.xlsx")

    assert rounded_money(up, "EUR").decimal == Decimal("1.01")
    assert rounded_money(down, "EUR").decimal == Decimal("1.00")


def test_currencies_that_are_formats_only_are_read_cell_by_cell(folder: Path) -> None:
    found = table(folder / "readxl_currency-formats-xlsx.xlsx")

    assert found.mapping.currency == ""
    assert found.about.currencies == {1: "EUR", 2: "CHF"}
    assert [row.cells[1:3] for row in found.rows] == [
        (Decimal("0.5"),) * 2,
        (Decimal(10_000),) * 2,
    ]
    # the last column shows both, so that each of its cells says its own
    assert [row.cells[3] for row in found.rows] == ["EUR 0.5", "CHF 10000.0"]


@pytest.mark.parametrize("name", ["customer", "vendor", "goods", "order_item", "buy_sale_item"])
def test_templates_of_a_stock_system(sample_data: Path, name: str) -> None:
    said = expected(sample_data, "zh-jsherp-templates")[f"{name}_template.xls"]
    kind = {"goods": BatchKind.PRODUCTS}.get(name, BatchKind.CUSTOMERS)
    kind = BatchKind.DOCUMENTS if name.endswith("item") else kind
    found = table(sample_data / "zh-jsherp-templates" / f"{name}_template.xls", kind)

    assert list(found.headings) == said["header"]
    assert found.layout.header_row == 2
    assert len(found.rows) + found.layout.header_row == said["rows"]
    if kind != BatchKind.DOCUMENTS:
        assert found.missing is None
        assert found.asides == {}
