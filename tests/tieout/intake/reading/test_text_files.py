"""Text files of any encoding and any mark between the cells."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tieout.intake.reading import Choice, Limits, Row, open_file
from tieout.intake.reading.errors import (
    CellTooLong,
    EmptyFile,
    FileTooLarge,
    JsonFile,
    PackedFolder,
    PdfFile,
    Picture,
    QuoteNeverClosed,
    TooManyColumns,
    UnknownWriting,
    Unreadable,
    WebPage,
    WrongFileType,
    XmlFile,
)

Write = Callable[[str, bytes | str], Path]

CHINESE = "单据号,客户,日期,金额\r\n发-001,上海零售商行,2026年6月30日,100.00\r\n"


def rows(path: Path, choice: Choice | None = None) -> list[Row]:
    with open_file(path, choice=choice) as reading:
        return list(reading.rows())


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("gb18030", "gb18030"),
    ],
)
def test_chinese_is_read_in_every_usual_encoding(write: Write, encoding: str, told: str) -> None:
    text = CHINESE * 4 if encoding != "utf-16-le" else "No,Date,Amount\r\nA-1,2026-06-30,5.00\r\n"

    with open_file(write("book.csv", text.encode(encoding))) as reading:
        found = list(reading.rows())

    assert reading.about.encoding == told
    assert [",".join(map(str, row.cells)) for row in found] == text.splitlines()


def test_latin_letters_with_accents_are_not_taken_for_chinese(write: Write) -> None:
    path = write("lettres.csv", "première,troisième\r\nquatrième,sixième\r\n".encode("cp1252"))

    with open_file(path) as reading:
        found = list(reading.rows())

    assert reading.about.encoding == "cp1252"
    assert found[0].cells == ("première", "troisième")


def test_a_person_may_choose_another_encoding_and_mark(write: Write) -> None:
    path = write("short.csv", "名;客\r\n".encode("gb18030"))

    assert rows(path, Choice(encoding="gb18030", delimiter=";"))[0].cells == ("名", "客")
    with pytest.raises(UnknownWriting):
        rows(path, Choice(encoding="utf-8"))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_between_cells_is_found(write: Write, mark: str) -> None:
    lines = ["No|Date|Text|Amount", "7|30.06.2026|Rent, July|-10", "8|30.06.2026|Fuel|-5"]
    content = "\n".join(line.replace("|", mark) for line in lines)
    if mark == ",":
        content = content.replace("Rent, July", '"Rent, July"')

    with open_file(write("book.csv", content)) as reading:
        found = list(reading.rows())

    assert reading.about.delimiter == mark
    assert found[1].cells == ("7", "30.06.2026", "Rent, July", "-10")


def test_decimal_commas_do_not_hide_the_semicolon(write: Write) -> None:
    path = write(
        "konto.csv", "16-11-2012;Dankort;-48,00;26550,33\n26-10-2012;Cafe;-79,00;26054,54\n"
    )

    assert rows(path)[0].cells == ("16-11-2012", "Dankort", "-48,00", "26550,33")


def test_a_first_line_naming_the_mark_is_no_row(write: Write) -> None:
    assert rows(write("sep.csv", "sep=;\r\nA;1\r\n2;3\r\n")) == [
        Row(1, ("A", "1")),
        Row(2, ("2", "3")),
    ]


def test_rows_keep_the_number_the_file_shows(write: Write) -> None:
    path = write("gaps.csv", 'No,Text\n\n1,"two\nlines"\n,\n2,x\n')

    assert [row.number for row in rows(path)] == [1, 3, 5]


def test_old_line_ends_and_zero_bytes_do_no_harm(write: Write) -> None:
    assert rows(write("mac.csv", "a,b\r1,2\r3,4"))[2].cells == ("3", "4")
    assert rows(write("zero.csv", b"a,b\n\x001,2\n"))[1].cells == ("1", "2")


def test_a_quotation_mark_never_closed_is_named_with_its_row(write: Write) -> None:
    path = write("open.csv", 'No,Text\n1,fine\n2,"never\n3,ends\n4,here\n')

    with pytest.raises(QuoteNeverClosed, match="row 3"):
        rows(path)


def test_a_quotation_mark_that_swallows_a_long_file_is_found(write: Write) -> None:
    path = write("long.csv", 'No,Text\n1,"never\n' + "2,ends\n" * 100_000)

    with pytest.raises((QuoteNeverClosed, CellTooLong)):
        rows(path)


def test_no_table_is_two_thousand_columns_wide(write: Write) -> None:
    with pytest.raises(TooManyColumns):
        rows(write("wide.csv", "a,b\n" + "," * 3_000))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.csv", b"", EmptyFile),
        ("letter.pdf", b"%PDF-1.7\n", PdfFile),
        ("scan.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, Picture),
        ("table.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>", WebPage),
        ("bank.xml", b'<?xml version="1.0"?><Document/>', XmlFile),
        ("orders.json", b'{"orders": []}', JsonFile),
        ("folder.zip", b"PK\x05\x06" + b"\0" * 18, PackedFolder),
        ("program.xlsx", b"\x7fELF" + bytes(range(32)) * 40, WrongFileType),
    ],
)
def test_what_is_no_table_is_named(
    write: Write, name: str, content: bytes, reason: type[Unreadable]
) -> None:
    with pytest.raises(reason) as refusal:
        rows(write(name, content))

    assert type(refusal.value) is reason
    assert name in str(refusal.value)


def test_a_file_beyond_the_limit_is_not_opened(write: Write) -> None:
    path = write("large.csv", "a,b\n" * 500_000)

    with (
        pytest.raises(FileTooLarge, match="1 MB may be read"),
        open_file(path, limits=Limits(text_bytes=1_000_000)),
    ):
        pass


def test_nothing_is_left_running_when_nobody_reads_on(write: Write) -> None:
    with open_file(write("long.csv", "No,Text\n" + "2,goes on\n" * 500_000)) as reading:
        next(reading.rows())

    children = Path("/proc/self/task").glob("*/children")
    assert not any(path.read_text().strip() for path in children)


def test_marks_against_reckoning_before_every_cell_are_no_part_of_it(write: Write) -> None:
    marked = "记账时间,收支金额(元),备注\r\n`2026-07-01 04:21:23,`120.00,`\r\nno mark,`7,`x\r\n"

    assert [row.cells for row in rows(write("fund.csv", marked))][1:] == [
        ("2026-07-01 04:21:23", "120.00", ""), ("no mark", "`7", "`x"),
    ]  # fmt: skip


def many(encoding: str) -> bytes:
    lines = "".join(f"发-{n:03},上海零售商行,2026-06-{n:02},100.00\r\n" for n in range(1, 20))
    return f"单据号,客户,日期,金额\r\n{lines}".encode(encoding)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_stray_byte_is_named_and_garbles_nothing_else(write: Write, encoding: str) -> None:
    name = "零售".encode(encoding)
    path = write("sales.csv", many(encoding).replace(name, name + b"\xff", 1))

    with open_file(path) as reading:
        found = list(reading.rows())
        assert (reading.about.encoding, reading.about.broken) == (encoding, (1, 2))
    assert [row.cells[1] for row in found[1:3]] == ["上海零售�商行", "上海零售商行"]


def test_two_encodings_in_one_file_are_still_refused(write: Write) -> None:
    with pytest.raises(UnknownWriting):
        rows(write("sales.csv", many("gb18030") + many("utf-8")))


def test_a_second_file_behind_the_first_begins_without_a_mark(write: Write) -> None:
    found = rows(write("sales.csv", CHINESE.encode("utf-8-sig") * 2))

    assert found[2].cells[0] == found[0].cells[0] == "单据号"


def test_tabs_around_every_cell_cut_nothing(write: Write) -> None:
    lines = "".join(f"\tXS-{n}\t,2026-06-0{n}\t,客户\t,{n}.00\t\n" for n in range(1, 6))
    found = rows(write("sales.csv", f"单据编号,单据日期,客户名称,金额\n{lines}"))

    assert {len(row.cells) for row in found} == {4}


def test_the_zeros_of_utf32_are_no_damage(write: Write) -> None:
    with open_file(write("sales.csv", CHINESE.encode("utf-32"))) as reading:
        assert reading.about.nuls == 0
