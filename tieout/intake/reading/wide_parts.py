"""Workbooks whose parts are written in UTF-16: put into UTF-8, in which the fast reader takes them.

What they unpack to was held against the limit before; a part that breaks off stays broken off.
"""

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from tieout.intake.reading.marks import blocks_of

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED = re.compile(rb"""^\s*(<\?xml[^>]{0,80}?)\s+encoding=(["'])[\w-]{1,20}\2""", re.I)
_MARK = "\ufeff".encode()


def is_wide(path: Path) -> bool:
    """Whether any part of a workbook is in UTF-16."""
    try:
        with ZipFile(path) as archive:
            return any(_is_wide(archive, name) for name in archive.namelist())
    except (BadZipFile, OSError):
        return False


@contextmanager
def narrowed(path: Path) -> Iterator[Path]:
    """The same workbook with every part in UTF-8, for as long as it is looked at."""
    with TemporaryDirectory(prefix="tieout-") as folder:
        narrow = Path(folder, "book.xlsx")
        with ZipFile(path) as archive, ZipFile(narrow, "w", ZIP_DEFLATED) as target:
            for name in archive.namelist():
                if not _is_wide(archive, name):
                    target.writestr(name, archive.read(name))
                    continue
                with target.open(name, "w") as part:
                    for place, block in enumerate(blocks_of(archive, name)):
                        part.write(block if place else _said_to_be_narrow(block))
        yield narrow


def _said_to_be_narrow(block: bytes) -> bytes:
    """The beginning of a part without its mark, and without a word on how it was written."""
    return _DECLARED.sub(rb"\1", block.removeprefix(_MARK), count=1)


def _is_wide(archive: ZipFile, name: str) -> bool:
    with archive.open(name) as part:
        return part.read(2) in _MARKS
