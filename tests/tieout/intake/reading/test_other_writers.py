"""Workbooks as other programs than Excel write them: read right, or refused in one sentence."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from tieout.intake.kinds import BatchKind
from tieout.intake.reading import open_file
from tieout.intake.reading.errors import Damaged
from tieout.intake.understanding import understood
from tieout.intake.uploads import inspect

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml."

HEAD = ("日期", "单号", "摘要", "金额")
#: Days counted from the end of 1899, and what they are.
ROWS = (
    (46170, "INV-1", "销售", "1200.5"),
    (46172, "INV-2", "五金", "800"),
    (46180, "TH-3", "退货", "-50.25"),
)
READ = [
    (date(2026, 5, 28), "INV-1", Decimal("1200.5")),
    (date(2026, 5, 30), "INV-2", Decimal(800)),
    (date(2026, 6, 7), "TH-3", Decimal("-50.25")),
]
LATER = 1462  # days from the one beginning to that of 1904

Parts = dict[str, str]
Write = Callable[[str, bytes | str], Path]


def cells(*, is_shared: bool, is_rich: bool = False) -> tuple[str, list[str]]:
    """The rows of a sheet, and its shared texts."""
    texts: list[str] = []
    found = ""
    for number, row in enumerate((HEAD, *ROWS), 1):
        found += f'<row r="{number}">'
        for letter, value in zip("ABCD", row, strict=True):
            place = f'r="{letter}{number}"'
            if number > 1 and letter in "AD":
                found += f'<c {place} s="{1 if letter == "A" else 0}"><v>{value}</v></c>'
                continue
            first, rest = str(value)[:1], str(value)[1:]
            text = f"<r><t>{first}</t></r><r><t>{rest}</t></r>" if is_rich else f"<t>{value}</t>"
            if is_shared:
                found += f'<c {place} t="s"><v>{len(texts)}</v></c>'
                texts.append(f"<si>{text}</si>")
            else:
                found += f'<c {place} t="inlineStr"><is>{text}</is></c>'
        found += "</row>"
    return found, texts


def parts(*, is_shared: bool = True, is_rich: bool = False) -> Parts:
    """A workbook of one sheet, part by part."""
    rows, texts = cells(is_shared=is_shared, is_rich=is_rich)
    link = f'<Relationship Id="rId{{}}" Type="{LINKS}/{{}}" Target="{{}}"/>'
    kinds = "".join(
        f'<Override PartName="/xl/{part}" ContentType="{OFFICE}{kind}+xml"/>'
        for part, kind in (
            ("workbook.xml", "sheet.main"),
            ("worksheets/sheet1.xml", "worksheet"),
            ("styles.xml", "styles"),
            ("sharedStrings.xml", "sharedStrings"),
        )
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f"{link.format(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><workbookPr/><sheets>'
        '<sheet name="明细" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f"{link.format(1, 'worksheet', 'worksheets/sheet1.xml')}"
        f"{link.format(2, 'styles', 'styles.xml')}"
        f"{link.format(3, 'sharedStrings', 'sharedStrings.xml')}</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(texts)}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><dimension ref="A1:D4"/>'
        f"<sheetData>{rows}</sheetData></worksheet>",
    }


def packed(found: Parts, encoding: str = "utf-8", separator: str = "/") -> bytes:
    """The parts as one file."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, text in found.items():
            said = f'<?xml version="1.0" encoding="{encoding}"?>{text}'
            archive.writestr(name.replace("/", separator), said.encode(encoding))
    return out.getvalue()


def replaced(found: Parts, *pairs: tuple[str, str]) -> Parts:
    """The parts with some words instead of others."""
    for old, new in pairs:
        assert any(old in text for text in found.values()), old
        found = {name: text.replace(old, new) for name, text in found.items()}
    return found


def without_places(found: Parts) -> Parts:
    """No cell says where it is, as WPS and others write it."""
    sheet = "xl/worksheets/sheet1.xml"
    text = re.sub(r' r="[A-D]?\d+"', "", found[sheet])
    return {**found, sheet: text.replace('<dimension ref="A1:D4"/>', "")}


def prefixed(found: Parts) -> Parts:
    """Every tag of the workbook’s own with a prefix, as some libraries write it."""
    return {
        name: re.sub(r"<(/?)(\w)", r"<\1x:\2", text).replace("xmlns=", "xmlns:x=")
        if MAIN in text
        else text
        for name, text in found.items()
    }


def strict(found: Parts) -> Parts:
    """“Strict Open XML”: other names for the same."""
    return replaced(found, (MAIN, STRICT_MAIN), (LINKS, STRICT_LINKS))


