"""Workbooks read by openpyxl, where the first reader gave up: slower, other weaknesses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from tieout.intake.reading.cells import Broken, ranges
from tieout.intake.reading.errors import Damaged, NoRows, NoSuchSheet, TooManyColumns
from tieout.intake.reading.formats import shown_currencies
from tieout.intake.reading.marks import check, marks


def read(path: Path, file: str, wanted: str, columns: int) -> Iterator[Any]:
    """Yield what a workbook is, then its rows.

    Raises:
        Damaged: it does not open here either.
        NoSuchSheet, NoRows: there is nothing to read.
    """
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError) as error:
        raise Damaged(file=file) from error
    sheets = [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
    names = [sheet.title for sheet in sheets]
    if wanted and wanted not in names:
        raise NoSuchSheet(file=file, sheet=wanted, sheets=", ".join(names))
    shown = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    candidates = [sheet for sheet in sheets if sheet.title == wanted] if wanted else shown
    for sheet in candidates:
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True)
        first = next(rows, None)
        if first is None:
            continue
        hidden = set[int]()
        with ZipFile(path) as archive:
            broken = check(marks(archive, sheet.title, hidden), file, sheet.title)
            currencies = shown_currencies(archive, sheet.title)
        yield {
            "reader": "openpyxl",
            "hidden": ranges(hidden),
            "currencies": currencies.columns,
            "sheets": [
                {
                    "name": other.title,
                    "hidden": other.sheet_state != "visible",
                    "rows": None,
                    "columns": None,
                }
                for other in sheets
            ],
            "sheet": sheet.title,
            "merged": [],
        }
        number = 0
        while first is not None:
            number += 1
            if len(first) > columns:
                raise TooManyColumns(file=file, row=number, columns=len(first), limit=columns)
            row: list[object] = ["" if cell is None else cell for cell in first]
            for column, code in broken.get(number, {}).items():
                if column < len(row):
                    row[column] = Broken(code)
            for column, currency in currencies.cells.get(number, {}).items():
                if column < len(row) and type(row[column]) in (int, float):
                    row[column] = f"{currency} {row[column]}"
            yield row
            first = next(rows, None)
        return
    raise NoRows(file=file, sheet=wanted or (names[0] if names else ""))
