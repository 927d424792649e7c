"""Tables as people make them: headings over several rows, two tables in one sheet, odd marks."""

from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tieout.intake.kinds import BatchKind
from tieout.intake.reading.errors import CutInACharacter
from tieout.intake.understanding import UnderstoodRow, understood
from tieout.intake.uploads import Inspected, inspect

ROWS = "INV-1,2026-07-02,Northwind,100.00\nINV-2,2026-07-03,Contoso,200.00\n"
TABLE = f"Invoice No,Date,Customer,Amount\n{ROWS}"
SALES = TABLE + "".join(f"INV-{n},2026-07-{n:02},Fabrikam,{n * 37.11:.2f}\n" for n in range(3, 20))


def read(content: str | bytes, name: str = "sales.csv") -> tuple[Inspected, list[UnderstoodRow]]:
    raw = content.encode() if isinstance(content, str) else content
    inspected = inspect(raw, name, BatchKind.DOCUMENTS)
    return inspected, understood(inspected)


def entries(rows: list[UnderstoodRow]) -> list[tuple[str, str, str, str]]:
    return [
        (row.text("number"), row.text("date"), row.text("customer_name"), row.text("_signed"))
        for row in rows
        if not row.aside
    ]


EXPECTED = [
    ("INV-1", "2026-07-02", "Northwind", "100.00"),
    ("INV-2", "2026-07-03", "Contoso", "200.00"),
]


def told(inspected: Inspected) -> str:
    return " ".join(map(str, inspected.warnings))


@pytest.mark.parametrize("mark", list("~^|;\t，:"))
def test_any_mark_between_cells(mark: str) -> None:
    inspected, rows = read(TABLE.replace(",", mark))

    assert entries(rows) == EXPECTED
    assert inspected.about.delimiter == mark


def test_cells_in_single_quotes() -> None:
    lines = (",".join(f"'{cell}'" for cell in line.split(",")) for line in TABLE.splitlines())

    _, rows = read("\n".join(lines).replace("Northwind", "Northwind, Ltd") + "\n")

    assert [one[2] for one in entries(rows)] == ["Northwind, Ltd", "Contoso"]


def test_a_file_nothing_cuts_says_so() -> None:
    inspected = inspect(TABLE.replace(",", " ").encode(), "print.txt", BatchKind.DOCUMENTS)

    assert inspected.missing
    assert "cuts the lines" in told(inspected)


def test_room_between_cells_cuts_them_though_they_stand_anywhere() -> None:
    _, rows = read(TABLE.replace(",", "   "))

    assert entries(rows) == EXPECTED


def test_a_second_table_below_is_named_and_not_read() -> None:
    inspected, rows = read(
        TABLE + "Total,,,300.00\n,,,\nReceipt No,Date,Customer,Amount,Method\n"
        "R-1,2026-07-10,Northwind,100.00,Bank\nR-2,2026-07-12,Contoso,150.00,Cash\n"
    )

    assert entries(rows) == EXPECTED
    assert "begins in row 6" in told(inspected)


def test_a_second_table_beside_is_named_and_not_read() -> None:
    header, *lines = TABLE.splitlines()
    header += ",,Receipt No,Date,Customer,Amount"
    lines = [header, *(line + ",,R-1,2026-07-10,Northwind,5.00" for line in lines)]

    inspected, rows = read("\n".join(lines) + "\n")

    assert entries(rows) == EXPECTED
    assert "from column F on" in told(inspected)


def test_rows_above_the_headings_are_not_lost_in_silence() -> None:
    inspected, _ = read(f"INV-0,2026-07-01,Fabrikam,5.00\n{TABLE}")

    assert "row 1; they are not read" in told(inspected)


