"""Rows that were pulled, written as CSV files: to be looked at, hashed, and read by intake.

A file is written to disk as its rows come, so that its length costs no memory.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import StringIO
from pathlib import Path

#: Rows of one file that the next pull could go on after; more of them make another file.
ROWS_PER_FILE = 200_000
#: Nothing longer can be read: see the limits of `tieout.intake.reading`.
MOST_ROWS_PER_FILE, MOST_BYTES_PER_FILE = 2_000_000, 300_000_000
#: Rows that are gathered before they are written to disk.
_GATHERED = 1_000


class CsvFile:
    """A file that rows are written into as they come."""

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self.path = path
        self._out = StringIO()
        self._writer = csv.writer(self._out, lineterminator="\n")
        self._writer.writerow(headings)
        self._bytes = 0
        self.rows = 0

    @property
    def is_long(self) -> bool:
        """Whether another file may begin, once a row comes that belongs to none before it."""
        return self.rows >= ROWS_PER_FILE or self._bytes >= MOST_BYTES_PER_FILE

    @property
    def is_full(self) -> bool:
        """Whether the next row has to stand in another file."""
        return self.rows >= MOST_ROWS_PER_FILE or self._bytes >= MOST_BYTES_PER_FILE

    def add(self, row: Iterable[object]) -> None:
        """Write a row."""
        self._writer.writerow([written(value) for value in row])
        self.rows += 1
        if self.rows % _GATHERED == 0:
            self._write()

    def closed(self) -> Path:
        """The file, complete."""
        self._write()
        return self.path

    def _write(self) -> None:
        content = self._out.getvalue().encode("utf-8", "replace")
        with self.path.open("ab") as file:
            file.write(content)
        self._bytes += len(content)
        self._out.seek(0)
        self._out.truncate()


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
            return _figure(value)
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


def _figure(value: Decimal) -> str:
    """A figure; never with three decimals, which somebody could take for thousands."""
    text = format(value, "f")
    whole, point, decimals = text.partition(".")
    if len(decimals) != 3:
        return text
    shorter = decimals.rstrip("0")
    return (
        f"{whole}{point}{decimals}0" if shorter == decimals else f"{whole}{point}{shorter or '0'}"
    )


def row_digest(row: Iterable[object]) -> str:
    """What a row is known by among those of the same moment."""
    text = "\x1f".join(written(value) for value in row)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]
