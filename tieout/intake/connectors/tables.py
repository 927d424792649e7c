"""Rows that were pulled, written as CSV files: to be looked at, hashed, and read by intake."""

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import StringIO

#: Rows and bytes of one file; more of them make another file.
ROWS_PER_FILE, BYTES_PER_FILE = 50_000, 20_000_000


class CsvFile:
    """A file that rows are written into as they come."""

    def __init__(self, headings: Sequence[str]) -> None:
        self._out = StringIO()
        self._writer = csv.writer(self._out, lineterminator="\n")
        self._writer.writerow(headings)
        self.rows = 0

    @property
    def is_full(self) -> bool:
        """Whether the next row belongs into another file."""
        return self.rows >= ROWS_PER_FILE or self._out.tell() >= BYTES_PER_FILE

    def add(self, row: Iterable[object]) -> None:
        """Write a row."""
        self._writer.writerow([written(value) for value in row])
        self.rows += 1

    def content(self) -> bytes:
        """The file as it is so far."""
        return self._out.getvalue().encode("utf-8", "replace")


def csv_file(headings: Sequence[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows below their headings."""
    file = CsvFile(headings)
    for row in rows:
        file.add(row)
    return file.content()


def csv_of_records(records: Sequence[Mapping[str, object]]) -> bytes:
    """Write records whose fields differ, under every heading that any of them has."""
    headings = list(dict.fromkeys(name for record in records for name in record))
    return csv_file(headings, ([record.get(name) for name in headings] for record in records))


def written(value: object) -> str:
    """A value as it stands in a cell: exact, and without a language."""
    if type(value) is str:  # by far the most
        return value.replace("\0", "") if "\0" in value else value
    if type(value) is int:
        return str(value)
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.isoformat(" ", "seconds" if not value.microsecond else "auto")
        case date() | time():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value).replace("\0", "")


def row_digest(row: Iterable[object]) -> str:
    """What a row is known by among those of the same moment."""
    text = "\x1f".join(written(value) for value in row)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]
