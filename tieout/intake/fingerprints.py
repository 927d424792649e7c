"""What tells one row from another, in this file or the next: a digest, and which of its twins."""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from tieout.intake.identity import CELLS, identity
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
    if row.written is not None and row.written.identity:
        said = row.written.identity
    elif row.problems:  # what could not be read is told apart by how it stands
        cells = "\x1f".join(shown(cell).strip() for cell in row.cells)
        said = identity(kind, {**row.values, CELLS: cells})
    else:
        said = identity(kind, row.values)
    packed = f'["{kind}", {{{said}}}]'.encode(errors="surrogatepass")
    return sha256(packed).hexdigest()
