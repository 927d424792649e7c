"""Records of a web address on their way into one file, however many there are.

They wait on disk. Few of them are kept as they were answered: the importer of JSON makes rows of
them, and knows what shops call their fields. Many of them, which would not be held as a whole, and
those of which somebody says where their lines are, are made rows of here, under the same headings.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tieout.intake.connectors.flatten import rows_of
from tieout.intake.connectors.tables import CsvFile
from tieout.intake.importers.records import flat_rows, lines_in
from tieout.intake.spool import Spool

#: Said in place of a list of lines.
NO_LINES = "-"
#: Records, and bytes of them, up to which they are kept as they were answered.
MOST_AS_ANSWERED, MOST_BYTES_AS_ANSWERED = 20_000, 20_000_000
#: Records from which is seen which list inside them holds their lines.
_HEAD = 50

Rows = Callable[[Mapping[str, Any]], Iterator[Mapping[str, Any]]]


class Records:
    """Records one after the other, and the file they become."""

    def __init__(self, folder: Path, lines: str) -> None:
        self._folder, self._lines = folder, lines
        self._kept = Spool[Mapping[str, Any]]()
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._kept.close()

    def add(self, record: Mapping[str, Any]) -> None:
        """Take a record in; its figures stay as exact as they came."""
        self._kept.add(record)
        self.count += 1

    def file(self) -> Path:
        """The file of them all."""
        if self._lines or self.count > MOST_AS_ANSWERED:
            return self._as_rows()
        return self._as_answered() or self._as_rows()

    def _as_answered(self) -> Path | None:
        """As one list; None where that would be too large."""
        path = self._folder / "records.json"
        with path.open("wb") as file:
            before = b"[\n"
            for record in self._kept:
                text = json.dumps(record, ensure_ascii=False, default=str)
                file.write(before + text.encode("utf-8", "replace"))
                before = b",\n"
                if file.tell() > MOST_BYTES_AS_ANSWERED:
                    return None
            file.write(b"\n]\n")
        return path

    def _as_rows(self) -> Path:
        rows = self._rows()
        told = (row for record in self._kept for row in rows(record))
        headings = list(dict.fromkeys(name for row in told for name in row))
        file = CsvFile(self._folder / "records.csv", headings)
        for record in self._kept:
            for row in rows(record):
                file.add(row.get(name) for name in headings)
        return file.closed()

    def _rows(self) -> Rows:
        """What makes rows of a record."""
        if self._lines:
            lines = "" if self._lines == NO_LINES else self._lines
            return lambda record: rows_of(record, lines)
        found = lines_in(list(islice(self._kept, _HEAD)))
        return lambda record: flat_rows(record, found)
