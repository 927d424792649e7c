"""Numbers read off paper by eye or by machine: O for 0, I or l for 1, S for 5, B for 8, Z for 2."""

import numpy as np

from tieout.matching.text import Bools, Ints, Runs, Texts, distinct

#: Letters that are taken for a figure, and the figure, of texts in upper case.
READ_AS = {"O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"}
_TABLE = str.maketrans(READ_AS)
#: So many letters before a number are its series: SO123.
_SERIES = 3
_ZERO, _ONE = ord("O"), ord("I")
_DIGIT, _LETTER, _OTHER_LETTER = 1, 2, 3
_SORTS = np.zeros(128, np.uint8)
_SORTS[ord("0") : ord("9") + 1] = _DIGIT
_SORTS[ord("A") : ord("Z") + 1] = _OTHER_LETTER
_SORTS[[ord(each) for each in READ_AS]] = _LETTER


def beside_figures(texts: Texts, runs: Runs) -> Ints:
    """Lines in which such a letter stands right before a number or behind it; no other is read."""
    beside = [texts.characters[place] for place in (runs.start - 1, runs.end)]
    before, behind = (_SORTS[np.minimum(each, len(_SORTS) - 1)] == _LETTER for each in beside)
    return distinct(runs.line[before | behind])


def read_again(texts: Texts) -> tuple[Ints, Texts]:
    """Lines with letters in the place of figures, and what they say with the figures.

    A letter between two figures is one, and so are letters before a number that are too many to
    name its series, or are all O; with them those behind it.
    """
    characters = texts.characters
    sort = _SORTS[np.minimum(characters, len(_SORTS) - 1)]
    digit, letter = sort == _DIGIT, sort == _LETTER
    start, end = _runs(digit | letter)
    digits, letters = _count(digit, start, end), _count(letter, start, end)
    some = (digits > 0) & (letters > 0)
    start, end = start[some], end[some]
    if not len(start):
        return start, Texts.of([])
    # The first figure of each run, and the place behind its last one.
    at = np.flatnonzero(digit)
    first = at[np.searchsorted(at, start)]
    last = at[np.searchsorted(at, end) - 1] + 1
    other = sort >= _LETTER
    apart = ~other[np.maximum(start - 1, 0)] | (start == 0)
    ends = ~np.append(other, False)[end]
    zero = characters == _ZERO
    round_ones = zero | (characters == _ONE)
    leading, trailing = first - start, end - last
    before = apart & (leading > 1) & (_count(zero, start, first) == leading)
    before |= apart & (leading > _SERIES)
    # A letter behind a number is a part of it, A or B, unless the number is misread elsewhere.
    within = before | (_count(letter, first, last) > 0)
    before |= apart & within & (_count(round_ones, start, first) == leading)
    behind = ends & (within | (_count(zero, last, end) == trailing))
    start, end = np.where(before, start, first), np.where(behind, end, last)
    misread = _count(letter, start, end) > 0
    start, end = start[misread], end[misread]
    lines = texts.line_of(start)
    said: dict[int, list[str]] = {}
    for line, begin, stop in zip(lines.tolist(), start.tolist(), end.tolist(), strict=True):
        low = int(texts.start[line])
        text = said.setdefault(line, _written(texts, line))
        text[begin - low : stop - low] = "".join(text[begin - low : stop - low]).translate(_TABLE)
    return np.array(list(said), np.int64), Texts.of(["".join(text) for text in said.values()])


def _written(texts: Texts, line: int) -> list[str]:
    part = texts.characters[int(texts.start[line]) : int(texts.start[line + 1])]
    return [chr(each) for each in part.tolist() if each and each != ord("\n")]


def _runs(inside: Bools) -> tuple[Ints, Ints]:
    edge = np.flatnonzero(np.diff(inside, prepend=False, append=False)).astype(np.int64)
    return edge[::2], edge[1::2]


def _count(what: Bools, start: Ints, end: Ints) -> Ints:
    """How many there are from each place to another."""
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(what)])
    count: Ints = before[end] - before[start]
    return count
