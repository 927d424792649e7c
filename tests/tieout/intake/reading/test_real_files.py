"""Odd, broken and malicious files of other programs: never a crash, never a wrong row."""

import json
from pathlib import Path
from typing import Any

import pytest

from tieout.intake.reading import Row, SheetAbout, open_file
from tieout.intake.reading.errors import NoRows, PasswordProtected, Unreadable

#: Other names of the same thing.
SAME = {"latin-1": "cp1252", "utf-16-le": "utf-16"}


def read(path: Path) -> tuple[str, list[Row], tuple[SheetAbout, ...]]:
    with open_file(path) as reading:
        rows = list(reading.rows())
    return reading.about.encoding, rows, reading.about.sheets


def expected(folder: Path) -> dict[str, dict[str, Any]]:
    files: dict[str, dict[str, Any]] = json.loads((folder / "expected.json").read_text("utf-8"))[
        "files"
    ]
    return {name: said for name, said in files.items() if (folder / name).exists()}


def test_every_odd_csv_has_the_records_it_should(sample_data: Path) -> None:
    folder = sample_data / "hostile-csv"
    for name, said in expected(folder).items():
        encoding, rows, _ = read(folder / name)

        # A line "sep=;" is no record to us.
        records = said["non_blank_records"] - (name == "php_sep.csv")
        assert len(rows) == records, name
        assert SAME.get(encoding, encoding) == SAME.get(said["encoding"], said["encoding"]), name


def outcome(path: Path) -> tuple[str, tuple[SheetAbout, ...]]:
    """What became of a file: read, empty, password or refuse."""
    try:
        _, rows, sheets = read(path)
    except PasswordProtected:
        return "password", ()
    except NoRows:
        return "empty", ()
    except Unreadable:
        return "refuse", ()
    return ("read" if rows else "empty"), sheets


def test_every_odd_workbook_is_read_or_refused(sample_data: Path) -> None:
    folder = sample_data / "hostile-xls"
    for name, said in expected(folder).items():
        became, sheets = outcome(folder / name)

        if name == "calamine_too_small.xls":
            assert became == "read"  # one line of text, refused as a table later
        elif name.endswith(".xml"):
            assert became == "refuse"
        elif (
            not any(s["nonempty_cells"] for s in said.get("sheets", ()))
            and said["outcome"] == "read"
        ):
            assert became in ("empty", "read"), name
        else:
            assert became == said["outcome"], name
        shown = {s["name"]: s["visible"] == "Visible" for s in said.get("sheets", ())}
        for sheet in sheets:
            if became == "read" and shown:
                assert sheet.is_hidden != shown[sheet.name], name


@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_a_hidden_first_sheet_is_passed_over(sample_data: Path, ending: str) -> None:
    _, rows, _ = read(sample_data / "hostile-xls" / f"poi_TwoSheetsOneHidden.{ending}")

    assert rows[0].cells == ("Sheet2A1",)
