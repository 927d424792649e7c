"""Workbooks, with what people and programs do to them."""

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from time import monotonic

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tieout.intake.reading import Broken, Choice, Limits, open_file
from tieout.intake.reading.cells import NOT_CALCULATED
from tieout.intake.reading.errors import (
    Damaged,
    NoRows,
    NoSuchSheet,
    TookTooLong,
    TooManyColumns,
    TooMuchMemory,
    UnpacksTooLarge,
    WrongFileType,
)

Write = Callable[[str, bytes | str], Path]

#: Workbooks know no time zones.
AT = datetime.fromisoformat("2026-06-30T18:05:00")
EPOCH_1904 = datetime.fromisoformat("1904-01-01")


def workbook(rows: Sequence[Sequence[object]]) -> Workbook:
    book = Workbook()
    for row in rows:
        first(book).append(list(row))
    return book


def first(book: Workbook) -> Worksheet:
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Change a part inside a packed workbook."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name == part:
                assert old in body
                body = body.replace(old, new)
            target.writestr(name, body)
    return out.getvalue()


def test_cells_come_typed_and_exact(write: Write) -> None:
    book = workbook(
        [["No", "Date", "Amount"], ["INV-1", date(2026, 6, 30), 1234.56], ["007", None, -5]]
    )

    with open_file(write("book.xlsx", saved(book))) as reading:
        rows = list(reading.rows())

    assert reading.about.reader == "calamine"
    assert rows[1].cells == ("INV-1", date(2026, 6, 30), Decimal("1234.56"))
    assert rows[2].cells == ("007", "", Decimal(-5))


def test_a_moment_keeps_its_time(write: Write) -> None:
    book = workbook([["At"], [AT]])

    with open_file(write("book.xlsx", saved(book))) as reading:
        assert list(reading.rows())[1].cells == (AT,)


def test_a_workbook_counting_from_1904_gives_the_same_dates(write: Write) -> None:
    book = workbook([["On"], [date(2026, 6, 30)]])
    book.epoch = EPOCH_1904

    with open_file(write("mac.xlsx", saved(book))) as reading:
        assert list(reading.rows())[1].cells == (date(2026, 6, 30),)


def test_the_first_sheet_people_see_is_read_and_hidden_ones_are_named(write: Write) -> None:
    book = workbook([["old"]])
    first(book).title = "Old"
    first(book).sheet_state = "hidden"
    book.create_sheet("Empty")
    book.create_sheet("June").append(["new"])

    path = write("book.xlsx", saved(book))
    with open_file(path) as reading:
        assert [row.cells for row in reading.rows()] == [("new",)]
    assert reading.about.sheet == "June"
    assert [(s.name, s.is_hidden, s.rows) for s in reading.about.sheets] == [
        ("Old", True, 1),
        ("Empty", False, 0),
        ("June", False, 1),
    ]
    with open_file(path, choice=Choice(sheet="Old")) as reading:
        assert [row.cells for row in reading.rows()] == [("old",)]
    with (
        pytest.raises(NoSuchSheet, match="Old, Empty, June"),
        open_file(path, choice=Choice(sheet="July")),
    ):
        pass


def test_a_table_that_does_not_begin_at_the_corner(write: Write) -> None:
    book = Workbook()
    first(book)["C4"] = "Amount"
    first(book)["C5"] = 7

    with open_file(write("book.xlsx", saved(book))) as reading:
        rows = list(reading.rows())

    assert [(row.number, row.cells) for row in rows] == [(4, ("", "", "Amount")), (5, ("", "", 7))]


def test_merged_cells_are_told(write: Write) -> None:
    book = workbook([["Amount", "", "Text"], ["debit", "credit", ""]])
    first(book).merge_cells("A1:B1")

    with open_file(write("book.xlsx", saved(book))) as reading:
        (area,) = reading.about.merged

    assert (area.top, area.left, area.bottom, area.right) == (0, 0, 0, 1)


def test_an_error_in_a_cell_is_no_empty_cell(write: Write) -> None:
    book = workbook([["No", "Amount"], ["1", "#N/A"], ["2", "#DIV/0!"]])

    with open_file(write("book.xlsx", saved(book))) as reading:
        rows = list(reading.rows())

    assert [row.cells[1] for row in rows[1:]] == [Broken("#N/A"), Broken("#DIV/0!")]


def test_a_formula_never_calculated_is_no_empty_cell(write: Write) -> None:
    book = workbook([["No", "Amount"], ["1", "=SUM(C1:C9)"], ["2", 5]])

    with open_file(write("book.xlsx", saved(book))) as reading:
        rows = list(reading.rows())

    assert [row.cells[1] for row in rows[1:]] == [Broken(NOT_CALCULATED), 5]


def test_a_formula_calculated_to_nothing_stays_empty(write: Write) -> None:
    content = changed(
        saved(workbook([["No", "Text"], ["1", '=""']])),
        "xl/worksheets/sheet1.xml",
        b'<c r="B2"><f>""</f><v></v></c>',
        b'<c r="B2" t="str"><f>""</f><v></v></c>',
    )

    with open_file(write("book.xlsx", content)) as reading:
        assert list(reading.rows())[1].cells == ("1", "")


