"""What tells one row from another, in this file or the next: a digest, and which of its twins."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from hashlib import sha256
from json.encoder import encode_basestring

from tieout.intake.columns import Value
from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BatchKind
from tieout.intake.understanding import UnderstoodRow
from tieout.intake.values.text import shown


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
    names = _identifying(kind)
    said = [(name, _written(value)) for name, value in row.values.items() if name in names]
    if row.problems:  # what could not be read is told apart by how it stands
        said.append(("_cells", _written("\x1f".join(shown(cell).strip() for cell in row.cells))))
    said.sort()
    # JSON, as `json.dumps` would write it
    packed = ", ".join([f'"{name}": {value}' for name, value in said])
    return sha256(f'["{kind}", {{{packed}}}]'.encode()).hexdigest()


@cache
def _identifying(kind: BatchKind) -> frozenset[str]:
    return frozenset(known.name for known in FIELDS[kind] if known.identifies)


@lru_cache(maxsize=50_000)
def _written(value: Value) -> str:
    """A value as a text of JSON, equal numbers alike."""
    if isinstance(value, Decimal):
        return f'"{value.normalize():f}"'
    return encode_basestring(value.isoformat() if isinstance(value, date) else str(value))