def test_headings_merged_over_three_rows() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    for row in (
        ["Sales ledger"],
        ["Document", None, "Customer", "Amounts"],
        ["No", "Date", None, "Movement", None, "Tax"],
        [None, None, None, "Debit", "Credit"],
        ["INV-1", "2026-07-02", "Northwind", 100, None, 10],
        ["PMT-1", "2026-07-05", "Northwind", None, 40, 0],
    ):
        sheet.append(row)
    for area in ("A1:F1", "A2:B2", "C2:C4", "D2:F2", "A3:A4", "B3:B4", "D3:E3", "F3:F4"):
        sheet.merge_cells(area)
    out = BytesIO()
    book.save(out)

    inspected, rows = read(out.getvalue(), "sales.xlsx")

    assert inspected.layout.header_row == 4
    assert [row.text("debit") or row.text("credit") for row in rows] == ["100.0", "40.0"]
    assert inspected.headings[4] == "Amounts Movement Credit"


@pytest.mark.parametrize(
    ("above", "gross", "tax"), [("Amount", "Gross", "Tax"), ("金额", "含税", "税额")]
)
def test_a_heading_above_two_columns_is_read_with_each(above: str, gross: str, tax: str) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    for row in (
        ["Invoice No", "Date", "Customer", above],
        [None, None, None, gross, tax],
        ["INV-1", "2026-07-02", "Northwind", 113, 13],
    ):
        sheet.append(row)
    for area in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
        sheet.merge_cells(area)
    out = BytesIO()
    book.save(out)

    inspected, rows = read(out.getvalue(), "sales.xlsx")

    assert inspected.headings[3] == f"{above} {gross}"
    assert [(row.text("amount"), row.text("tax")) for row in rows] == [("113.0", "13.0")]


def test_a_heading_a_row_higher_than_the_others_is_found() -> None:
    inspected, rows = read(
        "Document,,Customer,Amounts\nNo,Date,,Total\n" + ROWS,
    )

    assert entries(rows) == EXPECTED
    assert inspected.layout.header_row == 2


@pytest.mark.parametrize("cut", [3, 20, 31])
def test_a_file_cut_in_the_middle_of_a_row_says_so(cut: int) -> None:
    assert "cut off" in told(inspect(SALES[:-cut].encode(), "s.csv", BatchKind.DOCUMENTS))


def test_a_last_line_without_an_end_is_no_harm() -> None:
    assert not inspect(SALES[:-1].encode(), "s.csv", BatchKind.DOCUMENTS).warnings


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_cut_in_the_middle_of_a_character_says_so(encoding: str) -> None:
    content = f"{TABLE}INV-3,2026-07-04,上海明远贸易有限公司".encode(encoding)

    with pytest.raises(CutInACharacter):
        inspect(content[:-1], "s.csv", BatchKind.DOCUMENTS)


def test_lines_drawn_between_rows_and_stars_before_totals_are_no_entries() -> None:
    line = "|-----------|------------|----------|------------|\n"
    inspected, rows = read(
        "|  Customer |Name 1      |DocumentNo|Doc. Date |Amount in LC|\n"
        + line
        + "|  10044    |Northwind   |1800041   |14.06.2026|    1.250,00 |\n"
        + "|  10051    |Contoso     |1600042   |15.06.2026|      480,50-|\n"
        + line
        + "|  *        |            |          |          |      769,50 |\n"
    )

    assert [one[3] for one in entries(rows)] == ["1250.00", "-480.50"]
    assert [control.ties for control in inspected.controls] == [True]


def test_a_column_is_what_it_is_called_though_hardly_a_cell_of_it_can_be_read() -> None:
    inspected, rows = read(
        "Invoice No,Date,Customer,Amount\nA-1,2026-02-30,Northwind,1\nA-2,2026-13-01,Contoso,n/a\n"
        "A-3,,Contoso,nil\nA-4,2026-06-01,Northwind,2\n"
    )

    assert inspected.missing is None
    wrong = {row.number: [problem.field for problem in row.problems] for row in rows}
    assert wrong == {2: ["date"], 3: ["date", "amount"], 4: ["amount", "date"], 5: []}
