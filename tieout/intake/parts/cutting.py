"""A long file cut into parts: the rows of a document, and all twins of a row, stand in one part.

The rows wait in a temporary database without a name: it takes no memory to speak of, nobody else
can open it, and it is gone with the process.
"""

import hashlib
import json
import pickle
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from tieout.i18n import N_
from tieout.intake.fingerprints import fingerprint
from tieout.intake.kinds import BatchKind
from tieout.intake.plain_rows import Written
from tieout.intake.reading.errors import Unreadable
from tieout.intake.stored import all_values_of, values_of
from tieout.intake.understanding import UnderstoodRow
from tieout.intake.uploads import MOST_ROWS
from tieout.intake.values_json import values_to_json

#: Kibibytes of the database that are kept in memory.
_CACHE = 32_000


class TooManyTogether(Unreadable):
    """A file in which nearly every row claims to be of the same document."""

    message = N_(
        "More than %(limit)s rows have the number “%(number)s”, as if they were one document. Look "
        "at which column holds the number."
    )


class Kept(NamedTuple):
    """A row as it was read, without its sign, and its fingerprint."""

    fingerprint: str
    row: UnderstoodRow


def _packed(rows: Sequence[Kept]) -> bytes:
    """Rows as they wait: those written down already by their texts, others as plain values."""
    written, others = [], []
    for one in rows:
        digest, (number, cells, values, problems, aside, said) = one
        if said is not None:
            written.append((digest, number, cells, said.values))
        else:
            others.append((digest, number, cells, values_to_json(values), problems, aside))
    return pickle.dumps((tuple(zip(*written, strict=True)), others), pickle.HIGHEST_PROTOCOL)


def _unpacked(kind: BatchKind, content: bytes) -> list[Kept]:
    """Read back what `_packed` gave."""
    written, others = pickle.loads(content)  # noqa: S301 - ours
    found = []
    if written:
        digests, numbers, cells, texts = written
        values = all_values_of(kind, json.loads(f"[{{{'},{'.join(texts)}}}]"))
        for digest, number, some, text, said in zip(
            digests, numbers, cells, texts, values, strict=True
        ):
            row = _new(UnderstoodRow, (number, some, said, (), None, _new(Written, (text, ""))))
            found.append(_new(Kept, (digest, row)))
    for digest, number, some, stored, problems, aside in others:
        row = UnderstoodRow(number, some, values_of(kind, stored), problems, aside)
        found.append(Kept(digest, row))
    return found


#: Makes a named tuple of a tuple: a million times that is what making it costs.
_new = tuple.__new__


class Cut:
    """The rows of a file in parts, in the order in which their documents begin."""

    def __init__(self, kind: BatchKind, size: int) -> None:
        self._kind, self._size = kind, size
        #: How many parts there are so far.
        self.parts = 1
        self._lengths: dict[int, int] = defaultdict(int)
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for statement in (
            "PRAGMA journal_mode=OFF",
            f"PRAGMA cache_size=-{_CACHE}",
            "CREATE TABLE keys (key INTEGER PRIMARY KEY, part INTEGER NOT NULL)",
            "CREATE TABLE blocks (id INTEGER PRIMARY KEY, part INTEGER NOT NULL, content BLOB)",
            "CREATE INDEX of_part ON blocks (part)",
            "BEGIN",
        ):
            self._db.execute(statement)

    def add(self, rows: Sequence[UnderstoodRow]) -> None:
        """Take the next rows of the file; few enough to be held.

        Raises:
            TooManyTogether: no part could hold them.
        """
        if self._lengths[self.parts] >= self._size:
            self.parts += 1
        kept = [Kept(fingerprint(self._kind, row), row) for row in rows]
        keys = _keys(kept)
        part_of = self._part_of(keys)
        blocks: dict[int, list[Kept]] = defaultdict(list)
        for key, one in zip(keys, kept, strict=True):
            blocks[part_of.get(key, self.parts)].append(one)
        for part, some in blocks.items():
            self._lengths[part] += len(some)
            if self._lengths[part] > MOST_ROWS:
                raise TooManyTogether(limit=MOST_ROWS, number=some[-1].row.text("number"))
            self._db.execute(
                "INSERT INTO blocks (part, content) VALUES (?, ?)", (part, _packed(some))
            )

    def part(self, number: int) -> list[Kept]:
        """The rows of one part, in the order of the file."""
        query = "SELECT content FROM blocks WHERE part = ?"
        blocks = self._db.execute(query, (number,)).fetchall()
        rows = [one for (content,) in blocks for one in _unpacked(self._kind, content)]
        return sorted(rows, key=lambda one: one.row.number)

    def close(self) -> None:
        """Let the rows go."""
        self._db.close()

    def _part_of(self, keys: Sequence[int]) -> dict[int, int]:
        """The parts of keys that began in an earlier one; all others begin here."""
        marked = [(key, self.parts) for key in dict.fromkeys(keys)]
        self._db.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", marked)
        if self.parts == 1:
            return {}
        marks = ",".join("?" * len(marked))
        query = f"SELECT key, part FROM keys WHERE key IN ({marks}) AND part < ?"  # noqa: S608
        return dict(self._db.execute(query, [*(key for key, _ in marked), self.parts]))


def _keys(rows: Sequence[Kept]) -> list[int]:
    """What rows of one document share: their number, else only twins do."""
    known: dict[str, int] = {}
    keys = []
    for digest, row in rows:
        number = "" if row.aside is not None else row.text("number")
        key = known.get(number)
        if key is None:
            text = "".join(number.split()).casefold()
            key = _hashed(text or digest)
            if text:
                known[number] = key
        keys.append(key)
    return keys


@lru_cache(maxsize=1_000)
def _hashed(text: str) -> int:
    digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
