"""Files that do harm, by malice or by accident: each built by a function that writes it.

`python -m tests.support.hostile_files NAME PATH` builds one.
"""

import gzip
import json
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

Build = Callable[[Path], object]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
HEADINGS = "Invoice No,Date,Customer,Amount\n"
SHEET_HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Invoice No</t></is></c><c r="B1" t="inlineStr"><is>'
    '<t>Date</t></is></c><c r="C1" t="inlineStr"><is><t>Amount</t></is></c></row>'
)


def workbook(
    path: Path,
    rows: Iterable[str],
    *,
    prolog: str = "",
    dimension: str = "",
    sheets: int = 1,
    more: Mapping[str, Iterable[str]] | None = None,
) -> None:
    """Write an .xlsx whose first sheet has these rows of markup, bit by bit."""
    names = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, sheets + 1))
    targets = "".join(
        f'<Relationship Id="r{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, sheets + 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        packed.writestr("[Content_Types].xml", _TYPES)
        packed.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{_REL}"><sheets>{names}</sheets></workbook>',
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{targets}</Relationships>",
        )
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{prolog}<worksheet xmlns="{MAIN}">{dimension}<sheetData>'.encode())
            for part in rows:
                sheet.write(part.encode())
            sheet.write(b"</sheetData></worksheet>")
        for n in range(2, sheets + 1):
            packed.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{MAIN}"><sheetData>{SHEET_HEAD}</sheetData></worksheet>',
            )
        for name, parts in (more or {}).items():
            with packed.open(name, "w", force_zip64=True) as part_file:
                for part in parts:
                    part_file.write(part.encode())


def text(path: Path, parts: Iterable[str | bytes]) -> None:
    """Write a text bit by bit."""
    with path.open("wb") as file:
        for part in parts:
            file.write(part if isinstance(part, bytes) else part.encode())


def lines(count: int, customer: str = "Northwind") -> Iterator[str]:
    """Rows of invoices."""
    for number in range(1, count + 1):
        yield f"INV-{number},2026-07-{number % 28 + 1:02},{customer},{number % 900}.50\n"


def cells(count: int, value: str = "7") -> Iterator[str]:
    """Rows of a sheet, below the headings."""
    yield SHEET_HEAD
    for n in range(2, count + 2):
        yield (
            f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>46205</v></c>'
            f'<c r="C{n}"><v>{value}</v></c></row>'
        )


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
_CAMT = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'


def zip_bomb(path: Path) -> None:
    """A sheet of 3 GB that packs into 3 MB."""
    blanks = " " * (1 << 20)
    workbook(path, (blanks for _ in range(3_000)))


def swollen(path: Path) -> None:
    """Texts of 400 MB that pack well, but not so well that it is told before unpacking."""
    many = (
        "".join(f"<si><t>{n * 7919:x} {n:b} {'x' * 400}</t></si>" for n in range(k, k + 1_000))
        for k in range(0, 800_000, 1_000)
    )
    strings = {"xl/sharedStrings.xml": (f'<sst xmlns="{MAIN}">', *many, "</sst>")}
    workbook(path, cells(10), more=strings)


def gzip_named_csv(path: Path) -> None:
    """A packed text that says it is none."""
    path.write_bytes(gzip.compress((HEADINGS + "".join(lines(1000))).encode()))


def unclosed_quote(path: Path, rows: int = 500_000) -> None:
    """A quotation mark in row 10 that nothing closes."""
    text(path, [HEADINGS, *lines(9), 'INV-10,2026-07-10,"North,1.00\n', *lines(rows)])


def nested_json(path: Path, depth: int = 200_000) -> None:
    """Lists in lists in lists."""
    path.write_text("[" * depth + '{"number": 1}' + "]" * depth, encoding="utf-8")


def regex_bait(path: Path) -> None:
    """Long cells in which a careless pattern would look for ever."""
    baits: tuple[str, ...] = (
        "1," * 25_000 + "x",
        "1 " * 30_000 + "x",
        "-" * 60_000,
        "(" * 60_000,
        "9" * 60_000,
    )
    baits = (
        *baits,
        "年" * 20_000,
        "a" * 60_000 + "!",
        "&a;" * 20_000,
        "1e" * 30_000,
        " " * 60_000 + "x",
    )
    quoted = (f'INV-{n},"{bait}","{bait}","{bait}"\n' for n, bait in enumerate(baits * 3))
    text(path, [HEADINGS, *lines(300), *quoted])


def bait_above(path: Path) -> None:
    """The same above the headings and in them."""
    heads = ("Total " * 9_000, "Customer: " + " " * 50_000 + "x", "[" * 30_000, "(a" * 20_000)
    text(path, [*(f'"{one}",x,y,z\n' for one in heads), HEADINGS, *lines(5)])


def mixed_encodings(path: Path) -> None:
    """Half of it in one encoding, half in another."""
    one = "".join(lines(4000, "上海明远贸易有限公司")).encode("utf-8")
    text(path, [HEADINGS, one, "".join(lines(4000, "北京华泰商贸")).encode("gb18030")])


