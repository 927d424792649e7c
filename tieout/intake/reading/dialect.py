"""How a text file is cut into cells: by which mark."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable

from tieout.intake.reading.fixed_width import BLANKS, cut_all, find_cuts

CANDIDATES = (",", ";", "\t", "|")
#: What hardly anybody uses: asked only where none of the others cuts anything.
_RARE = ("~", "^", "\x01", "\x1f", "，", "；", "¦", "#", ":")
#: Marks that hardly any cell begins or ends with: where many do, they were cut at another one.
_SEEN = (",", ";", "|")
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?[,;\t|]*\r?\n?", re.IGNORECASE)
_TYPED = re.compile(
    r"\s*[-+]?[\d.,' ]*\d[\d.,']*\s*|\s*\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?([ T].*)?"
)
_SAMPLE_ROWS = 400
#: Marks that stand within figures, days and times: what they cut may be a printed list.
_WITHIN = (",", ":", "#", "，")
#: Less than every row in more than two cells is chance.
_SURE = 0.9


def stated_delimiter(first_line: str) -> str | None:
    """The mark named by a first line such as "sep=;", which is no row."""
    found = _SEPARATOR_LINE.fullmatch(first_line)
    return found[1] if found else None


def delimiter_of(sample: str) -> str:
    """The mark that cuts most rows into the same number of sensible cells; blanks, for none."""
    best, best_score = ",", 0.0
    for marks, least in ((CANDIDATES, 0.0), (_RARE, _SURE)):
        for mark in marks:
            if mark in sample and (score := _score(sample, mark)) > max(best_score, least):
                best, best_score = mark, score
        if best_score:
            break
    if not best_score or best in _WITHIN:
        lines = sample.splitlines()
        if (cuts := find_cuts(lines)) and _worth(cut_all(lines, cuts), BLANKS) > best_score:
            return BLANKS
    return best


def quote_of(sample: str, mark: str) -> str:
    """The mark around cells: ' where every cell of the first rows stands in a pair of them."""
    lines = [line.strip() for line in sample.splitlines()[:_SAMPLE_ROWS] if line.strip()]
    single = sum(1 for line in lines if line.startswith("'") and line.endswith("'"))
    between = sum(line.count(f"'{mark}'") for line in lines)
    return "'" if lines and single * 10 >= len(lines) * 9 and between >= len(lines) else '"'


def _score(sample: str, mark: str) -> float:
    try:
        return _worth(csv.reader(io.StringIO(sample, newline=""), delimiter=mark), mark)
    except csv.Error:
        return 0


def _worth(cut: Iterable[list[str]], mark: str) -> float:
    """How sensible the cells are that a mark cuts."""
    rows: list[list[str]] = []
    for row in cut:
        if any(cell.strip() for cell in row):
            rows.append(row)
        if len(rows) == _SAMPLE_ROWS:
            break
    counts = Counter(len(row) for row in rows)
    width, times = max(counts.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
    if width == 1:
        return 0
    cells = [cell for row in rows if len(row) == width for cell in row if cell.strip()]
    typed = sum(1 for cell in cells if _TYPED.fullmatch(cell))
    share = typed / len(cells) if cells else 0
    others = tuple(other for other in _SEEN if other != mark)
    torn = sum(
        1 for cell in cells if (text := cell.strip()).startswith(others) or text[-1] in others
    )
    whole = 1 - torn / len(cells) if cells else 0
    return float(times / len(rows) * (width - 1) ** 0.5 * (0.5 + share) * whole)
