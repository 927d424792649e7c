"""What tells one row from another, in this file or the next: a digest, and which of its twins."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring

from tieout.intake.columns import Value
from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BatchKind
from tieout.intake.understanding import UnderstoodRow
from tieout.intake.values.text import shown
from tieout.money import plain


def fingerprints(kind: BatchKind, rows: Iterable[UnderstoodRow]) -> list[tuple[str, int]]:
    """Return a digest for each row, and 1 for the first such row, 2 for its genuine twin …"""
    digests = [fingerprint(kind, row) for row in rows]
    return list(zip(digests, occurrences(digests), strict=True))


def occurrences(digests: Iterable[str]) -> list[int]:
    """1 for the first row with a digest, 2 for the next …"""
    counts: Counter[str] = Counter()
    found = []
    for digest in digests:
        counts[digest] += 1
        found.append(counts[digest])
    return found


def fingerprint(kind: BatchKind, row: UnderstoodRow) -> str:
    """A digest of what identifies a row; genuine twins share it."""
    values: dict[str, Value] = row.values
    if row.problems:  # what could not be read is told apart by how it stands
        values = {**values, _CELLS: "\x1f".join(shown(cell).strip() for cell in row.cells)}
    # JSON, as `json.dumps` would write it
    names = _identifying(kind, tuple(values))
    packed = ", ".join([f'"{name}": {_written(values[name])}' for name in names])
    return sha256(f'["{kind}", {{{packed}}}]'.encode()).hexdigest()


#: Under this all cells of a row stand where one of them could not be read.
_CELLS = "_cells"


@lru_cache(maxsize=1_000)
def _identifying(kind: BatchKind, said: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these fields tell rows from one another, in the order of a digest."""
    names = {known.name for known in FIELDS[kind] if known.identifies} | {_CELLS}
    return tuple(sorted(names.intersection(said)))


def _written(value: Value) -> str:
    """A value as a text of JSON, equal numbers alike."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, Decimal):
        return f'"{plain(value)}"'
    return encode_basestring(value.isoformat() if isinstance(value, date) else str(value))
