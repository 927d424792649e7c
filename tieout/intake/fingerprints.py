"""What tells one row from another, in this file or the next: a digest, and which of its twins."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BatchKind
from tieout.intake.understanding import UnderstoodRow, Value
from tieout.intake.values.text import shown


def fingerprints(kind: BatchKind, rows: Iterable[UnderstoodRow]) -> list[tuple[str, int]]:
    """Return a digest for each row, and 1 for the first such row, 2 for its genuine twin …"""
    counts: Counter[str] = Counter()
    found = []
    for row in rows:
        digest = _digest(kind, row)
        counts[digest] += 1
        found.append((digest, counts[digest]))
    return found


def _digest(kind: BatchKind, row: UnderstoodRow) -> str:
    table = FIELDS[kind]
    said = {
        name: _plain(value)
        for name, value in row.values.items()
        if name in table and table[name].identifies
    }
    if row.problems:  # what could not be read is told apart by how it stands
        said["_cells"] = "\x1f".join(shown(cell).strip() for cell in row.cells)
    packed = json.dumps([kind, said], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(packed.encode()).hexdigest()


def _plain(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)
