"""How a text file is cut into cells: by which mark."""

import csv
import io
import re
from collections import Counter

CANDIDATES = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?[,;\t|]*\r?\n?", re.IGNORECASE)
_TYPED = re.compile(
    r"\s*[-+]?[\d.,' ]*\d[\d.,']*\s*|\s*\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?([ T].*)?"
)
_SAMPLE_ROWS = 400


def stated_delimiter(first_line: str) -> str | None:
    """The mark named by a first line such as "sep=;", which is no row."""
    found = _SEPARATOR_LINE.fullmatch(first_line)
    return found[1] if found else None


def delimiter_of(sample: str) -> str:
    """The mark that cuts most rows into the same number of sensible cells."""
    best, best_score = ",", 0.0
    for mark in CANDIDATES:
        if mark in sample and (score := _score(sample, mark)) > best_score:
            best, best_score = mark, score
    return best


def _score(sample: str, mark: str) -> float:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=mark):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) == _SAMPLE_ROWS:
                break
    except csv.Error:
        return 0
    counts = Counter(len(row) for row in rows)
    width, times = max(counts.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
    if width == 1:
        return 0
    cells = [cell for row in rows if len(row) == width for cell in row if cell.strip()]
    typed = sum(1 for cell in cells if _TYPED.fullmatch(cell))
    share = typed / len(cells) if cells else 0
    return float(times / len(rows) * (width - 1) ** 0.5 * (0.5 + share))
