"""Workbooks of LibreOffice: currencies, errors and open formulas are not lost in silence."""

import zipfile
from pathlib import Path

import pytest

from tieout.intake.reading import Cell, open_file
from tieout.intake.reading.cells import Broken
from tieout.intake.reading.errors import PasswordProtected
from tieout.intake.reading.files import About

KIND = "application/vnd.oasis.opendocument.spreadsheet"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = " ".join(
    f'xmlns:{name}="{_OASIS}:{name}:1.0"' for name in ("office", "table", "text", "style")
)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def cell(value: object, more: str = "") -> str:
    """A cell: a number where it is one, a text otherwise."""
    if isinstance(value, str):
        kind = f'office:value-type="string" {more}'
    else:
        kind = f'office:value-type="float" office:value="{value}" {more}'
    return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"


def euros(value: float, currency: str = "EUR") -> str:
    """A cell that shows money."""
    kind = f'office:value-type="currency" office:currency="{currency}" office:value="{value}"'
    return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"


def row(*cells: str, times: int = 1) -> str:
    """A row, or several that are the same."""
    return (
        f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'
    )


HEADINGS = row(*map(cell, ("Invoice No", "Amount", "Tax")))
BLANK = '<table:table-cell table:number-columns-repeated="16384"/>'


def read(path: Path, *rows: str, manifest: str = "") -> tuple[About, list[tuple[Cell, ...]]]:
    """The rows of a sheet as an import reads them."""
    sheet = f'<table:table table:name="July">{HEADINGS}{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", KIND)
        packed.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        packed.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {NAMES} {CALC}>{body}'
            "</office:document-content>",
        )
    with open_file(path) as reading:
        return reading.about, [one.cells for one in reading.rows()]


def test_the_currency_of_a_column_is_what_its_cells_show(tmp_path: Path) -> None:
    about, _ = read(
        tmp_path / "a.ods", row(BLANK, times=3), row(cell("INV-1"), euros(12.5), cell(1))
    )

    assert about.currencies == {1: "EUR"}


def test_several_currencies_in_a_column_stay_with_their_amounts(tmp_path: Path) -> None:
    about, rows = read(
        tmp_path / "a.ods",
        row(cell("INV-1"), euros(12.5), cell(1)),
        row(cell("INV-2"), euros(7, "USD"), cell(1), times=2),
        row(BLANK, times=1_000_000),
    )

    assert not about.currencies
    assert [cells[1] for cells in rows[1:]] == ["EUR 12.5", "USD 7.0", "USD 7.0"]


def test_an_error_and_an_open_formula_are_no_empty_cells(tmp_path: Path) -> None:
    error = 'office:string-value="" calcext:value-type="error"'
    _, rows = read(
        tmp_path / "a.ods",
        row(cell("INV-1"), cell("#DIV/0!", error), cell(1)),
        row(cell("INV-2"), '<table:table-cell table:formula="of:=[.A1]"/>', cell(1)),
    )

    assert [cells[1] for cells in rows[1:]] == [Broken("#DIV/0!"), Broken("=?")]


def test_a_password_is_called_one(tmp_path: Path) -> None:
    with pytest.raises(PasswordProtected):
        read(tmp_path / "a.ods", manifest="<file-entry><encryption-data/></file-entry>")
