"""What a file is, by its content; its name proves nothing."""

import re
from enum import StrEnum


class FileFormat(StrEnum):
    """How a file is built."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"
    TEXT = "text"
    ZIP = "zip"
    #: A workbook written as one XML file.
    XML_SHEETS = "xml_sheets"
    XML = "xml"
    HTML = "html"
    JSON = "json"
    PDF = "pdf"
    IMAGE = "image"
    OTHER = "other"


#: Formats that hold tables of cells, one or several.
WORKBOOKS = frozenset(
    {
        FileFormat.XLSX,
        FileFormat.XLSB,
        FileFormat.ODS,
        FileFormat.XLS,
        FileFormat.XML_SHEETS,
        FileFormat.HTML,
    }
)
_SHEETS = b"urn:schemas-microsoft-com:office:spreadsheet"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: gzip, 7z, rar, bzip2, xz, zstd.
_PACKED = (
    b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd",
)  # fmt: skip
#: Folders within documents of word processors and the like, which are packed, too.
_OTHER_PROGRAMS = ("word/", "ppt/", "visio/")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_MARKUP = re.compile(rb"<(\?xml|!doctype|html|table|[a-z_][\w.-]*(:[\w.-]+)?[\s/>])", re.IGNORECASE)
_HTML = re.compile(rb"<(!doctype html|html|table|head|body|meta)\b", re.IGNORECASE)


def recognise(head: bytes, *, parts: frozenset[str] = frozenset()) -> FileFormat:
    """Tell a file's format by its first kilobytes and, where it is packed, its parts."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(head, parts)
    if head.startswith(_OLE) or (head[:1] == b"\x09" and head[1:4] in _BIFF):
        return FileFormat.XLS
    if head.startswith(_PACKED):
        return FileFormat.ZIP
    if head.startswith(b"%PDF"):
        return FileFormat.PDF
    if head.startswith(_IMAGES):
        return FileFormat.IMAGE
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _MARKUP.match(text):
        if _SHEETS in text and re.search(rb"<(\w+:)?Workbook\b", text):
            return FileFormat.XML_SHEETS
        return FileFormat.HTML if _HTML.search(text[:2_000]) else FileFormat.XML
    if re.match(rb"(\{\s*[\"}]|\[\s*[\[{])", text):
        return FileFormat.JSON
    return FileFormat.OTHER if _is_binary(head) else FileFormat.TEXT


#: Record lengths with which the oldest .xls files begin.
_BIFF = (b"\x00\x04\x00", b"\x02\x06\x00", b"\x04\x06\x00", b"\x08\x08\x00", b"\x08\x10\x00")


def _packed(head: bytes, parts: frozenset[str]) -> FileFormat:
    if any(name.lower() == "xl/workbook.bin" for name in parts):
        return FileFormat.XLSB
    if any(name.lower().replace("\\", "/").startswith("xl/") for name in parts):
        return FileFormat.XLSX
    if b"application/vnd.oasis.opendocument.spreadsheet" in head[:200]:
        return FileFormat.ODS
    if any(name.lower().startswith(_OTHER_PROGRAMS) for name in parts):
        return FileFormat.OTHER
    return FileFormat.ZIP


def _is_binary(head: bytes) -> bool:
    if head.startswith(_BOMS):
        return False
    controls = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    zeros = head.count(0)
    if zeros > len(head) // 5:  # UTF-16 without a mark: every other byte of Latin text
        even, odd = head[::2].count(0), head[1::2].count(0)
        return min(even, odd) * 4 > max(even, odd)
    return controls - zeros > max(4, len(head) // 20) or zeros > max(8, len(head) // 10)