def spreadsheet(path: Path, table: str) -> None:
    """Write an .ods whose one table holds this markup."""
    names = ("office", "table", "text")
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet"
        )
        packed.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest'
            ':1.0"><manifest:file-entry manifest:full-path="/"/></manifest:manifest>',
        )
        packed.writestr(
            "content.xml",
            f"<office:document-content{spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )


def two_kinds_at_once(path: Path) -> None:
    """A workbook behind the beginning of a PDF: each program takes it for another thing."""
    workbook(path, cells(3))
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + path.read_bytes())


_ODS_CELL = (
    '<table:table-cell office:value-type="string" table:number-columns-repeated="{0}">'
    "<text:p>A</text:p></table:table-cell>"
)


def linked(path: Path) -> None:
    """Parts of a workbook that are links to files outside of it."""
    workbook(path, cells(3))
    with zipfile.ZipFile(path, "a") as packed:
        for name in ("xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet2.xml"):
            link = zipfile.ZipInfo(name)
            link.create_system = 3
            link.external_attr = 0o120777 << 16
            packed.writestr(link, "/etc/passwd")


def broken_utf16(path: Path) -> None:
    """UTF-16 with half a character in the middle and an odd byte at its end."""
    content = (HEADINGS + "".join(lines(500, "明远"))).encode("utf-16")
    half = len(content) // 2 // 2 * 2
    path.write_bytes(content[:half] + b"\x00\xd8" + content[half:] + b"\x41")


