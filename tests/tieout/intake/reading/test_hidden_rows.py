"""Rows that a filter hides are read, said, and left out where somebody wants it."""

import struct
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.tieout.intake.reading import test_ods, test_xls
from tieout.intake.asides import Aside
from tieout.intake.kinds import BatchKind
from tieout.intake.reading import xls
from tieout.intake.reading.formats import Shown
from tieout.intake.uploads import Inspected, inspect


def filtered(*hidden: int) -> bytes:
    """Ten invoices in a workbook, some rows of it hidden."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "June"
    sheet.append(["Number", "Date", "Customer", "Amount"])
    for number in range(1, 11):
        sheet.append([f"INV-{number:04}", f"2026-06-{number:02}", "Brook Ltd", number * 10])
    for row in hidden:
        sheet.row_dimensions[row].hidden = True
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes) -> Inspected:
    """Read it as the pages do."""
    return inspect(content, "june.xlsx", BatchKind.DOCUMENTS)


def test_they_are_read_and_said() -> None:
    found = read(filtered(3, 4, 8))

    assert len(found.rows) == 10
    assert found.about.hidden == ((3, 4), (8, 8))
    [said] = [str(warning) for warning in found.warnings]
    assert said.startswith("3 rows of sheet “June” are hidden in the workbook")
    assert found.reading()["hidden_rows"] == 3


def test_they_are_left_out_where_somebody_wants_it() -> None:
    first = read(filtered(3, 4, 8))

    found = first.mapped(replace(first.mapping, leaves_hidden=True))

    assert found.asides == {3: Aside.HIDDEN, 4: Aside.HIDDEN, 8: Aside.HIDDEN}


def test_nothing_is_said_of_a_sheet_that_shows_all() -> None:
    assert read(filtered()).warnings == ()


@pytest.mark.parametrize("how", ["filter", "collapse"])
def test_those_of_an_ods(tmp_path: Path, how: str) -> None:
    shown, hidden = test_ods.row("<table:table-cell/>"), test_ods.row("<table:table-cell/>")
    hidden = hidden.replace("<table:table-row", f'<table:table-row table:visibility="{how}"', 1)

    about, _ = test_ods.read(tmp_path / "a.ods", test_ods.row(test_ods.cell("x")), hidden, shown)

    assert about.hidden == ((3, 3),)


def test_those_of_an_xls() -> None:
    rows = [
        test_xls.record(0x208, struct.pack("<HHHHHHHH", n, 0, 4, 255, 0, 0, n == 2 and 0x20, 0))
        for n in range(4)
    ]

    _, found = xls.beside(test_xls.stream(*rows), "July")

    assert isinstance(found, Shown)
    assert found.hidden == {3}
