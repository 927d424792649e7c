"""Web pages and XML files that carry the name of an .xls file, as banks hand them out."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tieout.intake.asides import Aside
from tieout.intake.reading import Choice, Limits, open_file
from tieout.intake.reading.cells import NOT_CALCULATED, Broken
from tieout.intake.reading.errors import (
    DeclaresTypes,
    NestedTooDeep,
    NoSuchSheet,
    TooManyColumns,
    Unreadable,
    WebPage,
)
from tieout.intake.uploads import inspect

Write = Callable[[str, bytes | str], Path]

BANK = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    '<style>td{mso-number-format:"\\@"}</style></head><body><table border=1>'
    "<tr><td colspan=6>某银行历史明细</td></tr>"
    "<tr><th rowspan=2>交易日期<th rowspan=2>对方户名<th colspan=2>交易金额"
    "<th rowspan=2>余额<th rowspan=2>摘要</tr><tr><th>收入<th>支出</tr>"
    "<!-- <tr><td>no row</td></tr> -->"
    "<tr><td>2026-06-01</td><td>明远&nbsp;公司</td><td>1,000.00</td><td></td><td>1,500.00<td>货款</tr>"
    "<tr><td>2026-06-02<td>房东<td><td>300.00<td>1,200.00<td>房租<br>六月</table></body></html>"
)
SHEETS = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    '<Worksheet ss:Name="Old"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row>'
    "</Table>"
    '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">'
    "<Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>"
    '<Worksheet ss:Name="Sales"><Table>'
    '<Row><Cell><Data ss:Type="String">Number</Data></Cell><Cell><Data ss:Type="String">Date</Data>'
    '</Cell><Cell><Data ss:Type="String">Customer</Data></Cell>'
    '<Cell><Data ss:Type="String">Amount</Data></Cell></Row>'
    '<Row ss:Index="4"><Cell><Data ss:Type="String">007</Data></Cell>'
    '<Cell><Data ss:Type="DateTime">2026-06-01T00:00:00.000</Data></Cell>'
    '<Cell><Data ss:Type="String">Brook &amp; Co</Data></Cell>'
    '<Cell><Data ss:Type="Number">1234.5</Data></Cell></Row>'
    '<Row><Cell><Data ss:Type="String">008</Data></Cell>'
    '<Cell ss:Index="4" ss:Formula="=1+1"></Cell></Row>'
    "</Table></Worksheet></Workbook>"
)


def test_a_banks_page_in_chinese_is_a_statement() -> None:
    found = inspect(BANK.encode("gb18030"), "明细.xls", None)

    assert {c.field: c.heading for c in found.mapping.columns} == {
        "date": "交易日期",
        "payer": "对方户名",
        "money_in": "交易金额 收入",
        "money_out": "交易金额 支出",
        "balance": "余额",
        "remittance": "摘要",
    }
    assert [row.cells[5] for row in found.rows] == ["货款", "房租 六月"]
    assert [control.ties for control in found.controls] == [True]
    assert Aside.HEADINGS not in found.asides.values()


def test_the_largest_table_of_a_page_is_read_and_the_others_are_named(write: Write) -> None:
    row = "<tr><td>A{0}</td><td>{0}.00</td></tr>"
    path = write(
        "page.html",
        "<!doctype html><html><table><tr><td>Menu</td><td>Help</td></tr></table>"
        "<table><tr><td>Totals</td><td>1</td></tr><tr><td>of</td><td>2</td></tr></table>"
        "<script>'<table><tr><td>no</td>'</script>"
        f"<table><tr><th>Number</th><th>Amount</th></tr>{row.format(1)}{row.format(2)}</table>",
    )

    with open_file(path) as reading:
        cells = [row.cells for row in reading.rows()]
    with open_file(path, choice=Choice(sheet="1")) as other:
        first = next(iter(other.rows())).cells

    assert cells == [("Number", "Amount"), ("A1", "1.00"), ("A2", "2.00")]
    assert [sheet.name for sheet in reading.about.sheets] == ["1", "2"]
    assert first == ("Totals", "1")
    with pytest.raises(NoSuchSheet), open_file(path, choice=Choice(sheet="9")):
        pass


def test_a_workbook_written_as_xml_is_read_cell_by_cell(write: Write) -> None:
    with open_file(write("sales.xls", SHEETS)) as reading:
        rows = list(reading.rows())

    assert reading.about.sheet == "Sales"
    assert [(s.name, s.is_hidden) for s in reading.about.sheets] == [
        ("Old", True),
        ("Sales", False),
    ]
    assert [row.number for row in rows] == [1, 4, 5]
    assert rows[1].cells == ("007", date(2026, 6, 1), "Brook & Co", Decimal("1234.5"))
    assert rows[2].cells == ("008", "", "", Broken(NOT_CALCULATED))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<html><body>Your session has expired.</body></html>", WebPage),
        ("<table>" * 300, NestedTooDeep),
        ("<table><tr>" + "<td colspan=999999>x</td>" * 3 + "</tr></table>", TooManyColumns),
        ("<table><tr><td>" + "<b>" * 100_000, WebPage),
        (SHEETS.replace("<?mso", '<!DOCTYPE x [<!ENTITY a "b">]><?mso'), DeclaresTypes),
        (SHEETS.replace('ss:Index="4" ss:F', 'ss:Index="99999" ss:F'), TooManyColumns),
        (SHEETS.replace('Row ss:Index="4"', 'Row ss:Index="1048576"'), Unreadable),
        (SHEETS[:-40], Unreadable),
    ],
)
def test_what_does_harm_or_holds_no_table_is_refused_in_one_sentence(
    write: Write, content: str, reason: type[Unreadable]
) -> None:
    with pytest.raises(reason) as refused, open_file(write("bad.xls", content)) as reading:
        list(reading.rows())

    assert "bad.xls" in str(refused.value)


def test_a_page_is_no_larger_than_other_files(write: Write) -> None:
    path = write("page.html", "<table>" + "<tr><td>1</td><td>2</td></tr>" * 1_000)

    with pytest.raises(Unreadable), open_file(path, limits=Limits(file_bytes=10_000)):
        pass


def test_lines_in_two_encodings_are_refused_rather_than_read_wrong(write: Write) -> None:
    joined = "Number,Name\r\nA1,été\r\n".encode() + "A2,café\r\n".encode("cp1252")

    with pytest.raises(Unreadable, match=r"joined\.csv"), open_file(write("joined.csv", joined)):
        pass