def with_written_days(found: Parts) -> Parts:
    """Days written as words, as strict workbooks may."""
    days = {old: f"<v>{day}T00:00:00</v>" for (old, *_), (day, *_) in zip(ROWS, READ, strict=True)}
    pairs = [(f' s="1"><v>{old}</v>', f' s="1" t="d">{new}') for old, new in days.items()]
    return replaced(strict(found), *pairs)


def from_1904(found: Parts) -> Parts:
    """Days counted from 1904, as on old Macintoshes."""
    days = [(f"<v>{old}</v>", f"<v>{old - LATER}</v>") for old, *_ in ROWS]
    return replaced(found, ("<workbookPr/>", '<workbookPr date1904="1"/>'), *days)


def at_the_root(found: Parts) -> Parts:
    """Links that begin at the root of the archive."""
    return replaced(
        found,
        ('Target="xl/workbook.xml"', 'Target="/xl/workbook.xml"'),
        ('Target="worksheets/', 'Target="/xl/worksheets/'),
        ('Target="sharedStrings', 'Target="/xl/sharedStrings'),
    )


def calculated(found: Parts) -> Parts:
    """A formula with the value it came to."""
    return replaced(found, ("<v>-50.25</v>", "<f>-D3/16-0.25</f><v>-50.25</v>"))


def with_a_wrong_size(found: Parts) -> Parts:
    """A sheet that says it is one cell."""
    return replaced(found, ('ref="A1:D4"', 'ref="A1"'))


@pytest.mark.parametrize(
    "how",
    [
        without_places,
        prefixed,
        strict,
        with_written_days,
        from_1904,
        at_the_root,
        calculated,
        with_a_wrong_size,
    ],
)
@pytest.mark.parametrize("is_shared", [True, False])
def test_it_is_read_to_the_cell(how: Callable[[Parts], Parts], *, is_shared: bool) -> None:
    assert _read(packed(how(parts(is_shared=is_shared)))) == READ


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("is_shared", [True, False])
def test_every_part_in_another_encoding(encoding: str, *, is_shared: bool) -> None:
    assert _read(packed(parts(is_shared=is_shared), encoding)) == READ


def test_texts_in_several_pieces_and_paths_with_the_other_stroke() -> None:
    assert _read(packed(parts(is_rich=True))) == READ
    assert _read(packed(parts(is_shared=False, is_rich=True))) == READ
    assert _read(packed(parts(), separator="\\")) == READ


def test_wide_parts_that_break_off_are_refused(write: Write) -> None:
    found = parts()
    found["xl/workbook.xml"] = found["xl/workbook.xml"][:60]

    with pytest.raises(Damaged), open_file(write("b.xlsx", packed(found, "utf-16"))) as reading:
        list(reading.rows())


def test_a_column_of_errors_is_the_amount_all_the_same() -> None:
    """The net beside it is never taken instead: the cells are named, one by one."""
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="1"><v>{46000 + n}</v></c><c r="B{n}" t="inlineStr"><is>'
        f'<t>R-{n}</t></is></c><c r="C{n}"><v>{n}.5</v></c><c r="D{n}" t="e"><f>1/0</f>'
        "<v>#DIV/0!</v></c></row>"
        for n in range(2, 6)
    )
    head = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{text}</t></is></c>'
        for letter, text in zip("ABCD", ("Datum", "Rechnung", "Netto", "Betrag"), strict=True)
    )
    found = parts()
    found["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{head}</row>{rows}</sheetData>'
        "</worksheet>"
    )

    for kind in (BatchKind.DOCUMENTS, BatchKind.THEIR_LEDGER):
        read = inspect(packed(found), "b.xlsx", kind)
        assert read.mapping.by_field["amount"].heading == "Betrag"
        assert all(row.problems for row in understood(read))


def test_a_page_saved_by_a_spreadsheet_keeps_what_it_shows_rounded() -> None:
    page = "<table><tr><td>Datum</td><td>Nummer</td><td>Betrag</td></tr>" + "".join(
        f'<tr><td sdval="{46170 + n}" sdnum="1033;0;DD.MM.YYYY">{28 - n}.05.2026</td><td>R-{n}</td>'
        f'<td sdval="{1200 + n}.6" sdnum="1033;0;#,##0">{1201 + n:,}</td></tr>'
        for n in range(3)
    )

    rows = understood(inspect(f"<html>{page}</table></html>".encode(), "b.xls", None))

    assert [row.number_of("_signed") for row in rows] == [
        Decimal(f"{1200 + n}.6") for n in (0, 1, 2)
    ]
    assert [row.day("date") for row in rows] == [date(2026, 5, 28 - n) for n in (0, 1, 2)]


def _read(content: bytes) -> list[tuple[date | None, str, Decimal | None]]:
    found = inspect(content, "book.xlsx", None)
    assert found.kind == BatchKind.DOCUMENTS
    rows = understood(found)
    assert not any(row.problems for row in rows)
    return [(row.day("date"), row.text("number"), row.number_of("_signed")) for row in rows]
