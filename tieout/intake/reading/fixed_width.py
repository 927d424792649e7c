"""Lists as they are printed: nothing but blanks between their columns.

Where every entry is blank, a column ends. Places are counted as a printer counts them, a Chinese
character for two. A word belongs to the column it mostly stands in, so that a heading over figures
that are set to the right is not torn; titles, which run over the ends of columns, keep their words
together.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

#: What the mark between cells is called where there is none.
BLANKS = " "
#: Where columns begin anywhere: every line has the same number of cells, and room between them.
APART = (-1,)
_WIDE = "WF"
#: Stands in the second place of a wide character.
_FILLER = "\ue000"
_FIGURE = re.compile(
    r"[-+(]?[¥$€£]?\s?\d[\d.,'’]*[.,]\d{2}\)?[-+]?\s?(?:cr|dr|[DCHS])?"
    r"|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?|\d{1,2}[- ][A-Za-z]{3}[- ]\d{2,4}",
    re.IGNORECASE,
)
_CHUNK = re.compile(r"\S+(?: \S+)*")
_WORD = re.compile(r"\S+")
#: Entries, and columns, without which it is a letter and no list.
_LEAST_ENTRIES, _LEAST_COLUMNS = 2, 3
_SAMPLE = 400


def find_cuts(lines: Iterable[str]) -> tuple[int, ...]:
    """Where the columns of a printed list begin; nothing where it is none.

    An entry has a day or an amount, and another, with much room between.
    """
    filled = [line for line in map(_flat, lines) if line.strip()][:_SAMPLE]
    entries = [line for line in filled if _is_entry(line)]
    if len(entries) < _LEAST_ENTRIES:
        return ()
    end = max(map(len, entries))
    taken = [False] * end
    for line in entries:
        for found in _WORD.finditer(line):
            taken[found.start() : found.end()] = [True] * (found.end() - found.start())
    starts, place = [0], taken.index(True)
    while place < end:
        blank = next((at for at in range(place, end) if not taken[at]), end)
        begin = next((at for at in range(blank, end) if taken[at]), end)
        if begin < end and _ends_a_column(entries, starts[-1], blank, begin):
            starts.append((blank + begin + 1) // 2)
        place = begin
    apart = {len(_CHUNK.findall(line)) for line in filled}
    if len(apart) == 1 and apart.pop() > len(starts):
        return APART
    return tuple(starts) if len(starts) >= _LEAST_COLUMNS else ()


def cut(line: str, starts: Sequence[int]) -> list[str]:
    """The cells of a line."""
    flat = _flat(line)
    if starts == APART:
        return [_said(found[0]) for found in _CHUNK.finditer(flat)]
    edges = [*starts, max(len(flat), starts[-1] + 1)]
    cells: list[list[str]] = [[] for _ in starts]
    chunks = [(found.start(), found.end()) for found in _CHUNK.finditer(flat)]
    if not _is_entry(flat) and any(_crosses(flat, *chunk, edges) for chunk in chunks):  # a title
        at = 0
        for start, end in chunks:
            at = min(max(at, _column(start, start + 1, edges)), len(starts) - 1)
            cells[at].append(_said(flat[start:end]))
            at += 1
    else:
        for found in _WORD.finditer(flat):
            cells[_column(found.start(), found.end(), edges)].append(_said(found[0]))
    return [" ".join(words) for words in cells]


def cut_all(lines: Iterable[str], starts: Sequence[int]) -> Iterator[list[str]]:
    """The cells of each line."""
    for line in lines:
        yield cut(line, starts)


def _flat(line: str) -> str:
    """A line with a character in each place; the second place of a wide one is filled."""
    line = line.rstrip("\r\n").replace("\f", "").expandtabs(8)
    if line.isascii():
        return line
    return "".join(
        letter + _FILLER if unicodedata.east_asian_width(letter) in _WIDE else letter
        for letter in line
    )


def _said(text: str) -> str:
    return text.replace(_FILLER, "")


def _is_entry(flat: str) -> bool:
    chunks = [_said(found[0]) for found in _CHUNK.finditer(flat)]
    words = [word for chunk in chunks for word in chunk.split()]
    figures = sum(1 for word in words if _FIGURE.fullmatch(word))
    return len(chunks) >= _LEAST_COLUMNS and figures > 1


def _ends_a_column(entries: Sequence[str], start: int, blank: int, begin: int) -> bool:
    """Whether a run of places that are blank in every entry parts two columns, not two words.

    A single blank between words of one entry does, where all on one side of it are figures.
    """
    if begin - blank > 1 or not any(
        len(line[blank - 1 : begin + 1].split()) > 1 for line in entries
    ):
        return True
    left = [line[start:blank].strip() for line in entries]
    right = [_first(line[begin:]) for line in entries]
    return any(
        all(not text or _FIGURE.fullmatch(_said(text)) for text in side) and any(side)
        for side in (left, right)
    )


def _first(text: str) -> str:
    found = _WORD.match(text)
    return found[0] if found else ""


def _crosses(flat: str, start: int, end: int, edges: Sequence[int]) -> bool:
    """Whether words that hang together run over the end of a column."""
    places = {
        _column(word.start() + start, word.end() + start, edges)
        for word in _WORD.finditer(flat[start:end])
    }
    return len(places) > 1


def _column(start: int, end: int, edges: Sequence[int]) -> int:
    """The column in which most of a word stands."""
    shares = [
        min(end, right) - max(start, left)
        for left, right in pairwise((0, *edges[1:-1], max(end, edges[-1])))
    ]
    return shares.index(max(shares))
