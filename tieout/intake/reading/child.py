"""The child process that opens a file handed in: limited first, then reading, plain data back.

It gets a job of plain data and answers frames on its output: what the file is, its rows by
the thousand, and an end. It is given no database, no key and no setting of ours.
"""

import gc
import json
import os
import resource
import struct
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from tieout.intake.reading.cells import pack
from tieout.intake.reading.errors import Damaged, NothingButRows, TooMuchMemory, Unreadable
from tieout.intake.reading.frames import packed_rows
from tieout.intake.reading.recognise import WORKBOOKS, FileFormat

#: Rows in one frame.
CHUNK = 2_000
_NO_FILE_GROWS_BEYOND = 1 << 20


def main() -> None:
    """Read the file named in the job."""
    job = json.loads(sys.argv[1])
    gc.disable()  # rows refer to nothing; looking for circles among them is a third of the time
    _limit(job["memory_bytes"], job["seconds"])
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    try:
        _answer(job, out)
    except Unreadable as error:
        _send(out, {"error": type(error).__name__, "facts": error.facts})
    except MemoryError:
        _send(out, {"error": TooMuchMemory.__name__, "facts": {}})
    except Exception as error:
        wrong = Unreadable if job["importer"] else Damaged
        _send(out, {"error": wrong.__name__, "facts": {}, "why": repr(error)[:300]})
    out.flush()
    os._exit(0)  # nothing of a reader's clean-up can hang


def _limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_NO_FILE_GROWS_BEYOND, _NO_FILE_GROWS_BEYOND))


def _answer(job: dict[str, Any], out: BinaryIO) -> None:
    if job["importer"]:
        _import(job, out)
        return
    found = _read(job)
    _send(out, {"about": next(found)})
    first, empty = 1, 0
    while chunk := list(islice(found, CHUNK)):
        last = next((place for place in range(len(chunk), 0, -1) if any(chunk[place - 1])), 0)
        empty = len(chunk) - last + (0 if last else empty)
        if last:
            _write(out, packed_rows(first, chunk))
        elif empty > job["empty_rows"]:
            facts = {"row": first + len(chunk) - empty, "limit": job["empty_rows"]}
            raise NothingButRows(file=job["file"], **facts)
        first += len(chunk)
    _send(out, {"end": True})


def _import(job: dict[str, Any], out: BinaryIO) -> None:
    """Let an importer read the whole file; its rows carry their own numbers."""
    name, _, address = job["importer"].partition("=")
    module, _, attribute = address.partition(":")
    contents = getattr(import_module(module), attribute)().read(Path(job["path"]), job["file"])
    _send(out, {"about": contents.about(name)})
    for begin in range(0, len(contents.rows), CHUNK):
        rows = contents.rows[begin : begin + CHUNK]
        numbers = [row.number for row in rows]
        _send(out, {"numbers": numbers, "rows": [row.cells for row in rows]})
    _send(out, {"end": True})


def _read(job: dict[str, Any]) -> Iterator[Any]:
    path, file, columns = Path(job["path"]), job["file"], job["columns"]
    kind = FileFormat(job["format"])
    if kind == FileFormat.HTML:
        from tieout.intake.reading import page_tables

        return page_tables.read(path, file, job["sheet"], columns, job["encoding"])
    if kind == FileFormat.XML_SHEETS:
        from tieout.intake.reading import sheet_markup

        return sheet_markup.read(path, file, job["sheet"], columns)
    if kind in WORKBOOKS:
        if job["reader"] == "openpyxl":
            from tieout.intake.reading import second_reader

            return second_reader.read(path, file, job["sheet"], columns)
        from tieout.intake.reading import workbook

        return workbook.read(path, file, kind, job["sheet"], columns)
    return _text(path, file, job["encoding"], job["delimiter"], columns)


def _text(path: Path, file: str, encoding: str, delimiter: str, columns: int) -> Iterator[Any]:
    from tieout.intake.reading import delimited
    from tieout.intake.reading.encoding import is_ended, nuls_in

    writing = delimited.writing_of(path, file, encoding, delimiter)
    yield {
        "reader": "csv",
        "encoding": writing.encoding,
        "delimiter": writing.delimiter,
        "ended": is_ended(path),
        "nuls": 0 if writing.encoding.startswith(("utf-16", "utf-32")) else nuls_in(path),
        "broken": [writing.broken.count, writing.broken.line],
    }
    yield from delimited.records(path, file, writing, columns)


def _send(out: BinaryIO, frame: dict[str, Any]) -> None:
    _write(out, pack(frame))


def _write(out: BinaryIO, content: bytes) -> None:
    out.write(struct.pack(">I", len(content)) + content)
    out.flush()


if __name__ == "__main__":
    main()