BUILT: dict[str, Build] = {
    "zip bomb.xlsx": zip_bomb,
    "400 MB of texts.xlsx": swollen,
    "billion laughs.xlsx": lambda path: workbook(
        path,
        ['<row r="1"><c r="A1" t="inlineStr"><is><t>&a11;</t></is></c></row>'],
        prolog=LAUGHS,
    ),
    "billion laughs.camt.xml": lambda path: text(
        path, [LAUGHS, _CAMT, "<Stmt><Id>&a11;</Id></Stmt></BkToCstmrStmt></Document>"]
    ),
    "deep elements.camt.xml": lambda path: text(
        path, ['<?xml version="1.0"?>', _CAMT, "<a>" * 300_000]
    ),
    "a million columns.csv": lambda path: text(path, [",".join(map(str, range(1_000_000))), "\n"]),
    "a cell in column XFD, row 1,048,576.xlsx": lambda path: workbook(
        path, [SHEET_HEAD, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>']
    ),
    "a cell in row 1,048,576.xlsx": lambda path: workbook(
        path, [*cells(3), '<row r="1048576"><c r="C1048576"><v>1</v></c></row>']
    ),
    "dimension of a full sheet.xlsx": lambda path: workbook(
        path, cells(3), dimension='<dimension ref="A1:XFD1048576"/>'
    ),
    "empty formatted rows.xlsx": lambda path: workbook(
        path,
        (
            *cells(3),
            *(
                f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/><c r="D{n}" s="1"/></row>'
                for n in range(5, 1_048_577)
            ),
        ),
    ),
    "10,000 sheets.xlsx": lambda path: workbook(path, cells(3), sheets=10_000),
    "4,000 sheets.xlsx": lambda path: workbook(path, cells(3), sheets=4_000),
    "formulas without values.xlsx": lambda path: workbook(
        path,
        [
            SHEET_HEAD,
            *(
                f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>46205</v></c>'
                f'<c r="C{n}"><f>A{n}*2</f></c></row>'
                for n in range(2, 150_000)
            ),
        ],
    ),
    "macros and links.xlsm": lambda path: workbook(
        path,
        cells(3),
        more={
            "xl/vbaProject.bin": ["\x01\x02" * 1000],
            "xl/externalLinks/externalLink1.xml": ['<externalLink r:id="http://192.0.2.1/x"/>'],
        },
    ),
    "paths out of the archive.xlsx": lambda path: workbook(
        path, cells(3), more={"../../../../tmp/tieout-was-here": ["x"], "/etc/tieout": ["x"]}
    ),
    "nested.json": nested_json,
    "40 MB of records.json": lambda path: text(
        path,
        [
            "[",
            *(json.dumps({"number": n, "a": {"b": [1, 2, 3]}}) + "," for n in range(900_000)),
            '{"number": 0}]',
        ],
    ),
    "300 MB in one line.csv": lambda path: text(path, ("x" * (1 << 20) for _ in range(300))),
    "300 MB in one line of commas.csv": lambda path: text(
        path, ("1," * (1 << 19) for _ in range(300))
    ),
    "300 MB of empty lines.csv": lambda path: text(
        path, [HEADINGS, *lines(3), *("\n" * (1 << 20) for _ in range(300))]
    ),
    "100 MB of NUL.csv": lambda path: text(path, ("\0" * (1 << 20) for _ in range(100))),
    "100 MB of a statement.mt940": lambda path: text(
        path,
        [
            ":20:X\n:25:DE89370400440532013000\n:28C:1/1\n:60F:C260701EUR0,\n",
            *(":61:2607010701C1,00NTRFNONREF\n:86:166?00X?20INV-1\n" * 1000 for _ in range(2_000)),
            ":62F:C260701EUR2000000,\n",
        ],
    ),
    "100 MB of a statement.bai": lambda path: text(
        path,
        [
            "01,B,C,260701,0800,1,,,2/\n02,C,B,1,260701,,EUR,2/\n03,1,EUR,010,0,,/\n",
            *("16,195,100,0,REF,CUST,PAYMENT OF INVOICE/\n" * 10_000 for _ in range(240)),
            "49,0,2/\n98,0,1,4/\n99,0,1,6/\n",
        ],
    ),
    "100 MB of a statement.ofx": lambda path: text(
        path,
        [
            "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR",
            "<BANKACCTFROM><BANKID>1<ACCTID>2<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\n",
            *(
                "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260701<TRNAMT>1.00<FITID>1<NAME>X</STMTTRN>\n"
                * 1000
                for _ in range(1_200)
            ),
            "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n",
        ],
    ),
    "no lines.csv": lambda path: text(path, ["x" * 8_100_000]),
    "empty rows without end.csv": lambda path: text(path, [HEADINGS, "\n" * 1_300_000]),
    "gzip.csv": gzip_named_csv,
    "patterns.csv": regex_bait,
    "patterns above.csv": bait_above,
    "broken UTF-16.csv": broken_utf16,
    "mixed encodings.csv": mixed_encodings,
    "quote never closed.csv": unclosed_quote,
    "nothing.csv": lambda path: path.write_bytes(b""),
    "mark alone.csv": lambda path: path.write_bytes(b"\xef\xbb\xbf"),
    "noise.xls": lambda path: path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 4000
    ),
    "repeated for ever.ods": lambda path: spreadsheet(
        path,
        '<table:table-row table:number-rows-repeated="1048576">'
        + _ODS_CELL.format(16_384)
        + "</table:table-row>",
    ),
    "a row repeated a million times.ods": lambda path: spreadsheet(
        path,
        f'<table:table-row table:number-rows-repeated="1048576">{_ODS_CELL.format(3)}'
        "</table:table-row>",
    ),
    "a PDF and a workbook.xlsx": two_kinds_at_once,
    "40 MB of a page.html": lambda path: text(
        path,
        ("<table>", *("<tr><td>INV-1</td><td>7.00</td></tr>" * 1_000 for _ in range(1_150))),
    ),
    "tags without end.html": lambda path: text(
        path, ("<table><tr>", *("<td colspan='9" * 70_000 for _ in range(40)))
    ),
    "deep tables.html": lambda path: text(path, ["<table><tr><td>" * 200_000]),
    "40 MB of sheets.xml.xls": lambda path: text(
        path,
        (
            '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>',
            *(
                "<Row><Cell><Data>INV-1</Data></Cell><Cell><Data>7</Data></Cell></Row>" * 1_000
                for _ in range(590)
            ),
            "</Table></Worksheet></Workbook>",
        ),
    ),
    "a number of a million digits.xlsx": lambda path: workbook(
        path, [SHEET_HEAD, f'<row r="2"><c r="C2"><v>{"9" * 1_000_000}</v></c></row>', *cells(3)]
    ),
    "a number of a million digits.csv": lambda path: text(
        path, [HEADINGS, f"1,2026-01-02,Northwind,{'9' * 1_000_000}\n", *lines(20)]
    ),
    "exponents.csv": lambda path: text(
        path,
        [
            HEADINGS,
            *(f"{n},2026-01-02,Northwind,1e{'9' * n}\n" for n in range(1, 12)),
            "99,2026-01-02,Northwind,1e-999999999\n",
        ],
    ),
    "a million columns.xlsx": lambda path: workbook(
        path, ['<row r="1">', *("<c><v>1</v></c>" for _ in range(1_000_000)), "</row>"]
    ),
    "quotes and NULs.csv": lambda path: text(
        path, [HEADINGS, *(b'"\0",""",2026-01-02,"Nor"th\0wind",7.00\n' for _ in range(50_000))]
    ),
    "formulas in every cell.csv": lambda path: text(
        path,
        [
            HEADINGS,
            *(
                f"=HYPERLINK(\"http://x\",{n}),2026-01-02,@SUM(1+1)*cmd|' /C calc'!A0,+1.00\n"
                for n in range(20_000)
            ),
        ],
    ),
    "links out of the archive.xlsx": lambda path: linked(path),
    "external entity.camt.xml": lambda path: text(
        path,
        [
            (
                '<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
                "<Stmt><Id>&x;</Id></Stmt></BkToCstmrStmt></Document>"
            )
        ],
    ),
    "a million attributes.camt.xml": lambda path: text(
        path,
        [
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt ',
            *(f'a{n}="1" ' for n in range(1_000_000)),
            "/></Document>",
        ],
    ),
    "100 MB in one tag.mt940": lambda path: text(
        path, [":20:X\n:25:1\n:28C:1\n:86:", *("x" * (1 << 20) for _ in range(45)), "\n-}"]
    ),
    "page.xls": lambda path: path.write_bytes(b"<html><table><tr><td>1</td></tr></table></html>"),
}

if __name__ == "__main__":
    BUILT[sys.argv[1]](Path(sys.argv[2]))
