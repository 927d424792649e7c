"""Workbooks that can be worked with: figures are figures, text is text, totals look like totals."""

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tieout.money import Money
from tieout.rendering import csv, excel
from tieout.rendering.excel import workbook
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import reading

AT = datetime(2026, 7, 2, 1, 42, tzinfo=UTC)
COLUMNS = (
    Column("on", "Date", Kind.DATE),
    Column("number", "Number", Kind.TEXT, width=20),
    Column("amount", "Amount, CNY", Kind.MONEY),
)


def written(lines: int) -> Worksheet:
    """A statement of so many lines of 10.00 with its total, read back."""
    rows = [Row((date(2026, 6, 3), f"=INV-{no}", Money.of("10.00", "CNY"))) for no in range(lines)]
    total = Money.of(10 * lines, "CNY")
    table = TableDefinition("Statement", COLUMNS, rows, totals={"amount": total})
    return load_workbook(io.BytesIO(workbook("June", [table], at=AT)))["Statement"]


@pytest.fixture(params=["kept in memory", "never kept"])
def sheet(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Worksheet:
    """The same sheet by either writer."""
    if request.param == "never kept":
        monkeypatch.setattr(excel, "LONG", 10)
    return written(40)


def test_amounts_and_days_can_be_counted_with(sheet: Worksheet) -> None:
    assert sheet["C2"].value == 10
    assert sheet["C2"].number_format.startswith("#,##0.00")
    assert sheet["A2"].value == datetime(2026, 6, 3)  # noqa: DTZ001 - as Excel has it


def test_a_moment_in_csv_is_of_the_readers_clock_and_says_how_far_it_is_from_utc() -> None:
    table = TableDefinition("Answers", (Column("at", "Answered", Kind.MOMENT),), [Row((AT,))])

    with reading("en", "Asia/Shanghai"):
        assert csv.write(table) == b"Answered\r\n2026-07-02T09:42:00+08:00\r\n"


def test_text_that_looks_like_a_formula_stays_text(sheet: Worksheet) -> None:
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=INV-0", "s")


def test_every_row_has_the_look_of_its_kind(sheet: Worksheet) -> None:
    lines = [sheet.cell(row, 3) for row in range(2, 42)]
    total = sheet["C42"]

    assert {(cell.font.b, cell.alignment.horizontal) for cell in lines} == {(False, "right")}
    assert (total.value, total.font.b, total.border.bottom.style) == (400, True, "double")
    assert sheet["B2"].alignment.horizontal == "left"


def test_the_head_stays_in_sight(sheet: Worksheet) -> None:
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C41", "the total is not filtered away"
    assert sheet["C1"].font.b


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Balance reconciliation statement", "Balance reconciliation"),
        ("Statement of the month of January", "Statement of the month of"),
        ("Differences", "Differences"),
        ("X" * 40, "X" * 31),
    ],
)
def test_a_long_name_of_a_sheet_ends_with_a_whole_word(name: str, short: str) -> None:
    content = workbook("June", [TableDefinition(name, COLUMNS, [])], at=AT)

    assert load_workbook(io.BytesIO(content)).sheetnames[-1] == short


def test_figures_do_not_touch_what_follows(sheet: Worksheet) -> None:
    assert {sheet.cell(row, 3).alignment.indent for row in (1, 2, 42)} == {1}
    assert sheet["B2"].alignment.indent == 0


def test_a_row_is_as_high_as_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("one", "one\ntwo", "one\n" + "x" * 30)
    rows = [Row((None, text, None)) for text in texts]

    for longest in (excel.LONG, 1):
        monkeypatch.setattr(excel, "LONG", longest)
        content = workbook("June", [TableDefinition("Notes", COLUMNS, rows)], at=AT)
        page = load_workbook(io.BytesIO(content))["Notes"]
        heights = [page.row_dimensions[row].height for row in (2, 3, 4)]
        assert heights[0] in (None, 15)
        assert heights[2] / heights[1] == 1.5