def test_a_zero_left_to_excel_to_calculate_is_not_believed(write: Write) -> None:
    content = changed(
        saved(workbook([["No", "Amount"], ["1", "=2*3"], ["2", 0]])),
        "xl/worksheets/sheet1.xml",
        b"<v></v>",
        b"<v>0</v>",
    )

    with open_file(write("book.xlsx", content)) as reading:
        rows = list(reading.rows())

    assert [row.cells[1] for row in rows[1:]] == [Broken(NOT_CALCULATED), 0]


def test_the_second_reader_takes_over(write: Write) -> None:
    """An error newer than the first reader stops it; the second goes on."""
    content = changed(
        saved(workbook([["No", "Amount"], ["1", "#N/A"], ["2", "=1+1"], ["3", 7]])),
        "xl/worksheets/sheet1.xml",
        b"#N/A",
        b"#SPILL!",
    )

    with open_file(write("book.xlsx", content)) as reading:
        rows = list(reading.rows())

    assert reading.about.reader == "openpyxl"
    assert [row.cells[1] for row in rows] == [
        "Amount",
        Broken("#SPILL!"),
        Broken(NOT_CALCULATED),
        7,
    ]


def test_what_neither_reader_opens_is_damaged(write: Write) -> None:
    content = changed(
        saved(workbook([["No", "Amount"]])), "xl/styles.xml", b"</styleSheet>", b"</style>"
    )

    with pytest.raises(Damaged), open_file(write("book.xlsx", content)):
        pass


def test_an_empty_workbook_says_so(write: Write) -> None:
    with pytest.raises(NoRows, match="no rows"), open_file(write("new.xlsx", saved(Workbook()))):
        pass


def test_a_sheet_wider_than_any_table(write: Write) -> None:
    book = Workbook()
    first(book).cell(1, 5_000, "far")

    with pytest.raises(TooManyColumns), open_file(write("wide.xlsx", saved(book))):
        pass


def test_a_workbook_cut_in_the_middle(write: Write) -> None:
    content = saved(workbook([["No", "Amount"]]))

    with pytest.raises(Damaged), open_file(write("cut.xlsx", content[: len(content) // 2])):
        pass


def test_a_workbook_that_unpacks_beyond_measure(write: Write) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)

    with pytest.raises(UnpacksTooLarge), open_file(write("bomb.xlsx", out.getvalue())):
        pass


def test_an_old_file_of_another_program_is_no_workbook(write: Write) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000

    with pytest.raises(WrongFileType), open_file(write("letter.xls", ole)):
        pass


def test_a_packed_letter_is_no_folder_to_unpack(write: Write) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as letter:
        letter.writestr("[Content_Types].xml", "<Types/>")
        letter.writestr("word/document.xml", "<w/>")

    with pytest.raises(WrongFileType) as refused, open_file(write("letter.docx", out.getvalue())):
        pass
    assert type(refused.value) is WrongFileType


@pytest.fixture
def endless(write: Write) -> Path:
    """A workbook of a few kilobytes with three million rows in it."""
    content = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(saved(workbook([["No", "Amount"]])))) as source,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for _ in range(300):
                sheet.write(b"<row><c><v>1.5</v></c><c><v>2</v></c></row>" * 10_000)
            sheet.write(b"</sheetData></worksheet>")
    return write("endless.xlsx", content.getvalue())


LOOSE = Limits(ratio=10_000, memory_bytes=4_000_000_000)


def test_reading_ends_when_its_time_is_up(endless: Path) -> None:
    began = monotonic()
    with (
        pytest.raises(TookTooLong, match="longer than 1 seconds"),
        open_file(endless, limits=replace(LOOSE, seconds=1)) as reading,
    ):
        list(reading.rows())

    assert monotonic() - began < 5


def test_reading_ends_when_its_memory_is_up(endless: Path) -> None:
    with (
        pytest.raises(TooMuchMemory, match="more than 100 MB"),
        open_file(endless, limits=replace(LOOSE, memory_bytes=100_000_000)) as reading,
    ):
        list(reading.rows())


def test_a_sheet_written_in_utf16_loses_nothing(write: Write) -> None:
    book = workbook([["Number", "Amount"], ["A-1", 1.5], ["A-2", "=B2*2"], ["A-3", 3]])
    first(book).row_dimensions[2].hidden = True
    first(book)["B4"].number_format = "[$€-407] #,##0.00"
    content = saved(book)
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name.endswith(("sheet1.xml", "workbook.xml")):
                text = body.decode().partition("?>")[2] if b"<?xml" in body[:9] else body.decode()
                body = ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")
            target.writestr(name, body)

    with open_file(write("sales.xlsx", out.getvalue())) as reading:
        found = [row.cells for row in reading.rows()]

    assert found[0] == ("Number", "Amount")
    assert found[2] == ("A-2", Broken(NOT_CALCULATED))
    assert reading.about.hidden == ((2, 2),)
    assert reading.about.currencies == {1: "€"}
