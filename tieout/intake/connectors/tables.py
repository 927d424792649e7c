"""Rows that were pulled, written as CSV files: to be looked at, hashed, and read by intake."""

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import StringIO

#: Rows of one file; more of them make another file.
ROWS_PER_FILE = 20_000


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows below their headings."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([written(value) for value in row] for row in rows)
    return out.getvalue().encode()


def csv_of_records(records: Sequence[Mapping[str, object]]) -> bytes:
    """Write records whose fields differ, under every heading that any of them has."""
    headings = list(dict.fromkeys(name for record in records for name in record))
    return csv_file(headings, ([record.get(name) for name in headings] for record in records))


def written(value: object) -> str:
    """A value as it stands in a cell: exact, and without a language."""
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
